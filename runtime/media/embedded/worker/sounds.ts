/** Makes sounds of what is to be played. */
import type { AudioSource } from "../../../port/media.ts";
import { countryTone } from "../dsp/country-tones.ts";
import { FileSound } from "./file-sound.ts";
import { SilentSound, type Sound, type SoundMaker } from "./sound.ts";
import { SoundCache } from "./sound-cache.ts";
import { ToneSound } from "./tone-sound.ts";

export class Sounds implements SoundMaker {
  readonly #country: string;
  readonly #cache = new SoundCache();

  /** `country`: whose tones are played. */
  constructor(country: string) {
    this.#country = country;
  }

  open(source: AudioSource, rate: number): Sound {
    switch (source.type) {
      case "file":
        return new FileSound(source.file, rate, this.#cache);
      case "tone":
        return new ToneSound(countryTone(source.tone, this.#country), rate, source.ms);
      case "silence":
        return new SilentSound(Math.round((source.ms * rate) / 1000));
    }
  }
}
