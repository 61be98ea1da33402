/** Events of phones that register: they belong to no call. */
import type { Registration } from "./registrations.ts";
import type { RequestEvent } from "./request-event.ts";

/** A contact that a phone asks for, or wants taken away. */
export interface AskedContact {
  /** A SIP URI, or `*` for all that the user has. */
  readonly uri: string;
  /** What is asked for; 0: it is to be taken away. `null`: nothing is said, which is 300. */
  readonly expiresSeconds: number | null;
  /** Names the device, or `null`. */
  readonly instance: string | null;
}

/**
 * A phone registers, has proved who it is, and nothing is changed yet; refreshes come as well. Return `reject(403)` to refuse
 * it, `accept({ expiresSeconds, maxContacts })` to bound it, `accept()` or nothing to let it be. It goes to the script of the
 * route of its user (method REGISTER). A script that fails keeps no phone away: the phone registers as without a script.
 *
 * @example
 * register(event) {
 *   if (!event.source.startsWith("192.0.2.")) return reject(403);
 *   return accept({ maxContacts: 1 });
 * }
 */
export interface RegisterEvent extends RequestEvent {
  readonly type: "register";
  readonly user: string;
  /** Empty: the phone only asks what there is. */
  readonly contacts: readonly AskedContact[];
  /** What the phone calls itself, or `null`. */
  readonly userAgent: string | null;
}

/** A contact of a user is new. */
export interface RegisteredEvent extends Registration {
  readonly type: "registered";
  readonly id: string;
  readonly domain: string;
}

/** A contact of a user is gone. */
export interface UnregisteredEvent extends Registration {
  readonly type: "unregistered";
  readonly id: string;
  readonly domain: string;
  /** Its time was up, somebody took it away (the phone itself, as a rule), or the way to it is broken. */
  readonly reason: "expired" | "removed" | "flow";
}
