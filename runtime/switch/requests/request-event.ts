/** A SIP request outside of calls as a script sees it (`sdk/request-event.ts`). */
import type { RequestEvent } from "../../../sdk/request-event.ts";
import { toText } from "../../base/text.ts";
import { NameSet } from "../../sip/message/header-name.ts";
import { formatHost } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { partyOf } from "../call/call-view.ts";

/** Secrets, and what only says how the request came. */
const NOT_SHOWN = new NameSet(["authorization", "proxy-authorization", "via", "content-length"]);

export interface RequestParts {
  readonly id: string;
  readonly user: string | null;
  readonly domain: string;
}

export function requestEvent(
  { request, flow }: Pick<ServerTransaction, "request" | "flow">,
  { id, user, domain }: RequestParts,
): RequestEvent {
  const headers = new Map<string, string>();
  for (const [name, value] of request.headers.fieldsExcept(NOT_SHOWN)) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? toText(value) : `${before}, ${toText(value)}`);
  }
  return {
    id,
    from: partyOf(request.from.uri, request.from.name),
    to: partyOf(request.uri, ""),
    user,
    domain,
    headers: Object.fromEntries(headers),
    source: `${formatHost(flow.remoteAddress)}:${flow.remotePort}`,
    transport: flow.transport,
  };
}
