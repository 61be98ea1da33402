import { describe, expect, it } from "vitest";
import { parseMessage } from "../../runtime/sip/message/parse.ts";
import { parseUri } from "../../runtime/sip/message/uri.ts";
import { hasCorpus, readCorpusText } from "./corpus.ts";

interface Row {
  readonly id: string;
  readonly kind: "message" | "header" | "uri";
  readonly expect: "parse" | "reject";
  readonly title: string;
  readonly text: string;
}

const isThere = hasCorpus("parser/nist-torture.jsonl");
const lines = isThere ? readCorpusText("parser", "nist-torture.jsonl").trim().split("\n") : [];
const rows = lines.map((line): Row => JSON.parse(line));

/** Where we differ from this oracle, which is old and lenient, and why. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  "jsip-007": "an unknown scheme in the Request-URI is well-formed; the server answers 416, not the parser",
  "jsip-014": "a line of one space does not end the head: it folds the header before it",
  "jsip-024": "an unknown method is well-formed; the server answers 405 or 501, not the parser",
  "jsip-025": "a response without From, To and Call-ID can belong to no transaction",
  "jsip-054": "Call-Info and Contact of an INVITE are malformed, but not needed to parse it",
};

const CARRIER: readonly (readonly [name: string, value: string])[] = [
  ["Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKcarrier"],
  ["From", "<sip:a@example.com>;tag=1"],
  ["To", "<sip:b@example.com>"],
  ["Call-ID", "carrier"],
  ["CSeq", "1 OPTIONS"],
];

function verdict(row: Row): "parse" | "reject" {
  const text = Buffer.from(row.text, "utf8").toString("latin1");
  if (row.kind === "uri") return parseUri(text) === undefined ? "reject" : "parse";
  const message = row.kind === "header" ? carry(text) : text.replace(/\r?\n/g, "\r\n");
  const whole = message.includes("\r\n\r\n") ? message : `${message}\r\n\r\n`;
  return parseMessage(whole, "datagram").type === "message" ? "parse" : "reject";
}

/** The header line in an OPTIONS, in the place of the one of its name. */
function carry(line: string): string {
  const fields = CARRIER.filter(([name]) => !line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return ["OPTIONS sip:b@example.com SIP/2.0", ...fields.map((field) => field.join(": ")), line].join("\r\n");
}

describe.skipIf(!isThere)("messages, headers and URIs of an older parser's test suite", () => {
  const opposite = { parse: "reject", reject: "parse" };

  it.each(rows.filter((row) => DEVIATIONS[row.id] === undefined))("$id: $expect, $title", (row) => {
    expect(verdict(row)).toBe(row.expect);
  });

  it.each(rows.filter((row) => DEVIATIONS[row.id] !== undefined))("$id deviates from it with a reason", (row) => {
    expect(verdict(row)).toBe(opposite[row.expect]);
  });

  it("knows each message that it deviates in", () => {
    expect(Object.keys(DEVIATIONS).filter((id) => rows.some((row) => row.id === id))).toHaveLength(5);
  });
});
