/** One schedule while the switch is up: what it is, how far it has come, and whether its handler runs. */
import type { Schedule, ScheduleMark, ScheduleResult, ScheduleView } from "../port/schedule.ts";
import { dueTime, type Times } from "./due.ts";

/** `waiting`: its time has come and others are before it. */
type State = { readonly type: "idle" } | { readonly type: "waiting" | "running"; readonly at: number };

/** What the coming of a time leads to. */
export type Coming = { readonly type: "run" | "skipped" | "missed"; readonly at: number };

export class Scheduled {
  readonly script: string;
  readonly schedule: Schedule;
  readonly isManaged: boolean;
  readonly #times: Times;
  #reachedAt: number;
  #nextAt: number | null;
  #state: State = { type: "idle" };
  #last: { readonly at: number; readonly result: ScheduleResult } | null = null;

  constructor(
    of: { readonly script: string; readonly schedule: Schedule; readonly isManaged: boolean },
    times: Times,
    reachedAt: number,
  ) {
    this.script = of.script;
    this.schedule = of.schedule;
    this.isManaged = of.isManaged;
    this.#times = times;
    this.#reachedAt = reachedAt;
    this.#nextAt = times.next(reachedAt);
  }

  /** When it is to be looked at again; infinite where no time comes any more. */
  get nextAt(): number {
    return this.#nextAt ?? Number.POSITIVE_INFINITY;
  }

  get mark(): ScheduleMark {
    return { script: this.script, ...this.schedule, reachedAt: this.#reachedAt };
  }

  get lastResult(): ScheduleResult | null {
    return this.#last?.result ?? null;
  }

  /** Takes the time that has come, `null` where none has; each time is taken once. */
  come(now: number): Coming | null {
    const due = dueTime(this.#times, this.#reachedAt, now);
    this.#reachedAt = due?.at ?? this.#reachedAt;
    this.#nextAt = this.#times.next(Math.max(now, this.#reachedAt));
    if (due === null) return null;
    const { at, isMissed } = due;
    const type = isMissed ? "missed" : this.#state.type === "idle" ? "run" : "skipped";
    if (type === "run") this.#state = { type: "waiting", at };
    else this.#last = { at, result: type };
    return { type, at };
  }

  begin(): void {
    if (this.#state.type === "waiting") this.#state = { ...this.#state, type: "running" };
  }

  end(result: ScheduleResult): void {
    if (this.#state.type === "idle") return;
    // A time that was skipped meanwhile came later, but whether the handler fares well is what people look for.
    this.#last = { at: this.#state.at, result };
    this.#state = { type: "idle" };
  }

  view(): ScheduleView {
    return {
      ...this.schedule,
      managed: this.isManaged,
      nextAt: this.#nextAt === null ? null : new Date(this.#nextAt).toISOString(),
      lastAt: this.#last === null ? null : new Date(this.#last.at).toISOString(),
      lastResult: this.#last?.result ?? null,
      running: this.#state.type !== "idle",
    };
  }
}
