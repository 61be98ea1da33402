/**
 * The policies of all scripts, kept by the switch. What was used of a day is written to the store, a few seconds late at
 * most, so that a restart gives nobody a new budget.
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type {
  CountryOf,
  PolicyEnforcement,
  PolicyStore,
  PolicyUsage,
  ScriptPolicy,
  UsageRow,
} from "../../port/policy.ts";
import type { CallState } from "../call/call-state.ts";
import type { CallIndex } from "../call-index.ts";
import { Calendar } from "./day.ts";
import { type LimitNotice, LimitNotices } from "./limit-notices.ts";
import { type GateParts, ScriptGate } from "./script-gate.ts";
import { UsageWriter } from "./usage-writer.ts";

export interface PolicingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<PolicyStore, "usage" | "putUsage">;
  readonly domain: string;
  readonly index: Pick<CallIndex, "calls" | "byName">;
  readonly countryOf: CountryOf;
  /** Whose days the budgets are of. */
  readonly timeZone: string;
  /** A limit was reached: told at once, then once a minute. */
  onLimit(notice: LimitNotice): void;
}

export class Policing implements PolicyEnforcement {
  readonly #parts: PolicingParts;
  readonly #gateParts: GateParts;
  readonly #gates = new Map<string, ScriptGate>();
  readonly #notices: LimitNotices;
  readonly #writer: UsageWriter;
  #calendar: Calendar;
  /** What earlier runs of the switch have written. */
  #kept: ReadonlyMap<string, UsageRow> = new Map();

  constructor(parts: PolicingParts) {
    const { clock, log, store, domain, index, countryOf, timeZone } = parts;
    this.#parts = parts;
    this.#calendar = new Calendar(timeZone);
    this.#notices = new LimitNotices(clock, (notice) => parts.onLimit(notice));
    this.#writer = new UsageWriter({ clock, log, store, domain, gates: () => this.#gates.values() });
    this.#gateParts = {
      clock,
      countryOf,
      calendar: () => this.#calendar,
      isUp: (call) => index.byName(call) !== undefined,
      reached: (script, { limit, detail }) => this.#notices.note(script, limit, detail),
      changed: () => this.#writer.note(),
    };
  }

  /** To be done before the first policy is applied. */
  async load(): Promise<void> {
    const rows = await this.#parts.store.usage();
    this.#kept = new Map(rows.filter(({ domain }) => domain === this.#parts.domain).map((row) => [row.script, row]));
  }

  /** From now on days are those of this zone. Throws a `TypeError` where there is none. */
  useTimeZone(timeZone: string): void {
    if (timeZone !== this.#calendar.timeZone) this.#calendar = new Calendar(timeZone);
  }

  gateOf(script: string): ScriptGate {
    const known = this.#gates.get(script);
    if (known !== undefined) return known;
    const gate = new ScriptGate(script, this.#gateParts, this.#kept.get(script));
    this.#gates.set(script, gate);
    return gate;
  }

  /** `burst`: new calls at once. @default those of a second */
  apply(script: string, policy: ScriptPolicy | null, burst?: number): void {
    this.gateOf(script).apply(policy, this.#callsOf(script), burst);
  }

  /** Nothing is known of it any more but what the store has. */
  forget(script: string): void {
    this.#gates.delete(script);
  }

  /** Whose days they are. */
  get calendar(): Calendar {
    return this.#calendar;
  }

  usage(script: string): PolicyUsage {
    return this.gateOf(script).usage();
  }

  async stop(): Promise<void> {
    this.#notices.flush();
    await this.#writer.stop();
  }

  *#callsOf(script: string): Iterable<CallState> {
    for (const { state, gate } of this.#parts.index.calls) {
      if (gate?.script === script && state.end === null) yield state;
    }
  }
}
