/**
 * What a REFER asks for (RFC 3515 §2.4.2), read once: whom to call, in the place of which dialog (RFC 3891), in whose name
 * (RFC 3892), and whether to tell how it goes (RFC 4488).
 *
 * Deviation: RFC 3261 §19.1.5 lets the URI say further header fields of the request that it stands for; all but Replaces
 * are passed over, since they would be headers of ours that a stranger has written.
 */

import { parseNameAddr } from "../../../sip/message/header/name-addr.ts";
import { parseReplaces, type Replaces } from "../../../sip/message/header/replaces.ts";
import type { SipRequest } from "../../../sip/message/message.ts";
import { parseUri, toRequestUri, unescapeUser } from "../../../sip/message/uri.ts";

export interface ReferRequest {
  /** Whom to call: Refer-To without what is not part of the address. Wire text. */
  readonly target: string;
  /** The dialog whose place the new one is to take. */
  readonly replaces: Replaces | null;
  /** Referred-By as it was written, or `null`. */
  readonly referredBy: string | null;
  /** Whether the sender wants to hear how it goes. */
  readonly wantsNotify: boolean;
}

export type ParsedRefer =
  | { readonly ok: true; readonly value: ReferRequest }
  | { readonly ok: false; readonly status: 400 | 416 | 501; readonly reason?: string };

export function parseRefer({ headers }: SipRequest): ParsedRefer {
  const referTo = headers.all("refer-to");
  // RFC 3515 §2.4.2: exactly one.
  if (referTo.length !== 1) return bad("One Refer-To Is Needed");
  const address = parseNameAddr(referTo[0] ?? "");
  const uri = address === undefined ? undefined : parseUri(address.uri);
  if (address === undefined || uri === undefined) return bad("Bad Refer-To");
  if (uri.kind === "other") return { ok: false, status: 416 };
  const method = uri.params.get("method");
  // A call can be transferred; to have other requests sent in one's place is no part of that.
  if (method !== undefined && method !== "INVITE") return { ok: false, status: 501 };
  const replaced = uri.kind === "sip" ? replacesOf(uri.headers) : null;
  if (replaced === undefined) return bad("Bad Replaces in Refer-To");
  const referredBy = headers.all("referred-by");
  if (referredBy.length > 1 || referredBy.some((value) => parseNameAddr(value) === undefined))
    return bad("Bad Referred-By");
  return {
    ok: true,
    value: {
      target: toRequestUri(address.uri),
      replaces: replaced,
      referredBy: referredBy[0] ?? null,
      wantsNotify: !/^\s*false\b/i.test(headers.get("refer-sub") ?? ""),
    },
  };
}

/** The Replaces that the URI of a Refer-To asks for; `null`: none, `undefined`: several, or one that cannot be read. */
function replacesOf(headers: string | undefined): Replaces | null | undefined {
  if (headers === undefined) return null;
  const values = headers
    .split("&")
    .map((header) => header.split("=", 2))
    .filter(([name = ""]) => unescapeUser(name).toLowerCase() === "replaces")
    .map(([, value = ""]) => unescapeUser(value));
  if (values.length === 0) return null;
  return values.length === 1 ? parseReplaces(values[0] ?? "") : undefined;
}

function bad(reason: string): ParsedRefer {
  return { ok: false, status: 400, reason };
}
