/**
 * Lets the audio of a side that talks directly end at the switch from now on: an endpoint of ours, offered to it by a
 * re-INVITE.
 */
import type { Side } from "../../../sdp/offer-answer.ts";
import { AudioSide } from "../../audio/audio-side.ts";
import { askedBrowser } from "../../audio/browser-terms.ts";
import { describedAddress, mediaAddress } from "../../audio/media-address.ts";
import type { Call } from "../../call/call.ts";
import { hasDescription } from "../../call/description.ts";
import { Reinvite, type Reinvited } from "./reinvite.ts";
import { restore } from "./restore.ts";

export interface AnchoringRequest {
  /** The call that the side is in. */
  readonly call: Call;
  readonly side: Side;
  /** The call that the audio is for. */
  readonly owner: Call;
  /** What it is going to be joined with. */
  readonly near: AudioSide | null;
}

export class Anchoring {
  readonly #request: AnchoringRequest;
  /** `null`: it did not work, with the status that says why. */
  readonly #then: (audio: AudioSide | null, status: number) => void;
  #audio: AudioSide | null = null;
  #reinvite: Reinvite | null = null;
  #isOver = false;

  constructor(request: AnchoringRequest, then: (audio: AudioSide | null, status: number) => void) {
    this.#request = request;
    this.#then = then;
  }

  start(): void {
    const { call, side, owner, near } = this.#request;
    const { audio: services, stack } = call.exchange;
    const dialog = call.state.bridges[0]?.[side];
    if (services === null || dialog === undefined) {
      this.#fail(488);
      return;
    }
    const said = call.state.bridges[0]?.media[side] ?? "";
    const address = {
      ...mediaAddress(stack, dialog.flow, describedAddress(said)),
      near,
      inbandDigits: services.inbandDigits === true,
      codecs: codecsOf(call, side),
      browser: askedBrowser(services, said),
    };
    const audio = new AudioSide(owner.audio, services.plane, address, (problem) => {
      if (this.#isOver) return;
      if (problem !== null) {
        this.#fail(500);
        return;
      }
      this.#reinvite = new Reinvite(call, dialog, audio.offer(near?.state.stream ?? null), (outcome) =>
        this.#answered(audio, outcome),
      );
      this.#reinvite.start();
    });
    this.#audio = audio;
  }

  /** The side gets back what it had, where it had been told of this already. */
  giveUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { call, side } = this.#request;
    this.#reinvite?.giveUp("", () => restore(call, side));
    this.#audio?.close();
  }

  #answered(audio: AudioSide, outcome: Reinvited): void {
    if (!outcome.ok) {
      this.#fail(outcome.status);
      return;
    }
    this.#reinvite?.acknowledge();
    const { response } = outcome;
    if (hasDescription(response) && audio.accept(response.body, true).ok) {
      this.#isOver = true;
      this.#then(audio, 200);
      return;
    }
    this.#fail(488);
    restore(this.#request.call, this.#request.side);
  }

  #fail(status: number): void {
    this.#isOver = true;
    this.#audio?.close();
    this.#then(null, status);
  }
}

/** Those of the trunk that the side is reached by. */
function codecsOf({ state }: Call, side: Side) {
  if (side === "caller") return state.trunk?.codecs;
  return state.legs.find(({ id }) => id === state.bridges[0]?.legId)?.trunk?.codecs;
}
