/** Schedules of scripts: what is kept of them, and what the HTTP API needs. */

export interface Schedule {
  readonly name: string;
  /** Five fields. */
  readonly cron: string;
  /** An IANA name. */
  readonly timeZone: string;
}

/** What came of a time: whether it ran or why it did not. */
export type ScheduleResult = "ran" | "failed" | "unhandled" | "skipped" | "missed";

export interface ScheduleView extends Schedule {
  /** Declared in the configuration file: read-only over HTTP. */
  readonly managed: boolean;
  /** ISO 8601, as all times here. */
  readonly nextAt: string | null;
  /** The time that came last, since the switch was started. */
  readonly lastAt: string | null;
  readonly lastResult: ScheduleResult | null;
  readonly running: boolean;
}

/** Throws `RequestError`: `managed-by-config`, `conflict` where there are too many. What resolves has been committed. */
export interface ScheduleAdmin {
  /** Of one script, those of the configuration first. */
  list(script: string): readonly ScheduleView[];
  /** Those that are kept in the store: what `replace` replaces. */
  stored(script: string): readonly Schedule[];
  /** A schedule that stays as it was goes on; another one begins with the next time to come. */
  replace(script: string, schedules: readonly Schedule[]): Promise<void>;
}

export interface ScheduleRow extends Schedule {
  readonly script: string;
}

/** How far a schedule has come: no time up to `reachedAt` comes again, also after a restart. */
export interface ScheduleMark extends ScheduleRow {
  /** Milliseconds since 1970. */
  readonly reachedAt: number;
}

export interface ScheduleStore {
  /** In the order in which they were given. */
  all(): Promise<readonly ScheduleRow[]>;
  /** Replaces the schedules of a script as a whole, and notes these marks. */
  replace(script: string, schedules: readonly Schedule[], marks: readonly ScheduleMark[]): Promise<void>;
  marks(): Promise<readonly ScheduleMark[]>;
  mark(mark: ScheduleMark): Promise<void>;
  /** Removes marks that belong to no schedule any more. */
  forget(marks: readonly { readonly script: string; readonly name: string }[]): Promise<void>;
}
