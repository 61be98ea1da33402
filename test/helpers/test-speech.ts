/**
 * Sound that a phone can play and that can be found again in a recording: syllables with a wandering pitch and harmonics,
 * chirps and pairs of tones, with pauses as in speech; nothing of it comes twice. It lies below 3.2 kHz, so that every
 * codec has all of it, and is a function of time, so that it exists at every sample rate.
 */
import { writeFileSync } from "node:fs";
import { seededRandom } from "../../runtime/simulator/network/sim-net.ts";
import { wavOf } from "./wav.ts";

const LOUDNESS = 0.35;
const HIGHEST_HERTZ = 3200;

interface Syllable {
  readonly startMs: number;
  readonly ms: number;
  readonly kind: "voice" | "chirp" | "tones";
  /** Begins with one, ends with the other; two tones at once where it is tones. */
  readonly hertz: readonly [number, number];
  readonly gain: number;
}

/** So many seconds, at this rate. The same seed gives the same sound. */
export function testSpeech(rate: number, seconds: number, seed = 1): Float64Array {
  const samples = new Float64Array(Math.round(rate * seconds));
  for (const syllable of syllables(seconds, seed)) add(samples, rate, syllable);
  return samples;
}

export function writeTestSpeech(file: string, rate: number, seconds: number, seed = 1): void {
  const samples = testSpeech(rate, seconds, seed);
  const pcm = Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(sample, 0.9999)) * 32_768));
  writeFileSync(file, wavOf(pcm, rate));
}

function syllables(seconds: number, seed: number): Syllable[] {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const list: Syllable[] = [];
  for (let startMs = 40; startMs < seconds * 1000; ) {
    const ms = between(120, 260);
    const dice = random();
    const kind = dice < 0.6 ? "voice" : dice < 0.8 ? "chirp" : "tones";
    const [low, high] = kind === "voice" ? [95, 240] : [350, 3000];
    list.push({ startMs, ms, kind, hertz: [between(low, high), between(low, high)], gain: between(0.5, 1) });
    startMs += ms + between(30, random() < 0.12 ? 300 : 90);
  }
  return list;
}

function add(samples: Float64Array, rate: number, { startMs, ms, kind, hertz, gain }: Syllable): void {
  const [from, to] = hertz;
  const first = Math.ceil((startMs * rate) / 1000);
  const last = Math.min(samples.length - 1, Math.floor(((startMs + ms) * rate) / 1000));
  for (let i = first; i <= last; i++) {
    const t = i / rate - startMs / 1000;
    const share = (t * 1000) / ms;
    const envelope = Math.sin(Math.PI * share) ** 0.7;
    // The phase of a pitch that goes evenly from one to the other.
    const turns = from * t + ((to - from) * t * share) / 2;
    const value =
      kind === "tones"
        ? pair(hertz, t)
        : kind === "chirp"
          ? Math.sin(2 * Math.PI * turns)
          : voice(turns, Math.max(from, to));
    samples[i] = (samples[i] ?? 0) + LOUDNESS * gain * envelope * value;
  }
}

function pair([one, other]: readonly [number, number], t: number): number {
  return (Math.sin(2 * Math.PI * one * t) + Math.sin(2 * Math.PI * other * t)) / 2;
}

/** Harmonics that fall as those of a voice do. */
function voice(turns: number, highest: number): number {
  let sum = 0;
  for (let n = 1; n * highest < HIGHEST_HERTZ && n <= 14; n++)
    sum += Math.sin(2 * Math.PI * n * turns + n * n) / n ** 0.8;
  return sum / 2.5;
}
