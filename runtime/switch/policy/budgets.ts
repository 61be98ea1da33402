/**
 * Budgets of users and trunks: what may be called, how often and for how long, by day and by night. Kept by the gates that
 * keep the policies of scripts; what counts is each leg that holds a line of a trunk. Emergency calls neither count nor stop.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { Budget } from "../../contract/budget.ts";
import type { BudgetAdmin, BudgetUse } from "../../port/budget.ts";
import type { BudgetSubject } from "../../port/guard.ts";
import { BudgetAccount, type BudgetAccountParts, nameOf, type Outgoing } from "./budget-account.ts";

/** Calls that are up use up the minutes of the day: how often they are looked at. */
const LOOK_EVERY_MS = 15_000;
/** Users that call; who has nothing up and has not called for the longest makes room. */
const MOST_ACCOUNTS = 20_000;

export interface ConfiguredBudgets {
  /** Of each user who has none of his own. */
  readonly user: Budget | null;
  readonly users: ReadonlyMap<string, Budget>;
  readonly trunks: ReadonlyMap<string, Budget>;
}

export interface BudgetsParts extends BudgetAccountParts {
  refused(reason: "budget", source: string): void;
  /** Ends the call that holds a line. */
  hangUp(holder: string): void;
}

export interface BudgetHit {
  readonly limit: "user-budget" | "trunk-budget";
  /** A sentence for a log. */
  readonly detail: string;
}

export class Budgets implements BudgetAdmin, TimerOwner {
  readonly #parts: BudgetsParts;
  #configured: ConfiguredBudgets;
  readonly #accounts = new Map<string, BudgetAccount>();
  readonly #byHolder = new Map<string, readonly BudgetAccount[]>();
  #timer: Timer | null = null;

  constructor(parts: BudgetsParts, configured: ConfiguredBudgets) {
    this.#parts = parts;
    this.#configured = configured;
  }

  configure(configured: ConfiguredBudgets): void {
    this.#configured = configured;
    for (const [name, account] of this.#accounts) {
      const budget = this.#budgetOf(account.subject);
      if (budget !== null) account.apply(budget);
      else if (account.holders.size > 0) account.apply({});
      else this.#forget(name);
    }
  }

  /** Why no line may be taken; `null`: one may, and it is held under this name until `left`. */
  take(outgoing: Outgoing, holder: string): BudgetHit | null {
    const accounts = this.#accountsOf(outgoing);
    for (const account of accounts) {
      const hit = account.refuse(outgoing);
      if (hit === null) continue;
      this.#parts.refused("budget", outgoing.source);
      const { of, name } = account.subject;
      return { limit: `${of}-budget`, detail: `the budget of ${of} ${name} is reached: ${hit.detail}` };
    }
    for (const account of accounts) account.take(holder);
    if (accounts.length > 0) this.#byHolder.set(holder, accounts);
    return null;
  }

  answered(holder: string): void {
    const accounts = this.#byHolder.get(holder);
    if (accounts === undefined) return;
    for (const account of accounts) account.answered(holder);
    this.#look();
  }

  /** The line is given back. */
  left(holder: string): void {
    const accounts = this.#byHolder.get(holder);
    if (accounts === undefined) return;
    this.#byHolder.delete(holder);
    for (const account of accounts) account.leave(holder);
  }

  uses(): readonly BudgetUse[] {
    return [...this.#accounts.values()].map((account) => account.use());
  }

  expire(): void {
    this.#timer = null;
    for (const account of new Set([...this.#byHolder.values()].flat())) {
      if (!account.isTalking) continue;
      account.settle();
      account.warn();
      if (account.isUsedUp) for (const holder of [...account.holders]) this.#parts.hangUp(holder);
    }
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #accountsOf({ user, trunk }: Outgoing): readonly BudgetAccount[] {
    const ofUser = user === null ? null : this.#accountOf({ of: "user", name: user });
    const ofTrunk = this.#accountOf({ of: "trunk", name: trunk });
    return [ofUser, ofTrunk].filter((account) => account !== null);
  }

  #accountOf(subject: BudgetSubject): BudgetAccount | null {
    const name = nameOf(subject);
    const known = this.#accounts.get(name);
    known?.settle();
    if (known !== undefined) return known;
    const budget = this.#budgetOf(subject);
    if (budget === null) return null;
    this.#makeRoom();
    const account = new BudgetAccount(subject, budget, this.#parts);
    this.#accounts.set(name, account);
    return account;
  }

  #budgetOf({ of, name }: BudgetSubject): Budget | null {
    const { user, users, trunks } = this.#configured;
    return of === "trunk" ? (trunks.get(name) ?? null) : (users.get(name) ?? user);
  }

  #look(): void {
    if (this.#byHolder.size > 0) this.#timer ??= this.#parts.clock.startTimer(LOOK_EVERY_MS, this, "budgets");
  }

  #makeRoom(): void {
    if (this.#accounts.size < MOST_ACCOUNTS) return;
    for (const [name, { holders }] of this.#accounts) {
      if (holders.size > 0) continue;
      this.#forget(name);
      return;
    }
  }

  #forget(name: string): void {
    this.#accounts.delete(name);
    this.#parts.gates.forget(name);
  }
}
