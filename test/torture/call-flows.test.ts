import { describe, expect, it } from "vitest";
import { parseMessage } from "../../runtime/sip/message/parse.ts";
import { hasCorpus, readCorpusText, readWireText } from "./corpus.ts";
import { contentOf, writeAnew } from "./round-trip.ts";

interface Row {
  readonly file: string;
  readonly start_line: string;
  readonly framing_exact: boolean;
}

/** Examples that no strict parser can take, as they are printed. */
const MISPRINTED: Readonly<Record<string, string>> = {
  "rfc3261/24.2-04-100.sip": "the caption of the next figure continues Content-Length as a folded line",
  "rfc3261/24.2-07-180.sip": "the caption of the next figure continues Content-Length as a folded line",
  "rfc3261/24.2-13-BYE.sip": "the caption of the next figure continues Content-Length as a folded line",
  "rfc3515/4.1-01-REFER.sip": "the caption of the next figure continues Content-Length as a folded line",
  "rfc3428/10-04-200.sip": "an empty parameter (;;) in From, an error by RFC 4475 §3.1.2.1",
};

const isThere = hasCorpus("callflows/index.json");
const index: readonly Row[] = isThere ? JSON.parse(readCorpusText("callflows", "index.json")).messages : [];
const rows = index.filter((row) => row.framing_exact);

describe.skipIf(!isThere)("example messages of the RFCs", () => {
  it.each(rows.filter((row) => MISPRINTED[row.file] === undefined))(
    "reads and writes $file: $start_line",
    ({ file }) => {
      const outcome = parseMessage(readWireText("callflows", file), "stream");
      if (outcome.type !== "message") throw new Error(JSON.stringify({ ...outcome, request: undefined }));
      const again = parseMessage(writeAnew(outcome.message), "stream");
      if (again.type !== "message") throw new Error(JSON.stringify({ ...again, request: undefined }));
      expect(contentOf(again.message)).toEqual(contentOf(outcome.message));
    },
  );

  it.each(Object.entries(MISPRINTED))("does not take the misprinted %s: %s", (file) => {
    expect(parseMessage(readWireText("callflows", file), "stream").type).not.toBe("message");
  });
});
