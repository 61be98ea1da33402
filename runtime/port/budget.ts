/** What users and trunks have used of their budgets. */
import type { BudgetSubject } from "./guard.ts";

export interface BudgetUse extends BudgetSubject {
  readonly isNight: boolean;
  /** That are up. */
  readonly calls: number;
  readonly callsToday: number;
  readonly minutesToday: number;
  /** When the day ends: ISO 8601. */
  readonly resetsAt: string;
}

export interface BudgetAdmin {
  /** Of those that have used something since the start of the switch. */
  uses(): readonly BudgetUse[];
}
