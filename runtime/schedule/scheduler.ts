/**
 * Sends `schedule` events at their times. One timer looks at all schedules, at least twice a minute, so that a clock that
 * is set or a machine that sleeps is noticed. A time is noted in the store before its handler runs: a restart does not
 * repeat it.
 */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { fail, ok } from "../base/result.ts";
import type { ScheduleResult, ScheduleStore } from "../port/schedule.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { Scheduled } from "./scheduled.ts";

/** Wall time and timers may drift apart by so much. */
const LOOK_AGAIN_MS = 30_000;
/** Handlers at the same time, of all scripts together: what comes due at eight o'clock must not come all at once. */
const MOST_RUNNING = 8;
/** Schedules that are looked at in one go; working out a next time takes a tenth of a millisecond. */
const MOST_AT_ONCE = 20;
const SOON_MS = 10;

export interface SchedulerParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: ScheduleStore;
  readonly events: ScriptEvents;
  /** Told of each time that has come, for the metrics. */
  onResult(script: string, result: ScheduleResult): void;
}

interface Waiting {
  readonly scheduled: Scheduled;
  readonly at: number;
}

export class Scheduler implements TimerOwner {
  readonly #parts: SchedulerParts;
  readonly #scheduled = new Set<Scheduled>();
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #timer: Timer | null = null;
  #isStarted = false;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Times come from now on. */
  start(): void {
    this.#isStarted = true;
    this.#look();
  }

  stop(): void {
    this.#isStarted = false;
    this.#timer?.cancel();
    this.#timer = null;
    this.#waiting.length = 0;
  }

  /** Takes some away and adds others; those that stay go on undisturbed. What runs of one that goes, runs to its end. */
  change(gone: Iterable<Scheduled>, added: Iterable<Scheduled>): void {
    for (const scheduled of gone) this.#scheduled.delete(scheduled);
    for (const scheduled of added) this.#scheduled.add(scheduled);
    if (this.#isStarted) this.#arm();
  }

  expire(): void {
    this.#timer = null;
    this.#look();
  }

  #look(): void {
    const now = this.#parts.clock.now();
    let looked = 0;
    for (const scheduled of this.#scheduled) {
      if (scheduled.nextAt > now) continue;
      if (++looked > MOST_AT_ONCE) break;
      const coming = scheduled.come(now);
      if (coming === null) continue;
      if (coming.type === "run") this.#waiting.push({ scheduled, at: coming.at });
      else this.#pass(scheduled, coming.type, coming.at);
    }
    this.#pump();
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = null;
    let nextAt = Number.POSITIVE_INFINITY;
    for (const scheduled of this.#scheduled) nextAt = Math.min(nextAt, scheduled.nextAt);
    if (nextAt === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#parts;
    const delay = Math.min(LOOK_AGAIN_MS, Math.max(SOON_MS, nextAt - clock.now()));
    this.#timer = clock.startTimer(delay, this, "look");
  }

  #pass(scheduled: Scheduled, result: "skipped" | "missed", at: number): void {
    const { script, schedule } = scheduled;
    const { log, onResult } = this.#parts;
    const why = result === "missed" ? "A time of a schedule was slept through" : "A time of a schedule was skipped";
    log.warn(why, { script, schedule: schedule.name, scheduledAt: new Date(at).toISOString() });
    onResult(script, result);
    void this.#note(scheduled);
  }

  #pump(): void {
    while (this.#running < MOST_RUNNING) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running++;
      void this.#run(next).then((result) => {
        this.#running--;
        next.scheduled.end(result);
        this.#parts.onResult(next.scheduled.script, result);
        this.#pump();
      });
    }
  }

  /** Never rejects. */
  async #run({ scheduled, at }: Waiting): Promise<ScheduleResult> {
    scheduled.begin();
    await this.#note(scheduled);
    const { script, schedule } = scheduled;
    const { name, cron, timeZone } = schedule;
    const scheduledAt = new Date(at).toISOString();
    const { events, log } = this.#parts;
    const outcome = await events.run({
      script,
      id: `${name}@${scheduledAt}`,
      event: { type: "schedule", name, cron, timeZone, scheduledAt },
      parse: nothing,
    });
    if (outcome.type === "returned") return "ran";
    if (outcome.type === "fault") return "failed";
    if (scheduled.lastResult !== "unhandled") {
      log.warn("A schedule has come, and no live version of its script handles it", { script, schedule: name });
    }
    return "unhandled";
  }

  /** A store that is away costs the promise that a restart repeats nothing, not the event. */
  async #note(scheduled: Scheduled): Promise<void> {
    const { store, log } = this.#parts;
    try {
      await store.mark(scheduled.mark);
    } catch (error) {
      const { script, schedule } = scheduled;
      log.warn("How far a schedule has come could not be noted", { script, schedule: schedule.name, error });
    }
  }
}

/** A decision would have no call to be about. */
function nothing(value: unknown) {
  if (value === undefined || value === null) return ok(undefined);
  return fail("a schedule handler returns nothing: what it wants done, it asks for with await");
}
