/** Writes a parsed message anew from its fields, and gives what must be the same after parsing it again. */
import { NameSet } from "../../runtime/sip/message/header-name.ts";
import type { HeaderField, SipMessage, SipRequest } from "../../runtime/sip/message/message.ts";
import { parseMessage } from "../../runtime/sip/message/parse.ts";
import { serializeRequest, serializeResponse } from "../../runtime/sip/message/serialize.ts";

const COPIED_BY_RESPONSE = ["via", "from", "to", "call-id", "cseq"];
const NONE = new NameSet([]);

export function writeAnew(message: SipMessage): string {
  if (message.type === "request") {
    const { method, uri, body, headers } = message;
    return serializeRequest({ method, uri, body, fields: headers.fieldsExcept(NONE) });
  }
  const { status, reason, body, headers } = message;
  const fields = headers.fieldsExcept(new NameSet(COPIED_BY_RESPONSE));
  return serializeResponse(requestOf(message), { status, reason, body, fields });
}

/** The fields of a message by name, as they compare: order of equal names kept, Content-Length apart. */
export function contentOf(message: SipMessage): unknown {
  const fields = message.headers
    .fieldsExcept(new NameSet(["content-length"]))
    .map(([name, value]): HeaderField => [name.toLowerCase(), value])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const { callId, cseq, fromTag, toTag, body } = message;
  const { branch, host, port, params } = message.topVia;
  const start = message.type === "request" ? [message.method, message.uri] : [message.status, message.reason];
  return { start, fields, callId, cseq, fromTag, toTag, via: { branch, host, port, params }, body };
}

/** A request that this response answers, since only a request says what a response copies. */
function requestOf(response: SipMessage): SipRequest {
  const fields = response.headers
    .fieldsExcept(NONE)
    .filter(([name]) => COPIED_BY_RESPONSE.includes(name.toLowerCase()));
  const text = serializeRequest({ method: response.cseq.method, uri: "sip:example.com", fields });
  const outcome = parseMessage(text, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error(`No request: ${text}`);
  return outcome.message;
}
