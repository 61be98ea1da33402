/** The proxy core, for requests outside of calls; and forking. Calls are legs of a B2BUA. */
import { notApplicable, pass, type Row } from "./row.ts";

export const forkingRows: readonly Row[] = [
  pass(
    "PRX-01",
    "RFC 3261 §16.3",
    "Max-Forwards 0: 483; OPTIONS may be answered instead",
    "unit/switch/proxy/relaying.test.ts",
  ),
  pass("PRX-02", "RFC 3261 §16.6", "Max-Forwards 70 / absent: 69 / 70 added", "unit/switch/proxy/relaying.test.ts"),
  pass(
    "PRX-03",
    "RFC 3261 §16.3",
    "Proxy-Require unknown: 420 with Unsupported; Require alone is not looked at",
    "unit/switch/proxy/relaying.test.ts",
  ),
  pass(
    "PRX-04",
    "RFC 3261 §16.3",
    "Request-URI scheme unknown: 416",
    "integration/request/requests-outside-a-call.test.ts",
  ),
  pass(
    "PRX-05",
    "RFC 3261 §16.4",
    "top Route names this proxy (lr): removed before forwarding; next Route or Request-URI is the next hop",
    "interop/kamailio-in-front.test.ts",
  ),
  pass(
    "PRX-08",
    "RFC 3261 §16.6",
    "unknown headers, unknown method, unknown body: untouched, order of same-name values kept",
    "unit/switch/proxy/relaying.test.ts",
  ),
  pass(
    "PRX-09",
    "RFC 3261 §16.6",
    "any forwarded request: own Via on top with a fresh branch; branch differs per target; same for a retransmission",
    "unit/switch/proxy/relaying.test.ts",
  ),
  pass(
    "PRX-10",
    "RFC 3261 §16.7",
    "response with own Via on top: own Via removed, rest unchanged, sent by the next Via",
    "unit/switch/proxy/relaying.test.ts",
  ),
  pass("PRX-11", "RFC 3261 §16.7", "100 from downstream: not forwarded", "unit/switch/proxy/relaying.test.ts"),
  pass(
    "PRX-12",
    "RFC 3261 §16.7",
    "fork of three: 486, 404, 603: 603 wins; without 6xx the lowest class, and 401/407/415/420/484 preferred within 4xx",
    "integration/call/forward-in-parallel.test.ts",
  ),
  pass(
    "PRX-13",
    "RFC 3261 §16.7",
    "fork: one 200, others ringing: 200 forwarded at once; others cancelled",
    "integration/call/forward-in-parallel.test.ts",
  ),
  notApplicable("PRX-14", "RFC 3261 §16.7", "fork: two 200 to an INVITE: both forwarded", "B2BUA: see DLG-05"),
  pass(
    "PRX-19",
    "RFC 3261 §16.7",
    "provisional 180..199: forwarded each, with own To tag; Timer C restarted",
    "integration/call/call-through-a-script.test.ts",
  ),
  pass(
    "PRX-20",
    "RFC 3261 §16.10",
    "CANCEL for a forwarded INVITE: 200 for the CANCEL, CANCEL on each branch that had a provisional, 487 in the end",
    "integration/call/caller-cancels.test.ts",
  ),
  pass(
    "PRX-21",
    "RFC 3261 §16.10",
    "CANCEL without a matching transaction: 481, or stateless forward",
    "integration/call/caller-cancels.test.ts",
  ),
  pass(
    "PRX-22",
    "RFC 3261 §16.6",
    "Record-Route wanted: sip URI with lr, resolvable to itself, sips for sips or TLS; not copied into responses by hand",
    "unit/switch/proxy/dialogs-of-others.test.ts",
  ),
  pass(
    "PRX-23",
    "RFC 3261 §16.12.1.2",
    "mid-dialog request with two Route values, first is self: goes to the second, not to the Request-URI host",
    "unit/switch/proxy/dialogs-of-others.test.ts",
  ),
  notApplicable(
    "PRX-25",
    "RFC 3261 §16.6",
    "ACK for 2xx through the record-routed proxy: forwarded stateless, no answer ever",
    "B2BUA: each leg has its own ACK, and no route is recorded for a call",
  ),
  pass(
    "PRX-26",
    "RFC 3261 §16.3",
    "request comes back with own Via and the same Request-URI and routing inputs: 482 (loop) within one extra hop; a changed Request-URI (spiral) is allowed",
    "unit/switch/proxy/loops.test.ts",
  ),
  pass(
    "PRX-29",
    "RFC 3261 §16.5",
    "request for a domain it does not serve, from an unauthenticated peer: 403/407, no open relay",
    "integration/request/requests-to-somebody-else.test.ts",
  ),
  pass(
    "IM-01",
    "RFC 3428 §7",
    "MESSAGE to a registered user: forwarded, 200 from the far end; no Contact, no dialog, no Record-Route needed",
    "integration/request/requests-to-somebody-else.test.ts",
  ),
];
