/** A registration of ours with one registrar (RFC 3261 §10.2), as plain data: what it is, and what can happen to it. */
import type { HeaderField } from "../../../sip/message/message.ts";

/** Why it does not stand. */
export interface Trouble {
  /** Of the answer; `null`: there was none. */
  readonly code: number | null;
  /** A sentence for people. */
  readonly reason: string;
}

/** What the registrar has confirmed. Times are milliseconds since 1970. */
export interface Binding {
  readonly confirmedAt: number;
  readonly expiresAt: number;
  /** RFC 3608: URIs that requests which leave by this registration pass first, in this order, as Route values. */
  readonly serviceRoute: readonly string[];
  /** The connection is lost over which the registrar reaches us: it stands no longer if nobody answers now. */
  readonly isShaky: boolean;
}

export type Activity =
  /** It has not begun, or is over. */
  | { readonly type: "idle" }
  /** A REGISTER has left. `to`: where a redirection leads. */
  | { readonly type: "asking"; readonly until: number; readonly exchanges: number; readonly to: string | null }
  /** It stands until it is refreshed. */
  | { readonly type: "resting"; readonly until: number }
  /** Nobody has answered, or not now: tried again. */
  | { readonly type: "waiting"; readonly until: number }
  /** Refused for a reason that time does not mend: tried again all the same, much later. */
  | { readonly type: "refused"; readonly until: number }
  /** It is being taken back. */
  | { readonly type: "ending"; readonly until: number; readonly exchanges: number };

export interface Registration {
  readonly activity: Activity;
  readonly binding: Binding | null;
  /** Attempts in a row that have failed. */
  readonly failures: number;
  /** The registrar has asked not to be asked before. */
  readonly barredUntil: number;
  /** What is asked for; grows where the registrar wants so. */
  readonly seconds: number;
  /** What went wrong last; `null` once it stands. */
  readonly trouble: Trouble | null;
}

export type RegistrationInput =
  | { readonly type: "begin" }
  /** `seconds`: how long it is kept; `null`: as long as was asked for. */
  | { readonly type: "accepted"; readonly seconds: number | null; readonly serviceRoute: readonly string[] }
  /** A challenge that can be answered with these credentials. */
  | { readonly type: "challenged"; readonly credentials: readonly HeaderField[] }
  /** 423. */
  | { readonly type: "too-brief"; readonly leastSeconds: number }
  | { readonly type: "redirected"; readonly to: string }
  /** No answer, or one that says that another time it may be another. */
  | { readonly type: "later"; readonly trouble: Trouble; readonly retryAfterSeconds: number | null }
  | { readonly type: "refused"; readonly trouble: Trouble; readonly retryAfterSeconds: number | null }
  | { readonly type: "wake" }
  /** The connection of the last answer is gone. */
  | { readonly type: "flow-lost" }
  /** The registrar may have forgotten us: it has been away. */
  | { readonly type: "renew" }
  | { readonly type: "end" };

/** A REGISTER that is to be sent; one that has not been answered yet is not waited for any more. */
export interface Sending {
  /** 0: takes the registration back. */
  readonly seconds: number;
  readonly to: string | null;
  /** Answers the challenge; `null`: with what is known of an earlier one. */
  readonly credentials: readonly HeaderField[] | null;
}

export interface Step {
  readonly next: Registration;
  readonly send: Sending | null;
}

/** `lot`: by chance, from 0 up to 1. */
export interface Moment {
  readonly now: number;
  readonly lot: number;
}

export function newRegistration(seconds: number): Registration {
  return { activity: { type: "idle" }, binding: null, failures: 0, barredUntil: 0, seconds, trouble: null };
}

/** When `wake` is due; `null`: never by itself. */
export function wakeAt({ activity, binding }: Registration): number | null {
  if (activity.type === "idle") return null;
  return binding === null || activity.type === "ending" ? activity.until : Math.min(activity.until, binding.expiresAt);
}
