/** A phone that takes a place in a call by itself, as the call sees it. */
import { AudioSide } from "../../audio/audio-side.ts";
import { browserTerms } from "../../audio/browser-terms.ts";
import { describedAddress, mediaAddress } from "../../audio/media-address.ts";
import type { Call } from "../../call/call.ts";
import type { LegState } from "../../call/call-state.ts";
import { legOf } from "../reseat.ts";
import type { Taker } from "./taker.ts";

export interface Taking {
  readonly taker: Taker;
  start(): void;
  /** The call is over, or the place is gone. */
  giveUp(status: number): void;
}

/** How the call keeps it among its sides. */
export function legOfTaker(call: Call, { dialog, user }: Taker): LegState {
  const { state, exchange } = call;
  const owner = { domain: state.domain, user };
  const leg = legOf(dialog, { id: `${state.id}-${state.legs.length + 1}`, target: user, isOurs: false, owner });
  state.legs.push(leg);
  exchange.observer.legCalled(call.view, leg);
  call.attempts.noteAnswered(leg, 200, "OK");
  return leg;
}

/** Opens its audio; `null`: that is not possible here. */
export function openAudio(
  call: Call,
  { flow, offer }: Taker,
  near: AudioSide | null,
  then: (problem: string | null) => void,
): AudioSide | null {
  const { audio, stack } = call.exchange;
  if (audio === null) return null;
  const inbandDigits = audio.inbandDigits === true;
  const browser = browserTerms(audio, flow, offer);
  const own = mediaAddress(stack, flow, describedAddress(offer));
  const address = { ...own, near, inbandDigits, browser };
  return new AudioSide(call.audio, audio.plane, address, then);
}
