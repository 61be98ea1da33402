/** SIP requests that belong to no call: messages, subscriptions, publications, and questions what we can do. */
import type { Party, SipTransport } from "./call.ts";

/** What each of these events says of its request. */
export interface RequestEvent {
  /** Names the request in the tail. */
  readonly id: string;
  /** Who sends it, by its From. */
  readonly from: Party;
  /** Whom it is for, by its Request-URI. */
  readonly to: Party;
  /** The user of ours who has proved to be the sender, or `null`: somebody from outside. */
  readonly user: string | null;
  /** The domain of ours that it is for. */
  readonly domain: string;
  /** By their names in lower case; several lines of one name are one text, with commas. No credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where it came from: `192.0.2.4:5060`. */
  readonly source: string;
  readonly transport: SipTransport;
}

/**
 * A text message (MESSAGE outside of calls). Return `forward("alice")` to send it elsewhere, `reject(403)` to refuse it,
 * `accept()` where the script has taken it, `accept({ store: true })` to keep it until its user registers; nothing to have
 * it delivered as it is addressed. To a user of ours who cannot be reached it is kept, and delivered when a phone registers.
 *
 * @example
 * message(event) {
 *   if (event.to.user === "helpdesk") return forward(["alice", "bob"]);
 * }
 */
export interface MessageEvent extends RequestEvent {
  readonly type: "message";
  /** `text/plain;charset=UTF-8`. */
  readonly contentType: string;
  /** As text. Event and body together have at most 32 KB; what is larger is refused with 513. */
  readonly body: string;
}

/**
 * A phone subscribes to something. Return `reject(403)` to refuse it, `accept()` to allow what the switch would allow
 * nobody else, namely to watch a user of the same domain; nothing to leave it to the switch.
 */
export interface SubscribeEvent extends RequestEvent {
  readonly type: "subscribe";
  /** The event package: `dialog`, `presence`, `message-summary`, `reg`. */
  readonly package: string;
  /** What is asked for; 0 asks once. */
  readonly expiresSeconds: number;
}

/** A phone publishes the presence of its user. Return `reject(403)` to refuse it, or nothing. */
export interface PublishEvent extends RequestEvent {
  readonly type: "publish";
  readonly package: string;
  readonly expiresSeconds: number;
  /** Empty where the publication is only kept alive or taken back. */
  readonly body: string;
}

/**
 * Somebody asks what we, or one of our users, can do; nobody has proved who he is. Return `accept()` for 200, `reject(480)`,
 * or nothing.
 */
export interface OptionsEvent extends RequestEvent {
  readonly type: "options";
}
