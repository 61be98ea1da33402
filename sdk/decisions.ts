/**
 * Decisions: what a script tells the switch to do. A decision is plain data, and the builder of the same name makes it.
 * A handler returns one decision or an array of them, a plan, which is done in order until a step takes the call.
 */

import type { AudioDecision, Sound } from "./audio.ts";
import type { SendMessage } from "./send-message.ts";
import type { TransferDecision } from "./transfer.ts";

/**
 * Where a call can go, resolved in this order: a user (`"alice"`), an extension (`"101"`), a number that a trunk is for
 * (`"+15551234"`, by the first trunk that has a line), a SIP, SIPS or TEL URI (`"sip:desk@203.0.113.5"`), or a number by
 * one trunk (`trunk("carrier", "+15551234")`). What matches nothing fails with 404, so nothing leaves by accident;
 * a caller who is neither a user of ours nor a trunk gets 480 for it, as for a user whose phones are away.
 */
export type Target = string;

/** Extra header fields of a message, by name: `{ "X-Queue": "sales" }`. Headers that the switch owns are refused. */
export type HeaderFields = Readonly<Record<string, string>>;

/** How whoever answers is asked whether he takes the call. */
export interface Confirm {
  /** Played to whoever has answered. */
  readonly prompt?: Sound | readonly Sound[];
  /**
   * Spoken to whoever has answered, after `prompt`.
   * @default "You have a call. To take it, press 1." with the key, where there is no `prompt`
   */
  readonly say?: string;
  /**
   * The key that takes the call, `0`-`9`. Another one refuses it.
   * @default "1"
   */
  readonly key?: string;
  /**
   * How long the key is waited for, after what is heard, in seconds, 1 to 60.
   * @default 10
   */
  readonly timeoutSeconds?: number;
}

/** How `forward` treats its targets. */
export interface ForwardOptions {
  /**
   * Ring all targets at once, or one after the other.
   * @default "parallel"
   */
  readonly strategy?: "parallel" | "serial";
  /**
   * How long a target may ring, in seconds, 1 to 180. With `serial`, each target gets this long.
   * @default 60
   */
  readonly ringSeconds?: number;
  /**
   * How long the answered call may last, in seconds, 1 to 86400.
   * @default 14400 (4 hours)
   */
  readonly maxSeconds?: number;
  /** The number or user shown to the called side: the user part of From. Default: the caller's. */
  readonly callerId?: string;
  /** The name shown to the called side: the display name of From. Default: the caller's. */
  readonly callerName?: string;
  /**
   * Hides the caller: From is anonymous, and the carrier is asked to tell nobody (RFC 3323, 3325).
   * @default what the caller has asked for
   */
  readonly privacy?: boolean;
  /**
   * The trunk that numbers leave by, or several in the order in which they are tried: the next one where one has no free
   * line, fails, or says nothing; what the called side says is final. Default: those that are for the number.
   */
  readonly via?: string | readonly string[];
  /** Header fields added to the INVITE that goes out. */
  readonly headers?: HeaderFields;
  /**
   * Whoever answers is asked first, and gets the call by pressing a key: so that it does not end in the voicemail of a
   * mobile. Meanwhile the caller hears ringing, and other targets ring on; who presses nothing is hung up on, and counts as
   * not available (480). The audio passes through the switch.
   * @default nobody is asked
   */
  readonly confirm?: Confirm;
  /**
   * A called side that answers with a redirection (3xx): `follow` calls its contacts, best first, with the rights of the
   * caller; `pass` tries the other targets, and gives it to the caller if none answers.
   * @default "follow" for phones of our users, "pass" for everybody else
   */
  readonly redirects?: "follow" | "pass";
  /**
   * Tells the called side in Diversion, and in History-Info where the caller keeps one, that the call was for another user.
   * @default true
   */
  readonly diversion?: boolean;
  /**
   * Records both parties into one stereo WAV file from the answer on; the audio passes through the switch for it.
   * @default false
   */
  readonly record?: boolean;
  /**
   * Whether the audio passes through the switch: `anchor` always, `direct` never (not even where the phones may not reach
   * each other), `auto` where it has to; of a host name it is not known then whether it leads to IPv4 or IPv6. A call that the switch has answered stays anchored, unless `release` asks the
   * phones to talk directly a second after they are connected.
   * @default "auto"
   */
  readonly media?: "auto" | "anchor" | "direct" | "release";
}

/** Connects the call with a target. The first that answers gets it (RFC 3261 §16.7 for what the caller hears if none does). */
export interface Forward extends ForwardOptions {
  readonly type: "forward";
  readonly targets: readonly Target[];
}

/** How `redirect` answers. */
export interface RedirectOptions {
  /**
   * The status code: 300, 301, 302, 305 or 380 (RFC 3261 §21.3).
   * @default 302
   */
  readonly code?: 300 | 301 | 302 | 305 | 380;
  readonly headers?: HeaderFields;
}

/** Tells the caller's phone to call somewhere else itself. */
export interface Redirect extends RedirectOptions {
  readonly type: "redirect";
  /** SIP, SIPS or TEL URIs, best first. */
  readonly contacts: readonly string[];
}

/** How `reject` answers. */
export interface RejectOptions {
  /** The reason phrase. Default: the one of the RFC that defines the code. */
  readonly reason?: string;
  readonly headers?: HeaderFields;
}

/** Refuses the call with a final status code, 400 to 699. */
export interface Reject extends RejectOptions {
  readonly type: "reject";
  readonly code: number;
}

/** How `hangup` ends the call. */
export interface HangupOptions {
  /** Said in the Reason header (RFC 3326) to both sides, at most 128 characters. */
  readonly reason?: string;
}

/** Ends the call: BYE to an answered side, CANCEL to a ringing one, 480 to a caller who waits. */
export interface Hangup extends HangupOptions {
  readonly type: "hangup";
}

/** Puts labels on the call, seen in `call.tags`, in the list of calls and in the CDR. The plan goes on at once. */
export interface Tag {
  readonly type: "tag";
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Sets a timer on the call: once it has run out, the event `timer` comes. The plan goes on at once. A call has at most 16,
 * each with a name of its own; they end with the call.
 */
export interface Timer {
  readonly type: "timer";
  /** 1 to 64 letters, digits, dots, dashes. A timer of the same name that runs is replaced. */
  readonly name: string;
  /** 0.1 to 86400; `null` stops the timer of this name, where one runs. */
  readonly seconds: number | null;
}

export type Decision =
  | Forward
  | Redirect
  | Reject
  | Hangup
  | Tag
  | Timer
  | SendMessage
  | AudioDecision
  | TransferDecision;

/** One decision, or several done in order until one takes the call. */
export type Plan = Decision | readonly Decision[];

/**
 * A number that leaves by one trunk: a target of `forward`. The number is E.164 (`+15551234`), or whatever the carrier takes
 * as it is (`112`); how it is written for the carrier, the trunk knows.
 */
export function trunk(name: string, number: string): Target {
  return `trunk:${name}/${number}`;
}

/** Connects the call with one or more targets. */
export function forward(target: Target | readonly Target[], options: ForwardOptions = {}): Forward {
  return { type: "forward", targets: typeof target === "string" ? [target] : target, ...options };
}

/** Answers 3xx: the caller's phone is to call one of `contact` itself. */
export function redirect(contact: string | readonly string[], options: RedirectOptions = {}): Redirect {
  return { type: "redirect", contacts: typeof contact === "string" ? [contact] : contact, ...options };
}

/** Refuses the call with `code`, 400 to 699. */
export function reject(code: number, options: RejectOptions = {}): Reject {
  return { type: "reject", code, ...options };
}

/** Ends the call. */
export function hangup(options: HangupOptions = {}): Hangup {
  return { type: "hangup", ...options };
}

/** Puts labels on the call. */
export function tag(tags: Readonly<Record<string, string>>): Tag {
  return { type: "tag", tags };
}

/** Sets a timer on the call, which ends in an event `timer` with this name. */
export function timer(name: string, seconds: number): Timer {
  return { type: "timer", name, seconds };
}

/** Stops a timer of the call: its event does not come. */
export function cancelTimer(name: string): Timer {
  return { type: "timer", name, seconds: null };
}
