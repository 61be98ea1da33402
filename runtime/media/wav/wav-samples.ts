/** Turns the octets of a WAV file into samples of one channel; of two, it is their mean. */
import { aLawToPcm, muLawToPcm } from "./g711.ts";
import { frameBytesOf, type WavFormat } from "./wav-format.ts";

/** Fills `output` from `at` on with as many whole frames as there are and fit; returns how many. */
export function readMono(format: WavFormat, octets: Uint8Array, output: Int16Array, at = 0): number {
  const count = Math.min(output.length - at, Math.floor(octets.length / frameBytesOf(format)));
  if (format.coding === "pcm16") readLinear(octets, output, at, count, format.channels);
  else readLaw(format.coding === "pcmu" ? muLawToPcm : aLawToPcm, octets, output, at, count, format.channels);
  return count;
}

function readLinear(octets: Uint8Array, output: Int16Array, at: number, count: number, channels: number): void {
  for (let i = 0; i < count; i++) {
    const left = linear(octets, 2 * channels * i);
    output[at + i] = channels === 1 ? left : (left + linear(octets, 4 * i + 2)) >> 1;
  }
}

function linear(octets: Uint8Array, at: number): number {
  return (((octets[at] ?? 0) << 16) | ((octets[at + 1] ?? 0) << 24)) >> 16;
}

function readLaw(
  law: Int16Array,
  octets: Uint8Array,
  output: Int16Array,
  at: number,
  count: number,
  channels: number,
): void {
  for (let i = 0; i < count; i++) {
    const left = law[octets[channels * i] ?? 0] ?? 0;
    output[at + i] = channels === 1 ? left : (left + (law[octets[2 * i + 1] ?? 0] ?? 0)) >> 1;
  }
}
