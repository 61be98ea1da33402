/** Why a request ends something (RFC 3326), as it goes on to the other side. */
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";

export function reasonsOf({ headers }: SipRequest): readonly HeaderField[] {
  return headers.all("reason").map((value): HeaderField => ["Reason", value]);
}
