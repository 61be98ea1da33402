/**
 * How like a recording is to what was played: where in the original it begins is searched, then both are compared by their
 * waveform (correlation, which no filter, level or noise flatters) and by their level.
 */

/** The original is given so many times finer than the recording, since a codec may delay by a part of a sample. */
export const FINER = 4;
const PROBE_SECONDS = 0.3;
const WINDOW_SECONDS = 0.25;
/** How far a jitter buffer may shift a window against the one before; and after a stall of the whole machine. */
const SHIFT_SECONDS = 0.08;
const LARGE_SHIFT_SECONDS = 0.4;
/** Quieter windows are pauses: there is no waveform to compare. */
const LEAST_LEVEL = 0.01;
/** A window that is nowhere to be found, and one that shows how much was delayed. */
const LOST_BELOW = 0.5;
const SURE_ABOVE = 0.9;

export interface Windows {
  /** Of each window that is no pause, in order. */
  readonly correlations: readonly number[];
  readonly mean: number;
  readonly median: number;
  /** The share of windows that are there, if with a flaw. */
  readonly found: number;
  readonly levelDb: number;
  /** Where in the original the recording begins, in seconds. */
  readonly at: number;
  /** How far the delay wandered, in milliseconds. */
  readonly driftMs: number;
}

/** The same in windows of a quarter of a second, each of which may have come a little earlier or later than the one before. */
export function likenessByWindow(recording: Float64Array, rate: number, original: Float64Array): Windows {
  const length = Math.round(WINDOW_SECONDS * rate);
  const shift = Math.round(SHIFT_SECONDS * rate) * FINER;
  const largeShift = Math.round(LARGE_SHIFT_SECONDS * rate) * FINER;
  const begin = align(recording, rate, original);
  let [at, least, most] = [begin, begin, begin];
  const correlations: number[] = [];
  const levels: number[] = [];
  for (let from = 0; from + length <= recording.length; from += length) {
    if (levelOf(recording, from, length) < LEAST_LEVEL) continue;
    let best = bestShift(recording, from, length, original, at, shift);
    let found = compare(recording, from, length, original, best);
    if (found.correlation < SURE_ABOVE) {
      const farther = bestShift(recording, from, length, original, at, largeShift);
      const there = compare(recording, from, length, original, farther);
      if (there.correlation > SURE_ABOVE) [best, found] = [farther, there];
    }
    const { correlation, levelDb } = found;
    correlations.push(correlation);
    if (correlation < SURE_ABOVE) continue;
    levels.push(levelDb);
    at = best;
    [least, most] = [Math.min(least, at), Math.max(most, at)];
  }
  return {
    correlations,
    mean: correlations.reduce((sum, correlation) => sum + correlation, 0) / Math.max(1, correlations.length),
    median: median(correlations),
    found: correlations.filter((correlation) => correlation >= LOST_BELOW).length / Math.max(1, correlations.length),
    levelDb: median(levels),
    at: begin / (rate * FINER),
    driftMs: ((most - least) / (rate * FINER)) * 1000,
  };
}

/** The share of a sound's power that is at this frequency: 1 for a pure tone, near 0 for one that is not there. */
export function shareOfTone(samples: Float64Array, rate: number, hertz: number): number {
  let [real, imaginary, power] = [0, 0, 0];
  for (const [index, sample] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * index) / rate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
    power += sample * sample;
  }
  return power === 0 ? 0 : (2 * (real * real + imaginary * imaginary)) / (power * samples.length);
}

export function levelOf(samples: Float64Array, from = 0, length = samples.length): number {
  let power = 0;
  for (let i = from; i < from + length; i++) power += (samples[i] ?? 0) ** 2;
  return Math.sqrt(power / length);
}

/** Where in the original (in its own samples) the recording begins. */
function align(recording: Float64Array, rate: number, original: Float64Array): number {
  const length = Math.round(PROBE_SECONDS * rate);
  const from = loudest(recording, length);
  // Every second sample is enough to find the place, then every place near it is tried in full.
  let [best, at] = [Number.NEGATIVE_INFINITY, 0];
  for (let start = 0; start + length * FINER <= original.length; start += FINER) {
    const found = correlate(recording, from, length, original, start, 2);
    if (found > best) [best, at] = [found, start];
  }
  const base = at - from * FINER;
  return bestShift(recording, from, length, original, base, 2 * FINER);
}

function loudest(samples: Float64Array, length: number): number {
  let [best, at] = [-1, 0];
  for (let from = 0; from + length <= samples.length; from += Math.round(length / 4)) {
    const level = levelOf(samples, from, length);
    if (level > best) [best, at] = [level, from];
  }
  return at;
}

/** By whole samples of the recording first, then finer about the best. */
function bestShift(
  recording: Float64Array,
  from: number,
  length: number,
  original: Float64Array,
  at: number,
  shift: number,
): number {
  const search = (centre: number, reach: number, by: number, step: number) => {
    let [best, found] = [Number.NEGATIVE_INFINITY, centre];
    for (let place = centre - reach; place <= centre + reach; place += by) {
      const correlation = correlate(recording, from, length, original, place + from * FINER, step);
      if (correlation > best) [best, found] = [correlation, place];
    }
    return found;
  };
  return search(search(at, shift, FINER, 2), FINER, 1, 1);
}

function compare(recording: Float64Array, from: number, length: number, original: Float64Array, at: number) {
  let [ours, theirs] = [0, 0];
  for (let i = 0; i < length; i++) {
    ours += (recording[from + i] ?? 0) ** 2;
    theirs += (original[at + (from + i) * FINER] ?? 0) ** 2;
  }
  const levelDb = 10 * Math.log10((ours + 1e-12) / (theirs + 1e-12));
  return { correlation: correlate(recording, from, length, original, at + from * FINER, 1), levelDb };
}

function correlate(
  recording: Float64Array,
  from: number,
  length: number,
  original: Float64Array,
  start: number,
  step: number,
): number {
  let [product, ours, theirs] = [0, 1e-12, 1e-12];
  for (let i = 0; i < length; i += step) {
    const one = recording[from + i] ?? 0;
    const other = original[start + i * FINER] ?? 0;
    product += one * other;
    ours += one * one;
    theirs += other * other;
  }
  return product / Math.sqrt(ours * theirs);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
