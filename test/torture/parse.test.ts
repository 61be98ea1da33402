import { describe, expect, it } from "vitest";
import { parseMessage } from "../../runtime/sip/message/parse.ts";
import { hasCorpus, readCorpusText, readWireText } from "./corpus.ts";
import { contentOf, writeAnew } from "./round-trip.ts";

interface Row {
  readonly name: string;
  readonly file: string;
  readonly section: string;
  readonly title: string;
  readonly kind: "request" | "response";
  readonly valid: boolean;
  readonly parse: "ok" | "reject" | "either";
  readonly final: string | readonly string[];
}

const isThere = hasCorpus("torture/manifest.json");
const rows: readonly Row[] = isThere ? JSON.parse(readCorpusText("torture", "manifest.json")).messages : [];

/** The answers that the manifest allows and that a parser can give by itself. */
function refusals(row: Row): number[] {
  return [row.final]
    .flat()
    .filter((status) => /^\d+$/.test(status))
    .map(Number);
}

describe.skipIf(!isThere)("published torture messages (RFC 4475, RFC 5118)", () => {
  const accepted = rows.filter((row) => row.parse === "ok");
  const rejected = rows.filter((row) => row.parse === "reject");
  const open = rows.filter((row) => row.parse === "either");

  it.each(accepted)("accepts $name: $title ($section)", (row) => {
    const outcome = parseMessage(readWireText("torture", row.file), "datagram");
    if (outcome.type !== "message") throw new Error(JSON.stringify({ ...outcome, request: undefined }));
    expect(outcome.message.type).toBe(row.kind);
    const again = parseMessage(writeAnew(outcome.message), "stream");
    if (again.type !== "message") throw new Error(JSON.stringify({ ...again, request: undefined }));
    expect(contentOf(again.message)).toEqual(contentOf(outcome.message));
  });

  it.each(rejected)("refuses $name: $title ($section)", (row) => {
    const outcome = parseMessage(readWireText("torture", row.file), "datagram");
    if (row.kind === "response") {
      expect(outcome.type).toBe("ignored");
      return;
    }
    if (outcome.type !== "refused") throw new Error(`Got ${outcome.type}.`);
    expect(refusals(row)).toContain(outcome.status);
    expect(outcome.request?.headers.get("cseq")).toBeDefined();
  });

  it.each(open)("accepts $name, or refuses it in a way that can be answered: $title ($section)", (row) => {
    const outcome = parseMessage(readWireText("torture", row.file), "datagram");
    if (outcome.type === "refused") expect([outcome.status, outcome.request?.type]).toEqual([400, "request"]);
    else expect(outcome.type).toBe("message");
  });
});
