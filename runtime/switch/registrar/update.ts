/**
 * What a REGISTER does to the bindings of its address-of-record (RFC 3261 §10.3 steps 6 to 8), as a pure function: all of
 * it or nothing. Authentication and the question whose address it is come before.
 */
import { toText } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import { parseContacts } from "../../sip/message/header/contact.ts";
import type { NameAddr } from "../../sip/message/header/name-addr.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { isSameUri, parseUri, type Uri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";

export interface RegistrarLimits {
  /** Shorter registrations are refused with 423. @default 60 */
  readonly minSeconds: number;
  /** Longer ones are shortened. @default 3600 */
  readonly maxSeconds: number;
  /** Where the phone asks for no time. @default 300 */
  readonly defaultSeconds: number;
  /** Contacts per address-of-record. @default 10 */
  readonly maxContacts: number;
}

export const REGISTRAR_LIMITS: RegistrarLimits = {
  minSeconds: 60,
  maxSeconds: 3600,
  defaultSeconds: 300,
  maxContacts: 10,
};

/** A live contact with its URI parsed once. */
export interface Binding {
  readonly row: BindingRow;
  readonly uri: Uri;
}

export interface BindingChange {
  readonly what: "registered" | "refreshed" | "unregistered";
  readonly binding: BindingRow;
}

export type Update =
  | { readonly type: "done"; readonly bindings: readonly Binding[]; readonly changes: readonly BindingChange[] }
  | { readonly type: "refused"; readonly status: 400 | 403 | 423 | 500; readonly reason: string };

/** The REGISTER, and what is known around it. */
export interface Registration {
  readonly request: SipRequest;
  readonly aor: { readonly domain: string; readonly user: string };
  readonly flow: Flow;
  readonly now: number;
  readonly limits: RegistrarLimits;
}

interface AskedContact {
  readonly uri: Uri;
  readonly q: number;
  readonly seconds: number;
}

const MAX_USER_AGENT_CHARACTERS = 256;
/** RFC 3261 §20.19: delta-seconds are 32 bits wide. */
const MAX_DELTA_SECONDS = 2 ** 32 - 1;

/** The bindings after a REGISTER, given the live ones before it. */
export function updateBindings(before: readonly Binding[], registration: Registration): Update {
  const { request } = registration;
  const lines = request.headers.all("contact");
  if (lines.length === 0) return { type: "done", bindings: before, changes: [] };
  const contacts = parseContacts(lines);
  if (contacts === undefined) return refused(400, "Malformed Contact");
  if (contacts === "*") return removeAll(before, request);
  const asked: AskedContact[] = [];
  for (const contact of contacts) {
    const read = readContact(contact, registration);
    if ("type" in read) return read;
    asked.push(read);
  }
  return applyContacts(before, asked, registration);
}

function removeAll(before: readonly Binding[], request: SipRequest): Update {
  if (request.headers.get("expires")?.trim() !== "0") return refused(400, "Contact * Needs Expires 0");
  if (before.some((binding) => isOutOfOrder(binding, request))) return outOfOrder();
  return { type: "done", bindings: [], changes: before.map(({ row }) => ({ what: "unregistered", binding: row })) };
}

function applyContacts(before: readonly Binding[], asked: readonly AskedContact[], registration: Registration): Update {
  let bindings = before;
  const changes: BindingChange[] = [];
  for (const contact of asked) {
    const old = before.find((binding) => isSameUri(binding.uri, contact.uri));
    if (old !== undefined && isOutOfOrder(old, registration.request)) return outOfOrder();
    // RFC 3261 §10.3 step 7: the same URI under another Call-ID is the same phone after a restart.
    bindings = bindings.filter((binding) => !isSameUri(binding.uri, contact.uri));
    if (contact.seconds > 0) {
      const row = toRow(contact, registration);
      bindings = [...bindings, { row, uri: contact.uri }];
      changes.push({ what: old === undefined ? "registered" : "refreshed", binding: row });
    } else if (old !== undefined) changes.push({ what: "unregistered", binding: old.row });
  }
  if (bindings.length > Math.max(registration.limits.maxContacts, before.length))
    return refused(403, "Too Many Contacts");
  return { type: "done", bindings, changes };
}

/** RFC 3261 §10.3: within one Call-ID the CSeq must rise, else an old REGISTER that comes late would undo a newer one. */
function isOutOfOrder(binding: Binding, request: SipRequest): boolean {
  return binding.row.callId === request.callId && request.cseq.number <= binding.row.cseq;
}

function readContact(contact: NameAddr, { request, limits }: Registration): AskedContact | Update {
  const uri = parseUri(detach(contact.uri));
  if (uri?.kind !== "sip") return refused(400, "Contact Is No SIP URI");
  const q = parseQ(contact.params.get("q"));
  if (q === undefined) return refused(400, "Malformed q In Contact");
  // The parameter beats the header (RFC 3261 §10.2.1.1).
  const asked = contact.params.get("expires") ?? request.headers.get("expires");
  const seconds = asked === undefined ? limits.defaultSeconds : parseSeconds(asked);
  if (seconds > 0 && seconds < limits.minSeconds) return refused(423, "Interval Too Brief");
  return { uri, q, seconds: Math.min(seconds, limits.maxSeconds) };
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

function toRow({ uri, q, seconds }: AskedContact, { request, aor, flow, now }: Registration): BindingRow {
  const userAgent = request.headers.get("user-agent");
  return {
    domain: aor.domain,
    user: aor.user,
    contact: uri.text,
    callId: detach(request.callId),
    cseq: request.cseq.number,
    q,
    expiresAt: now + seconds * 1000,
    registeredAt: now,
    userAgent: userAgent === undefined ? null : toText(detach(userAgent)).slice(0, MAX_USER_AGENT_CHARACTERS),
    transport: flow.transport,
    localAddress: flow.localAddress,
    localPort: flow.localPort,
    remoteAddress: flow.remoteAddress,
    remotePort: flow.remotePort,
    connection: flow.connection,
  };
}

/** A copy of its own: parts of a received message keep all of it in memory, and a binding lives for an hour. */
function detach(wire: string): string {
  return Buffer.from(wire, "latin1").toString("latin1");
}

function outOfOrder(): Update {
  return refused(500, "CSeq Out Of Order");
}

function refused(status: 400 | 403 | 423 | 500, reason: string): Update {
  return { type: "refused", status, reason };
}
