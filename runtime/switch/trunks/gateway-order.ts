/**
 * What calls need to know about the gateways of a trunk, and tell of them. Whoever watches the gateways (`gateways/`)
 * implements it.
 */
import type { TrunkStatus } from "../../port/trunk.ts";
import type { Gateway, Trunk } from "./trunk.ts";

/** What has become of a request to a gateway: what it says about the gateway, not about whom was called. */
export type GatewayOutcome =
  /** It has answered with something that is not about itself: 180, 200, 404, 486 … */
  | "answered"
  /** 5xx of its own, or 408. */
  | "failed"
  /** No destination, no connection, or no word in time. */
  | "unreachable"
  /** 503 or 500 with Retry-After (RFC 3261 §20.33). */
  | { readonly retryAfterSeconds: number };

export interface GatewayOrder {
  /**
   * Those that can be used now, in the order in which one call tries them; empty: the trunk is down. `isEmergency`: all of
   * them, those that seem unusable last.
   */
  order(trunk: Trunk, isEmergency?: boolean): readonly Gateway[];
  /** Whether none of its gateways has answered lately: `order` has them as a last resort. */
  isDown(trunk: Trunk): boolean;
  /** RFC 3608: Route values of requests that leave by this trunk, the first of which says where they go; often none. */
  serviceRoute(trunk: Trunk): readonly string[];
  report(trunk: Trunk, gateway: Gateway, outcome: GatewayOutcome): void;
  status(trunk: Trunk): TrunkStatus;
}
