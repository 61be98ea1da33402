/**
 * What a REGISTER does to the bindings of its address-of-record (RFC 3261 §10.3 steps 6 to 8, RFC 5626 §6), as a pure
 * function: all of it or nothing. Authentication and the question whose address it is come before.
 */
import { toText } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import { parseContacts } from "../../sip/message/header/contact.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { isSameUri, parseUri, type SipUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { type AskedContact, type ContactRefusal, detach, readAskedContact } from "./asked-contact.ts";
import type { RegistrarLimits } from "./limits.ts";
import { NO_PATH, readPath, speaks } from "./path.ts";

/** Why a contact is gone: its time was up, somebody took it away, or the way to it is broken. */
export type UnregisteredReason = "expired" | "removed" | "flow";

export type BindingChange =
  | { readonly what: "registered" | "refreshed"; readonly binding: BindingRow }
  | { readonly what: "unregistered"; readonly binding: BindingRow; readonly reason: UnregisteredReason };

export type Update =
  | {
      readonly type: "done";
      readonly bindings: readonly BindingRow[];
      readonly changes: readonly BindingChange[];
      /** A contact was registered as one flow of several (RFC 5626 §6). */
      readonly usesOutbound: boolean;
    }
  | { readonly type: "refused"; readonly status: 400 | 403 | 420 | 423 | 439 | 500; readonly reason: string };

/** What a script grants. */
export interface RegistrationTerms {
  /** The longest that a contact may stay, in seconds. */
  readonly expiresSeconds?: number;
  /** Contacts of the user; older ones make room. */
  readonly maxContacts?: number;
}

/** The REGISTER, and what is known around it. */
export interface Registration {
  readonly request: SipRequest;
  readonly aor: { readonly domain: string; readonly user: string };
  readonly flow: Flow;
  readonly now: number;
  readonly limits: RegistrarLimits;
  readonly terms: RegistrationTerms;
  /** The REGISTER comes from a proxy of ours, which may name any Path. */
  readonly isEdge: boolean;
  readonly isOurs: (uri: SipUri) => boolean;
}

/** What all contacts of one REGISTER have in common. */
interface Way {
  readonly path: readonly string[];
  readonly hasOutbound: boolean;
}

const MAX_USER_AGENT_CHARACTERS = 256;
const NO_CHANGES: readonly BindingChange[] = [];

/** The bindings after a REGISTER, given the live ones before it. */
export function updateBindings(before: readonly BindingRow[], registration: Registration): Update {
  const { request, flow, isEdge, terms, limits, isOurs } = registration;
  const lines = request.headers.all("contact");
  if (lines.length === 0) return { type: "done", bindings: before, changes: NO_CHANGES, usesOutbound: false };
  const contacts = parseContacts(lines);
  if (contacts === undefined) return refused(400, "Malformed Contact");
  if (contacts === "*") return removeAll(before, request);
  // To remove all and to add as many is the most that one REGISTER has a reason for.
  if (contacts.length > 2 * limits.maxContacts) return refused(403, "Too Many Contacts");
  const way = readPath(request, { address: flow.remoteAddress, isEdge });
  if (way.type === "refused") return way;
  const hasOutbound = way.hasOutbound && speaks(request, "outbound");
  const { minSeconds, defaultSeconds } = limits;
  const within = { minSeconds, defaultSeconds, maxSeconds: terms.expiresSeconds ?? limits.maxSeconds };
  const asked: AskedContact[] = [];
  for (const contact of contacts) {
    // RFC 5626 §6: the phone is told, so that it registers without.
    if (contact.params.has("reg-id") && !way.hasOutbound && speaks(request, "outbound"))
      return refused(439, "First Hop Lacks Outbound Support");
    const read = readAskedContact(contact, request, { limits: within, hasOutbound, isOurs });
    if ("type" in read) return read satisfies ContactRefusal;
    asked.push(read);
  }
  return applyContacts(before, asked, registration, { path: way.path, hasOutbound });
}

function removeAll(before: readonly BindingRow[], request: SipRequest): Update {
  if (request.headers.get("expires")?.trim() !== "0") return refused(400, "Contact * Needs Expires 0");
  if (before.some((row) => isOutOfOrder(row, request))) return outOfOrder();
  const changes = before.map((binding): BindingChange => ({ what: "unregistered", binding, reason: "removed" }));
  return { type: "done", bindings: [], changes, usesOutbound: false };
}

function applyContacts(
  before: readonly BindingRow[],
  asked: readonly AskedContact[],
  registration: Registration,
  way: Way,
): Update {
  const flows = asked.filter(({ regId }) => regId !== null);
  // RFC 5626 §6: each flow is registered by a request over itself.
  if (flows.some(({ seconds }) => seconds > 0) && asked.filter(({ seconds }) => seconds > 0).length > 1)
    return refused(400, "More Than One Contact With reg-id");
  let bindings = before;
  const changes: BindingChange[] = [];
  for (const contact of asked) {
    const old = before.find((row) => isSameContact(row, contact));
    if (old !== undefined && isOutOfOrder(old, registration.request)) return outOfOrder();
    // RFC 3261 §10.3 step 7: the same URI under another Call-ID is the same phone after a restart.
    bindings = bindings.filter((row) => !isSameContact(row, contact));
    if (contact.seconds > 0) {
      const row = toRow(contact, registration, way);
      bindings = [...bindings, row];
      changes.push({ what: old === undefined ? "registered" : "refreshed", binding: row });
    } else if (old !== undefined) changes.push({ what: "unregistered", binding: old, reason: "removed" });
  }
  if (bindings.length > Math.max(registration.limits.maxContacts, before.length))
    return refused(403, "Too Many Contacts");
  const { kept, dropped } = makeRoom(bindings, registration.terms.maxContacts);
  for (const binding of dropped) changes.push({ what: "unregistered", binding, reason: "removed" });
  return { type: "done", bindings: kept, changes, usesOutbound: flows.length > 0 };
}

/** RFC 5626 §6: a flow is known by its device and number, whatever its URI; other contacts by their URI. */
function isSameContact(row: BindingRow, { uri, instance, regId }: AskedContact): boolean {
  if (regId !== null && row.regId !== null) return row.instance === instance && row.regId === regId;
  if (row.contact === uri.text) return true;
  const other = parseUri(row.contact);
  return other !== undefined && isSameUri(other, { kind: "sip", ...uri });
}

/** RFC 3261 §10.3: within one Call-ID the CSeq must rise, else an old REGISTER that comes late would undo a newer one. */
function isOutOfOrder({ callId, cseq }: BindingRow, request: SipRequest): boolean {
  return callId === request.callId && request.cseq.number <= cseq;
}

/** The contacts registered last stay. */
function makeRoom(bindings: readonly BindingRow[], most: number | undefined) {
  if (most === undefined || bindings.length <= most) return { kept: bindings, dropped: [] };
  return { kept: bindings.slice(-most), dropped: bindings.slice(0, -most) };
}

function toRow(
  { uri, q, seconds, instance, regId }: AskedContact,
  { request, aor, flow, now }: Registration,
  { path }: Way,
): BindingRow {
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
    path: path.length === 0 ? NO_PATH : path.map(detach),
    instance,
    regId,
    transport: flow.transport,
    localAddress: flow.localAddress,
    localPort: flow.localPort,
    remoteAddress: flow.remoteAddress,
    remotePort: flow.remotePort,
    connection: flow.connection,
  };
}

function outOfOrder(): Update {
  return refused(500, "CSeq Out Of Order");
}

function refused(status: (Update & { type: "refused" })["status"], reason: string): Update {
  return { type: "refused", status, reason };
}
