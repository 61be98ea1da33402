/** The decision `sendMessage`: a text message in the course of a call. */
import type { Target } from "./decisions.ts";
import type { SendMessageOptions } from "./messages.ts";

/**
 * Sends a text message (SIP MESSAGE) beside the call, to a target as `forward` has them; the plan goes on at once. To a user
 * of ours it is kept until a phone can take it.
 */
export interface SendMessage extends SendMessageOptions {
  readonly type: "sendMessage";
  readonly to: Target;
  /** Text, at most 16 KB. */
  readonly body: string;
}

/** Sends a text message to `to`. Its sender is whom the call is for, unless `options` say otherwise. */
export function sendMessage(to: Target, body: string, options: SendMessageOptions = {}): SendMessage {
  return { type: "sendMessage", to, body, ...options };
}
