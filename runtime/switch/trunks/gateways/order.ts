/**
 * Which gateways a call tries, and in which order: by priority, and by lot within a priority, weights being the shares
 * (RFC 2782). Those that are down are left out while there is another. Where all are down they are tried all the same:
 * a call must not fail because a probe is not answered. One that has asked to be left alone (503 with Retry-After) is
 * left alone, but by a call for help, which tries all there is.
 */
import { orderByWeight } from "../../../base/weighted-order.ts";
import type { Gateway } from "../trunk.ts";
import type { GatewayHealth } from "./health.ts";

export interface KnownGateway {
  readonly gateway: Gateway;
  readonly health: GatewayHealth;
}

export interface OrderedCall {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly isEmergency: boolean;
}

/** `random` gives 0 up to 1. */
export function orderGateways(
  known: readonly KnownGateway[],
  { now, isEmergency }: OrderedCall,
  random: () => number,
): readonly Gateway[] {
  const allowed = known.filter(({ health }) => health.barredUntil <= now);
  const usable = allowed.filter(({ health }) => health.state !== "down");
  if (isEmergency) {
    const others = known.filter((one) => !usable.includes(one));
    return [...inOrder(usable, random), ...inOrder(others, random)];
  }
  return inOrder(usable.length > 0 ? usable : allowed, random);
}

function inOrder(known: readonly KnownGateway[], random: () => number): readonly Gateway[] {
  const gateways = known.map(({ gateway }) => gateway);
  return gateways.length > 1 ? orderByWeight(gateways, random) : gateways;
}
