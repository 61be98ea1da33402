/** Which bodies are session descriptions: only they take part in offer and answer. */
import type { SipRequest, SipResponse } from "../../sip/message/message.ts";

export function hasDescription({ headers, body }: SipRequest | SipResponse): boolean {
  return body !== "" && (headers.get("content-type") ?? "").toLowerCase().startsWith("application/sdp");
}
