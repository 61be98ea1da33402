/**
 * The entries that a host was sent and has not answered, in order, and since when the first of them runs. Pure: times
 * are given. The host answers in order, so the first is the one that runs, unless the host said that it resumed a
 * pending one.
 */
import type { Entry } from "./entry.ts";

/** A host takes no more than what it does in this time. */
const MOST_WAIT_MS = 100;
/** Bounds of that, whatever was measured. */
const LEAST_ENTRIES = 16;
const MOST_ENTRIES = 4096;
/** What an entry takes before any was measured. */
const FIRST_GUESS_MS = 0.05;
/** Weight of the newest measurement: small, so that one script that is stopped after 50 ms does not refuse the next. */
const NEWEST = 1 / 256;
const COMPACT_AT = 64;

export class Backlog {
  #entries: Entry[] = [];
  #first = 0;
  #meanMs = FIRST_GUESS_MS;
  /** When the host was last seen to begin something new: by an answer, or by saying so. */
  #turnedAt = 0;
  #resumed: Entry | null = null;
  #isLoading = false;
  /** Whether what runs has loaded its script: its first event takes longer than those to come. */
  #hasLoaded = false;

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get isFull(): boolean {
    const length = this.length;
    return length >= LEAST_ENTRIES && (length >= MOST_ENTRIES || length * this.#meanMs > MOST_WAIT_MS);
  }

  /** Whether what is sent now will have to wait, though it is taken yet. */
  get isLong(): boolean {
    return this.length >= LEAST_ENTRIES && this.length * this.#meanMs > MOST_WAIT_MS / 2;
  }

  get head(): Entry | undefined {
    return this.#entries[this.#first];
  }

  /** What the host runs now. */
  get running(): Entry | undefined {
    return this.#resumed ?? this.head;
  }

  /** Whether what runs loads its script first. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Since when `running` runs. */
  get since(): number {
    return this.#resumed === null ? Math.max(this.#turnedAt, this.head?.sentAt ?? 0) : this.#turnedAt;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Takes the head where it has this id. */
  answer(id: number, now: number): Entry | undefined {
    const head = this.head;
    if (head === undefined || head.id !== id) return undefined;
    // Only what was begun right after another tells how long it took; the rest is the way there and back.
    if (head.sentAt < this.#turnedAt && !this.#isLoading && !this.#hasLoaded)
      this.#meanMs += (now - this.#turnedAt - this.#meanMs) * NEWEST;
    this.#first++;
    this.#turn(now);
    if (this.#first === this.#entries.length) this.#clear();
    else if (this.#first >= COMPACT_AT && this.#first * 2 >= this.#entries.length) this.#compact();
    return head;
  }

  loading(now: number): void {
    this.#turn(now);
    this.#isLoading = true;
  }

  loaded(now: number): void {
    this.#turn(now);
    this.#hasLoaded = true;
  }

  resumed(entry: Entry | null, now: number): void {
    this.#turn(now);
    this.#resumed = entry;
  }

  /** The host is up and begins with what it was sent meanwhile. */
  begin(now: number): void {
    this.#turnedAt = now;
  }

  /** Everything unanswered, in order. */
  takeAll(): Entry[] {
    const entries = this.#entries.slice(this.#first);
    this.#clear();
    this.#resumed = null;
    return entries;
  }

  #turn(now: number): void {
    this.#turnedAt = now;
    this.#isLoading = false;
    this.#hasLoaded = false;
  }

  /** An entry that was answered leads to its call: the host being idle for once, none is held any longer. */
  #clear(): void {
    this.#entries.length = 0;
    this.#first = 0;
  }

  #compact(): void {
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
