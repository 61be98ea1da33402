/** A request whose session was too short for the other side: sent again with one that is long enough (RFC 4028 §7.3). */
import type { OutgoingRequest } from "./client-request.ts";
import type { HeaderField, SipResponse } from "./message/message.ts";
import { decimalAt } from "./message/token.ts";

/** Nobody needs to be silent for longer than a day. */
const LONGEST_SECONDS = 86_400;

/** `undefined`: the request has asked for no session, or the other side for nothing that it can have. */
export function withLongerSession(request: OutgoingRequest, response: SipResponse): OutgoingRequest | undefined {
  const { method, dialog } = request;
  const asked = request.fields.find(([name]) => name === "Session-Expires")?.[1];
  const least = response.headers.get("min-se") ?? "";
  const seconds = decimalAt(least, 0, least.length, LONGEST_SECONDS);
  if (asked === undefined || seconds <= Number.parseInt(asked, 10)) return undefined;
  const cseq = response.cseq.number + 1;
  if (dialog !== undefined) dialog.localCseq = Math.max(dialog.localCseq, cseq);
  const refresher = asked.slice(asked.indexOf(";"));
  const fields = request.fields.flatMap((field): readonly HeaderField[] => {
    if (field[0] === "CSeq") return [["CSeq", `${cseq} ${method}`]];
    if (field[0] === "Min-SE") return [];
    return field[0] === "Session-Expires"
      ? [
          ["Session-Expires", `${seconds}${refresher}`],
          ["Min-SE", least],
        ]
      : [field];
  });
  return { ...request, fields };
}
