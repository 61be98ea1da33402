/** A trunk takes no more of a call: the operator and the script hear of it. */
import type { Call } from "../call/call.ts";
import type { BudgetHit } from "../policy/budgets.ts";
import { MOST_LIMIT_EVENTS } from "../policy/call-policy.ts";
import type { TrunkLimitHit } from "./leases.ts";

export function trunkLimitReached(call: Call, { limit, detail }: TrunkLimitHit | BudgetHit): void {
  call.exchange.observer.limitReached(call.view, limit, detail);
  if (call.state.limitEvents >= MOST_LIMIT_EVENTS) return;
  call.state.limitEvents++;
  call.emit({ type: "limit", limit, detail });
}
