/** Session descriptions and extensions of a call. */
import { notYet, pass, type Row } from "./row.ts";

export const sessionRows: readonly Row[] = [
  pass(
    "INV-01",
    "RFC 3264 §5",
    "INVITE without SDP: offer in 200, answer in ACK; both legs consistent",
    "integration/dialog/late-offer.test.ts",
  ),
  pass(
    "INV-02",
    "RFC 3264 §6",
    "offer with no common codec: 488 (Warning 305); for one bad m= line port 0 in that place",
    "unit/switch/audio/playing.test.ts",
  ),
  notYet(
    "INV-03",
    "RFC 3264 §8",
    "re-offer drops an m= line: refused: line count never shrinks; o= version +1 on change, same if not",
    "descriptions of our own keep to it (unit/sdp/offer.test.ts); those of phones are answered or passed on as they are",
  ),
  pass(
    "INV-04",
    "RFC 3264 §8.4",
    "hold: sendonly / inactive / c=0.0.0.0: answer recvonly or inactive; media stops or music plays",
    "integration/dialog/reinvite.test.ts",
  ),
  pass(
    "INV-06",
    "RFC 4733",
    "RFC 4733 digit with end packets lost or repeated: one digit; duration from the first timestamp",
    "unit/media/embedded/rtp/telephone-event.test.ts",
  ),
  notYet(
    "PRK-01",
    "RFC 3262 §3",
    "Supported: 100rel, 183 with SDP: Require: 100rel, RSeq; resent T1, 2T1 .. until PRACK, gives up at 64*T1 with 5xx",
    "reliable provisional answers are not built: 100rel is refused and not offered",
  ),
  notYet("PRK-02", "RFC 3262 §3", "PRACK with RAck not matching: 481", "reliable provisional answers are not built"),
  pass(
    "PRK-03",
    "RFC 3262 §3",
    "Require: 100rel unsupported: 420",
    "integration/request/requests-outside-a-call.test.ts",
  ),
  notYet(
    "PRK-06",
    "RFC 3262 §3",
    "PRACK in dialog: forwarded like any in-dialog request, never answered by the proxy",
    "reliable provisional answers are not built",
  ),
  pass(
    "UPD-01",
    "RFC 3311 §5.2",
    "UPDATE with offer while an offer is open: 491 (own open offer) / 500 Retry-After (theirs)",
    "unit/switch/call/within-a-call.test.ts",
  ),
  notYet(
    "UPD-02",
    "RFC 3311 §5.1",
    "UPDATE without SDP in confirmed dialog: 200, target refreshed",
    "UPDATE is relayed to the other phone, which answers it",
  ),
  notYet(
    "TMR-01",
    "RFC 4028 §9",
    "Session-Expires 60, Min-SE 90 own: 422 with Min-SE",
    "session timers are not built: timer is not offered",
  ),
  notYet(
    "TMR-02",
    "RFC 4028 §9",
    "Session-Expires 1800;refresher=uac, Supported: timer: Session-Expires and refresher echoed, Require: timer",
    "session timers are not built",
  ),
  notYet(
    "TMR-03",
    "RFC 4028 §10",
    "refresher is peer, no refresh comes: BYE on both legs",
    "session timers are not built",
  ),
  notYet(
    "TMR-04",
    "RFC 4028 §10",
    "refresher is self: re-INVITE or UPDATE sent; failed 408/481 ends the call",
    "session timers are not built",
  ),
];
