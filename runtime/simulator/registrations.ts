/** Phones that register, as a test has them do: the events that a script gets of it. */
import type { RegisterEvent, RegisteredEvent, UnregisteredEvent } from "../../sdk/register-events.ts";
import type { Registration } from "../../sdk/registrations.ts";
import { isoTime } from "../base/iso-time.ts";
import { DOMAIN } from "./options.ts";

const SOURCE = "198.51.100.80:5060";
const DEFAULT_SECONDS = 300;
const MS = 1_000;

export interface SimulatedRegistration {
  /** A SIP URI. @default that of a phone at 198.51.100.80 */
  readonly contact?: string;
  /** What is asked for; 0: the contact is to be taken away. @default 300 */
  readonly expiresSeconds?: number;
  /** @default "Simulated Phone" */
  readonly userAgent?: string;
  /** Names the device. @default none */
  readonly instance?: string;
  /** @default "198.51.100.80:5060" */
  readonly source?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function registerEvent(id: string, user: string, parts: SimulatedRegistration): RegisterEvent {
  const { contact = contactOf(user), expiresSeconds = DEFAULT_SECONDS, instance = null, source = SOURCE } = parts;
  return {
    type: "register",
    id,
    from: { uri: `sip:${user}@${DOMAIN}`, user, host: DOMAIN, name: "" },
    to: { uri: `sip:${DOMAIN}`, user: "", host: DOMAIN, name: "" },
    user,
    domain: DOMAIN,
    headers: parts.headers ?? {},
    source,
    transport: "udp",
    contacts: [{ uri: contact, expiresSeconds, instance }],
    userAgent: userAgentOf(parts),
  };
}

export function registeredEvent(id: string, user: string, parts: SimulatedRegistration, now: number): RegisteredEvent {
  return { type: "registered", id, domain: DOMAIN, ...registrationOf(user, parts, now) };
}

export function unregisteredEvent(
  id: string,
  user: string,
  parts: SimulatedRegistration & { readonly reason: UnregisteredEvent["reason"] },
  now: number,
): UnregisteredEvent {
  return { type: "unregistered", id, domain: DOMAIN, ...registrationOf(user, parts, now), reason: parts.reason };
}

function registrationOf(user: string, parts: SimulatedRegistration, now: number): Registration {
  const { contact = contactOf(user), expiresSeconds = DEFAULT_SECONDS, instance = null, source = SOURCE } = parts;
  return {
    user,
    contact,
    source,
    transport: "udp",
    q: 1,
    userAgent: userAgentOf(parts),
    instance,
    regId: null,
    path: [],
    gruu: null,
    registeredAt: isoTime(now),
    expiresAt: isoTime(now + expiresSeconds * MS),
  };
}

function contactOf(user: string): string {
  return `sip:${user}@${SOURCE}`;
}

function userAgentOf({ userAgent = "Simulated Phone" }: SimulatedRegistration): string {
  return userAgent;
}
