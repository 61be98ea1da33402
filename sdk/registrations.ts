/** `registrations`: the phones that are registered in this domain. */
import type { SipTransport } from "./call.ts";
import { operate } from "./operation.ts";

/** One contact of a user. */
export interface Registration {
  readonly user: string;
  /** Where the phone is called: a SIP URI. */
  readonly contact: string;
  /** Where it registered from: `192.0.2.4:5060`. */
  readonly source: string;
  readonly transport: SipTransport;
  /** 0 to 1; higher ones are called first. */
  readonly q: number;
  /** What the phone calls itself, or `null`. */
  readonly userAgent: string | null;
  /** Names the device (`urn:uuid:…`), or `null`. */
  readonly instance: string | null;
  /** Which flow of the device it is, where it keeps several; `null`: it keeps one. */
  readonly regId: number | null;
  /** The proxies between us and the phone, the one next to us first. */
  readonly path: readonly string[];
  /** An address of this device alone, of the user's other phones none rings: a SIP URI (GRUU), or `null`. */
  readonly gruu: string | null;
  /** ISO 8601 in UTC. */
  readonly registeredAt: string;
  readonly expiresAt: string;
}

/**
 * The phones that are registered in this domain; await what you ask. A user is named, or given by the extension.
 *
 * @example
 * invite: async () => ((await registrations.isRegistered("alice")) ? forward("alice") : forward("bob")),
 */
export const registrations = Object.freeze({
  /** The contacts of a user, best first; empty where there are none, or no such user. */
  of(user: string): Promise<readonly Registration[]> {
    return operate("registrations.of", { user });
  },

  /** Whether a phone of this user is registered. */
  isRegistered(user: string): Promise<boolean> {
    return operate("registrations.isRegistered", { user });
  },
});
