/** Decisions about an answered call whose parties are connected: who talks with whom from now on. */
import type { Accept } from "./accept.ts";
import type { ForwardOptions, Target } from "./decisions.ts";

/** Whom `transfer` moves, and how the target is called. */
export interface TransferOptions
  extends Pick<
    ForwardOptions,
    "strategy" | "ringSeconds" | "maxSeconds" | "callerId" | "callerName" | "privacy" | "via" | "headers" | "record"
  > {
  /**
   * The party that gets somebody else to talk to; the other one is hung up when that one has answered.
   * @default "caller"
   */
  readonly who?: "caller" | "callee";
}

/**
 * Connects one party of a call with somebody else. Meanwhile, where the audio passes through the switch, it hears music and
 * ringing; else both talk on until the target has answered. Where nobody answers, they stay connected. Either way the event
 * `transferred` tells. As an answer to `refer` it says where the transfer goes instead. Of a call whose parties are not
 * connected it is a `forward`.
 */
export interface Transfer extends TransferOptions {
  readonly type: "transfer";
  readonly targets: readonly Target[];
}

export interface HoldOptions {
  /**
   * Who hears music.
   * @default "caller"
   */
  readonly who?: "caller" | "callee";
}

/** Puts a party on hold: it hears music, the other one nothing. Only where the audio passes through the switch. */
export interface Hold extends HoldOptions {
  readonly type: "hold";
}

/** Takes `hold` back. */
export interface Resume extends HoldOptions {
  readonly type: "resume";
}

/** `accept` answers the event `refer`: the phone gets the transfer that it asks for. */
export type TransferDecision = Transfer | Hold | Resume | Pick<Accept, "type">;

/** Connects a party with somebody else. */
export function transfer(target: Target | readonly Target[], options: TransferOptions = {}): Transfer {
  return { type: "transfer", targets: typeof target === "string" ? [target] : target, ...options };
}

/** Puts a party on hold. */
export function hold(options: HoldOptions = {}): Hold {
  return { type: "hold", ...options };
}

/** Takes a party back. */
export function resume(options: HoldOptions = {}): Resume {
  return { type: "resume", ...options };
}
