/**
 * Makes the identifiers that this process owns: tags, branches, Call-IDs and the user part of Contact. Each begins with
 * the number of the partition that owns it, so that whoever receives a message for another partition can hand it over.
 */
import { randomText } from "../base/random.ts";

/** RFC 3261 §8.1.1.7: says that a branch is unique. */
const MAGIC_COOKIE = "z9hG4bK";

export class Mint {
  readonly #prefix: string;
  /** Makes branches of one process unique without drawing much randomness for each. */
  readonly #epoch: string;
  readonly #now: () => number;
  readonly #random: (length: number) => string;
  #branches = 0;

  /** `random`: letters and digits that nobody can guess. */
  constructor(now: () => number, partition = 0, random: (length: number) => string = randomText) {
    this.#now = now;
    this.#random = random;
    this.#prefix = `${partition.toString(36)}.`;
    this.#epoch = random(6);
  }

  /** For From and To (RFC 3261 §19.3): over 50 random bits. */
  tag(): string {
    return this.#prefix + this.#random(11);
  }

  branch(): string {
    return `${MAGIC_COOKIE}${this.#prefix}${this.#epoch}.${(++this.#branches).toString(36)}`;
  }

  callId(): string {
    return this.#prefix + this.#random(22);
  }

  /** Names one call in logs, in the API and in Contact. Names grow with time, so records are found and stored in order. */
  callName(): string {
    return this.#prefix + this.#now().toString(36) + this.#random(7);
  }
}
