/** Transports. */
import { pass, type Row } from "./row.ts";

export const transportRows: readonly Row[] = [
  pass(
    "TRN-01",
    "RFC 3261 §18.1.1",
    "request over 1300 bytes for UDP (path MTU unknown): goes over TCP (or TLS); falls back to UDP if the stream cannot be made",
    "unit/switch/call/large-request.test.ts",
  ),
  pass(
    "TRN-02",
    "RFC 3261 §18.2.1",
    "sent-by differs from the source address: received= added; with a host name always added",
    "integration/transport/udp.test.ts",
  ),
  pass(
    "TRN-03",
    "RFC 3581 §4",
    "Via with an empty rport: received= and rport= both filled; answer goes to the source address and port from the socket that received it",
    "integration/transport/udp.test.ts",
  ),
  pass(
    "TRN-04",
    "RFC 3581 §4",
    "Via without rport, source port 40000: goes to source address, port of sent-by (default 5060)",
    "integration/transport/udp.test.ts",
  ),
  pass(
    "TRN-05",
    "RFC 3261 §18.2.2",
    "request over TCP, connection still open: same connection; if closed, a new one to received + sent-by port",
    "integration/transport/tcp.test.ts",
  ),
  pass(
    "TRN-07",
    "RFC 3261 §18",
    "idle TCP peer sends CRLFCRLF: one CRLF back at once (RFC 5626 4.4.1)",
    "integration/robustness/malformed-streams.test.ts",
  ),
  pass(
    "TRN-11",
    "RFC 3261 §18.1.2",
    "response whose top Via sent-by is not this element: dropped",
    "integration/transport/udp.test.ts",
  ),
  pass(
    "WS-01",
    "RFC 7118 §4.1",
    "handshake without Sec-WebSocket-Protocol: sip: refused (400/426) or accepted without sub-protocol is a failure; with sip the answer echoes sip",
    "integration/transport/websocket.test.ts",
  ),
  pass(
    "WS-02",
    "RFC 7118 §5.1",
    "one SIP message split over WebSocket fragments; text and binary frames: one message each; both frame types accepted",
    "integration/transport/websocket.test.ts",
  ),
  pass(
    "WS-03",
    "RFC 7118 §5.2",
    "Via transport WS or WSS, sent-by x.invalid, Contact x.invalid;transport=ws: binding usable: later requests go down the same connection; name is never resolved",
    "integration/transport/calls-over-every-transport.test.ts",
  ),
];
