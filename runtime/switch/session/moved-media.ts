/**
 * A phone that answers a refresh of ours may listen elsewhere from then on, or take its turn with other codecs: where no
 * audio ends here, the other phone is told by an INVITE, and what it answers to that goes back in the same way.
 */
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import type { Call } from "../call/call.ts";
import { hasDescription } from "../call/description.ts";

/** Phones that move again whenever they are told of each other come to an end. */
const MOST_TURNS = 4;

/** `side` has answered an offer that was nothing new with `answer`. Descriptions are those of a call without audio here. */
export function noteAnswer(call: Call, side: Side, answer: string, turns = MOST_TURNS): void {
  const [bridge] = call.state.bridges;
  if (bridge === undefined || bridge.isAnchored) return;
  const before = bridge.media[side];
  bridge.media[side] = answer;
  if (before === null || isSameMedia(before, answer)) return;
  if (turns > 0) tell(call, otherSide(side), answer, turns - 1);
  else call.exchange.observer.stepFailed(call.view, "session", "the phones do not agree on where their audio goes");
}

function tell(call: Call, side: Side, offer: string, turns: number): void {
  const dialog = call.state.bridges[0]?.[side];
  if (dialog === undefined || call.state.end !== null) return;
  call.transfers.offer(dialog, offer, (outcome, reinvite) => {
    if (outcome.ok) reinvite.acknowledge();
    if (call.state.end !== null || call.state.bridges[0]?.[side] !== dialog) return;
    if (outcome.ok && hasDescription(outcome.response)) noteAnswer(call, side, outcome.response.body, turns);
    else {
      const status = outcome.ok ? "no description" : String(outcome.status);
      call.exchange.observer.stepFailed(
        call.view,
        "session",
        `the ${side} was told where the audio goes, and said ${status}`,
      );
    }
  });
}

/** RFC 3264 §8: who has written it, and how often, says nothing about the media. */
function isSameMedia(one: string, other: string): boolean {
  return withoutOrigin(one) === withoutOrigin(other);
}

function withoutOrigin(sdp: string): string {
  return sdp.replace(/^o=.*\r?\n?/m, "").trim();
}
