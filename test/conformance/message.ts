/** Messages. */
import { by, pass, type Row } from "./row.ts";

export const messageRows: readonly Row[] = [
  pass(
    "MSG-01",
    "RFC 3261 §7.3.1",
    "header names in mixed case, compact names, spaces before the colon: same headers as the canonical spelling",
    by(
      "unit/sip/message/headers.test.ts",
      "finds a header by any spelling, its compact form, and with spaces before the colon",
    ),
  ),
  pass(
    "MSG-02",
    "RFC 3261 §7.3.1",
    "header folded over three lines with tabs: one value, folds become one space; forwarding may unfold",
    by(
      "unit/sip/message/headers.test.ts",
      "makes each fold one space, whatever white space it is of",
      "reads folded essentials as if they were not folded",
    ),
  ),
  pass(
    "MSG-03",
    "RFC 3261 §7.3.1",
    "two Via headers in one message, one with a comma list of two: three Vias in order; same for Route, Record-Route, Contact, Supported, Require",
    by("unit/sip/message/headers.test.ts", "gives the elements of a list over lines and commas, in order"),
  ),
  pass(
    "MSG-04",
    "RFC 3261 §7.5",
    "leading CRLF pairs before a start line (TCP and UDP): skipped, message handled",
    by("unit/sip/message/parse.test.ts", "skips empty lines before a message and takes them alone for a keep-alive"),
  ),
  pass(
    "MSG-05",
    "RFC 3261 §18.3",
    "datagram longer than Content-Length: extra octets dropped",
    by(
      "integration/robustness/malformed-datagrams.test.ts",
      "longer than its Content-Length loses the rest and is served",
    ),
  ),
  pass(
    "MSG-09",
    "RFC 3261 §7.1",
    "request with SIP/3.0: 505",
    by("integration/robustness/malformed-datagrams.test.ts", "of SIP version 3"),
  ),
  pass(
    "MSG-10",
    "RFC 3261 §8.1.1",
    "Call-ID or CSeq or From or To or Via missing: 400 if answerable, never state",
    by("integration/robustness/malformed-datagrams.test.ts", "without a Call-ID", "without a CSeq", "without a From"),
  ),
  pass(
    "MSG-13",
    "RFC 3261 §19.1.4",
    "sip:%61lice@A.example;transport=TCP and sip:alice@a.EXAMPLE;Transport=tcp: equal; user part is case-sensitive, host is not; a user, ttl, method, maddr or transport parameter on one side only makes them differ",
    by("unit/sip/message/uri.test.ts", "takes %s and %s for the same", "tells %s from %s"),
  ),
  pass(
    "MSG-15",
    "RFC 3261 §20.10",
    "Contact with ? , or ; in the URI: wrapped in <>",
    by(
      "unit/sip/message/header/name-addr.test.ts",
      "writes names quoted, URIs in brackets, and values quoted where they must be",
    ),
  ),
  pass(
    "MSG-16",
    "RFC 3261 §25",
    'From display name with a quoted comma, semicolon and \\": one value, tag found after >',
    by("unit/sip/message/header/name-addr.test.ts", "reads the addresses of all lines in order"),
  ),
];
