/** What the machines know of messages, and what they ask of their drivers. */

/** A response by its class: all that a machine needs of it. */
export type ResponseInput = "1xx" | "2xx" | "300-699";

export function responseInput(status: number): ResponseInput {
  if (status < 200) return "1xx";
  return status < 300 ? "2xx" : "300-699";
}

export type ClientEffect =
  /** The request goes out, for the first time or again. */
  | "send"
  /** The ACK for a non-2xx goes out: built at the first time, the same text afterwards. */
  | "ack"
  /** The response goes to the user of the transaction. */
  | "pass"
  /** The response goes to the user of the layer, as if there were no transaction for it. */
  | "stray"
  /** The user is told that no final response has come in time. */
  | "timeout"
  /** The user is told that the flow has failed. */
  | "transport-failure"
  /** The text of the request is not needed any more. */
  | "forget-request"
  | "terminate"
  | ClientTimerEffect;

export type ClientTimerEffect =
  /** T1 at first, doubled each time. None on a reliable flow. */
  | "start-timer-a"
  /** 64*T1. */
  | "start-timer-b"
  /** 64*T1; no time at all on a reliable flow. */
  | "start-timer-d"
  /** T1 at first, doubled each time up to T2. None on a reliable flow. */
  | "start-timer-e"
  /** T2. None on a reliable flow. */
  | "start-timer-e-at-t2"
  /** 64*T1. */
  | "start-timer-f"
  /** T4; no time at all on a reliable flow. */
  | "start-timer-k"
  /** 64*T1. */
  | "start-timer-m"
  | "stop-timers";

export type ServerEffect =
  /** The request goes to the user of the layer. */
  | "pass"
  /** An ACK goes to the user of the layer. */
  | "pass-ack"
  /** Whoever waits for the ACK of a refusal is told. */
  | "heard"
  /** A 100 of our own goes out. */
  | "send-trying"
  /** The response that the user has given goes out, and is kept. */
  | "send"
  /** The last response goes out again, if there has been one. */
  | "resend"
  /** A second final response is our own mistake. */
  | "refuse-second-final"
  /** The request is not needed any more. */
  | "forget-request"
  /** The response is not needed any more. */
  | "forget-response"
  | "terminate"
  | ServerTimerEffect;

export type ServerTimerEffect =
  /** 200 ms, unless the user answers before. */
  | "start-timer-100"
  /** T1 at first, doubled each time up to T2. None on a reliable flow. */
  | "start-timer-g"
  /** 64*T1. */
  | "start-timer-h"
  /** T4; no time at all on a reliable flow. */
  | "start-timer-i"
  /** 64*T1; no time at all on a reliable flow. */
  | "start-timer-j"
  /** 64*T1. */
  | "start-timer-l"
  | "stop-timers";
