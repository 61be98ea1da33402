/** Transactions. */
import { pass, type Row } from "./row.ts";

export const transactionRows: readonly Row[] = [
  pass(
    "TXN-01",
    "RFC 3261 §17.2.1",
    "UDP INVITE that takes 300 ms to answer: 100 within 200 ms",
    "unit/sip/transaction/server.test.ts",
  ),
  pass(
    "TXN-02",
    "RFC 3261 §17.2.1",
    "INVITE retransmitted while Proceeding: last provisional sent again, TU sees one INVITE",
    "integration/dialog/retransmissions.test.ts",
  ),
  pass(
    "TXN-03",
    "RFC 3261 §17.2.1",
    "UDP final 4xx to INVITE, no ACK comes: resent at T1, 2T1, 4T1 .. capped at T2, stops after 64*T1 (Timer G/H)",
    "unit/sip/transaction/server.test.ts",
  ),
  pass(
    "TXN-04",
    "RFC 3261 §17.2.1",
    "ACK for a non-2xx: retransmissions stop; ACK is not shown to the TU nor forwarded",
    "integration/dialog/retransmissions.test.ts",
  ),
  pass(
    "TXN-06",
    "RFC 3261 §17.2.2",
    "non-INVITE retransmitted after the final response, within 64*T1: same final response, TU not called again (Timer J)",
    "integration/dialog/retransmissions.test.ts",
  ),
  pass(
    "TXN-07",
    "RFC 3261 §17.1.1.2",
    "UDP INVITE without any answer: sent at 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s; gives up at 32 s as 408",
    "unit/sip/transaction/client.test.ts",
  ),
  pass(
    "TXN-08",
    "RFC 3261 §17.1.2.2",
    "UDP non-INVITE without any answer: 0, 0.5, 1.5, 3.5, 7.5, then every 4 s up to 32 s",
    "unit/sip/transaction/client.test.ts",
  ),
  pass(
    "TXN-09",
    "RFC 3261 §17.1.1.3",
    "486 to a sent INVITE: ACK has the top Via and branch of the INVITE, same Request-URI, Call-ID, From, Route, CSeq number, To of the response, one Via",
    "unit/sip/transaction/client.test.ts",
  ),
  pass(
    "TXN-11",
    "RFC 3261 §17.2.3",
    "ACK, branch equal to the INVITE: matches the INVITE transaction; CANCEL with this branch is its own transaction",
    "unit/sip/transaction/matching.test.ts",
  ),
  pass(
    "TXN-13",
    "RFC 6026 §7.1",
    "2xx to INVITE sent: absorbed in Accepted state for 64*T1, no second call",
    "integration/dialog/retransmissions.test.ts",
  ),
  pass(
    "TXN-18",
    "RFC 3261 §17.1.3",
    "response with right branch but another CSeq method: dropped",
    "unit/sip/transaction/client.test.ts",
  ),
];
