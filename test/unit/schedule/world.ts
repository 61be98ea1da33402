/** Schedules on virtual time, with a store in memory and scripts that do what the test says. */
import { silentLog } from "../../../runtime/base/log.ts";
import type {
  Schedule,
  ScheduleMark,
  ScheduleResult,
  ScheduleRow,
  ScheduleStore,
} from "../../../runtime/port/schedule.ts";
import type { EventOutcome, EventRun, ScriptEvents } from "../../../runtime/port/script-events.ts";
import { type ConfiguredSchedules, createSchedules, type Schedules } from "../../../runtime/schedule/schedules.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import type { ScheduleEvent } from "../../../sdk/schedule-event.ts";

/** What was written stays, whatever becomes of the switch. */
export class MemoryStore implements ScheduleStore {
  rows: ScheduleRow[] = [];
  readonly kept = new Map<string, ScheduleMark>();
  isAway = false;

  async all() {
    return this.rows;
  }

  async replace(script: string, schedules: readonly Schedule[], marks: readonly ScheduleMark[]) {
    this.rows = [...this.rows.filter((row) => row.script !== script), ...schedules.map((one) => ({ script, ...one }))];
    for (const mark of marks) await this.mark(mark);
  }

  async marks() {
    return [...this.kept.values()];
  }

  async mark(mark: ScheduleMark) {
    if (this.isAway) throw new Error("the store is away");
    this.kept.set(`${mark.script} ${mark.name}`, mark);
  }

  async forget(marks: readonly { readonly script: string; readonly name: string }[]) {
    for (const { script, name } of marks) this.kept.delete(`${script} ${name}`);
  }
}

export class World implements ScriptEvents {
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  readonly results: string[] = [];
  /** `script name time` of each event, in order. */
  readonly events: string[] = [];
  isHandling = true;
  /** Handlers that run, until `finish`. */
  readonly #busy: ((outcome: EventOutcome<never>) => void)[] = [];
  holds = false;

  constructor(at: string, store = new MemoryStore()) {
    this.clock = new VirtualClock(Date.parse(at));
    this.store = store;
  }

  async schedules(configured: ConfiguredSchedules = {}): Promise<Schedules> {
    const schedules = await createSchedules({
      clock: this.clock,
      log: silentLog,
      store: this.store,
      events: this,
      onResult: (script: string, result: ScheduleResult) => this.results.push(`${script} ${result}`),
      configured,
    });
    schedules.start();
    return schedules;
  }

  isHandled(): boolean {
    return this.isHandling;
  }

  async run<Value>({ script, event, parse }: EventRun<Value>): Promise<EventOutcome<Value>> {
    const { name, scheduledAt } = event as ScheduleEvent;
    this.events.push(`${script} ${name} ${scheduledAt.slice(0, 16)}`);
    if (!this.isHandling) return { type: "unhandled" };
    if (this.holds) return new Promise((resolve) => this.#busy.push(resolve));
    const parsed = parse(undefined);
    if (!parsed.ok) throw new Error(parsed.problem);
    return { type: "returned", ref: { script, version: 1 }, value: parsed.value };
  }

  get busy(): number {
    return this.#busy.length;
  }

  async finish(outcome: EventOutcome<never> = fault): Promise<void> {
    for (const resolve of this.#busy.splice(0)) resolve(outcome);
    await settled();
  }

  /** Lets time pass minute by minute, so that what a time leads to has ended before the next one comes. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      this.clock.advance(60_000);
      await settled();
    }
  }
}

const fault: EventOutcome<never> = { type: "fault", fault: { reason: "threw", message: "x" } };

/** What can go on without time passing, has. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
