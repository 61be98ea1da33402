/** Why a request ends something (RFC 3326): as we say it, and as it goes on to the other side. */
import { toWire } from "../../base/text.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";

export function reasonsOf({ headers }: SipRequest): readonly HeaderField[] {
  return headers.all("reason").map((value): HeaderField => ["Reason", value]);
}

export function reasonField(cause: number, text: string): HeaderField {
  return ["Reason", `SIP;cause=${cause};text="${toWire(quotable(text))}"`];
}

/** What can stand in a quoted text of a header: neither its end, nor the end of its line. */
function quotable(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/\p{Cc}+/gu, " ");
}
