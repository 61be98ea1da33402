/** The proxy core, for requests outside of calls; and forking. Calls are legs of a B2BUA. */
import { by, notApplicable, pass, type Row } from "./row.ts";

export const forkingRows: readonly Row[] = [
  pass(
    "PRX-01",
    "RFC 3261 §16.3",
    "Max-Forwards 0: 483; OPTIONS may be answered instead",
    by("unit/switch/proxy/relaying.test.ts", "whose Max-Forwards is 0 (PRX-01)"),
  ),
  pass(
    "PRX-02",
    "RFC 3261 §16.6",
    "Max-Forwards 70 / absent: 69 / 70 added",
    by("unit/switch/proxy/relaying.test.ts", "goes on with Max-Forwards one less than %s (PRX-02)"),
  ),
  pass(
    "PRX-03",
    "RFC 3261 §16.3",
    "Proxy-Require unknown: 420 with Unsupported; Require alone is not looked at",
    by("unit/switch/proxy/relaying.test.ts", "with a Proxy-Require that nobody knows (PRX-03)"),
  ),
  pass(
    "PRX-04",
    "RFC 3261 §16.3",
    "Request-URI scheme unknown: 416",
    by("integration/request/requests-outside-a-call.test.ts", "for a scheme that nobody knows is answered 416"),
  ),
  pass(
    "PRX-05",
    "RFC 3261 §16.4",
    "top Route names this proxy (lr): removed before forwarding; next Route or Request-URI is the next hop",
    by(
      "interop/kamailio-in-front.test.ts",
      "carries a subscription of bob to something elsewhere, its NOTIFY and its refresh (PRX-05, PRX-22, PRX-23)",
    ),
  ),
  pass(
    "PRX-08",
    "RFC 3261 §16.6",
    "unknown headers, unknown method, unknown body: untouched, order of same-name values kept",
    by(
      "unit/switch/proxy/relaying.test.ts",
      "reaches the phone as it came, whatever its method, headers and body (PRX-08)",
    ),
  ),
  pass(
    "PRX-09",
    "RFC 3261 §16.6",
    "any forwarded request: own Via on top with a fresh branch; branch differs per target; same for a retransmission",
    by(
      "unit/switch/proxy/relaying.test.ts",
      "has our Via on top of those it came with, and the answer goes back by them unchanged (PRX-09, PRX-10)",
      "has the branch that it had when it is sent again, and the sender's copies go no further (PRX-09)",
    ),
  ),
  pass(
    "PRX-10",
    "RFC 3261 §16.7",
    "response with own Via on top: own Via removed, rest unchanged, sent by the next Via",
    by(
      "unit/switch/proxy/relaying.test.ts",
      "has our Via on top of those it came with, and the answer goes back by them unchanged (PRX-09, PRX-10)",
    ),
  ),
  pass(
    "PRX-11",
    "RFC 3261 §16.7",
    "100 from downstream: not forwarded",
    by(
      "unit/switch/proxy/relaying.test.ts",
      "gets no 100 of the phone, and ours only after 3.6 seconds (PRX-11, RFC 4320 §4.1)",
    ),
  ),
  pass(
    "PRX-12",
    "RFC 3261 §16.7",
    "fork of three: 486, 404, 603: 603 wins; without 6xx the lowest class, and 401/407/415/420/484 preferred within 4xx",
    by(
      "integration/call/forward-in-parallel.test.ts",
      "gives the caller the best refusal when all refuse: the lowest class, not the last",
      "ends the fork at once when one target refuses with 6xx",
    ),
  ),
  pass(
    "PRX-13",
    "RFC 3261 §16.7",
    "fork: one 200, others ringing: 200 forwarded at once; others cancelled",
    by("integration/call/forward-in-parallel.test.ts", "connects the first that answers and cancels the others"),
  ),
  notApplicable("PRX-14", "RFC 3261 §16.7", "fork: two 200 to an INVITE: both forwarded", "B2BUA: see DLG-05"),
  pass(
    "PRX-19",
    "RFC 3261 §16.7",
    "provisional 180..199: forwarded each, with own To tag; Timer C restarted",
    by(
      "integration/call/call-through-a-script.test.ts",
      "rings at bob, is answered, and ends when alice hangs up; the script sees each step",
    ),
    by(
      "unit/switch/call/redirections.test.ts",
      "gets CANCEL after the time to ring, which is at most three minutes, and its 100 goes nowhere",
    ),
  ),
  pass(
    "PRX-20",
    "RFC 3261 §16.10",
    "CANCEL for a forwarded INVITE: 200 for the CANCEL, CANCEL on each branch that had a provisional, 487 in the end",
    by(
      "integration/call/caller-cancels.test.ts",
      "gets 200 for the CANCEL and 487 for the INVITE, and the callee stops ringing",
    ),
  ),
  pass(
    "PRX-21",
    "RFC 3261 §16.10",
    "CANCEL without a matching transaction: 481, or stateless forward",
    by("integration/call/caller-cancels.test.ts", "is told 481 for a CANCEL of nothing"),
  ),
  pass(
    "PRX-22",
    "RFC 3261 §16.6",
    "Record-Route wanted: sip URI with lr, resolvable to itself, sips for sips or TLS; not copied into responses by hand",
    by(
      "unit/switch/proxy/dialogs-of-others.test.ts",
      "has a Record-Route of ours: a sip URI with lr that leads to us, and none where the request makes no dialog (PRX-22)",
    ),
  ),
  pass(
    "PRX-23",
    "RFC 3261 §16.12.1.2",
    "mid-dialog request with two Route values, first is self: goes to the second, not to the Request-URI host",
    by(
      "unit/switch/proxy/dialogs-of-others.test.ts",
      "brings the NOTIFY to the user over the flow on which the user is, whatever the Contact says (PRX-23)",
      "brings the refresh to the other end by what is left of its Route (PRX-05, PRX-23)",
    ),
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
    by(
      "unit/switch/proxy/loops.test.ts",
      "with the Request-URI that it came with goes round in a circle, and is refused at once (PRX-26)",
      "with another Request-URI is a spiral, and goes on (PRX-26)",
    ),
  ),
  pass(
    "PRX-29",
    "RFC 3261 §16.5",
    "request for a domain it does not serve, from an unauthenticated peer: 403/407, no open relay",
    by(
      "integration/request/requests-to-somebody-else.test.ts",
      "does not get out to strangers for strangers, by no Request-URI and by no Route (PRX-29)",
    ),
  ),
  pass(
    "IM-01",
    "RFC 3428 §7",
    "MESSAGE to a registered user: forwarded, 200 from the far end; no Contact, no dialog, no Record-Route needed",
    by(
      "integration/request/requests-to-somebody-else.test.ts",
      "carries a MESSAGE to the phone and its 200 back, without Contact or Record-Route (IM-01)",
    ),
  ),
];
