/**
 * Lines of trunks: each call that leaves by a trunk, or comes from it, holds one, under its own name, until it gives it
 * back. What is counted is who holds a line, so that nothing can drift; one whose call is gone is taken back.
 */
import type { Clock } from "../../base/clock.ts";
import { evenPace, TokenBucket } from "../../base/token-bucket.ts";
import type { Trunk } from "./trunk.ts";

const PRUNE_EVERY_MS = 1000;

/** What a trunk takes no more of. */
export interface TrunkLimitHit {
  readonly limit: "trunk-calls" | "trunk-rate";
  /** A sentence for a log. */
  readonly detail: string;
}

export interface LeasesParts {
  readonly clock: Pick<Clock, "now">;
  /** Whether a call is up. */
  isUp(call: string): boolean;
  /** Somebody has given his line back. @default nobody is told */
  released?(holder: string): void;
}

interface Line {
  readonly trunk: string;
  readonly call: string;
}

export class Leases {
  readonly #parts: LeasesParts;
  /** By what holds it: a leg that goes out, or the call that has come in. */
  readonly #lines = new Map<string, Line>();
  readonly #counts = new Map<string, Set<string>>();
  readonly #ofCall = new Map<string, Set<string>>();
  readonly #rates = new Map<string, TokenBucket>();
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
  }

  /** Takes a line; why there is none, `null`: it is taken. `isOutgoing`: the rate counts. `always`: limits do not. */
  take(
    trunk: Trunk,
    {
      call,
      holder,
      isOutgoing,
      always,
    }: {
      readonly call: string;
      readonly holder: string;
      readonly isOutgoing: boolean;
      readonly always: boolean;
    },
  ): TrunkLimitHit | null {
    const rate = isOutgoing ? this.#rateOf(trunk) : null;
    const hit = always ? null : (this.#tooMany(trunk) ?? tooFast(trunk, rate));
    if (hit !== null) return hit;
    rate?.spend();
    this.#lines.set(holder, { trunk: trunk.name, call });
    addTo(this.#counts, trunk.name, holder);
    addTo(this.#ofCall, call, holder);
    return null;
  }

  /** Whoever holds the line belongs to another call from now on. */
  move(holder: string, call: string): void {
    const line = this.#lines.get(holder);
    if (line === undefined) return;
    removeFrom(this.#ofCall, line.call, holder);
    addTo(this.#ofCall, call, holder);
    this.#lines.set(holder, { ...line, call });
  }

  /** One leg is over. */
  release(holder: string): void {
    const line = this.#lines.get(holder);
    if (line === undefined) return;
    this.#lines.delete(holder);
    removeFrom(this.#counts, line.trunk, holder);
    removeFrom(this.#ofCall, line.call, holder);
    this.#parts.released?.(holder);
  }

  /** The call is over with all that it holds. */
  releaseCall(call: string): void {
    const holders = this.#ofCall.get(call);
    if (holders === undefined) return;
    for (const holder of [...holders]) this.release(holder);
  }

  /** The call that a line belongs to. */
  callOf(holder: string): string | undefined {
    return this.#lines.get(holder)?.call;
  }

  /** Lines of a trunk that are held. */
  count(trunk: string): number {
    return this.#counts.get(trunk)?.size ?? 0;
  }

  #tooMany({ name, limits: { calls: most } }: Trunk): TrunkLimitHit | null {
    if (most === null || this.count(name) < most) return null;
    this.#prune();
    const held = this.count(name);
    if (held < most) return null;
    return { limit: "trunk-calls", detail: `the trunk ${name} has ${held} calls, and limits.calls is ${most}` };
  }

  #rateOf({ name, limits: { perSecond } }: Trunk): TokenBucket | null {
    if (perSecond === null) {
      this.#rates.delete(name);
      return null;
    }
    const known = this.#rates.get(name);
    if (known?.pace.perSecond === perSecond) return known;
    const rate = new TokenBucket(evenPace(perSecond), this.#parts.clock);
    this.#rates.set(name, rate);
    return rate;
  }

  /** A call that was lost to a bug of ours holds its line no longer. A flood does not look again and again. */
  #prune(): void {
    const now = this.#parts.clock.now();
    if (Math.abs(now - this.#prunedAt) < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    for (const call of [...this.#ofCall.keys()]) if (!this.#parts.isUp(call)) this.releaseCall(call);
  }
}

function tooFast({ name }: Trunk, rate: TokenBucket | null): TrunkLimitHit | null {
  if (rate === null || rate.isFree) return null;
  return {
    limit: "trunk-rate",
    detail: `the trunk ${name} takes ${rate.pace.perSecond} new calls a second (limits.perSecond)`,
  };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

function removeFrom(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  known?.delete(value);
  if (known?.size === 0) sets.delete(key);
}
