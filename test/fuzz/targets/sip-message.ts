/**
 * Whole messages, as a datagram and as a stream brings them: whatever the text, there is an outcome; what is accepted is the
 * same after it has been written anew; what is refused can be answered, and no text of a peer becomes a header of its own.
 */
import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import type { SipMessage, SipRequest } from "../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../runtime/sip/message/parse.ts";
import { serializeResponse } from "../../../runtime/sip/message/serialize.ts";
import { contentOf, writeAnew } from "../../torture/round-trip.ts";
import { knownMessages } from "../grammar/corpus.ts";
import { headerNames } from "../grammar/headers.ts";
import { description } from "../grammar/sdp.ts";
import { message } from "../grammar/sip.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const body = fc.oneof(fc.constant(""), octets(200), description);
const words = [...headerNames.map((name) => `${name}: `), "\r\n", "\r\n ", "SIP/2.0", ";tag=", "<sip:", '"', "\\\0"];

export const sipMessage: Target = {
  samples: knownMessages(),
  inputs: (seeds) =>
    fc.oneof(
      { weight: 5, arbitrary: message(body) },
      { weight: 5, arbitrary: mutated(seeds, { words }) },
      { weight: 1, arbitrary: octets(600) },
    ),
  run(input) {
    read(input, "stream");
    read(input, "datagram");
  },
};

function read(text: string, transport: "datagram" | "stream"): void {
  const outcome = parseMessage(text, transport);
  if (outcome.type === "message") accepted(outcome.message);
  else if (outcome.type === "refused" && outcome.request !== undefined) answered(outcome.request, outcome.status);
}

function accepted(message: SipMessage): void {
  const before = contentOf(message);
  const again = parseMessage(writeAnew(message), "stream");
  if (again.type !== "message") throw new Error(`What was written anew is ${again.type}: ${JSON.stringify(again)}`);
  deepStrictEqual(contentOf(again.message), before);
  if (message.type === "request") answered(message, 200);
}

/** The answer has the headers of the request that it copies, each once, and one of ours. */
function answered(request: SipRequest, status: number): void {
  request.stampVia("192.0.2.7", 5062);
  const text = serializeResponse(request, { status, toTag: "t", fields: [["X-Last", "1"]] });
  const copied = ["from", "to", "call-id", "cseq"].filter((name) => request.headers.has(name)).length;
  const vias = request.headers.all("via").length;
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  holds(head.split("\r\n").length === 1 + vias + copied + 2, `An answer with lines that nobody has written: ${text}`);
  const outcome = parseMessage(text, "stream");
  // Where the Via says it twice, or is broken, the phone may read what it likes: the answer goes to the source all the same.
  const isTwice = /\b(received|rport)\b[^,]*;\s*\1\b/i.test(request.headers.get("via") ?? "");
  if (status !== 200 || isTwice) return;
  if (outcome.type !== "message") throw new Error(`Our own answer is ${outcome.type}: ${text}`);
  holds(outcome.message.topVia.received === "192.0.2.7", "The source is not stamped.");
  holds(outcome.message.topVia.rport === 5062, "The port is not stamped.");
}
