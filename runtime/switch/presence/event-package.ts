/**
 * What an event package has to say (RFC 6665 §5): who may subscribe to what, for how long, and what the state of a resource
 * looks like. Everything else about subscriptions is the same for all packages.
 */

/** A user of ours who subscribes. */
export interface Subscriber {
  readonly domain: string;
  readonly user: string;
}

/** What is subscribed to, by the name that the package gives it. */
export interface Resource {
  readonly domain: string;
  readonly name: string;
}

export type Permission =
  | { readonly type: "allowed"; readonly resource: string }
  | { readonly type: "refused"; readonly status: 403 | 404; readonly reason?: string };

export interface StateBody {
  readonly type: string;
  /** One character an octet. */
  readonly text: string;
}

/** In seconds. */
export interface DurationLimits {
  /** Shorter subscriptions are refused with 423; 0 is always possible and asks for the state once. */
  readonly min: number;
  /** Longer ones are shortened. */
  readonly max: number;
  /** Where the subscriber asks for no time. */
  readonly default: number;
}

export interface EventPackage {
  readonly name: string;
  /** Media types of its bodies; the first is the one that every subscriber of the package has to understand. */
  readonly types: readonly string[];
  readonly duration: DurationLimits;
  /** At most one NOTIFY in this time, the first and the last apart (RFC 6665 §5.4.10). */
  readonly pauseMs: number;
  /** `names`: what the request calls the resource, best first; none of them is empty. */
  authorise(subscriber: Subscriber, names: readonly string[]): Permission;
  /** The whole state now; `undefined`: there is no such resource any more. `version` counts the bodies of a subscription from 0. */
  body(resource: Resource, version: number, type: string): StateBody | undefined;
}
