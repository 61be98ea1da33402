/**
 * The filters of the resampler: a low-pass by a Kaiser window, cut into its phases. It passes 85 % of the narrower side's
 * band, which are the 3.4 kHz of the telephone, and from 110 % on holds back 60 dB.
 */

const PASSED = 0.85;
const STOPPED = 1.1;
const ATTENUATION_DB = 60;
/** Pairs of rates whose filters are kept; what we meet are 8 rates to 3. */
const MOST_FILTERS = 32;

/** The rate goes up by `up` and down by `down`; each of `up` phases has `taps` coefficients, oldest sample first. */
export interface ResampleFilter {
  readonly up: number;
  readonly down: number;
  readonly taps: number;
  readonly coefficients: Float64Array;
}

const filters = new Map<string, ResampleFilter>();

/** The filter from one rate to another, made at its first use. */
export function resampleFilter(fromRate: number, toRate: number): ResampleFilter {
  const key = `${fromRate}:${toRate}`;
  const known = filters.get(key);
  if (known !== undefined) return known;
  const made = designFilter(fromRate, toRate);
  if (filters.size < MOST_FILTERS) filters.set(key, made);
  return made;
}

function designFilter(fromRate: number, toRate: number): ResampleFilter {
  const divisor = greatestDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const nyquist = Math.min(fromRate, toRate) / 2;
  const transition = (nyquist * (STOPPED - PASSED)) / fromRate;
  // Kaiser's estimate of the length, in samples of the input; a multiple of 4, as the loop takes 4 at a time.
  const taps = 4 * Math.ceil((ATTENUATION_DB - 7.95) / (14.36 * transition) / 4);
  const cutoff = (nyquist * (STOPPED + PASSED)) / 2 / fromRate;
  const coefficients = new Float64Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    const row = coefficients.subarray(phase * taps, (phase + 1) * taps);
    fillPhase(row, phase / up, cutoff);
  }
  return { up, down: fromRate / divisor, taps, coefficients };
}

/** One phase: the filter at a fraction of a sample after the middle, with a gain of exactly 1 for what is constant. */
function fillPhase(row: Float64Array, fraction: number, cutoff: number): void {
  const half = row.length / 2;
  const beta = 0.1102 * (ATTENUATION_DB - 8.7);
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    const t = i - half + 1 - fraction;
    const angle = 2 * Math.PI * cutoff * t;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    const value = sinc * bessel(beta * Math.sqrt(Math.max(0, 1 - (t / half) ** 2)));
    row[i] = value;
    sum += value;
  }
  for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) / sum;
}

/** The modified Bessel function of the first kind, of order 0. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
