/** Dialogs and calls. */
import { by, pass, type Row } from "./row.ts";

export const dialogRows: readonly Row[] = [
  pass(
    "DLG-01",
    "RFC 3261 §12.1.1",
    "Record-Route in the INVITE: copied whole into the 200; route set used for in-dialog requests in reverse on the caller side",
    by(
      "integration/dialog/route-set.test.ts",
      "is the caller's Record-Route, copied whole into the answers and used in order towards the caller",
      "is the callee's Record-Route in reverse towards the callee",
    ),
  ),
  pass(
    "DLG-03",
    "RFC 3261 §12.2.2",
    "in-dialog CSeq lower than the last: 500",
    by(
      "integration/dialog/requests-in-a-call.test.ts",
      "with a CSeq lower than the last is answered 500 and not relayed (RFC 3261 §12.2.2)",
    ),
  ),
  pass(
    "DLG-04",
    "RFC 3261 §12.2.1.2",
    "re-INVITE or UPDATE with new Contact: remote target changed; next BYE goes there",
    by(
      "integration/dialog/reinvite.test.ts",
      "with a new Contact moves the target: the next request goes there (RFC 3261 §12.2.1.2)",
    ),
  ),
  pass(
    "DLG-05",
    "RFC 3261 §12.1.2",
    "forked 180s with two To tags, then 200 of the second: two early dialogs; first dropped after 64*T1; a second 200 is ACKed and BYEd",
    by("integration/call/forward-in-parallel.test.ts", "acknowledges and ends a second 200 that crosses the CANCEL"),
  ),
  pass(
    "DLG-06",
    "RFC 3261 §15.1.2",
    "BYE on one leg: 200, BYE on the other, call ends once, both crossing BYEs answered 200/481",
    by(
      "integration/dialog/hanging-up.test.ts",
      "from both sides at once ends the call once, and both BYEs are answered",
    ),
  ),
  pass(
    "DLG-07",
    "RFC 3261 §14.1",
    "re-INVITE while one is open, both sides at once: 491; retry 2.1-4 s if owner of Call-ID, else 0-2 s",
    by("integration/dialog/reinvite.test.ts", "from both sides at once is answered 491 on both, and the call stays up"),
    by("unit/switch/transfer/dialog-names.test.ts", "The time after a 491 (RFC 3261 §14.1)"),
  ),
  pass(
    "DLG-10",
    "RFC 3261 §13.3.1.4",
    "2xx to INVITE, no ACK: 2xx resent T1..T2 for 64*T1 over every transport, then BYE",
    by(
      "unit/switch/call/ending.test.ts",
      "whose ACK never comes: the 2xx is sent again T1 to T2 for 64*T1, then ACK and BYE, and BYE",
    ),
  ),
  pass(
    "DLG-11",
    "RFC 3261 §13.2.2.4",
    "2xx retransmitted: ACK again, same body",
    by("integration/dialog/retransmissions.test.ts", "of a 200 from the callee get the ACK again"),
  ),
  pass(
    "DLG-12",
    "RFC 3261 §9.2",
    "CANCEL crosses the 200: 200 to the CANCEL, then ACK + BYE on the far leg",
    by(
      "integration/call/caller-cancels.test.ts",
      "whose CANCEL crosses the 200 leaves no call behind: the callee gets ACK and BYE",
    ),
  ),
  pass(
    "DLG-14",
    "RFC 3261 §8.1.3.4",
    "302 with two Contacts from the callee: by config: pass back or recurse by q, loop-safe",
    by(
      "unit/switch/call/redirections.test.ts",
      "is followed by q: the contacts of one q at once, the next when they have failed",
      "in a circle comes to its end",
      "of somebody outside is given to the caller, unless the decision says otherwise",
    ),
  ),
  pass(
    "DLG-15",
    "RFC 7332",
    "Max-Forwards 0 reaches the B2BUA: 483; the new leg has Max-Forwards minus one, not 70, so that B2BUA loops end",
    by(
      "integration/request/requests-outside-a-call.test.ts",
      "0 ends a call with 483",
      "is one less on the leg that goes out",
    ),
  ),
];
