/**
 * Answers of DNS for as long as they last (RFC 2181 §8, RFC 2308), within bounds; questions that are under way are asked
 * once. Where nobody answers, an old answer serves for a while longer (RFC 8767): calls go on when a resolver is down.
 */
import type { Clock } from "../../../base/clock.ts";
import { DnsFailure } from "./failure.ts";

const MAX_ENTRIES = 4096;
/** Under way at once: names come from strangers. */
const MAX_UNANSWERED = 256;
const MIN_TTL_MS = 5_000;
const MAX_TTL_MS = 3_600_000;
/** For how long there is nothing, where the zone does not say. */
const NOTHING_TTL_MS = 30_000;
const MAX_NOTHING_TTL_MS = 300_000;
/** For how long it is believed that nobody answers. */
const FAILURE_TTL_MS = 5_000;
/** RFC 8767 §5: how long an answer that has run out may serve, and for how long it then counts as fresh. */
const MAX_STALE_MS = 6 * 3_600_000;
const STALE_TTL_MS = 30_000;
/** RFC 8767 §5: how long whoever has an old answer waits for a new one. */
const STALE_PATIENCE_MS = 1_800;

export interface Fetched<Item> {
  /** Empty: there is nothing of that name and type. */
  readonly items: readonly Item[];
  /** Absent for what does not exist, where the zone does not say for how long. */
  readonly ttlSeconds: number | undefined;
}

interface Entry {
  /** Absent: nothing is known, and `failure` says why. */
  items: readonly unknown[] | undefined;
  failure: unknown;
  until: number;
  /** When what is known has run out for good. */
  staleUntil: number;
  pending: Promise<void> | undefined;
}

export class DnsCache {
  readonly #clock: Clock;
  /** By type and name, the one that was asked for last at the end. */
  readonly #entries = new Map<string, Entry>();
  #unanswered = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is known by this key, or what `fetch` finds. The key says what kind of items there are. */
  async find<Item>(key: string, fetch: () => Promise<Fetched<Item>>): Promise<readonly Item[]> {
    const entry = this.#entryOf(key);
    if (entry.until <= this.#clock.now()) await this.#refresh(entry, fetch);
    if (entry.items === undefined) throw entry.failure;
    return entry.items as readonly Item[];
  }

  clear(): void {
    this.#entries.clear();
  }

  #entryOf(key: string): Entry {
    const known = this.#entries.get(key);
    const entry = known ?? { items: undefined, failure: undefined, until: 0, staleUntil: 0, pending: undefined };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > MAX_ENTRIES) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return entry;
  }

  async #refresh<Item>(entry: Entry, fetch: () => Promise<Fetched<Item>>): Promise<void> {
    if (entry.staleUntil <= this.#clock.now()) entry.items = undefined;
    if (entry.pending === undefined) {
      if (this.#unanswered >= MAX_UNANSWERED) {
        if (entry.items !== undefined) return;
        throw new DnsFailure("busy", `${MAX_UNANSWERED} DNS questions wait for an answer already.`);
      }
      entry.pending = this.#fetch(entry, fetch);
    }
    if (entry.items === undefined) await entry.pending;
    else await this.#atMost(STALE_PATIENCE_MS, entry.pending);
  }

  async #fetch<Item>(entry: Entry, fetch: () => Promise<Fetched<Item>>): Promise<void> {
    this.#unanswered++;
    try {
      const { items, ttlSeconds } = await fetch();
      const now = this.#clock.now();
      entry.items = items;
      entry.until = now + lifeOf(items.length > 0, ttlSeconds);
      // What does not exist is not worth remembering any longer.
      entry.staleUntil = items.length > 0 ? entry.until + MAX_STALE_MS : entry.until;
    } catch (error) {
      entry.failure = error;
      entry.until = this.#clock.now() + (entry.items === undefined ? FAILURE_TTL_MS : STALE_TTL_MS);
    } finally {
      entry.pending = undefined;
      this.#unanswered--;
    }
  }

  #atMost(ms: number, work: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.startTimer(ms, { expire: () => resolve() }, "stale");
    void work.then(() => {
      timer.cancel();
      resolve();
    });
    return promise;
  }
}

function lifeOf(exists: boolean, ttlSeconds: number | undefined): number {
  const ms = ttlSeconds === undefined ? NOTHING_TTL_MS : ttlSeconds * 1000;
  return Math.min(Math.max(ms, MIN_TTL_MS), exists ? MAX_TTL_MS : MAX_NOTHING_TTL_MS);
}
