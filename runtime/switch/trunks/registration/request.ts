/** The REGISTER that we send (RFC 3261 §10.2). */
import { toWire } from "../../../base/text.ts";
import type { OutgoingRequest } from "../../../sip/client-request.ts";
import type { HeaderField } from "../../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../../sip/message/uri.ts";
import type { Trunk } from "../trunk.ts";

/** RFC 3327 §5.1: whoever stands between may put itself into the way of our calls. */
const SUPPORTED = "path";

/** What is the same in every REGISTER of one registration. */
export interface RegisterDialog {
  /** Where it goes: the registrar, as it is declared. */
  readonly uri: string;
  /** The Request-URI (RFC 3261 §10.2: no user). */
  readonly requestUri: string;
  /** Whose address is registered. */
  readonly aor: string;
  readonly callId: string;
  readonly fromTag: string;
  readonly contactUser: string;
}

export function registerDialog(
  trunk: Trunk,
  registrar: string,
  ids: { readonly callId: string; readonly fromTag: string },
): RegisterDialog {
  return {
    uri: registrar,
    requestUri: withoutUser(registrar),
    aor: aorOf(trunk, registrar),
    contactUser: trunk.registration?.contactUser ?? "",
    ...ids,
  };
}

export interface RegisterParts {
  readonly cseq: number;
  readonly seconds: number;
  /** Where a redirection leads; `null`: to the registrar. */
  readonly to: string | null;
  readonly credentials: readonly HeaderField[];
}

export function registerRequest(
  dialog: RegisterDialog,
  { cseq, seconds, to, credentials }: RegisterParts,
): OutgoingRequest {
  const fields: HeaderField[] = [
    ["From", `<${dialog.aor}>;tag=${dialog.fromTag}`],
    ["To", `<${dialog.aor}>`],
    ["Call-ID", dialog.callId],
    ["CSeq", `${cseq} REGISTER`],
    ["Max-Forwards", "70"],
    ["Expires", String(seconds)],
    ["Supported", SUPPORTED],
    ...credentials,
  ];
  return {
    method: "REGISTER",
    uri: requestUriOf(dialog, to),
    hop: { type: "uri", uri: to ?? dialog.uri },
    fields,
    contactUser: dialog.contactUser,
  };
}

/** Also what credentials are made for. */
export function requestUriOf({ requestUri }: RegisterDialog, to: string | null): string {
  return to === null ? requestUri : withoutUser(to);
}

/** An account that has its domain with it (`user@example.net`) is an address already. */
function aorOf({ account, outgoing }: Trunk, registrar: string): string {
  const username = toWire(account?.username ?? "");
  const at = username.lastIndexOf("@");
  if (at > 0) return `sip:${escapeUser(username.slice(0, at))}@${username.slice(at + 1)}`;
  const parsed = parseUri(registrar);
  const host = outgoing.host ?? (parsed?.kind === "sip" ? formatHost(parsed.host) : "");
  return `sip:${escapeUser(username)}@${host}`;
}

function withoutUser(uri: string): string {
  const parsed = parseUri(uri);
  if (parsed?.kind !== "sip") return uri;
  const port = parsed.port === undefined ? "" : `:${parsed.port}`;
  const transport = parsed.params.get("transport");
  const parameter = typeof transport === "string" ? `;transport=${transport}` : "";
  return `${parsed.scheme}:${formatHost(parsed.host)}${port}${parameter}`;
}
