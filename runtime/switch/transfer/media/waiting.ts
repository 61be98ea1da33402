/** What the party that stays hears while somebody else is called for it, where its audio ends at the switch. */
import type { Side } from "../../../sdp/offer-answer.ts";
import type { AudioSide } from "../../audio/audio-side.ts";
import type { Call } from "../../call/call.ts";

export class Waiting {
  readonly #call: Call;
  readonly #kept: Side;
  #hears: "nothing" | "music" | "ringing" | "target" = "nothing";

  constructor(call: Call, kept: Side) {
    this.#call = call;
    this.#kept = kept;
  }

  /** Nobody is heard of yet. */
  begin(): void {
    const { audio } = this.#call.exchange;
    if (audio === null) return;
    this.#change("music", (side) => {
      side.sound.leave();
      side.sound.play({ sources: [audio.library.music], loop: true }, () => {});
    });
  }

  ring(): void {
    if (this.#hears !== "music") return;
    this.#change("ringing", (side) =>
      side.sound.play({ sources: [{ type: "tone", tone: "ringback" }], loop: true }, () => {}),
    );
  }

  /** The target sends audio already. */
  hear(target: AudioSide): void {
    if (this.#hears === "target") return;
    this.#change("target", (side) => side.sound.join(target.sound));
  }

  /** It talks again: with whoever is there now. */
  end(): void {
    if (this.#hears === "nothing") return;
    this.#hears = "nothing";
    if (this.#call.state.end === null) this.#call.audio.reunite();
  }

  #change(hears: "music" | "ringing" | "target", act: (side: AudioSide) => void): void {
    const side = this.#call.hasAudio ? this.#call.audio.of(this.#kept) : undefined;
    if (side === undefined) return;
    this.#hears = hears;
    side.sound.stopPlaying();
    act(side);
  }
}
