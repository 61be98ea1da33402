/** The budget of one user, or one trunk: what it says at this time of the day, what was used of it, and who is told. */
import type { Clock } from "../../base/clock.ts";
import type { Budget } from "../../contract/budget.ts";
import type { BudgetUse } from "../../port/budget.ts";
import type { BudgetSubject, GuardNews } from "../../port/guard.ts";
import type { ScriptPolicy } from "../../port/policy.ts";
import { parseUri } from "../../sip/message/uri.ts";
import { isNight, policyOf, rulesAt } from "./budget-rules.ts";
import type { Calendar } from "./day.ts";
import type { LimitHit, ScriptGate } from "./script-gate.ts";

const WARN_AT = 0.8;
/** Four fifths of less is as good as all of it. */
const LEAST_TO_WARN_OF = 5;

/** A leg that is about to take a line. */
export interface Outgoing {
  readonly user: string | null;
  readonly trunk: string;
  readonly number: string;
  readonly gateway: string;
  /** Address of the caller. */
  readonly source: string;
}

/** Where the gates come from, and go. */
export interface BudgetGates {
  gateOf(name: string): ScriptGate;
  /** `burst`: new calls at once. */
  apply(name: string, policy: ScriptPolicy, burst?: number): void;
  forget(name: string): void;
}

export interface BudgetAccountParts {
  readonly clock: Clock;
  readonly gates: BudgetGates;
  calendar(): Calendar;
  tell(news: GuardNews): void;
}

export class BudgetAccount {
  readonly subject: BudgetSubject;
  /** Lines that are held. */
  readonly holders = new Set<string>();
  readonly #parts: BudgetAccountParts;
  readonly #gate: ScriptGate;
  #budget: Budget;
  #atNight = false;
  /** What was told of it, and on which day. */
  #told = new Set<string>();
  #toldOn = "";

  constructor(subject: BudgetSubject, budget: Budget, parts: BudgetAccountParts) {
    this.subject = subject;
    this.#parts = parts;
    this.#gate = parts.gates.gateOf(nameOf(subject));
    this.#budget = budget;
    this.apply(budget);
  }

  get isTalking(): boolean {
    return this.#gate.isTalking;
  }

  apply(budget: Budget): void {
    const { clock, calendar, gates } = this.#parts;
    this.#budget = budget;
    this.#atNight = isNight(budget, calendar().zone, clock.now());
    const rules = rulesAt(budget, this.#atNight);
    // All calls of a minute may come at once.
    gates.apply(nameOf(this.subject), policyOf(rules), Math.max(1, rules.callsPerMinute ?? 1));
  }

  /** The rules are those of the time of day. */
  settle(): void {
    const { clock, calendar } = this.#parts;
    if (this.#budget.night === undefined) return;
    if (isNight(this.#budget, calendar().zone, clock.now()) !== this.#atNight) this.apply(this.#budget);
  }

  /** Why no line may be taken now, which is told; `null`: one may. */
  refuse({ trunk, number, gateway }: Outgoing): LimitHit | null {
    const uri = parseUri(gateway);
    const rules = this.#gate.destinations;
    const forbidden = rules === null || uri?.kind !== "sip" ? null : rules.refusalByTrunk(trunk, number, uri);
    const hit: LimitHit | null =
      forbidden === null ? this.#inWords(this.#gate.refusal()) : { limit: "destination", detail: forbidden };
    if (hit === null) return null;
    this.#gate.note(hit);
    this.#tell("budget-reached", hit.limit, hit.detail);
    return hit;
  }

  take(holder: string): void {
    this.#gate.enter(holder);
    this.holders.add(holder);
    this.warn();
  }

  answered(holder: string): void {
    this.#gate.answered(holder);
  }

  leave(holder: string): void {
    this.#gate.leave(holder);
    this.holders.delete(holder);
    this.warn();
  }

  /** Whether the minutes of the day are used up, so that what is up has to end; it is told. */
  get isUsedUp(): boolean {
    const most = this.#gate.policy?.dailyBudget?.minutes;
    if (most === undefined || this.#gate.usage().minutes < most) return false;
    this.#tell("budget-reached", "daily-minutes", `the ${most} minutes of the day are used up: its calls end`);
    return true;
  }

  /** Tells of what is used up to four fifths. */
  warn(): void {
    const { policy } = this.#gate;
    if (policy === null) return;
    const { concurrentCalls, calls, minutes } = this.#gate.usage();
    const shares = [
      { limit: "concurrent-calls", used: concurrentCalls, most: policy.maxConcurrentCalls },
      { limit: "daily-calls", used: calls, most: policy.dailyBudget?.calls },
      { limit: "daily-minutes", used: minutes, most: policy.dailyBudget?.minutes },
    ];
    for (const { limit, used, most } of shares) {
      if (most === undefined || most < LEAST_TO_WARN_OF || used < most * WARN_AT) continue;
      this.#tell("budget-warning", limit, `${Math.floor(used)} of ${most}`);
    }
  }

  use(): BudgetUse {
    this.settle();
    const { concurrentCalls, calls, minutes, resetsAt } = this.#gate.usage();
    const today = { callsToday: calls, minutesToday: minutes, resetsAt };
    return { ...this.subject, isNight: this.#atNight, calls: concurrentCalls, ...today };
  }

  #inWords(hit: LimitHit | null): LimitHit | null {
    if (hit?.limit === "concurrent-calls") {
      return { ...hit, detail: `${this.#gate.usage().concurrentCalls} calls of the ${this.subject.of} are up` };
    }
    return hit?.limit === "calls-per-second" ? { ...hit, detail: "too many new calls in a minute" } : hit;
  }

  /** Each limit is told of once a day. */
  #tell(what: "budget-warning" | "budget-reached", limit: string, detail: string): void {
    const { day } = this.#gate.used();
    if (this.#toldOn !== day) {
      this.#toldOn = day;
      this.#told = new Set();
    }
    const key = `${what} ${limit}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#parts.tell({ what, budget: this.subject, limit, detail });
  }
}

/** As gates, and the store, know it. */
export function nameOf({ of, name }: BudgetSubject): string {
  return `${of}:${name}`;
}
