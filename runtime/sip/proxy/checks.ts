/** What a request has to pass before a proxy forwards it (RFC 3261 §16.3, RFC 5393 §4 and §5.3), in this order. */
import type { HeaderField, SipRequest } from "../message/message.ts";
import { readMaxBreadth } from "./breadth.ts";

export interface ProxyRefusal {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly fields?: readonly HeaderField[] | undefined;
}

/** The answer to a request that cannot be forwarded, whoever sends it and wherever it goes. */
export function refusalOf(request: SipRequest, isLoop: () => boolean): ProxyRefusal | undefined {
  const { requestUri, headers } = request;
  if (requestUri === undefined || requestUri.kind === "other") return { status: 416 };
  if (request.maxForwards === 0) return { status: 483 };
  if (isLoop()) return { status: 482 };
  if (headers.has("max-breadth") && readMaxBreadth(headers.get("max-breadth")) === 0) return { status: 440 };
  // RFC 3261 §16.3 step 5: Require is for the far end and is not looked at.
  if (!headers.has("proxy-require")) return undefined;
  return { status: 420, fields: [["Unsupported", headers.list("proxy-require").join(", ")]] };
}
