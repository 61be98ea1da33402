/** Slows down whoever guesses tokens: a small bucket of failures for each source address, and a bounded number of buckets. */
import { isIPv6 } from "node:net";
import type { Clock } from "../base/clock.ts";

/** Failures in a row before an address has to wait. */
const BURST = 20;
/** One failure is forgiven after this long. */
const REFILL_MS = 2_000;
const MAX_ADDRESSES = 10_000;

interface Bucket {
  failures: number;
  at: number;
}

export class FailureThrottle {
  readonly #clock: Clock;
  /** In the order of the last failure, so that the oldest goes first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds until this address may try again; 0 where it may now. */
  waitSeconds(address: string): number {
    const failures = this.#failures(networkOf(address));
    // One more must fit in: what was forgiven within these very failures is less than one.
    const over = failures + 1 - BURST;
    return over <= 0 ? 0 : Math.ceil((over * REFILL_MS) / 1000);
  }

  /** Counts a failure. */
  fail(address: string): void {
    const network = networkOf(address);
    const failures = this.#failures(network) + 1;
    this.#buckets.delete(network);
    this.#buckets.set(network, { failures, at: this.#clock.now() });
    if (this.#buckets.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #failures(network: string): number {
    const bucket = this.#buckets.get(network);
    if (bucket === undefined) return 0;
    return Math.max(0, bucket.failures - (this.#clock.now() - bucket.at) / REFILL_MS);
  }
}

/** An IPv4 address itself, or the /64 of an IPv6 one: whoever has one address of it has them all. */
export function networkOf(address: string): string {
  const plain = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail !== undefined) while (groups.length + rest.length < 8) groups.push("0");
  return [...groups, ...rest].slice(0, 4).join(":");
}
