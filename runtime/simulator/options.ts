/** What a simulation can be told to begin with. */
import type { Plan } from "../../sdk/decisions.ts";
import type { SimulatedTrunkOptions } from "./simulated-trunks.ts";
import { SimulationError } from "./simulation-error.ts";
import type { SimUser } from "./switch.ts";

/** A user of the simulated switch. */
export interface SimulatedUser {
  /** @default 100, 101, … in the order of the users */
  readonly extension?: string | null;
  readonly displayName?: string;
  /** Of the mailbox; without one, only the user's own phone gets in. */
  readonly pin?: string;
  /** Whether the user has a mailbox. @default true */
  readonly voicemail?: boolean;
  /** How many phones are registered for the user. @default 1 */
  readonly phones?: number;
}

export interface SimulationOptions {
  /**
   * The users of the switch: their names, or more about each.
   * @default alice (100), bob (101), carol (102), dave (103)
   */
  readonly users?: readonly string[] | Readonly<Record<string, SimulatedUser>>;
  /** Whose phones are registered; the others cannot be reached. @default all, with the `phones` of each */
  readonly registrations?: readonly string[];
  /**
   * What stands at hosts outside that the script calls, by name: `"silent"` gives no sign of life, a code refuses each call
   * at once: `{ "gw.example.net": 503 }`.
   * @default a phone that rings
   */
  readonly outside?: Readonly<Record<string, OutsideHost>>;
  /**
   * Trunks by name, as `strowger.yaml` declares them: `{ carrier: { numbers: ["+1*"] } }`. What is left out has its default;
   * the gateway is `sip:{name}.example.net`, and whoever is called by it rings.
   * @default none: numbers lead nowhere
   */
  readonly trunks?: Readonly<Record<string, SimulatedTrunkOptions>>;
  /** Numbers that nothing may stop, as in `strowger.yaml`. @default none */
  readonly emergency?: readonly string[];
  /** When it begins: ISO 8601, a Date, or milliseconds. Without an offset it is local in `timeZone`. @default 2026-01-01T00:00:00Z */
  readonly now?: string | Date | number;
  /** IANA name: where `now` is local. @default "UTC" */
  readonly timeZone?: string;
  /** Done when the script fails, as in a route. @default reject(500) */
  readonly fallback?: Plan;
  /** Whether callers from outside may be sent on to foreign addresses, as in a route. @default false */
  readonly public?: boolean;
  /** What is random in a run follows from this. @default 1 */
  readonly seed?: number;
  /**
   * The operator's sounds and the seconds that each lasts: a script that names another one hears that it is missing.
   * @default whatever a script names is there, and lasts a second
   */
  readonly sounds?: Readonly<Record<string, number>>;
  /** Keys that the script finds in `kv` at the beginning. */
  readonly kv?: Readonly<Record<string, unknown>>;
  /** Variables of the script: what `env` has within handlers. */
  readonly env?: Readonly<Record<string, string>>;
  /** What `secrets.get` gives, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Answers what the script fetches; where it gives nothing, the test fails and says so. */
  readonly fetch?: FetchMock;
  /** Where numbers without a country's code are dialled, for `phone`: two letters. @default "us" */
  readonly country?: string;
  /**
   * Operations by name, in place of what the simulation has: `{ "users.get": ({ name }) => … }`. What one returns (or the
   * promise that it returns) is the result; `OperationError` refuses.
   */
  // biome-ignore lint/suspicious/noExplicitAny: each mock knows the arguments of its operation.
  readonly operations?: Readonly<Record<string, (args: any) => unknown>>;
}

export type OutsideHost = "silent" | number;

/** Of the simulated switch: `sip:alice@example.com`. */
export const DOMAIN = "example.com";
/** Gets a request as the platform has it, and gives an answer of the same kind; `"silence"`: none ever comes. */
export type FetchMock = (request: Request) => MockedAnswer | Promise<MockedAnswer>;
type MockedAnswer = Response | "silence" | undefined;

const DEFAULT_USERS = ["alice", "bob", "carol", "dave"];
const FIRST_EXTENSION = 100;
const DEFAULT_NOW = Date.UTC(2026, 0, 1);

export interface PreparedUser extends SimUser {
  readonly pin: string | null;
  readonly hasMailbox: boolean;
  readonly phones: number;
}

export function usersOf({ users = DEFAULT_USERS, registrations }: SimulationOptions): readonly PreparedUser[] {
  const named: Readonly<Record<string, SimulatedUser>> = isList(users)
    ? Object.fromEntries(users.map((name) => [name, {}]))
    : users;
  const stranger = registrations?.find((name) => !Object.hasOwn(named, name));
  if (stranger !== undefined) {
    throw new SimulationError(
      `registrations: there is no user "${stranger}"; there are ${Object.keys(named).join(", ")}`,
    );
  }
  return Object.entries(named).map(([name, user], index) => ({
    name,
    extension: user.extension === undefined ? String(FIRST_EXTENSION + index) : user.extension,
    displayName: user.displayName ?? null,
    pin: user.pin ?? null,
    hasMailbox: user.voicemail ?? true,
    phones: registrations === undefined ? (user.phones ?? 1) : registrations.filter((one) => one === name).length,
  }));
}

/** Milliseconds since 1970. */
export function startOf({ now, timeZone = "UTC" }: SimulationOptions): number {
  if (now === undefined) return DEFAULT_NOW;
  if (typeof now === "number") return now;
  if (now instanceof Date) return now.getTime();
  const isLocal = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/.test(now);
  const at = Date.parse(isLocal ? `${now.replace(" ", "T")}${now.length > 10 ? "Z" : ""}` : now);
  if (Number.isNaN(at)) {
    throw new SimulationError(`now: "${now}" is no time; write it as "2026-11-26 18:30" or "2026-11-26T18:30:00Z"`);
  }
  return isLocal ? at - offsetOf(at, timeZone) : at;
}

/** How far a zone is ahead of UTC at a local time, in milliseconds. */
function offsetOf(local: number, timeZone: string): number {
  const guess = local - aheadAt(local, timeZone);
  return aheadAt(guess, timeZone);
}

function aheadAt(at: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1000) * 1000;
}

function isList(users: SimulationOptions["users"]): users is readonly string[] {
  return Array.isArray(users);
}
