/**
 * Calls that come from a trunk: known by where they come from, or by the Contact that the trunk is registered with; with the
 * called number, and the caller's, in E.164, and whoever a trunk that we trust says it is (RFC 3325 §5).
 */
import { toWire } from "../../base/text.ts";
import { withoutTag } from "../../sip/dialog/dialog.ts";
import { formatNameAddr, parseNameAddr } from "../../sip/message/header/name-addr.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { CallTrunk } from "../call/call-state.ts";
import { nameOf } from "../name-of.ts";
import { E164, type NumberPlan, readNumber } from "./number-form.ts";
import type { Trunk } from "./trunk.ts";
import type { Trunks } from "./trunks.ts";

/** A request of a trunk. */
export interface FromTrunk {
  readonly trunk: Trunk;
  /** By its source address, which nobody else has; `false`: by the Contact alone. */
  readonly isBySource: boolean;
}

/** `undefined`: it comes from no trunk. */
export function trunkOf(request: SipRequest, flow: Flow, trunks: Trunks): FromTrunk | undefined {
  const bySource = trunks.bySource(flow.remoteAddress);
  if (bySource !== undefined) return { trunk: bySource, isBySource: true };
  const byContact = trunks.byContactUser(nameOf(request.requestUri));
  return byContact === undefined ? undefined : { trunk: byContact, isBySource: false };
}

export interface IncomingCall {
  readonly trunk: CallTrunk;
  readonly domain: string;
  /** What routes are chosen by. */
  readonly calledUser: string;
  readonly callerUser: string;
  /** The caller as our side sees him: a name-addr. */
  readonly from: string;
}

/** What a call of a trunk is, as our side knows it. */
export function incomingCall(request: SipRequest, trunk: Trunk, plan: NumberPlan): IncomingCall {
  const read = (text: string): string => readNumber(text, trunk.incoming.number, trunk.country, plan);
  const readCaller = (text: string): string => readNumber(text, trunk.incoming.callerId, trunk.country, plan);
  const asked = nameOf(request.requestUri);
  const isContact = trunk.registration?.contactUser === asked;
  const calledUser = read(isContact ? nameOf(parseUri(request.to.uri)) : asked);
  const from = renamed(withoutTag(request.from.text), readCaller);
  const { name, account, trust, codecs } = trunk;
  const identity = trust ? assertedBy(request, readCaller) : null;
  return {
    trunk: {
      name,
      isTrusted: trust,
      account: account === null ? undefined : { name, credentials: [] },
      codecs,
      called: calledUser === "" ? request.uri : `sip:${escapeUser(toWire(calledUser))}@${formatHost(trunk.domain)}`,
      identity,
    },
    domain: trunk.domain,
    calledUser,
    callerUser: nameOf(parseUri(parseNameAddr(from)?.uri ?? "")),
    from,
  };
}

/** RFC 3325 §9.1: one SIP URI, and perhaps a tel URI beside it, which has the number. */
function assertedBy(request: SipRequest, read: (text: string) => string): string | null {
  const values = request.headers.list("p-asserted-identity").slice(0, 2);
  const named = values.map((value) => renamed(value, read));
  const withNumber = named.find((value) => E164.test(nameOf(parseUri(parseNameAddr(value)?.uri ?? ""))));
  return withNumber ?? named[0] ?? null;
}

/** The same party, its number as our side writes it; what cannot be read stays as it is. */
function renamed(nameAddr: string, read: (text: string) => string): string {
  const parsed = parseNameAddr(nameAddr);
  const uri = parsed === undefined ? undefined : parseUri(parsed.uri);
  if (parsed === undefined || uri === undefined) return nameAddr;
  const user = nameOf(uri);
  const number = read(user);
  if (number === user || uri.kind !== "sip") return nameAddr;
  return formatNameAddr({ name: parsed.name, uri: `${uri.scheme}:${escapeUser(toWire(number))}@${hostAndPort(uri)}` });
}

function hostAndPort({ host, port }: { readonly host: string; readonly port: number | undefined }): string {
  return port === undefined ? formatHost(host) : `${formatHost(host)}:${port}`;
}
