/**
 * All live calls as one stream, for a page that shows them: what there is at first, then what has changed, gathered over
 * half a second. It is made once for all who follow it, and not at all while nobody does.
 */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Feed, Feeds, SwitchEvent } from "../port/feed.ts";
import type { CallControl, CallSummary } from "../port/switch.ts";

const GATHER_MS = 500;
const FIGURES_EVERY = 4;
/** Calls in one entry. A page of more rows is read by nobody. */
const MOST_CALLS = 500;
const SECOND_MS = 1000;
const WINDOW_SECONDS = 60;

export type LiveCallsEntry =
  | {
      readonly type: "snapshot";
      /** The newest, oldest first. */
      readonly calls: readonly CallSummary[];
      readonly total: number;
    }
  | {
      readonly type: "changes";
      /** Those that are new or have changed, as they are now. */
      readonly changed: readonly CallSummary[];
      /** Changes that were too many: the oldest of them are left away. */
      readonly more: number;
      readonly ended: readonly string[];
      readonly total: number;
    }
  | ({ readonly type: "figures"; readonly at: string; readonly calls: number; readonly limit: number } & Window);

/** What has happened in the last minute, or since somebody has begun to look, where that is shorter. */
interface Window {
  readonly seconds: number;
  readonly started: number;
  readonly answered: number;
  /** Ended without an answer. */
  readonly unanswered: number;
}

interface Second {
  readonly at: number;
  started: number;
  answered: number;
  unanswered: number;
}

type Listener = (entry: LiveCallsEntry, id: number) => void;

export class LiveCallsFeed implements Feed<LiveCallsEntry>, TimerOwner {
  readonly #calls: CallControl;
  readonly #feeds: Feeds;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  readonly #changed = new Map<string, CallSummary>();
  readonly #ended = new Set<string>();
  /** The oldest first. */
  #seconds: Second[] = [];
  #watchedSince = 0;
  #unsubscribe: (() => void) | null = null;
  #timer: Timer | null = null;
  #turns = 0;
  #lastId = 0;

  constructor({ calls, feeds, clock }: { readonly calls: CallControl; readonly feeds: Feeds; readonly clock: Clock }) {
    this.#calls = calls;
    this.#feeds = feeds;
    this.#clock = clock;
  }

  /** Everybody begins with all that there is. */
  subscribe(listener: Listener): () => void {
    if (this.#listeners.size === 0) this.#begin();
    // What has been gathered is in it already, and may be told once more.
    listener({ type: "snapshot", calls: this.#calls.newest(MOST_CALLS), total: this.#calls.active }, ++this.#lastId);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  /** Nothing is remembered: whoever comes back gets all that there is then. */
  since(): readonly [] {
    return [];
  }

  expire(): void {
    this.#timer = this.#clock.startTimer(GATHER_MS, this, "gather");
    if (this.#changed.size > 0 || this.#ended.size > 0) this.#publish(this.#takeChanges());
    if (++this.#turns % FIGURES_EVERY === 0) this.#publish(this.#figures());
  }

  #begin(): void {
    this.#watchedSince = this.#clock.now();
    this.#unsubscribe = this.#feeds.events.subscribe((event) => this.#note(event));
    this.#timer = this.#clock.startTimer(GATHER_MS, this, "gather");
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#timer?.cancel();
    this.#changed.clear();
    this.#ended.clear();
    this.#seconds = [];
  }

  #note(event: SwitchEvent): void {
    if (event.type !== "call") return;
    const { what, call } = event;
    const second = this.#second();
    if (what === "started") second.started++;
    if (what === "ended") {
      if (call.answeredAt === null) second.unanswered++;
      else second.answered++;
      this.#changed.delete(call.id);
      this.#ended.add(call.id);
      return;
    }
    // The newest change is the last.
    this.#changed.delete(call.id);
    this.#changed.set(call.id, call);
  }

  #takeChanges(): LiveCallsEntry {
    const changed = [...this.#changed.values()].slice(-MOST_CALLS);
    const more = this.#changed.size - changed.length;
    const ended = [...this.#ended];
    this.#changed.clear();
    this.#ended.clear();
    return { type: "changes", changed, more, ended, total: this.#calls.active };
  }

  #figures(): LiveCallsEntry {
    const now = this.#clock.now();
    this.#forgetOld(now);
    const seconds = Math.min(WINDOW_SECONDS, (now - this.#watchedSince) / SECOND_MS);
    const sum = (of: "started" | "answered" | "unanswered") =>
      this.#seconds.reduce((total, second) => total + second[of], 0);
    const { active: calls, limit } = this.#calls;
    const window = { seconds, started: sum("started"), answered: sum("answered"), unanswered: sum("unanswered") };
    return { type: "figures", at: isoTime(now), calls, limit, ...window };
  }

  #second(): Second {
    const at = Math.floor(this.#clock.now() / SECOND_MS);
    const last = this.#seconds.at(-1);
    if (last?.at === at) return last;
    this.#forgetOld(this.#clock.now());
    const second = { at, started: 0, answered: 0, unanswered: 0 };
    this.#seconds.push(second);
    return second;
  }

  #forgetOld(now: number): void {
    const oldest = Math.floor(now / SECOND_MS) - WINDOW_SECONDS;
    while ((this.#seconds[0]?.at ?? Number.POSITIVE_INFINITY) <= oldest) this.#seconds.shift();
  }

  #publish(entry: LiveCallsEntry): void {
    const id = ++this.#lastId;
    for (const listener of this.#listeners) listener(entry, id);
  }
}
