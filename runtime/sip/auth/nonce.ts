/**
 * Nonces that need no memory (RFC 7616 §3.3): `time.salt.mac`, the mac keyed and over time, salt and realm. Only a nonce
 * that somebody has used with the right password is remembered, with its highest count (§3.4.5). That memory is bounded:
 * when it is full the oldest nonce goes, and from then on all nonces as old as it count as stale, so nothing forgotten
 * can be replayed; its phone is challenged once more and goes on.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { randomText } from "../../base/random.ts";

const SALT_CHARACTERS = 8;
const MAC_CHARACTERS = 32;
/** A nonce that claims to come from the future by more than this is not ours; clocks are set back now and then. */
const MAX_CLOCK_STEP_MS = 1000;

/** What a nonce is worth. */
export type NonceReading =
  | { readonly state: "foreign" }
  /** Ours. */
  | { readonly state: "valid" | "stale"; readonly issuedAt: number };

const FOREIGN: NonceReading = { state: "foreign" };

export interface NonceOptions {
  readonly clock: Clock;
  /** The key of the mac: the same over restarts, so that an older nonce is told to be stale and no phone asks its user. */
  readonly key: string;
  readonly realm: string;
  readonly lifetimeMs: number;
  /** How many used nonces are remembered. */
  readonly remembered: number;
}

interface Use {
  readonly issuedAt: number;
  count: number;
}

export class Nonces {
  readonly #options: NonceOptions;
  /** In the order of first use. */
  readonly #uses = new Map<string, Use>();
  /** Nonces issued up to here may have been used and forgotten. */
  #forgottenUntil: number;

  constructor(options: NonceOptions) {
    this.#options = options;
    // What was used before a restart is forgotten too.
    this.#forgottenUntil = options.clock.now() - 1;
  }

  issue(): string {
    const stamp = `${this.#options.clock.now().toString(36)}.${randomText(SALT_CHARACTERS)}`;
    return `${stamp}.${this.#mac(stamp)}`;
  }

  /** Whether a nonce is ours and young enough. */
  check(nonce: string): NonceReading {
    const issuedAt = this.#issuedAt(nonce);
    if (issuedAt === undefined) return FOREIGN;
    const age = this.#options.clock.now() - issuedAt;
    if (age < -MAX_CLOCK_STEP_MS) return FOREIGN;
    const isStale = age > this.#options.lifetimeMs || (issuedAt <= this.#forgottenUntil && !this.#uses.has(nonce));
    return { state: isStale ? "stale" : "valid", issuedAt };
  }

  /** Counts a use with the right password; `false` where this count or a higher one has been used before. */
  use(nonce: string, issuedAt: number, count: number): boolean {
    const known = this.#uses.get(nonce);
    if (known !== undefined) {
      if (count <= known.count) return false;
      known.count = count;
      return true;
    }
    this.#makeRoom();
    // A copy: the nonce is a part of the message it came in, which would be kept in memory as a whole.
    this.#uses.set(Buffer.from(nonce, "latin1").toString("latin1"), { issuedAt, count });
    return true;
  }

  #makeRoom(): void {
    const oldestAlive = this.#options.clock.now() - this.#options.lifetimeMs;
    for (const [nonce, use] of this.#uses) {
      const full = this.#uses.size >= this.#options.remembered;
      if (use.issuedAt >= oldestAlive && !full) return;
      if (use.issuedAt >= oldestAlive) this.#forgottenUntil = Math.max(this.#forgottenUntil, use.issuedAt);
      this.#uses.delete(nonce);
    }
  }

  #issuedAt(nonce: string): number | undefined {
    const macAt = nonce.length - MAC_CHARACTERS - 1;
    const stamp = nonce.slice(0, Math.max(0, macAt));
    const time = /^([0-9a-z]{1,10})\.[0-9a-z]{8}$/.exec(stamp)?.[1];
    if (time === undefined || nonce[macAt] !== ".") return undefined;
    const given = Buffer.from(nonce.slice(macAt + 1), "latin1");
    const expected = Buffer.from(this.#mac(stamp), "latin1");
    return timingSafeEqual(given, expected) ? Number.parseInt(time, 36) : undefined;
  }

  /** The key on both sides of a stamp of fixed form, and half of the digest: as good as HMAC here, at a third of its time. */
  #mac(stamp: string): string {
    const { key, realm } = this.#options;
    return hash("sha256", `${key}:${stamp}:${realm}:${key}`, "hex").slice(0, MAC_CHARACTERS);
  }
}
