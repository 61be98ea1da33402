/** User agent server. */
import { pass, type Row } from "./row.ts";

export const serverRows: readonly Row[] = [
  pass(
    "UAS-01",
    "RFC 3261 §8.2.1",
    "method not allowed here: 405 with Allow",
    "integration/request/requests-outside-a-call.test.ts",
  ),
  pass(
    "UAS-02",
    "RFC 3261 §8.2.2.3",
    "Require: unknown: 420 Unsupported lists it; not for ACK or CANCEL",
    "integration/request/requests-outside-a-call.test.ts",
  ),
  pass(
    "UAS-03",
    "RFC 3261 §8.2.2.2",
    "same From tag, Call-ID, CSeq as a pending one, other branch, no To tag (merged): 482",
    "integration/request/requests-outside-a-call.test.ts",
  ),
  pass(
    "UAS-04",
    "RFC 3261 §8.2.6.2",
    "any answer but 100: To tag, the same in all answers of the transaction; Via, From, Call-ID, CSeq copied",
    "unit/sip/message/serialize.test.ts",
  ),
  pass(
    "UAS-05",
    "RFC 3261 §11.2",
    "OPTIONS to self and to a user: 200 with Allow, Accept, Supported; busy user 486 as an INVITE would",
    "unit/switch/requests/options.test.ts",
  ),
  pass("UAS-06", "RFC 3261 §12.2.2", "To tag unknown: 481", "integration/request/requests-outside-a-call.test.ts"),
  pass("UAS-07", "RFC 3261 §21", "ACK out of nowhere: silence", "integration/request/requests-outside-a-call.test.ts"),
];
