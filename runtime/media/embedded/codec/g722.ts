/**
 * G.722 at 64 kbit/s (ITU-T G.722 mode 1, RFC 3551 §4.5.2): 16 kHz PCM is split into two sub-bands, of whose differences an
 * octet holds 6 bits (lower) and 2 bits (higher). Its RTP clock runs at 8000 all the same.
 */
import type { AudioCodec, AudioDecoder, AudioEncoder } from "./codec.ts";
import { Concealment } from "./concealment.ts";
import { G722Band, HIGH_BAND, LOW_BAND, saturate } from "./g722-band.ts";
import {
  EVEN_TAPS,
  HIGH_TWO_BITS,
  LOW_FOUR_BITS,
  LOW_INTERVALS,
  LOW_NEGATIVE_CODES,
  LOW_POSITIVE_CODES,
  LOW_SIX_BITS,
  ODD_TAPS,
} from "./g722-tables.ts";
import { OctetScratch, SampleScratch } from "./scratch.ts";

const SAMPLE_RATE = 16_000;
const USUAL_OCTETS = 160;
/** Pairs of samples that the filters look at, this one and those before. */
const PAIRS = 12;
/** What the filters remember from packet to packet. */
const REMEMBERED = 2 * (PAIRS - 1);
/** The limit between the two intervals of the higher sub-band, times 8. */
const HIGH_LIMIT = 564 << 3;

export const g722: AudioCodec = {
  name: "G722",
  sampleRate: SAMPLE_RATE,
  clockRate: 8000,
  createEncoder: () => new G722Encoder(),
  createDecoder: () => new G722Decoder(),
};

class G722Encoder implements AudioEncoder {
  readonly #low = new G722Band(LOW_BAND);
  readonly #high = new G722Band(HIGH_BAND);
  readonly #octets = new OctetScratch(USUAL_OCTETS);
  readonly #line = new DelayLine(2 * USUAL_OCTETS);

  encode(pcm: Int16Array): Uint8Array {
    const pairs = pcm.length >> 1;
    const payload = this.#octets.take(pairs);
    const line = this.#line.open(2 * pairs);
    for (let i = 0; i < 2 * pairs; i++) line[REMEMBERED + i] = pcm[i] ?? 0;
    for (let i = 0; i < pairs; i++) payload[i] = this.#encodePair(line, 2 * i);
    this.#line.close(2 * pairs);
    return payload;
  }

  /** The transmit filter (§3.1): sum and difference of its halves are the sub-bands, at half the scale of the input. */
  #encodePair(line: Int32Array, first: number): number {
    let even = 0;
    let odd = 0;
    for (let k = 0; k < PAIRS; k++) {
      even += Math.imul(EVEN_TAPS[k] ?? 0, line[first + 2 * k] ?? 0);
      odd += Math.imul(ODD_TAPS[k] ?? 0, line[first + 2 * k + 1] ?? 0);
    }
    const low = encodeLow(this.#low, halfScale(even + odd));
    return (encodeHigh(this.#high, halfScale(odd - even)) << 6) | low;
  }
}

class G722Decoder implements AudioDecoder {
  readonly #low = new G722Band(LOW_BAND);
  readonly #high = new G722Band(HIGH_BAND);
  readonly #samples = new SampleScratch(2 * USUAL_OCTETS);
  readonly #line = new DelayLine(2 * USUAL_OCTETS);
  readonly #concealment = new Concealment(SAMPLE_RATE);

  decode(payload: Uint8Array): Int16Array {
    const length = 2 * payload.length;
    const pcm = this.#samples.take(length);
    const line = this.#line.open(length);
    for (let i = 0; i < length; i += 2) {
      const octet = payload[i >> 1] ?? 0;
      const low = decodeLow(this.#low, octet & 63);
      const high = decodeHigh(this.#high, octet >> 6);
      line[REMEMBERED + i] = low - high;
      line[REMEMBERED + i + 1] = low + high;
      filterPair(line, i, pcm);
    }
    this.#line.close(length);
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }
}

/** Samples of a packet behind the last ones of the packet before. */
class DelayLine {
  #line: Int32Array;

  constructor(length: number) {
    this.#line = new Int32Array(REMEMBERED + length);
  }

  open(length: number): Int32Array {
    if (this.#line.length < REMEMBERED + length) {
      const longer = new Int32Array(REMEMBERED + length);
      longer.set(this.#line.subarray(0, REMEMBERED));
      this.#line = longer;
    }
    return this.#line;
  }

  close(length: number): void {
    this.#line.copyWithin(0, length, length + REMEMBERED);
  }
}

/** The receive filter (§4.4): two samples from the differences and the sums of the sub-bands. */
function filterPair(line: Int32Array, first: number, pcm: Int16Array): void {
  let even = 0;
  let odd = 0;
  for (let k = 0; k < PAIRS; k++) {
    even += Math.imul(ODD_TAPS[k] ?? 0, line[first + 2 * k] ?? 0);
    odd += Math.imul(EVEN_TAPS[k] ?? 0, line[first + 2 * k + 1] ?? 0);
  }
  pcm[first] = saturate(even >> 11);
  pcm[first + 1] = saturate(odd >> 11);
}

function encodeLow(band: G722Band, sample: number): number {
  const difference = saturate(sample - band.predicted);
  const interval = lowInterval(difference < 0 ? ~difference : difference, band.scale);
  const code = (difference < 0 ? LOW_NEGATIVE_CODES[interval] : LOW_POSITIVE_CODES[interval]) ?? 0;
  band.adapt(code >> 2, Math.imul(band.scale, LOW_FOUR_BITS[code >> 2] ?? 0) >> 15);
  return code;
}

/**
 * The outermost interval whose limit the magnitude reaches: limit * 8 * scale >> 15 is at most the magnitude just when the
 * limit is at most this quotient, so one division finds it.
 */
function lowInterval(magnitude: number, scale: number): number {
  const quotient = ((((magnitude + 1) << 15) - 1) / scale) >> 3;
  return LOW_INTERVALS[quotient < LOW_INTERVALS.length ? quotient : LOW_INTERVALS.length - 1] ?? 0;
}

function encodeHigh(band: G722Band, sample: number): number {
  const difference = saturate(sample - band.predicted);
  const isOuter = (difference < 0 ? ~difference : difference) >= Math.imul(HIGH_LIMIT, band.scale) >> 15;
  const code = (difference < 0 ? 0 : 2) | (isOuter ? 0 : 1);
  band.adapt(code, Math.imul(band.scale, HIGH_TWO_BITS[code] ?? 0) >> 15);
  return code;
}

function decodeLow(band: G722Band, code: number): number {
  const sample = limit15(band.predicted + (Math.imul(band.scale, LOW_SIX_BITS[code] ?? 0) >> 15));
  band.adapt(code >> 2, Math.imul(band.scale, LOW_FOUR_BITS[code >> 2] ?? 0) >> 15);
  return sample;
}

function decodeHigh(band: G722Band, code: number): number {
  const difference = Math.imul(band.scale, HIGH_TWO_BITS[code] ?? 0) >> 15;
  const sample = limit15(saturate(band.predicted + difference));
  band.adapt(code, difference);
  return sample;
}

function halfScale(sum: number): number {
  return limit15(sum >> 14);
}

function limit15(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}
