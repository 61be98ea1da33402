/** User agent server. */
import { by, pass, type Row } from "./row.ts";

export const serverRows: readonly Row[] = [
  pass(
    "UAS-01",
    "RFC 3261 §8.2.1",
    "method not allowed here: 405 with Allow",
    by(
      "integration/request/requests-outside-a-call.test.ts",
      "with a method that is not served is answered 405 with Allow",
    ),
  ),
  pass(
    "UAS-02",
    "RFC 3261 §8.2.2.3",
    "Require: unknown: 420 Unsupported lists it; not for ACK or CANCEL",
    by(
      "integration/request/requests-outside-a-call.test.ts",
      "that requires an unknown extension is answered 420, which names it, before any script",
    ),
    by("unit/switch/call/prack.test.ts", "is looked at neither in a CANCEL nor in an ACK"),
  ),
  pass(
    "UAS-03",
    "RFC 3261 §8.2.2.2",
    "same From tag, Call-ID, CSeq as a pending one, other branch, no To tag (merged): 482",
    by(
      "integration/request/requests-outside-a-call.test.ts",
      "that comes a second time by another way is answered 482",
    ),
  ),
  pass(
    "UAS-04",
    "RFC 3261 §8.2.6.2",
    "any answer but 100: To tag, the same in all answers of the transaction; Via, From, Call-ID, CSeq copied",
    by(
      "unit/sip/message/serialize.test.ts",
      "copies what identifies the request and adds the tag, reason, fields and length",
      "keeps the tag that To has",
    ),
  ),
  pass(
    "UAS-05",
    "RFC 3261 §11.2",
    "OPTIONS to self and to a user: 200 with Allow, Accept, Supported; busy user 486 as an INVITE would",
    by(
      "unit/switch/requests/options.test.ts",
      "to the switch is answered with what it can do",
      "by a user of ours to another one gets his phone's %s, as an INVITE would",
    ),
  ),
  pass(
    "UAS-06",
    "RFC 3261 §12.2.2",
    "To tag unknown: 481",
    by("integration/request/requests-outside-a-call.test.ts", "%s in a dialog that is not there is answered 481"),
  ),
  pass(
    "UAS-07",
    "RFC 3261 §21",
    "ACK out of nowhere: silence",
    by("integration/request/requests-outside-a-call.test.ts", "ACK out of nowhere is met with silence"),
  ),
];
