/** `messages`: text messages that a script sends. */
import { operate } from "./operation.ts";

/** Who sends a message, and what it is made of. */
export interface SendMessageOptions {
  /**
   * Who sends it: a user, an extension or a SIP URI.
   * @default the domain
   */
  readonly from?: string;
  /** @default "text/plain;charset=UTF-8" */
  readonly contentType?: string;
}

/** What has become of a message. */
export interface SentMessage {
  readonly id: string;
  /** `queued`: it goes to the phones of a user as they can be reached; `delivered`: it has been taken at another address. */
  readonly state: "queued" | "delivered";
}

/**
 * Text messages from any handler; await what you ask.
 *
 * @example
 * async http(event) {
 *   await messages.send("alice", "The door bell has rung.", { from: "sip:door@example.com" });
 * }
 */
export const messages = Object.freeze({
  /**
   * Sends text, at most 16 KB, to a target as `forward` has them. To a user of ours it is kept until a phone can take it;
   * another address is asked at once, and where it does not take it, this is rejected with `conflict`.
   */
  send(to: string, body: string, options: SendMessageOptions = {}): Promise<SentMessage> {
    return operate("messages.send", { to, body, ...options });
  },
});
