/** Session descriptions and extensions of a call. */
import { by, notApplicable, pass, type Row } from "./row.ts";

export const sessionRows: readonly Row[] = [
  pass(
    "INV-01",
    "RFC 3264 §5",
    "INVITE without SDP: offer in 200, answer in ACK; both legs consistent",
    by(
      "integration/dialog/late-offer.test.ts",
      "takes the offer from the 200 to the caller and the answer from the ACK to the callee",
    ),
  ),
  pass(
    "INV-02",
    "RFC 3264 §6",
    "offer with no common codec: 488 (Warning 305); for one bad m= line port 0 in that place",
    by("unit/switch/audio/playing.test.ts", "gets 488 with a Warning where there is no common codec"),
    by("unit/sdp/answer.test.ts", "refuses video, a second audio line and fax in their places, and keeps the profile"),
  ),
  pass(
    "INV-03",
    "RFC 3264 §8",
    "re-offer drops an m= line: refused: line count never shrinks; o= version +1 on change, same if not",
    by(
      "unit/switch/audio/anchored.test.ts",
      "refuses a re-INVITE that drops a media line by 488, and counts up its o= line only where something changes",
    ),
    by(
      "unit/sdp/offer.test.ts",
      "keeps the media lines of what was agreed, refused ones refused, and its profile",
      "has a higher version where something has changed, and the same where nothing has",
    ),
  ),
  pass(
    "INV-04",
    "RFC 3264 §8.4",
    "hold: sendonly / inactive / c=0.0.0.0: answer recvonly or inactive; media stops or music plays",
    by(
      "integration/dialog/reinvite.test.ts",
      "puts the other side on hold: offer and answer pass untouched, and the script hears of it",
    ),
    by(
      "unit/switch/audio/anchored.test.ts",
      "answers hold and resume itself, tells them, and plays music to the other side",
    ),
  ),
  pass(
    "INV-06",
    "RFC 4733",
    "RFC 4733 digit with end packets lost or repeated: one digit; duration from the first timestamp",
    by(
      "unit/media/embedded/rtp/telephone-event.test.ts",
      "tells each key once whatever is lost, doubled or swapped, as long as one packet of each comes",
      "sends a key as packets of growing duration, and its end three times",
    ),
  ),
  pass(
    "PRK-01",
    "RFC 3262 §3",
    "Supported: 100rel, 183 with SDP: Require: 100rel, RSeq; resent T1, 2T1 .. until PRACK, gives up at 64*T1 with 5xx",
    by(
      "unit/switch/call/prack.test.ts",
      "is told to the script once, and sent to the caller by us until his PRACK",
      "ends the call with 504 where no PRACK comes in 64·T1, and cancels the callee",
    ),
  ),
  pass(
    "PRK-02",
    "RFC 3262 §3",
    "PRACK with RAck not matching: 481",
    by("unit/switch/call/prack.test.ts", "is not acknowledged by a PRACK for %s (RFC 3262 §3)"),
  ),
  notApplicable(
    "PRK-03",
    "RFC 3262 §3",
    "Require: 100rel unsupported: 420",
    "100rel is spoken (PRK-01); an extension that is not gets 420 (UAS-02)",
  ),
  pass(
    "PRK-06",
    "RFC 3262 §3",
    "PRACK in dialog: forwarded like any in-dialog request, never answered by the proxy",
    by(
      "unit/switch/call/prack.test.ts",
      "goes to him with a number of ours, and his PRACK to the callee with the callee's numbers",
    ),
  ),
  pass(
    "UPD-01",
    "RFC 3311 §5.2",
    "UPDATE with offer while an offer is open: 491 (own open offer) / 500 Retry-After (theirs)",
    by(
      "unit/switch/call/within-a-call.test.ts",
      "gets 491 while we have an offer out to its sender, and 500 while its own is open",
    ),
  ),
  pass(
    "UPD-02",
    "RFC 3311 §5.1",
    "UPDATE without SDP in confirmed dialog: 200, target refreshed",
    by(
      "unit/switch/call/session-timers.test.ts",
      "goes on with an UPDATE without an offer, though the callee answers it with %i",
    ),
  ),
  pass(
    "TMR-01",
    "RFC 4028 §9",
    "Session-Expires 60, Min-SE 90 own: 422 with Min-SE",
    by(
      "unit/switch/call/session-timers.test.ts",
      "that is too short is refused with the shortest there is, before any script",
    ),
  ),
  pass(
    "TMR-02",
    "RFC 4028 §9",
    "Session-Expires 1800;refresher=uac, Supported: timer: Session-Expires and refresher echoed, Require: timer",
    by("unit/switch/call/session-timers.test.ts", "is agreed on as he asks, whatever the callee says"),
  ),
  pass(
    "TMR-03",
    "RFC 4028 §10",
    "refresher is peer, no refresh comes: BYE on both legs",
    by(
      "unit/switch/call/session-timers.test.ts",
      "that he does not refresh ends the call on both sides, a third of its time before it is over",
    ),
  ),
  pass(
    "TMR-04",
    "RFC 4028 §10",
    "refresher is self: re-INVITE or UPDATE sent; failed 408/481 ends the call",
    by(
      "unit/switch/call/session-timers.test.ts",
      "of a callee is kept up by UPDATE without an offer, at half of its time",
      "ends the call on both sides where the callee %s",
    ),
  ),
];
