/** Transports. */
import { by, pass, type Row } from "./row.ts";

export const transportRows: readonly Row[] = [
  pass(
    "TRN-01",
    "RFC 3261 §18.1.1",
    "request over 1300 bytes for UDP (path MTU unknown): goes over TCP (or TLS); falls back to UDP if the stream cannot be made",
    by("unit/switch/call/large-request.test.ts", "leaves over TCP", "falls back to UDP where the connection is %s"),
  ),
  pass(
    "TRN-02",
    "RFC 3261 §18.2.1",
    "sent-by differs from the source address: received= added; with a host name always added",
    by(
      "integration/transport/udp.test.ts",
      "gets received where its sent-by is a name, and not where it is the source address",
    ),
  ),
  pass(
    "TRN-03",
    "RFC 3581 §4",
    "Via with an empty rport: received= and rport= both filled; answer goes to the source address and port from the socket that received it",
    by(
      "integration/transport/udp.test.ts",
      "is answered to its source address and port where rport is asked for, from the socket that received it",
    ),
  ),
  pass(
    "TRN-04",
    "RFC 3581 §4",
    "Via without rport, source port 40000: goes to source address, port of sent-by (default 5060)",
    by("integration/transport/udp.test.ts", "is answered to the port of its sent-by without rport"),
  ),
  pass(
    "TRN-05",
    "RFC 3261 §18.2.2",
    "request over TCP, connection still open: same connection; if closed, a new one to received + sent-by port",
    by(
      "integration/transport/tcp.test.ts",
      "is answered over its own connection",
      "is answered over a new connection to the port of its sent-by once its own is closed",
    ),
  ),
  pass(
    "TRN-07",
    "RFC 3261 §18",
    "idle TCP peer sends CRLFCRLF: one CRLF back at once (RFC 5626 4.4.1)",
    by("integration/robustness/malformed-streams.test.ts", "keeps alive: two line ends get one back (RFC 5626 §4.4.1)"),
  ),
  pass(
    "TRN-11",
    "RFC 3261 §18.1.2",
    "response whose top Via sent-by is not this element: dropped",
    by(
      "integration/transport/udp.test.ts",
      "reaches the user where its top Via is ours, and is dropped where it is not",
    ),
  ),
  pass(
    "WS-01",
    "RFC 7118 §4.1",
    "handshake without Sec-WebSocket-Protocol: sip: refused (400/426) or accepted without sub-protocol is a failure; with sip the answer echoes sip",
    by(
      "integration/transport/websocket.test.ts",
      "answers the subprotocol sip, and takes no extension",
      "without a subprotocol",
    ),
  ),
  pass(
    "WS-02",
    "RFC 7118 §5.1",
    "one SIP message split over WebSocket fragments; text and binary frames: one message each; both frame types accepted",
    by("integration/transport/websocket.test.ts", "comes in text, in binary, and in fragments, one message each"),
  ),
  pass(
    "WS-03",
    "RFC 7118 §5.2",
    "Via transport WS or WSS, sent-by x.invalid, Contact x.invalid;transport=ws: binding usable: later requests go down the same connection; name is never resolved",
    by(
      "integration/transport/calls-over-every-transport.test.ts",
      "from %s to %s is set up and ended, each side in its own words",
    ),
    by(
      "integration/transport/websocket.test.ts",
      "is followed by requests of ours over the same connection, which nobody else opens",
    ),
  ),
];
