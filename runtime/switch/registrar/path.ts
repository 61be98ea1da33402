/**
 * Path of a REGISTER (RFC 3327 §5.3): the proxies between us and the phone, which requests to the phone are to go through.
 * Whoever may name a Path may send our requests anywhere: it has to begin with the host that the REGISTER came from,
 * unless that is an edge of ours.
 */
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { parseUri, type SipUri } from "../../sip/message/uri.ts";

/** More proxies in a row are a loop, or hostile. */
const MOST_PROXIES = 10;
const LONGEST_PATH = 2048;

export type PathReading =
  | {
      readonly type: "path";
      readonly path: readonly string[];
      /** The proxy next to the phone speaks outbound (RFC 5626 §5.1); true where there is no proxy. */
      readonly hasOutbound: boolean;
    }
  | { readonly type: "refused"; readonly status: 400 | 403 | 420; readonly reason: string };

export const NO_PATH: readonly string[] = [];

export function readPath(
  request: SipRequest,
  source: { readonly address: string; readonly isEdge: boolean },
): PathReading {
  const path = request.headers.list("path");
  if (path.length === 0) {
    // RFC 5626 §6: a proxy on the way that has added no Path knows nothing of outbound.
    return { type: "path", path: NO_PATH, hasOutbound: request.headers.list("via").length === 1 };
  }
  // RFC 3327 §5.3: a phone that does not know Path would not know what it agrees to.
  if (!speaks(request, "path")) return { type: "refused", status: 420, reason: "Bad Extension" };
  if (path.length > MOST_PROXIES || path.join().length > LONGEST_PATH) return malformed("Too Long A Path");
  const proxies: SipUri[] = [];
  for (const value of path) {
    const uri = parseUri(parseNameAddr(value)?.uri ?? "");
    // RFC 3327 §4: a Path holds loose routers alone.
    if (uri?.kind !== "sip" || !uri.params.has("lr")) return malformed("Malformed Path");
    proxies.push(uri);
  }
  if (!source.isEdge && proxies[0]?.host !== source.address) {
    return { type: "refused", status: 403, reason: "Path Of Another Host" };
  }
  return { type: "path", path, hasOutbound: proxies.at(-1)?.params.has("ob") === true };
}

/** Whether whoever sends the request speaks an extension (RFC 3261 §20.37). */
export function speaks({ headers }: SipRequest, option: string): boolean {
  const isNamed = (tag: string): boolean => tag.trim().toLowerCase() === option;
  return headers.list("supported").some(isNamed) || (headers.has("require") && headers.list("require").some(isNamed));
}

function malformed(reason: string): PathReading {
  return { type: "refused", status: 400, reason };
}
