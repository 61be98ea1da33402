/**
 * The audio of the sides that are called where it passes through the switch: each leg gets an offer of ours, made of what
 * the caller speaks, and an endpoint that is joined with the caller's.
 */
import type { AudioStream, MediaPlane } from "../../port/media.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import { hasDescription } from "../call/description.ts";
import { type AudioAddress, AudioSide, type AudioSideUser } from "./audio-side.ts";

export class LegAudio {
  readonly #user: AudioSideUser;
  readonly #plane: MediaPlane;
  /** By the id of the leg. */
  readonly #sides = new Map<string, AudioSide>();

  constructor(user: AudioSideUser, plane: MediaPlane) {
    this.#user = user;
    this.#plane = plane;
  }

  has(leg: string): boolean {
    return this.#sides.has(leg);
  }

  of(leg: string): AudioSide | undefined {
    return this.#sides.get(leg);
  }

  legOf(side: AudioSide): string | undefined {
    for (const [leg, other] of this.#sides) if (other === side) return leg;
    return undefined;
  }

  /** `then`: our offer, or `null` where the endpoint could not be opened. */
  offer(leg: string, address: AudioAddress, far: AudioStream | null, then: (offer: string | null) => void): void {
    const side = new AudioSide(this.#user, this.#plane, address, (problem) => {
      if (this.#sides.get(leg) !== side) return;
      if (problem !== null) this.#sides.delete(leg);
      then(problem === null ? side.offer(far) : null);
    });
    this.#sides.set(leg, side);
  }

  /** A response to our INVITE, which may have the answer. `true`: this side has audio now. */
  answered(leg: string, response: SipResponse): boolean {
    const side = this.#sides.get(leg);
    if (side === undefined) return false;
    // What was agreed on early, and has been offered anew since, stands: no later answer to the INVITE changes it.
    if (!hasDescription(response) || side.state.offered === null) return side.state.stream !== null;
    return side.accept(response.body, response.status >= 200).ok;
  }

  /** The audio of a leg that has been agreed on elsewhere. */
  put(leg: string, side: AudioSide): void {
    if (this.#sides.get(leg) !== side) this.close(leg);
    this.#sides.set(leg, side);
  }

  /** Gives the audio of a leg to somebody else, who closes it. */
  take(leg: string): AudioSide | undefined {
    const side = this.#sides.get(leg);
    this.#sides.delete(leg);
    return side;
  }

  close(leg: string): void {
    this.#sides.get(leg)?.close();
    this.#sides.delete(leg);
  }

  closeAll(except?: string): void {
    for (const leg of [...this.#sides.keys()]) if (leg !== except) this.close(leg);
  }
}
