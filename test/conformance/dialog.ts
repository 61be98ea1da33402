/** Dialogs and calls. */
import { notYet, pass, type Row } from "./row.ts";

export const dialogRows: readonly Row[] = [
  pass(
    "DLG-01",
    "RFC 3261 §12.1.1",
    "Record-Route in the INVITE: copied whole into the 200; route set used for in-dialog requests in reverse on the caller side",
    "integration/dialog/route-set.test.ts",
  ),
  pass(
    "DLG-03",
    "RFC 3261 §12.2.2",
    "in-dialog CSeq lower than the last: 500",
    "integration/dialog/requests-in-a-call.test.ts",
  ),
  pass(
    "DLG-04",
    "RFC 3261 §12.2.1.2",
    "re-INVITE or UPDATE with new Contact: remote target changed; next BYE goes there",
    "integration/dialog/reinvite.test.ts",
  ),
  pass(
    "DLG-05",
    "RFC 3261 §12.1.2",
    "forked 180s with two To tags, then 200 of the second: two early dialogs; first dropped after 64*T1; a second 200 is ACKed and BYEd",
    "integration/call/forward-in-parallel.test.ts",
  ),
  pass(
    "DLG-06",
    "RFC 3261 §15.1.2",
    "BYE on one leg: 200, BYE on the other, call ends once, both crossing BYEs answered 200/481",
    "integration/dialog/hanging-up.test.ts",
  ),
  pass(
    "DLG-07",
    "RFC 3261 §14.1",
    "re-INVITE while one is open, both sides at once: 491; retry 2.1-4 s if owner of Call-ID, else 0-2 s",
    "integration/dialog/reinvite.test.ts",
  ),
  pass(
    "DLG-10",
    "RFC 3261 §13.3.1.4",
    "2xx to INVITE, no ACK: 2xx resent T1..T2 for 64*T1 over every transport, then BYE",
    "unit/switch/call/ending.test.ts",
  ),
  pass(
    "DLG-11",
    "RFC 3261 §13.2.2.4",
    "2xx retransmitted: ACK again, same body",
    "integration/dialog/retransmissions.test.ts",
  ),
  pass(
    "DLG-12",
    "RFC 3261 §9.2",
    "CANCEL crosses the 200: 200 to the CANCEL, then ACK + BYE on the far leg",
    "integration/call/caller-cancels.test.ts",
  ),
  notYet(
    "DLG-14",
    "RFC 3261 §8.1.3.4",
    "302 with two Contacts from the callee: by config: pass back or recurse by q, loop-safe",
    "a 302 from the callee goes back to the caller; following it by configuration is not built",
  ),
  pass(
    "DLG-15",
    "RFC 7332",
    "Max-Forwards 0 reaches the B2BUA: 483; the new leg has Max-Forwards minus one, not 70, so that B2BUA loops end",
    "integration/request/requests-outside-a-call.test.ts",
  ),
];
