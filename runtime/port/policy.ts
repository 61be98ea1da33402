/**
 * What a script may do, as the operator has set it and the switch enforces it: the policy of a script. What it does not
 * speak of is not bounded by it.
 */

export interface ScriptPolicy {
  readonly destinations?: DestinationPolicy;
  /** Calls that are up at once. */
  readonly maxConcurrentCalls?: number;
  /** New calls; below 1, one call in so many seconds. */
  readonly callsPerSecond?: number;
  /** How long a call may last from its answer on, whatever a decision asks for. */
  readonly maxSeconds?: number;
  /** Calls, and minutes of answered calls, in a day of the switch's time zone. */
  readonly dailyBudget?: { readonly calls?: number; readonly minutes?: number };
  /** Calls that it begins by itself, in place of `limits.originate` of the configuration. */
  readonly originate?: { readonly max?: number; readonly perMinute?: number };
  /** Hosts that `fetch` reaches, in place of `fetch.hosts` of the configuration. */
  readonly fetchHosts?: readonly string[];
}

/**
 * Whom a script may call. A user of the switch is called unless `users` is false. What leaves the switch has to pass each
 * list that is given: its host `hosts`, its number `countries` and `prefixes` together (one of them is enough). A name
 * that is no number (`sip:bob@example.net`) passes these two only where `hosts` is given as well.
 */
export interface DestinationPolicy {
  /** @default true */
  readonly users?: boolean;
  /** Two letters each (ISO 3166). */
  readonly countries?: readonly string[];
  /** `+4930`: of a number with its country code. `20`: of a number as it is dialled, without one. */
  readonly prefixes?: readonly string[];
  /** The same, but never called, whatever else is allowed. */
  readonly denyPrefixes?: readonly string[];
  /** `sip.example.net`, `*.example.net`, `sip.example.net:5080`. */
  readonly hosts?: readonly string[];
  /** Trunks by which numbers may leave; where they are given, `hosts` does not bind what leaves by them. */
  readonly trunks?: readonly string[];
}

export type PolicyLimit =
  | "destination"
  | "concurrent-calls"
  | "calls-per-second"
  | "duration"
  | "daily-calls"
  | "daily-minutes";

/** What a trunk takes no more of. */
export type TrunkLimit = "trunk-calls" | "trunk-rate" | "trunk-budget" | "user-budget";

/** The country of a number with `+`: two letters; `null` where it is of no single country, or no number. */
export type CountryOf = (number: string) => string | null;

export interface PolicyView {
  readonly policy: ScriptPolicy;
  /** Declared in the configuration file: read-only over HTTP. */
  readonly managed: boolean;
}

/** What a script uses now, and has used today. */
export interface PolicyUsage {
  /** `2026-01-31`. */
  readonly day: string;
  readonly timeZone: string;
  /** When the day ends: ISO 8601. */
  readonly resetsAt: string;
  readonly concurrentCalls: number;
  readonly calls: number;
  /** With fractions, and with those of the calls that are up. */
  readonly minutes: number;
  /** How often each limit was reached today, since the switch was started. */
  readonly reached: Readonly<Record<PolicyLimit, number>>;
}

/** Throws `RequestError` (`managed-by-config`, `not-found`, `full`). What resolves has been committed. */
export interface PolicyAdmin {
  get(script: string): PolicyView | undefined;
  /** Effective at once, for calls that are up as well. */
  put(script: string, policy: ScriptPolicy): Promise<{ view: PolicyView; created: boolean }>;
  remove(script: string): Promise<void>;
  /** `undefined` where the script has no policy. */
  usage(script: string): PolicyUsage | undefined;
}

/** Who sees to it that a policy is kept. */
export interface PolicyEnforcement {
  apply(script: string, policy: ScriptPolicy | null): void;
  usage(script: string): PolicyUsage;
}

export interface PolicyRow {
  readonly domain: string;
  readonly script: string;
  readonly policy: ScriptPolicy;
}

export interface UsageRow {
  readonly domain: string;
  /** Its name; `user:NAME` and `trunk:NAME` where it is a budget that was used. */
  readonly script: string;
  readonly day: string;
  readonly calls: number;
  readonly talkMs: number;
}

export interface PolicyStore {
  all(): Promise<readonly PolicyRow[]>;
  put(row: PolicyRow): Promise<void>;
  remove(domain: string, script: string): Promise<void>;
  usage(): Promise<readonly UsageRow[]>;
  /** Replaces the row of each script. */
  putUsage(rows: readonly UsageRow[]): Promise<void>;
}
