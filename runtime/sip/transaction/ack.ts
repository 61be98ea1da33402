/** The ACK for a non-2xx final response (RFC 3261 §17.1.1.3), made from the text of the INVITE as it was sent. */
import { InvariantError } from "../../base/errors.ts";
import type { HeaderField, SipResponse } from "../message/message.ts";
import { serializeRequest } from "../message/serialize.ts";

/** `invite` is a text of our own: long header names, no folded lines, the top Via on a line of its own. */
export function buildAck(invite: string, response: SipResponse): string {
  const end = invite.indexOf("\r\n\r\n");
  const [startLine = "", ...lines] = invite.slice(0, end).split("\r\n");
  const uri = startLine.split(" ")[1];
  const to = response.headers.get("to");
  if (end < 0 || uri === undefined || to === undefined) throw new InvariantError("ACK for an INVITE that is none");
  const copies: HeaderField[] = [];
  let hasVia = false;
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    switch (name.toLowerCase()) {
      case "via":
        // Only the top one: the ACK ends where the INVITE's next hop is.
        if (!hasVia) copies.push(["Via", value]);
        hasVia = true;
        break;
      case "route":
      case "from":
      case "call-id":
        copies.push([name, value]);
        break;
      case "cseq":
        copies.push(["CSeq", `${Number.parseInt(value, 10)} ACK`]);
        break;
    }
  }
  return serializeRequest({ method: "ACK", uri, fields: [...copies, ["To", to], ["Max-Forwards", "70"]] });
}
