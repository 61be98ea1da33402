/** What keeps strangers off the switch: bans, limits, and what is told of them. */

/** Why a request was refused, or not heard at all. */
export type GuardRefusal =
  /** The source is banned, or stands on the list of those that are denied. */
  | "banned"
  /** More new requests than a source may send. */
  | "source-rate"
  /** More new requests than a user may send. */
  | "user-rate"
  /** Passwords were guessed from there: this one was not looked at. */
  | "password-guessing"
  /** It calls itself by the name of a tool that scans. */
  | "scanner"
  /** The switch is busy: a new call had to be refused. */
  | "busy"
  /** A call beyond the budget of a user or a trunk. */
  | "budget";

/** A source that is not heard, and until when. */
export interface Ban {
  /** An address, or a network such as `192.0.2.0/24`. */
  readonly source: string;
  /** Why: a sentence. */
  readonly reason: string;
  /** Milliseconds since 1970, as all times here. */
  readonly since: number;
  /** `null`: until it is lifted. */
  readonly until: number | null;
  /** Name of the token that has set it; `switch`: the switch itself has. */
  readonly by: string;
  /** How often the source was banned lately, this time included. */
  readonly offences: number;
}

/** A source that is never banned. */
export interface AllowedSource {
  readonly source: string;
  readonly reason: string;
  readonly since: number;
  readonly by: string;
}

export interface BanRow extends Ban {
  readonly kind: "ban";
}

export interface AllowedRow extends AllowedSource {
  readonly kind: "allow";
  readonly until: null;
  readonly offences: 0;
}

export type GuardRow = BanRow | AllowedRow;

export interface GuardStore {
  all(): Promise<readonly GuardRow[]>;
  /** Replaces the row of each source. */
  put(rows: readonly GuardRow[]): Promise<void>;
  remove(kind: GuardRow["kind"], sources: readonly string[]): Promise<void>;
}

/** What the guard has to do with now. */
export interface GuardStatus {
  /** Bans in force. */
  readonly bans: number;
  /** Sources that are remembered. */
  readonly sources: number;
  /** Sources from which users have proved themselves lately. */
  readonly knownSources: number;
  /** What was refused since the start, by reason. */
  readonly refused: Readonly<Partial<Record<GuardRefusal, number>>>;
  /** From the configuration file. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly exempt: readonly string[];
}

export interface NewBan {
  readonly source: string;
  /** `null`: until it is lifted. */
  readonly seconds: number | null;
  readonly reason: string;
  readonly by: string;
}

/** Throws `RequestError` (`not-found`, `invalid-request`, `full`, `conflict`). What resolves has been committed. */
export interface GuardAdmin {
  status(): GuardStatus;
  /** Those in force. */
  bans(): readonly Ban[];
  ban(ban: NewBan): Promise<Ban>;
  lift(source: string): Promise<void>;
  allowed(): readonly AllowedSource[];
  allow(source: Omit<AllowedSource, "since">): Promise<AllowedSource>;
  disallow(source: string): Promise<void>;
}

/** What the guard tells of. */
export type GuardNews =
  | { readonly what: "banned" | "lifted"; readonly ban: Ban }
  /** So many since it was told last, from many sources perhaps. */
  | { readonly what: "refused"; readonly reason: GuardRefusal; readonly count: number; readonly source: string | null }
  /** A budget is used up to four fifths, or wholly. */
  | {
      readonly what: "budget-warning" | "budget-reached";
      readonly budget: BudgetSubject;
      readonly limit: string;
      readonly detail: string;
    };

export interface BudgetSubject {
  readonly of: "user" | "trunk";
  readonly name: string;
}
