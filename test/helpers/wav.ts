/** WAV files (16-bit PCM) read and written without the switch's own code. A length that is wrong, as while it is written, is passed over. */
import { readFileSync, writeFileSync } from "node:fs";

const FULL_SCALE = 32_768;
const PCM = 1;

export interface Wav {
  readonly rate: number;
  /** One row of samples each, -1 to 1. */
  readonly channels: readonly Float64Array[];
}

export function readWavFile(file: string): Wav {
  return readWav(readFileSync(file));
}

export function readWav(bytes: Buffer): Wav {
  if (bytes.toString("latin1", 0, 4) !== "RIFF") throw new Error("This is no WAV file.");
  let format: { channels: number; rate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === "fmt ") format = readFormat(bytes, start);
    if (name === "data" && format !== undefined) {
      return { rate: format.rate, channels: readSamples(bytes.subarray(start), length, format.channels) };
    }
    at = start + length + (length % 2);
  }
  throw new Error("This WAV file has no samples.");
}

/** One channel. */
export function writeWav(file: string, rate: number, samples: Float64Array): void {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(PCM, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [index, sample] of samples.entries()) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(sample, 0.9999)) * FULL_SCALE), 44 + index * 2);
  }
  writeFileSync(file, bytes);
}

function readFormat(bytes: Buffer, at: number) {
  const [coding, bits] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 14)];
  if (coding !== PCM || bits !== 16) throw new Error(`This WAV file has coding ${coding} with ${bits} bits.`);
  return { channels: bytes.readUInt16LE(at + 2), rate: bytes.readUInt32LE(at + 4) };
}

function readSamples(bytes: Buffer, length: number, channels: number): Float64Array[] {
  // Whoever still writes has not put the length down yet.
  const octets = length === 0 ? bytes.length : Math.min(length, bytes.length);
  const count = Math.floor(octets / (2 * channels));
  const rows = Array.from({ length: channels }, () => new Float64Array(count));
  for (const [channel, row] of rows.entries()) {
    for (let i = 0; i < count; i++) row[i] = bytes.readInt16LE((i * channels + channel) * 2) / FULL_SCALE;
  }
  return rows;
}
