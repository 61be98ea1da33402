/** WAV files read and written without the switch's own code. */
import { readFileSync } from "node:fs";
import { fromMuLaw, sine } from "../integration/media/embedded/sounds.ts";

const HEADER_BYTES = 44;
const FULL_SCALE = 32_768;
const PCM = 1;
const PCMU = 7;
const UNKNOWN = 0xffff_ffff;

/** A whole file, of 16-bit PCM or PCMU. */
export interface Pcm {
  /** 1: PCM, 7: PCMU. */
  readonly coding: number;
  readonly rate: number;
  readonly seconds: number;
  /** One row of samples each. */
  readonly channels: readonly Int16Array[];
}

/** A file as it is at this moment, of 16-bit PCM. */
export interface Wav {
  readonly rate: number;
  /** One row of samples each, -1 to 1. */
  readonly channels: readonly Float64Array[];
}

/** Insists that every length in the file is right. */
export function readPcm(bytes: Buffer): Pcm {
  const { coding, rate, count, data, isWhole } = parse(bytes);
  if (!isWhole) throw new Error("The lengths in this WAV file are wrong.");
  const samples = coding === PCMU ? fromMuLaw(data) : samplesOf(data);
  const channels = split(samples, count);
  return { coding, rate, seconds: samples.length / count / rate, channels };
}

/** A length that is wrong, as while it is written, is passed over. */
export function readWav(bytes: Buffer): Wav {
  const { coding, rate, count, data } = parse(bytes);
  if (coding !== PCM) throw new Error(`This WAV file has coding ${coding}.`);
  const channels = split(samplesOf(data), count);
  return { rate, channels: channels.map((channel) => Float64Array.from(channel, (sample) => sample / FULL_SCALE)) };
}

export function readWavFile(file: string): Wav {
  return readWav(readFileSync(file));
}

/** A file of 16-bit PCM, one channel. `broken`: the header does not say how much, as while it is recorded. */
export function wavOf(pcm: Int16Array, rate = 8000, { broken = false } = {}): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(HEADER_BYTES + pcm.length * 2);
  bytes.write("RIFF....WAVEfmt ", "latin1");
  bytes.writeUInt32LE(broken ? UNKNOWN : bytes.length - 8, 4);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(PCM, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(broken ? UNKNOWN : pcm.length * 2, 40);
  for (const [index, sample] of pcm.entries()) bytes.writeInt16LE(sample, HEADER_BYTES + index * 2);
  return bytes;
}

/** A file with so many seconds of a tone. */
export function wavBytes(seconds: number, options: { readonly broken?: boolean } = {}): Buffer<ArrayBuffer> {
  return wavOf(sine(400, seconds * 1000), 8000, options);
}

interface Parsed {
  readonly coding: number;
  readonly rate: number;
  /** Of channels. */
  readonly count: number;
  readonly data: Buffer;
  readonly isWhole: boolean;
}

function parse(bytes: Buffer): Parsed {
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE") {
    throw new Error("This is no WAV file.");
  }
  let format: Pick<Parsed, "coding" | "rate" | "count"> | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === "fmt ") format = readFormat(bytes, start);
    if (name === "data" && format !== undefined) {
      const isWhole = bytes.readUInt32LE(4) === bytes.length - 8 && start + length <= bytes.length;
      // Whoever still writes has not put the length down yet.
      return { ...format, data: bytes.subarray(start, length === 0 && !isWhole ? undefined : start + length), isWhole };
    }
    at = start + length + (length % 2);
  }
  throw new Error("This WAV file has no samples.");
}

function readFormat(bytes: Buffer, at: number): Pick<Parsed, "coding" | "rate" | "count"> {
  const [coding, bits] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 14)];
  if (bits !== (coding === PCMU ? 8 : 16)) throw new Error(`This WAV file has coding ${coding} with ${bits} bits.`);
  return { coding, rate: bytes.readUInt32LE(at + 4), count: bytes.readUInt16LE(at + 2) };
}

function samplesOf(data: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(data.length / 2) }, (_, index) => data.readInt16LE(index * 2));
}

function split(samples: Int16Array, count: number): Int16Array[] {
  return Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length: Math.floor(samples.length / count) }, (_, i) => samples[i * count + channel] ?? 0),
  );
}
