/** What the player plays, one after the other: samples at one rate, that may take a while to come. */
import type { AudioSource } from "../../../port/media.ts";

export type SoundState =
  /** More will come, but is not here yet. */
  | { readonly type: "waiting" }
  | { readonly type: "ready" }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly message: string };

export interface Sound {
  readonly state: SoundState;
  /** Fills `into` from `at` on; returns how many samples there were. Where it gave fewer than there was room, `state` says why. */
  read(into: Int16Array, at: number): number;
  /** Nobody reads on. */
  close(): void;
}

export interface SoundMaker {
  open(source: AudioSource, rate: number): Sound;
}

export const WAITING: SoundState = { type: "waiting" };
export const READY: SoundState = { type: "ready" };
export const ENDED: SoundState = { type: "ended" };

/** Silence of so many samples. */
export class SilentSound implements Sound {
  #left: number;

  constructor(samples: number) {
    this.#left = samples;
  }

  get state(): SoundState {
    return this.#left > 0 ? READY : ENDED;
  }

  read(into: Int16Array, at: number): number {
    const count = Math.min(this.#left, into.length - at);
    into.fill(0, at, at + count);
    this.#left -= count;
    return count;
  }

  close(): void {
    this.#left = 0;
  }
}
