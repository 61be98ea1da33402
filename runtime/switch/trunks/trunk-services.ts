/** What calls need of trunks. */
import type { Budgets } from "../policy/budgets.ts";
import type { GatewayOrder } from "./gateway-order.ts";
import type { Leases } from "./leases.ts";
import type { NumberPlan } from "./number-form.ts";
import type { Gateway, Trunk } from "./trunk.ts";
import type { Trunks } from "./trunks.ts";

/** What happens to calls of a trunk, for whoever counts. */
export type TrunkEvent = "tried" | "answered" | "failed" | "limited" | "incoming";

export interface TrunkServices {
  readonly trunks: Trunks;
  readonly gateways: GatewayOrder;
  readonly leases: Leases;
  /** Absent: no user and no trunk has a budget. */
  readonly budgets?: Budgets;
  readonly plan: NumberPlan;
  note(trunk: Trunk, event: TrunkEvent): void;
  /** A call that came by it was refused, since all its lines are taken. `detail`: a sentence for a log. */
  noLine(trunk: Trunk, detail: string): void;
  /** A gateway does not take our credentials. */
  credentialsRefused(trunk: Trunk, gateway: Gateway, status: number): void;
}
