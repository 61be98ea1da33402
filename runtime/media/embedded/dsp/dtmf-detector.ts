/**
 * Finds keys in audio (ITU-T Q.23, Q.24), packet by packet. Blocks of 12.75 ms overlap by half; a key begins with four
 * blocks alike, which a tone of 40 ms always has, and ends with four that are not. What keeps voices and music out: the
 * pair must hold nearly all the power, in balance, without its harmonics, and for long enough.
 */
import { DTMF_COLUMNS, DTMF_ROWS, dtmfKey } from "./dtmf-frequencies.ts";
import { Goertzel } from "./goertzel.ts";
import { RMS_AT_0_DBM0 } from "./level.ts";

/** Half a block: 51 samples at 8 kHz, so that neighbouring frequencies are one resolution apart. */
const HALF_BLOCK_MS = 6.375;
const BLOCKS_TO_BEGIN = 4;
const BLOCKS_TO_END = 4;
/** Q.24 lets a receiver ignore what is below -25 to -29 dBm0 a frequency. */
const WEAKEST_DBM0 = -30;
/** Of the power in the block, what the two frequencies have at least. */
const SHARE = 0.7;
/** By how much a frequency exceeds the others of its group: 6 dB. */
const DOMINANCE = 4;
/** Q.24: the upper may be 4 dB above the lower, or 8 dB below; measuring off their frequency costs up to 1.5 dB. */
const TWIST = 10 ** 0.55;
const REVERSE_TWIST = 10 ** 0.95;
/** What a second harmonic may have of its frequency's power. A voice has more, a telephone less than a hundredth. */
const HARMONIC = 0.12;
/** A harmonic of a row this close to the column cannot be told from it. */
const BLURRED_HZ = 100;

export class DtmfDetector {
  readonly #length: number;
  readonly #weakest: number;
  readonly #rows: Goertzel;
  readonly #columns: Goertzel;
  readonly #harmonics: Goertzel;
  /** This half of a block, and the one before. */
  #half: Float64Array;
  #before: Float64Array;
  #filled = 0;
  #energy = 0;
  #energyBefore = 0;
  readonly #rowPowers = new Float64Array(4);
  readonly #columnPowers = new Float64Array(4);
  readonly #harmonicPowers = new Float64Array(8);
  /** The key of the last block and how many blocks in a row have had it; `""`: none. */
  #candidate = "";
  #hits = 0;
  /** The key that is held down, and how many blocks in a row have not had it. */
  #held = "";
  #misses = 0;

  constructor(sampleRate: number) {
    this.#length = Math.round((HALF_BLOCK_MS * sampleRate) / 1000);
    this.#weakest = (RMS_AT_0_DBM0 * 10 ** (WEAKEST_DBM0 / 20)) ** 2 * 2 * this.#length;
    this.#rows = new Goertzel(DTMF_ROWS, sampleRate, this.#length);
    this.#columns = new Goertzel(DTMF_COLUMNS, sampleRate, this.#length);
    const doubles = [...DTMF_ROWS, ...DTMF_COLUMNS].map((hz) => 2 * hz);
    this.#harmonics = new Goertzel(doubles, sampleRate, this.#length);
    this.#half = new Float64Array(this.#length);
    this.#before = new Float64Array(this.#length);
  }

  /** The keys that have begun within this packet: one at most in 60 ms, mostly none. */
  feed(pcm: Int16Array): string {
    let keys = "";
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i] ?? 0;
      this.#half[this.#filled++] = sample;
      this.#energy += sample * sample;
      if (this.#filled === this.#length) keys += this.#endHalf();
    }
    return keys;
  }

  #endHalf(): string {
    // What is silent for this half is silent for its blocks: nothing to measure.
    const samples = this.#energy * 8 < this.#weakest ? null : this.#half;
    this.#rows.take(samples);
    this.#columns.take(samples);
    const begun = this.#step(this.#keyOfBlock());
    [this.#half, this.#before] = [this.#before, this.#half];
    this.#energyBefore = this.#energy;
    this.#energy = 0;
    this.#filled = 0;
    return begun;
  }

  #step(key: string): string {
    this.#hits = key === this.#candidate ? this.#hits + 1 : 1;
    this.#candidate = key;
    this.#misses = key === this.#held ? 0 : this.#misses + 1;
    if (key !== "" && key !== this.#held && this.#hits >= BLOCKS_TO_BEGIN) {
      this.#held = key;
      this.#misses = 0;
      return key;
    }
    if (this.#misses >= BLOCKS_TO_END) this.#held = "";
    return "";
  }

  /** The key that the last two halves hold, or `""`. */
  #keyOfBlock(): string {
    const energy = this.#energy + this.#energyBefore;
    if (energy < this.#weakest) return "";
    this.#rows.powersInto(this.#rowPowers);
    this.#columns.powersInto(this.#columnPowers);
    const row = dominant(this.#rowPowers);
    const column = dominant(this.#columnPowers);
    if (row < 0 || column < 0) return "";
    const rowPower = this.#rowPowers[row] ?? 0;
    const columnPower = this.#columnPowers[column] ?? 0;
    if (columnPower > rowPower * TWIST || rowPower > columnPower * REVERSE_TWIST) return "";
    // A sine that fills the block has the squared magnitude energy * length / 2, and the block has two halves.
    if (rowPower + columnPower < SHARE * energy * this.#length) return "";
    return this.#hasHarmonics(row, column) ? "" : dtmfKey(row, column);
  }

  /** Measured for what else looks like a key only: voices seldom come so far. */
  #hasHarmonics(row: number, column: number): boolean {
    const powers = this.#harmonicPowers;
    this.#harmonics.take(this.#before);
    this.#harmonics.take(this.#half);
    this.#harmonics.powersInto(powers);
    if ((powers[4 + column] ?? 0) > HARMONIC * (this.#columnPowers[column] ?? 0)) return true;
    const isBlurred = Math.abs(2 * (DTMF_ROWS[row] ?? 0) - (DTMF_COLUMNS[column] ?? 0)) < BLURRED_HZ;
    return !isBlurred && (powers[row] ?? 0) > HARMONIC * (this.#rowPowers[row] ?? 0);
  }
}

/** The one of a group that stands out from the others, or -1. */
function dominant(powers: Float64Array): number {
  let best = 0;
  for (let i = 1; i < powers.length; i++) if ((powers[i] ?? 0) > (powers[best] ?? 0)) best = i;
  const needed = (powers[best] ?? 0) / DOMINANCE;
  for (let i = 0; i < powers.length; i++) if (i !== best && (powers[i] ?? 0) > needed) return -1;
  return best;
}
