/** What a REGISTER asks for each of its contacts (RFC 3261 §10.2.1, RFC 5626 §4.2). */
import type { NameAddr } from "../../sip/message/header/name-addr.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { parseUri, type SipUri } from "../../sip/message/uri.ts";
import type { RegistrarLimits } from "./limits.ts";

export interface AskedContact {
  readonly uri: SipUri;
  readonly q: number;
  /** 0: it is to be taken away. */
  readonly seconds: number;
  readonly instance: string | null;
  readonly regId: number | null;
}

export interface ContactRefusal {
  readonly type: "refused";
  readonly status: 400 | 403 | 423;
  readonly reason: string;
}

/** RFC 3261 §20.19: delta-seconds are 32 bits wide. */
const MAX_DELTA_SECONDS = 2 ** 32 - 1;
const LONGEST_CONTACT = 1024;
const LONGEST_INSTANCE = 256;
/** RFC 5626 §4.2: 1 to 2^31 - 1. */
const MAX_REG_ID = 2 ** 31 - 1;

export function readAskedContact(
  contact: NameAddr,
  request: SipRequest,
  {
    limits,
    hasOutbound,
    isOurs,
  }: {
    readonly limits: Pick<RegistrarLimits, "minSeconds" | "defaultSeconds" | "maxSeconds">;
    /** Phone, proxies and registrar all speak outbound. */
    readonly hasOutbound: boolean;
    /** Whether an address is one of this switch. */
    readonly isOurs: (uri: SipUri) => boolean;
  },
): AskedContact | ContactRefusal {
  const uri = parseUri(detach(contact.uri));
  if (uri?.kind !== "sip") return refused(400, "Contact Is No SIP URI");
  if (uri.text.length > LONGEST_CONTACT) return refused(400, "Contact Too Long");
  const q = parseQ(contact.params.get("q"));
  if (q === undefined) return refused(400, "Malformed q In Contact");
  // The parameter beats the header (RFC 3261 §10.2.1.1).
  const expires = contact.params.get("expires") ?? request.headers.get("expires");
  const seconds = expires === undefined ? limits.defaultSeconds : parseSeconds(expires);
  if (seconds > 0 && seconds < limits.minSeconds) return refused(423, "Interval Too Brief");
  // A call to it would come back here, and go round (RFC 5627 §5.1 says so of a GRUU).
  if (seconds > 0 && isOurs(uri)) return refused(403, "Contact Is This Switch");
  const instance = readInstance(contact.params.get("+sip.instance"));
  const regId = hasOutbound && instance !== null ? parseRegId(contact.params.get("reg-id")) : null;
  if (regId === undefined) return refused(400, "Malformed reg-id In Contact");
  return { uri, q, seconds: Math.min(seconds, limits.maxSeconds), instance, regId };
}

/** RFC 3261 §10.2.1.1: what is no number counts as an hour. */
function parseSeconds(text: string | true): number {
  if (text === true || !/^\d+$/.test(text.trim())) return 3600;
  return Math.min(Number(text), MAX_DELTA_SECONDS);
}

function parseQ(text: string | true | undefined): number | undefined {
  if (text === undefined) return 1;
  return text !== true && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : undefined;
}

/** One that nobody could have meant is as good as none: the phone can be called all the same. */
function readInstance(text: string | true | undefined): string | null {
  if (text === undefined || text === true || !/^<[^<>"\s]+>$/.test(text) || text.length > LONGEST_INSTANCE) return null;
  return detach(text);
}

function parseRegId(text: string | true | undefined): number | null | undefined {
  if (text === undefined) return null;
  const regId = text !== true && /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return regId >= 1 && regId <= MAX_REG_ID ? regId : undefined;
}

/** A copy of its own: parts of a received message keep all of it in memory, and a binding lives for an hour. */
export function detach(wire: string): string {
  return Buffer.from(wire, "latin1").toString("latin1");
}

function refused(status: ContactRefusal["status"], reason: string): ContactRefusal {
  return { type: "refused", status, reason };
}
