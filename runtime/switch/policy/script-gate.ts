/**
 * One script and its policy: which calls may begin, what they may do, and what was used of the day. There is one for each
 * script that has calls; without a policy it lets everything pass and counts nothing.
 */
import type { Clock } from "../../base/clock.ts";
import { isoTime } from "../../base/iso-time.ts";
import { evenPace, TokenBucket } from "../../base/token-bucket.ts";
import type { CountryOf, PolicyLimit, PolicyUsage, ScriptPolicy, UsageRow } from "../../port/policy.ts";
import type { CallState } from "../call/call-state.ts";
import type { Calendar } from "./day.ts";
import { Destinations } from "./destinations.ts";
import { TalkTime } from "./talk-time.ts";

const MINUTE_MS = 60_000;
/** A script is told of calls that were refused only so often. */
const TELL_EVERY_MS = 1000;
const PRUNE_EVERY_MS = 1000;

/** A limit that was reached. */
export interface LimitHit {
  readonly limit: PolicyLimit;
  readonly detail: string;
}

export interface GateParts {
  readonly clock: Clock;
  readonly countryOf: CountryOf;
  calendar(): Calendar;
  /** Whether a call is up. */
  isUp(call: string): boolean;
  /** A limit was reached. */
  reached(script: string, hit: LimitHit): void;
  /** What was used has changed. */
  changed(): void;
}

export class ScriptGate {
  readonly script: string;
  readonly #parts: GateParts;
  #policy: ScriptPolicy | null = null;
  #destinations: Destinations | null = null;
  #rate: TokenBucket | null = null;
  /** Calls that are up. */
  readonly #live = new Set<string>();
  readonly #talk: TalkTime;
  #calls: number;
  #day: string;
  #reached = nothingReached();
  #prunedAt = 0;
  readonly #toldAt = new Map<PolicyLimit, number>();

  /** `used`: what is known of an earlier run of the switch. */
  constructor(script: string, parts: GateParts, used?: Pick<UsageRow, "day" | "calls" | "talkMs">) {
    this.script = script;
    this.#parts = parts;
    const { key, start } = parts.calendar().dayAt(parts.clock.now());
    const isToday = used?.day === key;
    this.#day = key;
    this.#calls = isToday ? used.calls : 0;
    this.#talk = new TalkTime(start, isToday ? used.talkMs : 0);
  }

  /** `calls`: those of the script that are up. `burst`: new calls at once. @default those of a second */
  apply(policy: ScriptPolicy | null, calls: Iterable<Pick<CallState, "id" | "answeredAt">>, burst?: number): void {
    const hadPolicy = this.#policy !== null;
    const { clock, countryOf } = this.#parts;
    this.#policy = policy;
    this.#destinations = policy?.destinations === undefined ? null : new Destinations(policy.destinations, countryOf);
    const pace = policy?.callsPerSecond === undefined ? null : evenPace(policy.callsPerSecond);
    if (pace === null) this.#rate = null;
    else if (this.#rate?.pace.perSecond !== pace.perSecond)
      this.#rate = new TokenBucket(burst === undefined ? pace : { ...pace, burst }, clock);
    if (policy === null) this.#forgetCalls();
    else if (!hadPolicy) this.#findCalls(calls);
  }

  get policy(): ScriptPolicy | null {
    return this.#policy;
  }

  /** Whom the script may call; `null`: anybody. */
  get destinations(): Destinations | null {
    return this.#destinations;
  }

  /** Why no further call may begin now; `null`: one may. */
  refusal(): LimitHit | null {
    const policy = this.#policy;
    if (policy === null) return null;
    this.#roll();
    return this.#tooMany(policy) ?? this.#tooFast() ?? this.#overBudget(policy);
  }

  /** A call begins. */
  enter(call: string): void {
    if (this.#policy === null) return;
    this.#roll();
    this.#rate?.spend();
    this.#live.add(call);
    this.#calls++;
    this.#parts.changed();
  }

  /** A call of an earlier process goes on: it was counted when it began, and what it has talked was written down. */
  resume(call: string, isAnswered: boolean): void {
    if (this.#policy === null) return;
    this.#live.add(call);
    if (isAnswered) this.answered(call);
  }

  answered(call: string): void {
    if (!this.#live.has(call)) return;
    this.#roll();
    this.#talk.begin(call, this.#parts.clock.now());
    this.#parts.changed();
  }

  leave(call: string): void {
    if (!this.#live.delete(call)) return;
    this.#roll();
    this.#talk.end(call, this.#parts.clock.now());
    this.#parts.changed();
  }

  note(hit: LimitHit): void {
    this.#roll();
    this.#reached[hit.limit]++;
    this.#parts.reached(this.script, hit);
  }

  /** Whether the script is to be told of another call that was refused. */
  mayTell(limit: PolicyLimit): boolean {
    const now = this.#parts.clock.now();
    const last = this.#toldAt.get(limit);
    if (last !== undefined && Math.abs(now - last) < TELL_EVERY_MS) return false;
    this.#toldAt.set(limit, now);
    return true;
  }

  get isTalking(): boolean {
    return this.#talk.isRunning;
  }

  used(): Pick<UsageRow, "day" | "calls" | "talkMs"> {
    this.#roll();
    return { day: this.#day, calls: this.#calls, talkMs: this.#talk.usedMs(this.#parts.clock.now()) };
  }

  usage(): PolicyUsage {
    const { day, calls, talkMs } = this.used();
    const calendar = this.#parts.calendar();
    this.#prune();
    return {
      day,
      timeZone: calendar.timeZone,
      resetsAt: isoTime(calendar.dayAt(this.#parts.clock.now()).end),
      concurrentCalls: this.#live.size,
      calls,
      minutes: talkMs / MINUTE_MS,
      reached: { ...this.#reached },
    };
  }

  #tooMany({ maxConcurrentCalls: most }: ScriptPolicy): LimitHit | null {
    if (most === undefined || this.#live.size < most) return null;
    this.#prune();
    if (this.#live.size < most) return null;
    return { limit: "concurrent-calls", detail: `${this.#live.size} calls are up, and maxConcurrentCalls is ${most}` };
  }

  #tooFast(): LimitHit | null {
    if (this.#rate === null || this.#rate.isFree) return null;
    return { limit: "calls-per-second", detail: `callsPerSecond is ${this.#rate.pace.perSecond}` };
  }

  #overBudget({ dailyBudget }: ScriptPolicy): LimitHit | null {
    if (dailyBudget === undefined) return null;
    const { calls, minutes } = dailyBudget;
    const day = `${this.#day} (${this.#parts.calendar().timeZone})`;
    if (calls !== undefined && this.#calls >= calls) {
      return { limit: "daily-calls", detail: `the ${calls} calls of ${day} are used up` };
    }
    if (minutes === undefined || this.#talkedMs() < minutes * MINUTE_MS) return null;
    this.#prune();
    if (this.#talkedMs() < minutes * MINUTE_MS) return null;
    return { limit: "daily-minutes", detail: `the ${minutes} minutes of ${day} are used up` };
  }

  #talkedMs(): number {
    return this.#talk.usedMs(this.#parts.clock.now());
  }

  #roll(): void {
    const { clock, calendar } = this.#parts;
    const { key, start } = calendar().dayAt(clock.now());
    if (key === this.#day) return;
    this.#day = key;
    this.#calls = 0;
    this.#reached = nothingReached();
    this.#talk.startDay(start);
  }

  /** What counts is which calls are up: one that was lost to a bug of ours goes here. A flood does not look again and again. */
  #prune(): void {
    const now = this.#parts.clock.now();
    if (Math.abs(now - this.#prunedAt) < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    for (const call of this.#live) if (!this.#parts.isUp(call)) this.leave(call);
  }

  #findCalls(calls: Iterable<Pick<CallState, "id" | "answeredAt">>): void {
    for (const { id, answeredAt } of calls) {
      this.#live.add(id);
      if (answeredAt !== null) this.answered(id);
    }
  }

  #forgetCalls(): void {
    for (const call of [...this.#live]) this.leave(call);
  }
}

function nothingReached(): Record<PolicyLimit, number> {
  return {
    destination: 0,
    "concurrent-calls": 0,
    "calls-per-second": 0,
    duration: 0,
    "daily-calls": 0,
    "daily-minutes": 0,
  };
}
