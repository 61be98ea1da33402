/** Retry-After (RFC 3261 §20.33): when the other side wants to be asked again. */
import type { SipResponse } from "../../sip/message/message.ts";

/** Neither a storm nor an eternity, whatever is asked for. */
const LEAST_SECONDS = 1;
const MOST_SECONDS = 3600;

/** Milliseconds; `undefined` where there is none, or none that can be read. */
export function retryAfterMs(response: SipResponse): number | undefined {
  const digits = /^\s*(\d+)/.exec(response.headers.get("retry-after") ?? "")?.[1];
  if (digits === undefined) return undefined;
  return Math.min(Math.max(Number(digits), LEAST_SECONDS), MOST_SECONDS) * 1000;
}
