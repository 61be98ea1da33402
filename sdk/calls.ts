/** `calls`: the live calls of this domain, for scripts that look at other calls than their own, or begin one. */
import type { Json, Leg } from "./call.ts";
import type { Plan, Target } from "./decisions.ts";
import { operate } from "./operation.ts";

/** A live call, as it is while the answer is made. */
export interface LiveCall {
  readonly id: string;
  /** `outbound`: the switch has begun it. */
  readonly direction: "inbound" | "outbound";
  readonly state: "deciding" | "calling" | "ringing" | "answered" | "ended";
  /** URI of the caller. */
  readonly from: string;
  /** URI that was called. */
  readonly to: string;
  /** The user who calls, or `null`. */
  readonly user: string | null;
  /** The script that the call runs on, and its version; empty and 0 where there is none. */
  readonly script: string;
  readonly version: number;
  /** ISO 8601 in UTC, as all times here; `null` where it has not happened. */
  readonly startedAt: string;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  /** Seconds since it was answered; 0 before. */
  readonly seconds: number;
  readonly legs: readonly Leg[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Which calls are meant. Default: all of this domain. */
export interface CallsFilter {
  /** The user who calls. */
  readonly user?: string;
  /** Labels that the call bears, all of them: `{ queue: "sales" }`. */
  readonly tag?: Readonly<Record<string, string>>;
}

export interface CallsListOptions extends CallsFilter {
  /**
   * How many at most, 1 to 100.
   * @default 50
   */
  readonly limit?: number;
}

/** How a call is begun. */
export interface OriginateOptions {
  /** Who is called first, and counts as the caller: a user, an extension or a SIP URI. */
  readonly from: Target;
  /**
   * What is done once `from` has answered. A plan is done as it is. A target is treated as if `from` had dialled it: the
   * `invite` handler of this script decides, with the target in `call.to`; without such a handler the two are connected.
   * Default: the `invite` handler decides.
   */
  readonly to?: Target | Plan;
  /** The number or user shown to `from`. Default: `to`. What the other side sees is up to `forward`. */
  readonly callerId?: string;
  /** The name shown to `from`. */
  readonly callerName?: string;
  /** `call.state` at the beginning, at most 8 KB. */
  readonly state?: { readonly [key: string]: Json };
  /** Labels of the call, as by `tag`. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * How long `from` may ring, in seconds, 1 to 180.
   * @default 60
   */
  readonly ringSeconds?: number;
}

/**
 * The live calls of this domain; await what you ask. A script may look at all of them, and steer those that run on a
 * version of itself.
 *
 * @example
 * async invite(call) {
 *   if ((await calls.count({ tag: { queue: "sales" } })) >= 5) return voicemail("sales");
 *   return [tag({ queue: "sales" }), forward(["alice", "bob"])];
 * }
 */
export const calls = Object.freeze({
  /** Live calls, the oldest first. */
  list(options: CallsListOptions = {}): Promise<readonly LiveCall[]> {
    return operate("calls.list", options);
  },

  /** How many there are. */
  count(filter: CallsFilter = {}): Promise<number> {
    return operate("calls.count", filter);
  },

  /** One call, or `null` where it is not there (any more). */
  get(id: string): Promise<LiveCall | null> {
    return operate("calls.get", { id });
  },

  /** Hangs up. `reason` is said to both sides. `not-found`: there is no such call that runs on this script. */
  hangUp(id: string, reason?: string): Promise<void> {
    return operate("calls.hangUp", reason === undefined ? { id } : { id, reason });
  },

  /**
   * Does a decision, or a plan, on another call in place of its current plan; on the call of the event itself, return it
   * instead. `not-found`: there is no such call that runs on this script; `conflict`: it cannot be done on it now.
   */
  decide(id: string, decision: Plan): Promise<void> {
    return operate("calls.decide", { id, decision });
  },

  /**
   * Begins a call: `from` is called, and once it has answered, `to` is done. The call runs on this script: its handlers get
   * the events, `failed` among them where `from` does not answer. Rejects at once where nobody can be called: `not-found`
   * (there is no such user), `conflict` (no phone is registered), `forbidden` (a foreign address, in the name of a caller
   * who may not go there, or one outside of the policy of this script); `too-many-calls`: this script has begun 120 within
   * a minute, or has 100 up (`limits.originate`), or its policy allows no further call; `overloaded`: the switch takes no more calls.
   *
   * @example
   * const { id } = await calls.originate({ from: "alice", to: forward("+4930123456"), tags: { campaign: "spring" } });
   */
  originate(options: OriginateOptions): Promise<LiveCall> {
    return operate("calls.originate", options);
  },
});
