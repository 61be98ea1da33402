/** What calls that go by chance have in common: their weather, their phones, and what must be left of them. */
import { ActingPhone } from "./acting-phone.ts";
import type { World } from "./world.ts";

/** No call, with all its timers, takes longer. */
export const LONGEST_MS = 10 * 60_000;

export interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
}

/** How many schedules are tried; more by `SEEDS=5000`. */
export function seedsOr(usual: number): number {
  return Number(process.env.SEEDS ?? usual);
}

export function actingPhones(world: World, count: number): ActingPhone[] {
  return Array.from(
    { length: count },
    (_, index) => new ActingPhone(world.net, world.clock, `p${index}`, `203.0.113.${index + 10}`),
  );
}

/** What must hold whatever has happened, as one object that a failing test shows whole. */
export function outcomeOf({ clock, stack, sw, transport, observer }: World, phones: readonly ActingPhone[]) {
  const { told, cdrs, failures } = observer;
  const started = told.filter((what) => what === "started").length;
  return {
    timers: clock.pending,
    transactions: stack.transactions.size,
    calls: sw.index.size,
    dialogs: sw.index.dialogs,
    records: cdrs.length === started && new Set(cdrs.map(({ id }) => id)).size === started,
    errors: [...transport.errors, ...failures],
    left: phones.filter(({ state }) => state !== "over" && state !== "idle").map(({ name }) => name),
  };
}

/** The outcome of calls that have ended as they should. */
export const QUIET: ReturnType<typeof outcomeOf> = {
  timers: 0,
  transactions: { client: 0, server: 0 },
  calls: 0,
  dialogs: 0,
  records: true,
  errors: [],
  left: [],
};
