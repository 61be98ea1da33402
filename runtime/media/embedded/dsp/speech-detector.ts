/**
 * Is somebody speaking? Speech comes and goes by the syllable, noise stays: the weakest frame of the last two seconds is
 * taken for the background, and what stands out from it for long enough is speech. So steady noise, hum and steady tones
 * are silence, however loud, once they have lasted for two seconds.
 */
import { toDbm0 } from "./level.ts";

/** What speech stands out by. */
const MARGIN_DB = 9;
/** What counts as the least background: in digital silence the faintest hiss would stand out. */
const LOWEST_FLOOR_DBM0 = -56;
/** Assumed until two seconds have been heard, or less where less was heard. */
const FIRST_FLOOR_DBM0 = -46;
/** A click is shorter than this; speech begins when it has lasted. */
const ONSET_MS = 60;
/** Between words nobody is silent yet. */
const HANGOVER_MS = 240;
/** The weakest frame is kept for this many spans, so about two seconds back. */
const SPANS = 8;
const SPAN_MS = 250;

export class SpeechDetector {
  readonly #samplesPerMs: number;
  readonly #weakest = new Float64Array(SPANS).fill(FIRST_FLOOR_DBM0);
  #span = 0;
  #spanMs = 0;
  #loudMs = 0;
  #hangoverMs = 0;

  constructor(sampleRate: number) {
    this.#samplesPerMs = sampleRate / 1000;
  }

  /** Takes a frame, of 20 ms usually, and tells whether somebody speaks in it. */
  feed(pcm: Int16Array): boolean {
    if (pcm.length === 0) return this.#hangoverMs > 0;
    const ms = pcm.length / this.#samplesPerMs;
    const level = levelOf(pcm);
    this.#note(level, ms);
    const isLoud = level > this.#floor() + MARGIN_DB;
    this.#loudMs = isLoud ? this.#loudMs + ms : 0;
    if (this.#loudMs >= ONSET_MS || (isLoud && this.#hangoverMs > 0)) this.#hangoverMs = HANGOVER_MS;
    else this.#hangoverMs = Math.max(0, this.#hangoverMs - ms);
    return this.#hangoverMs > 0;
  }

  #note(level: number, ms: number): void {
    this.#spanMs += ms;
    if (this.#spanMs > SPAN_MS) {
      this.#span = (this.#span + 1) % SPANS;
      this.#spanMs = ms;
      this.#weakest[this.#span] = level;
    }
    this.#weakest[this.#span] = Math.min(this.#weakest[this.#span] ?? level, level);
  }

  #floor(): number {
    let floor = this.#weakest[0] ?? FIRST_FLOOR_DBM0;
    for (let i = 1; i < SPANS; i++) floor = Math.min(floor, this.#weakest[i] ?? floor);
    return Math.max(LOWEST_FLOOR_DBM0, floor);
  }
}

/** The level without what is constant: a line may have an offset. */
function levelOf(pcm: Int16Array): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    sum += sample;
    squares += sample * sample;
  }
  const mean = sum / pcm.length;
  return toDbm0(Math.sqrt(Math.max(0, squares / pcm.length - mean * mean)));
}
