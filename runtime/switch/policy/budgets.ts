/**
 * Budgets of users and trunks: what may be called, how often and for how long, by day and by night. Kept by the gates that
 * keep the policies of scripts; what counts is each leg that holds a line of a trunk. Emergency calls neither count nor stop.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Budget } from "../../contract/budget.ts";
import type { BudgetAdmin, BudgetUse } from "../../port/budget.ts";
import type { BudgetSubject, GuardNews } from "../../port/guard.ts";
import { parseUri } from "../../sip/message/uri.ts";
import { isNight, policyOf, rulesAt } from "./budget-rules.ts";
import type { Calendar } from "./day.ts";
import type { LimitHit, ScriptGate } from "./script-gate.ts";

/** Calls that are up use up the minutes of the day: how often they are looked at. */
const LOOK_EVERY_MS = 15_000;
const WARN_AT = 0.8;
/** Four fifths of less is as good as all of it. */
const LEAST_TO_WARN_OF = 5;
/** Users that call; who has nothing up and has not called for the longest makes room. */
const MOST_SUBJECTS = 20_000;

export interface ConfiguredBudgets {
  /** Of each user who has none of his own. */
  readonly user: Budget | null;
  readonly users: ReadonlyMap<string, Budget>;
  readonly trunks: ReadonlyMap<string, Budget>;
}

/** Where the gates come from, and go. */
export interface BudgetGates {
  gateOf(name: string): ScriptGate;
  /** `burst`: new calls at once. */
  apply(name: string, policy: ReturnType<typeof policyOf>, burst?: number): void;
  forget(name: string): void;
}

export interface BudgetsParts {
  readonly clock: Clock;
  readonly gates: BudgetGates;
  calendar(): Calendar;
  tell(news: GuardNews): void;
  refused(reason: "budget", source: string): void;
  /** Ends the call that holds a line. */
  hangUp(holder: string): void;
}

export interface BudgetHit {
  readonly limit: "user-budget" | "trunk-budget";
  /** A sentence for a log. */
  readonly detail: string;
}

/** A leg that is about to take a line. */
export interface Outgoing {
  readonly user: string | null;
  readonly trunk: string;
  readonly number: string;
  readonly gateway: string;
  /** Address of the caller. */
  readonly source: string;
}

interface Account {
  readonly subject: BudgetSubject;
  readonly gate: ScriptGate;
  budget: Budget;
  atNight: boolean;
  /** What was told of it, and on which day. */
  told: Set<string>;
  toldOn: string;
  readonly holders: Set<string>;
}

export class Budgets implements BudgetAdmin, TimerOwner {
  readonly #parts: BudgetsParts;
  #configured: ConfiguredBudgets;
  readonly #accounts = new Map<string, Account>();
  readonly #byHolder = new Map<string, readonly Account[]>();
  #timer: Timer | null = null;

  constructor(parts: BudgetsParts, configured: ConfiguredBudgets) {
    this.#parts = parts;
    this.#configured = configured;
  }

  configure(configured: ConfiguredBudgets): void {
    this.#configured = configured;
    for (const [name, account] of this.#accounts) {
      const budget = this.#budgetOf(account.subject);
      if (budget === null) {
        if (account.holders.size === 0) this.#forget(name);
        else this.#apply(account, {});
      } else {
        this.#apply(account, budget);
      }
    }
  }

  /** Why no line may be taken; `null`: one may, and it is held under this name until `left`. */
  take(outgoing: Outgoing, holder: string): BudgetHit | null {
    const accounts = this.#accountsOf(outgoing);
    for (const account of accounts) {
      const hit = this.#refusal(account, outgoing);
      if (hit === null) continue;
      account.gate.note(hit);
      this.#tell(account, "budget-reached", hit.limit, hit.detail);
      this.#parts.refused("budget", outgoing.source);
      const { of, name } = account.subject;
      return { limit: `${of}-budget`, detail: `the budget of ${of} ${name} is reached: ${hit.detail}` };
    }
    for (const account of accounts) {
      account.gate.enter(holder);
      account.holders.add(holder);
      this.#warn(account);
    }
    if (accounts.length > 0) this.#byHolder.set(holder, accounts);
    return null;
  }

  answered(holder: string): void {
    const accounts = this.#byHolder.get(holder);
    if (accounts === undefined) return;
    for (const account of accounts) account.gate.answered(holder);
    this.#look();
  }

  /** The line is given back. */
  left(holder: string): void {
    const accounts = this.#byHolder.get(holder);
    if (accounts === undefined) return;
    this.#byHolder.delete(holder);
    for (const account of accounts) {
      account.gate.leave(holder);
      account.holders.delete(holder);
      this.#warn(account);
    }
  }

  uses(): readonly BudgetUse[] {
    return [...this.#accounts.values()].map((account) => {
      this.#settle(account);
      const { concurrentCalls, calls, minutes, resetsAt } = account.gate.usage();
      const { subject, atNight } = account;
      return {
        ...subject,
        isNight: atNight,
        calls: concurrentCalls,
        callsToday: calls,
        minutesToday: minutes,
        resetsAt,
      };
    });
  }

  expire(): void {
    this.#timer = null;
    for (const account of new Set([...this.#byHolder.values()].flat())) {
      if (!account.gate.isTalking) continue;
      this.#settle(account);
      this.#warn(account);
      this.#stopIfUsedUp(account);
    }
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #accountsOf({ user, trunk }: Outgoing): readonly Account[] {
    const ofUser = user === null ? null : this.#accountOf({ of: "user", name: user });
    const ofTrunk = this.#accountOf({ of: "trunk", name: trunk });
    return [ofUser, ofTrunk].filter((account) => account !== null);
  }

  #accountOf(subject: BudgetSubject): Account | null {
    const key = keyOf(subject);
    const known = this.#accounts.get(key);
    if (known !== undefined) {
      this.#settle(known);
      return known;
    }
    const budget = this.#budgetOf(subject);
    if (budget === null) return null;
    this.#makeRoom();
    const gate = this.#parts.gates.gateOf(key);
    const told = { told: new Set<string>(), toldOn: "" };
    const account: Account = { subject, gate, budget, atNight: false, ...told, holders: new Set() };
    this.#accounts.set(key, account);
    this.#apply(account, budget);
    return account;
  }

  #budgetOf({ of, name }: BudgetSubject): Budget | null {
    const { user, users, trunks } = this.#configured;
    return of === "trunk" ? (trunks.get(name) ?? null) : (users.get(name) ?? user);
  }

  /** The rules are those of the time of day. */
  #settle(account: Account): void {
    const { clock, calendar } = this.#parts;
    if (account.budget.night === undefined) return;
    if (isNight(account.budget, calendar().zone, clock.now()) !== account.atNight) this.#apply(account, account.budget);
  }

  #apply(account: Account, budget: Budget): void {
    const { clock, calendar, gates } = this.#parts;
    account.budget = budget;
    account.atNight = isNight(budget, calendar().zone, clock.now());
    const rules = rulesAt(budget, account.atNight);
    // All calls of a minute may come at once.
    gates.apply(keyOf(account.subject), policyOf(rules), Math.max(1, rules.callsPerMinute ?? 1));
  }

  #refusal({ gate, subject }: Account, { trunk, number, gateway }: Outgoing): LimitHit | null {
    const uri = parseUri(gateway);
    const rules = gate.destinations;
    const forbidden = rules === null || uri?.kind !== "sip" ? null : rules.refusalByTrunk(trunk, number, uri);
    if (forbidden !== null) return { limit: "destination", detail: forbidden };
    const hit = gate.refusal();
    return hit === null ? null : { limit: hit.limit, detail: inWords(hit, gate, subject) };
  }

  #stopIfUsedUp(account: Account): void {
    const { gate, holders } = account;
    const most = gate.policy?.dailyBudget?.minutes;
    if (most === undefined || gate.usage().minutes < most) return;
    this.#tell(account, "budget-reached", "daily-minutes", `the ${most} minutes of the day are used up: its calls end`);
    for (const holder of [...holders]) this.#parts.hangUp(holder);
  }

  #warn(account: Account): void {
    const { gate } = account;
    const { policy } = gate;
    if (policy === null) return;
    const { concurrentCalls, calls, minutes } = gate.usage();
    const shares = [
      { limit: "concurrent-calls", used: concurrentCalls, most: policy.maxConcurrentCalls },
      { limit: "daily-calls", used: calls, most: policy.dailyBudget?.calls },
      { limit: "daily-minutes", used: minutes, most: policy.dailyBudget?.minutes },
    ];
    for (const { limit, used, most } of shares) {
      if (most === undefined || most < LEAST_TO_WARN_OF || used < most * WARN_AT) continue;
      this.#tell(account, "budget-warning", limit, `${Math.floor(used)} of ${most}`);
    }
  }

  /** Each limit is told of once a day. */
  #tell(account: Account, what: "budget-warning" | "budget-reached", limit: string, detail: string): void {
    const { day } = account.gate.used();
    if (account.toldOn !== day) {
      account.toldOn = day;
      account.told = new Set();
    }
    const key = `${what} ${limit}`;
    if (account.told.has(key)) return;
    account.told.add(key);
    this.#parts.tell({ what, budget: account.subject, limit, detail });
  }

  #look(): void {
    if (this.#byHolder.size > 0) this.#timer ??= this.#parts.clock.startTimer(LOOK_EVERY_MS, this, "budgets");
  }

  #makeRoom(): void {
    if (this.#accounts.size < MOST_SUBJECTS) return;
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

function keyOf({ of, name }: BudgetSubject): string {
  return `${of}:${name}`;
}

function inWords({ limit, detail }: LimitHit, gate: ScriptGate, { of }: BudgetSubject): string {
  if (limit === "concurrent-calls") return `${gate.usage().concurrentCalls} calls of the ${of} are up`;
  if (limit === "calls-per-second") return "too many new calls in a minute";
  return detail;
}
