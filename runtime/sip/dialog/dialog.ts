/**
 * A dialog (RFC 3261 §12) as plain data, and the pure functions over it: made by a request or a response, refreshed by a
 * Contact, checked by CSeq, turned into the fields of the next request.
 */

import type { Hop } from "../hop.ts";
import { parseNameAddr, scanNameAddr } from "../message/header/name-addr.ts";
import type { HeaderField, SipRequest, SipResponse } from "../message/message.ts";
import { parseUri, type SipUri, toRequestUri } from "../message/uri.ts";
import type { Flow } from "../transport/flow.ts";
import { DEFAULT_PORTS } from "../transport/transport-name.ts";
import type { Account } from "./account.ts";

export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  /** Empty until the other side has sent its tag. */
  readonly remoteTag: string;
  /** Name and address of our side, without the tag: what From says. */
  readonly localParty: string;
  readonly remoteParty: string;
  /** The CSeq number of the last request of ours. */
  localCseq: number;
  /** The CSeq number of the last request of theirs; 0 before the first. */
  remoteCseq: number;
  /** URI of the other side's Contact. */
  remoteTarget: string;
  readonly routeSet: readonly string[];
  /** The way that the other side's messages come. */
  flow: Flow;
  /** Their Contact is not where they are (NAT), or they hold a connection: requests go back over `flow`. */
  pinned: boolean;
  /** Whose credentials answer challenges of the other side; absent: nobody's. */
  readonly account?: Account | undefined;
}

/** The side that was called: a dialog made by an INVITE that came in (RFC 3261 §12.1.1). */
export function dialogOfRequest(request: SipRequest, localTag: string, flow: Flow, account?: Account): Dialog {
  const remoteTarget = contactUri(request) ?? request.from.uri;
  return {
    callId: request.callId,
    localTag,
    remoteTag: request.fromTag ?? "",
    localParty: withoutTag(request.to.text),
    remoteParty: withoutTag(request.from.text),
    localCseq: 0,
    remoteCseq: request.cseq.number,
    remoteTarget,
    routeSet: request.headers.list("record-route"),
    flow,
    pinned: isPinned(remoteTarget, flow),
    account,
  };
}

/** The side that calls: a dialog made by a response to our INVITE (RFC 3261 §12.1.2). */
export function dialogOfResponse(
  response: SipResponse,
  ours: {
    readonly localParty: string;
    readonly remoteParty: string;
    readonly target: string;
    readonly flow: Flow;
    readonly account?: Account | undefined;
  },
): Dialog {
  const remoteTarget = contactUri(response) ?? ours.target;
  return {
    callId: response.callId,
    localTag: response.fromTag ?? "",
    remoteTag: response.toTag ?? "",
    localParty: ours.localParty,
    remoteParty: ours.remoteParty,
    localCseq: response.cseq.number,
    remoteCseq: 0,
    remoteTarget,
    routeSet: [...response.headers.list("record-route")].reverse(),
    flow: ours.flow,
    pinned: isPinned(remoteTarget, ours.flow),
    account: ours.account,
  };
}

/** RFC 3261 §12.2.2: takes note of a request's CSeq; false where it is lower than one before. */
export function isInOrder(dialog: Dialog, cseq: number): boolean {
  if (cseq < dialog.remoteCseq) return false;
  dialog.remoteCseq = cseq;
  return true;
}

/** RFC 3261 §12.2.1.2: INVITE and UPDATE, and their 2xx, may move the remote target. */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse): void {
  const target = contactUri(message);
  if (target !== undefined) dialog.remoteTarget = target;
}

export interface DialogRequest {
  readonly method: string;
  readonly uri: string;
  readonly hop: Hop;
  readonly fields: HeaderField[];
  readonly account?: Account | undefined;
  /** Where there is an account: its CSeq goes up with each answer to a challenge. */
  readonly dialog?: Dialog | undefined;
}

/** Request-URI, next hop and leading fields of a request within the dialog (RFC 3261 §12.2.1.1). */
export function requestWithin(dialog: Dialog, method: string, cseq: number): DialogRequest {
  const request = requestFields(dialog, method, cseq);
  const { account } = dialog;
  if (account === undefined) return request;
  if (method === "ACK") request.fields.push(...account.credentials);
  return { ...request, account, dialog };
}

function requestFields(dialog: Dialog, method: string, cseq: number): DialogRequest {
  const fields: HeaderField[] = [
    ["From", `${dialog.localParty};tag=${dialog.localTag}`],
    ["To", dialog.remoteTag === "" ? dialog.remoteParty : `${dialog.remoteParty};tag=${dialog.remoteTag}`],
    ["Call-ID", dialog.callId],
    ["CSeq", `${cseq} ${method}`],
  ];
  const first = dialog.routeSet[0];
  if (first === undefined) {
    const hop: Hop = dialog.pinned ? { type: "flow", flow: dialog.flow } : { type: "uri", uri: dialog.remoteTarget };
    return { method, uri: dialog.remoteTarget, hop, fields };
  }
  const firstUri = parseNameAddr(first)?.uri ?? dialog.remoteTarget;
  const hop: Hop = isEndOf(dialog.flow, firstUri)
    ? { type: "flow", flow: dialog.flow }
    : { type: "uri", uri: firstUri };
  if (isLooseRouter(firstUri)) {
    for (const route of dialog.routeSet) fields.push(["Route", route]);
    return { method, uri: dialog.remoteTarget, hop, fields };
  }
  // RFC 3261 §12.2.1.1: a strict router gets itself as Request-URI, and the remote target as the last Route.
  for (const route of dialog.routeSet.slice(1)) fields.push(["Route", route]);
  fields.push(["Route", `<${dialog.remoteTarget}>`]);
  return { method, uri: firstUri, hop, fields };
}

/** A From or To value without its tag, ready to get one of ours. */
export function withoutTag(nameAddr: string): string {
  const end = nameAddr.lastIndexOf(">") + 1;
  const params = nameAddr.indexOf(";", end);
  // What is quoted behind it may hold anything, also what was taken for the end of the URI.
  const isPlain = nameAddr.indexOf('"', end) < 0;
  if (isPlain && params < 0) return nameAddr;
  // In nearly every message it is the only parameter.
  const isAlone = nameAddr.startsWith(";tag=", params) && nameAddr.indexOf(";", params + 1) < 0;
  if (isPlain && isAlone) return nameAddr.slice(0, params);
  return scanNameAddr(nameAddr, 0, nameAddr.length)?.textWithout("tag") ?? nameAddr;
}

function contactUri(message: SipRequest | SipResponse): string | undefined {
  const contact = message.headers.list("contact")[0];
  const uri = contact === undefined ? undefined : parseNameAddr(contact)?.uri;
  // Another scheme, or none, cannot be sent to: the side keeps the target that it had.
  return uri === undefined || parseUri(uri)?.kind !== "sip" ? undefined : toRequestUri(uri);
}

function isPinned(target: string, flow: Flow): boolean {
  if (flow.transport !== "udp") return true;
  const uri = parseUri(target);
  return uri?.kind !== "sip" || uri.scheme !== "sip" || uri.host !== flow.remoteAddress;
}

/**
 * Whether a route leads to the far end of the dialog's own connection over TLS. A certificate has proved a name there;
 * the address in the route is one that it hardly ever names.
 */
function isEndOf(flow: Flow, route: string): boolean {
  if (flow.transport !== "tls") return false;
  const uri = parseUri(route);
  if (uri?.kind !== "sip" || uri.host !== flow.remoteAddress) return false;
  return (uri.port ?? DEFAULT_PORTS.tls) === flow.remotePort && isOverTls(uri);
}

function isOverTls({ scheme, params }: SipUri): boolean {
  const transport = params.get("transport");
  return scheme === "sips" || (typeof transport === "string" && transport.toLowerCase() === "tls");
}

function isLooseRouter(text: string): boolean {
  const uri = parseUri(text);
  return uri !== undefined && uri.kind === "sip" && uri.params.has("lr");
}
