/**
 * Plays sounds one after the other, without a gap: the next is opened while one plays. Gives one frame each tick in which
 * it is heard; where it is not heard (on hold), it waits.
 */
import type { MediaTicket, PlayRequest } from "../../../port/media.ts";
import type { SessionEvent } from "../protocol.ts";
import { TICK_MS } from "./pace.ts";
import type { Sound, SoundMaker } from "./sound.ts";

type PlayedEnd = "finished" | "stopped" | "failed";

interface Playing {
  readonly ticket: MediaTicket;
  readonly request: PlayRequest;
  /** The source to be opened next. */
  next: number;
  sound: Sound | null;
  ahead: Sound | null;
  samples: number;
  /** Sounds in a row that had no sample. */
  empty: number;
}

export class Player {
  /** Of the frames: what the first one was asked with. */
  rate = 8000;
  readonly #sounds: SoundMaker;
  readonly #tell: (event: SessionEvent) => void;
  #playing: Playing | null = null;
  #frame = new Int16Array(0);

  constructor(sounds: SoundMaker, tell: (event: SessionEvent) => void) {
    this.#sounds = sounds;
    this.#tell = tell;
  }

  get isPlaying(): boolean {
    return this.#playing !== null;
  }

  play(ticket: MediaTicket, request: PlayRequest): void {
    this.stop();
    this.#playing = { ticket, request, next: 0, sound: null, ahead: null, samples: 0, empty: 0 };
  }

  stop(): void {
    this.#end("stopped", null);
  }

  /** The next 20 ms, valid until the next call; `null`: nothing plays. */
  frame(rate: number): Int16Array | null {
    const playing = this.#playing;
    if (playing === null) return null;
    if (playing.sound === null) this.#begin(playing, rate);
    const filled = this.#fill(playing);
    return this.#playing === null && filled === 0 ? null : this.#frame.fill(0, filled);
  }

  #begin(playing: Playing, rate: number): void {
    this.rate = rate;
    this.#frame = new Int16Array((rate * TICK_MS) / 1000);
    playing.sound = this.#open(playing);
    playing.ahead = this.#open(playing);
  }

  #fill(playing: Playing): number {
    let filled = 0;
    while (filled < this.#frame.length) {
      const sound = playing.sound;
      if (sound === null) {
        this.#end("finished", null);
        break;
      }
      const count = sound.read(this.#frame, filled);
      filled += count;
      playing.samples += count;
      if (count > 0) playing.empty = 0;
      if (sound.state.type === "ended") this.#advance(playing);
      else if (sound.state.type === "failed") this.#end("failed", sound.state.message);
      if (this.#playing !== playing || (count === 0 && sound.state.type !== "ended")) break;
    }
    return filled;
  }

  #advance(playing: Playing): void {
    playing.sound?.close();
    playing.empty++;
    if (playing.empty > playing.request.sources.length) {
      this.#end("failed", "there is nothing to be heard in any of the sources");
      return;
    }
    playing.sound = playing.ahead;
    playing.ahead = playing.sound === null ? null : this.#open(playing);
  }

  /** The source that follows, or `null` behind the last. */
  #open(playing: Playing): Sound | null {
    const { sources, loop } = playing.request;
    if (playing.next >= sources.length && loop === true) playing.next = 0;
    const source = sources[playing.next++];
    return source === undefined ? null : this.#sounds.open(source, this.rate);
  }

  #end(end: PlayedEnd, message: string | null): void {
    const playing = this.#playing;
    if (playing === null) return;
    this.#playing = null;
    playing.sound?.close();
    playing.ahead?.close();
    const ms = Math.round((playing.samples * 1000) / this.rate);
    this.#tell({ type: "played", ticket: playing.ticket, end, ms, message });
  }
}
