/** Transactions. */
import { by, pass, type Row } from "./row.ts";

export const transactionRows: readonly Row[] = [
  pass(
    "TXN-01",
    "RFC 3261 §17.2.1",
    "UDP INVITE that takes 300 ms to answer: 100 within 200 ms",
    by("unit/sip/transaction/server.test.ts", "answers 100 by itself after 200 ms, without a To tag (TXN-01)"),
  ),
  pass(
    "TXN-02",
    "RFC 3261 §17.2.1",
    "INVITE retransmitted while Proceeding: last provisional sent again, TU sees one INVITE",
    by(
      "integration/dialog/retransmissions.test.ts",
      "of an INVITE while it rings get the last provisional answer again, and the callee is called once",
    ),
  ),
  pass(
    "TXN-03",
    "RFC 3261 §17.2.1",
    "UDP final 4xx to INVITE, no ACK comes: resent at T1, 2T1, 4T1 .. capped at T2, stops after 64*T1 (Timer G/H)",
    by(
      "unit/sip/transaction/server.test.ts",
      "retransmits a non-2xx without ACK, doubling up to 4 s, and stops after 32 s (TXN-03)",
    ),
  ),
  pass(
    "TXN-04",
    "RFC 3261 §17.2.1",
    "ACK for a non-2xx: retransmissions stop; ACK is not shown to the TU nor forwarded",
    by("integration/dialog/retransmissions.test.ts", "of a refusal go on until the ACK, which is not passed on"),
  ),
  pass(
    "TXN-06",
    "RFC 3261 §17.2.2",
    "non-INVITE retransmitted after the final response, within 64*T1: same final response, TU not called again (Timer J)",
    by(
      "integration/dialog/retransmissions.test.ts",
      "of a request without an answer of its own get the same answer again, and reach the other side once",
    ),
  ),
  pass(
    "TXN-07",
    "RFC 3261 §17.1.1.2",
    "UDP INVITE without any answer: sent at 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s; gives up at 32 s as 408",
    by(
      "unit/sip/transaction/client.test.ts",
      "retransmits an INVITE without any answer at doubling intervals and gives up after 32 s (TXN-07)",
    ),
  ),
  pass(
    "TXN-08",
    "RFC 3261 §17.1.2.2",
    "UDP non-INVITE without any answer: 0, 0.5, 1.5, 3.5, 7.5, then every 4 s up to 32 s",
    by(
      "unit/sip/transaction/client.test.ts",
      "retransmits without any answer, doubling up to 4 s, and gives up after 32 s (TXN-08)",
    ),
  ),
  pass(
    "TXN-09",
    "RFC 3261 §17.1.1.3",
    "486 to a sent INVITE: ACK has the top Via and branch of the INVITE, same Request-URI, Call-ID, From, Route, CSeq number, To of the response, one Via",
    by(
      "unit/sip/transaction/client.test.ts",
      "acknowledges a non-2xx, again for each retransmission, and tells the user once (TXN-09)",
    ),
  ),
  pass(
    "TXN-11",
    "RFC 3261 §17.2.3",
    "ACK, branch equal to the INVITE: matches the INVITE transaction; CANCEL with this branch is its own transaction",
    by(
      "unit/sip/transaction/matching.test.ts",
      "knows an ACK by the branch of its INVITE; a CANCEL with that branch is its own transaction (TXN-11)",
    ),
  ),
  pass(
    "TXN-13",
    "RFC 6026 §7.1",
    "2xx to INVITE sent: absorbed in Accepted state for 64*T1, no second call",
    by("integration/dialog/retransmissions.test.ts", "of an INVITE after the 200 begin no second call (RFC 6026)"),
  ),
  pass(
    "TXN-18",
    "RFC 3261 §17.1.3",
    "response with right branch but another CSeq method: dropped",
    by(
      "unit/sip/transaction/client.test.ts",
      "drops a response with the right branch but another CSeq method (TXN-18)",
    ),
  ),
];
