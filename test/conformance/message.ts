/** Messages. */
import { pass, type Row } from "./row.ts";

export const messageRows: readonly Row[] = [
  pass(
    "MSG-01",
    "RFC 3261 §7.3.1",
    "header names in mixed case, compact names, spaces before the colon: same headers as the canonical spelling",
    "unit/sip/message/headers.test.ts",
  ),
  pass(
    "MSG-02",
    "RFC 3261 §7.3.1",
    "header folded over three lines with tabs: one value, folds become one space; forwarding may unfold",
    "unit/sip/message/headers.test.ts",
  ),
  pass(
    "MSG-03",
    "RFC 3261 §7.3.1",
    "two Via headers in one message, one with a comma list of two: three Vias in order; same for Route, Record-Route, Contact, Supported, Require",
    "unit/sip/message/headers.test.ts",
  ),
  pass(
    "MSG-04",
    "RFC 3261 §7.5",
    "leading CRLF pairs before a start line (TCP and UDP): skipped, message handled",
    "unit/sip/message/parse.test.ts",
  ),
  pass(
    "MSG-05",
    "RFC 3261 §18.3",
    "datagram longer than Content-Length: extra octets dropped",
    "integration/robustness/malformed-datagrams.test.ts",
  ),
  pass("MSG-09", "RFC 3261 §7.1", "request with SIP/3.0: 505", "integration/robustness/malformed-datagrams.test.ts"),
  pass(
    "MSG-10",
    "RFC 3261 §8.1.1",
    "Call-ID or CSeq or From or To or Via missing: 400 if answerable, never state",
    "integration/robustness/malformed-datagrams.test.ts",
  ),
  pass(
    "MSG-13",
    "RFC 3261 §19.1.4",
    "sip:%61lice@A.example;transport=TCP and sip:alice@a.EXAMPLE;Transport=tcp: equal; user part is case-sensitive, host is not; a user, ttl, method, maddr or transport parameter on one side only makes them differ",
    "unit/sip/message/uri.test.ts",
  ),
  pass(
    "MSG-15",
    "RFC 3261 §20.10",
    "Contact with ? , or ; in the URI: wrapped in <>",
    "unit/sip/message/header/name-addr.test.ts",
  ),
  pass(
    "MSG-16",
    "RFC 3261 §25",
    'From display name with a quoted comma, semicolon and \\": one value, tag found after >',
    "unit/sip/message/header/name-addr.test.ts",
  ),
];
