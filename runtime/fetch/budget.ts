/**
 * How much scripts may fetch over time. Each request and each byte of an answer costs the process that routes the calls a
 * little of its time: one script gets about a tenth of it at most, and all together a third.
 */
import type { Clock } from "../base/clock.ts";

export interface BudgetLimits {
  /** Bytes that come back each second. */
  readonly perSecond: number;
  /** Bytes that may be fetched at once after a rest. */
  readonly most: number;
}

const BYTES_PER_MB = 1024 * 1024;
const OF_ONE: BudgetLimits = { perSecond: 8 * BYTES_PER_MB, most: 32 * BYTES_PER_MB };
const OF_ALL: BudgetLimits = { perSecond: 24 * BYTES_PER_MB, most: 96 * BYTES_PER_MB };
/** What a request costs whose answer is empty, in bytes. */
const REQUEST_BYTES = 16_384;
const MOST_KEPT = 1000;
const MS_PER_SECOND = 1000;

interface Account {
  bytes: number;
  /** When `bytes` was right. */
  at: number;
}

export class Budget {
  readonly #clock: Clock;
  readonly #ofOne: BudgetLimits;
  readonly #ofAll: BudgetLimits;
  readonly #all: Account;
  readonly #accounts = new Map<string, Account>();

  constructor(clock: Clock, ofOne: BudgetLimits = OF_ONE, ofAll: BudgetLimits = OF_ALL) {
    this.#clock = clock;
    this.#ofOne = ofOne;
    this.#ofAll = ofAll;
    this.#all = { bytes: ofAll.most, at: clock.now() };
  }

  /** Whether there is anything left to begin with. */
  isOpen(key: string): boolean {
    this.#refill(this.#all, this.#ofAll);
    return this.#all.bytes > 0 && this.#of(key).bytes > 0;
  }

  /** One request has begun. */
  begin(key: string): void {
    this.spend(key, REQUEST_BYTES);
  }

  /** What has come back may be more than there was; then nothing begins until that is made up for. */
  spend(key: string, bytes: number): void {
    this.#of(key).bytes -= bytes;
    this.#all.bytes -= bytes;
  }

  #of(key: string): Account {
    const known = this.#accounts.get(key);
    if (known !== undefined) {
      this.#refill(known, this.#ofOne);
      return known;
    }
    if (this.#accounts.size >= MOST_KEPT) this.#forget();
    const account = { bytes: this.#ofOne.most, at: this.#clock.now() };
    this.#accounts.set(key, account);
    return account;
  }

  #refill(account: Account, { perSecond, most }: BudgetLimits): void {
    const now = this.#clock.now();
    account.bytes = Math.min(most, account.bytes + (Math.max(0, now - account.at) / MS_PER_SECOND) * perSecond);
    account.at = now;
  }

  /** Those that are full are as good as new. */
  #forget(): void {
    for (const [key, account] of this.#accounts) {
      this.#refill(account, this.#ofOne);
      if (account.bytes === this.#ofOne.most) this.#accounts.delete(key);
    }
  }
}
