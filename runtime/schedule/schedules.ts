/**
 * All schedules: those of the configuration, and those that are kept in the store and set over HTTP. Where both have one
 * of the same name for a script, the configuration's counts.
 */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { parseCron } from "../contract/cron.ts";
import type { Schedule, ScheduleAdmin, ScheduleMark, ScheduleStore, ScheduleView } from "../port/schedule.ts";
import { Scheduled } from "./scheduled.ts";
import { Scheduler, type SchedulerParts } from "./scheduler.ts";

/** Of all scripts together. */
const MOST_SCHEDULES = 1000;
/** A schedule that has come further than this into the future was brought there by a clock that was wrong, or is now. */
const CLOCK_ERROR_MS = 24 * 60 * 60_000;

/** By script. */
export type ConfiguredSchedules = Readonly<Record<string, readonly Schedule[]>>;

export interface Schedules extends ScheduleAdmin {
  replaceConfigured(configured: ConfiguredSchedules): Promise<void>;
  start(): void;
  stop(): void;
}

/** Reads what is kept, and goes on where each schedule was when the switch ended. */
export async function createSchedules(
  parts: SchedulerParts & { readonly configured: ConfiguredSchedules },
): Promise<Schedules> {
  const schedules = new ScriptSchedules(parts);
  await schedules.load(parts.configured);
  return schedules;
}

class ScriptSchedules implements Schedules {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store: ScheduleStore;
  readonly #scheduler: Scheduler;
  /** By script, those of the configuration first. */
  readonly #live = new Map<string, readonly Scheduled[]>();
  readonly #stored = new Map<string, readonly Schedule[]>();
  #configured = new Map<string, readonly Schedule[]>();
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(parts: SchedulerParts) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#store = parts.store;
    this.#scheduler = new Scheduler(parts);
  }

  async load(configured: ConfiguredSchedules): Promise<void> {
    const marks = new Map((await this.#store.marks()).map((mark) => [keyOf(mark), mark]));
    for (const { script, name, cron, timeZone } of await this.#store.all()) {
      this.#stored.set(script, [...(this.#stored.get(script) ?? []), { name, cron, timeZone }]);
    }
    this.#configured = new Map(Object.entries(configured));
    const scripts = new Set([...this.#configured.keys(), ...this.#stored.keys()]);
    for (const script of scripts) {
      this.#renew(script, (schedule) => {
        const mark = marks.get(keyOf({ script, ...schedule }));
        return mark !== undefined && isSame(mark, schedule) ? mark.reachedAt : this.#clock.now();
      });
    }
    const live = [...this.#live.values()].flat();
    const known = new Set(live.map(({ mark }) => keyOf(mark)));
    const strays = [...marks.values()].filter((mark) => !known.has(keyOf(mark)));
    if (strays.length > 0) await this.#store.forget(strays);
    for (const { script, schedule, mark } of live) {
      if (mark.reachedAt < this.#clock.now() + CLOCK_ERROR_MS) continue;
      const until = new Date(mark.reachedAt).toISOString();
      this.#log.warn(
        "The clock is behind what a schedule has reached: it rests until then; remove it and set it again to begin now",
        {
          script,
          schedule: schedule.name,
          until,
        },
      );
    }
    await this.#note(
      live.map(({ mark }) => mark).filter((mark) => marks.get(keyOf(mark))?.reachedAt !== mark.reachedAt),
    );
  }

  start(): void {
    this.#scheduler.start();
  }

  stop(): void {
    this.#scheduler.stop();
  }

  list(script: string): readonly ScheduleView[] {
    return (this.#live.get(script) ?? []).map((scheduled) => scheduled.view());
  }

  stored(script: string): readonly Schedule[] {
    return this.#stored.get(script) ?? [];
  }

  replace(script: string, schedules: readonly Schedule[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#check(script, schedules);
      const now = this.#clock.now();
      const before = this.stored(script);
      const fresh = schedules.filter(
        (schedule) => !before.some((old) => old.name === schedule.name && isSame(old, schedule)),
      );
      const marks = fresh.map((schedule) => ({ script, ...schedule, reachedAt: now }));
      await this.#store.replace(script, schedules, marks);
      if (schedules.length === 0) this.#stored.delete(script);
      else this.#stored.set(script, schedules);
      this.#renew(script, () => now);
    });
  }

  replaceConfigured(configured: ConfiguredSchedules): Promise<void> {
    return this.#inTurn(async () => {
      const before = [...this.#configured.keys()];
      this.#configured = new Map(Object.entries(configured));
      const scripts = new Set([...before, ...this.#configured.keys()]);
      const now = this.#clock.now();
      const added = [...scripts].flatMap((script) => this.#renew(script, () => now));
      await this.#note(added.map(({ mark }) => mark));
    });
  }

  #check(script: string, schedules: readonly Schedule[]): void {
    const declared = this.#configured.get(script) ?? [];
    const taken = schedules.find(({ name }) => declared.some((other) => other.name === name));
    if (taken !== undefined) {
      const message = `The schedule "${taken.name}" of "${script}" is declared in the configuration file: change it there.`;
      throw new RequestError("managed-by-config", message);
    }
    let others = 0;
    for (const [name, of] of this.#stored) if (name !== script) others += of.length;
    if (others + schedules.length <= MOST_SCHEDULES) return;
    throw new RequestError(
      "conflict",
      `There are ${others} schedules of other scripts; ${MOST_SCHEDULES} are the most.`,
    );
  }

  /** Makes what is declared live. What has not changed goes on; returns the others. `reachedAt`: how far one has come. */
  #renew(script: string, reachedAt: (schedule: Schedule) => number): readonly Scheduled[] {
    const declared = this.#configured.get(script) ?? [];
    const kept = this.stored(script).filter(({ name }) => !declared.some((other) => other.name === name));
    const before = this.#live.get(script) ?? [];
    const added: Scheduled[] = [];
    const renew = (schedule: Schedule, isManaged: boolean): readonly Scheduled[] => {
      const { name } = schedule;
      const isIt = (old: Scheduled) =>
        old.schedule.name === name && old.isManaged === isManaged && isSame(old.schedule, schedule);
      const same = before.find(isIt);
      if (same !== undefined) return [same];
      const parsed = parseCron(schedule.cron, schedule.timeZone);
      if (!parsed.ok) {
        // It was checked when it was set, by a program that knew other time zones.
        this.#log.error("A schedule cannot be read any more", {
          script,
          schedule: name,
          problem: parsed.problem.message,
        });
        return [];
      }
      const scheduled = new Scheduled({ script, schedule, isManaged }, parsed.value, reachedAt(schedule));
      added.push(scheduled);
      return [scheduled];
    };
    const after = [...declared.flatMap((one) => renew(one, true)), ...kept.flatMap((one) => renew(one, false))];
    if (after.length === 0) this.#live.delete(script);
    else this.#live.set(script, after);
    this.#scheduler.change(
      before.filter((old) => !after.includes(old)),
      added,
    );
    return added;
  }

  async #note(marks: readonly ScheduleMark[]): Promise<void> {
    try {
      for (const mark of marks) await this.#store.mark(mark);
    } catch (error) {
      this.#log.warn("Where schedules begin could not be noted", { error });
    }
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const done = this.#lastWrite.then(write);
    this.#lastWrite = done.catch(() => undefined);
    return done;
  }
}

function isSame(one: Pick<Schedule, "cron" | "timeZone">, other: Pick<Schedule, "cron" | "timeZone">): boolean {
  return one.cron === other.cron && one.timeZone === other.timeZone;
}

/** Neither part has a blank. */
function keyOf({ script, name }: { readonly script: string; readonly name: string }): string {
  return `${script} ${name}`;
}
