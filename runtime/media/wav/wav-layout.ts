/**
 * Finds the audio in a WAV file, which may be anybody's. Asks for the octets that it needs and is given them, so that the
 * same walk serves who reads at once and who waits for the disk. Ends after a bounded number of small reads.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { codingOfTag, frameBytesOf, UNKNOWN_SIZE, WAV_RATES, type WavFormat } from "./wav-format.ts";

/** Players of music write a few chunks of their own. */
const MOST_CHUNKS = 64;
const CHUNK_HEAD_BYTES = 8;
const FORMAT_BYTES = 16;
/** The format where the true tag stands in the first two octets of a GUID. */
const EXTENSIBLE = 0xfffe;
const EXTENSIBLE_BYTES = 26;

export interface WavLayout {
  readonly format: WavFormat;
  readonly dataStart: number;
  /** Octets of audio that are there, in whole frames. */
  readonly dataBytes: number;
  /** Whether the file says more than it has, or nothing: it was broken off. */
  readonly isBrokenOff: boolean;
}

/** Octets of the file that the walk needs; it takes fewer where the file ends. */
export interface WantedOctets {
  readonly at: number;
  readonly length: number;
}

export type WavWalk = Generator<WantedOctets, Result<WavLayout, string>, Uint8Array>;

export function* walkWav(fileBytes: number): WavWalk {
  const start = asBuffer(yield { at: 0, length: 12 });
  if (start.length < 12) return fail("it is no WAV file: it ends within its first 12 octets");
  if (start.toString("latin1", 0, 4) !== "RIFF" || start.toString("latin1", 8, 12) !== "WAVE") {
    return fail("it is no WAV file: it does not begin with RIFF and WAVE");
  }
  const isOpen = [0, UNKNOWN_SIZE].includes(start.readUInt32LE(4));
  let format: WavFormat | null = null;
  let at = 12;
  for (let i = 0; i < MOST_CHUNKS && at + CHUNK_HEAD_BYTES <= fileBytes; i++) {
    const head = asBuffer(yield { at, length: CHUNK_HEAD_BYTES });
    if (head.length < CHUNK_HEAD_BYTES) break;
    const name = head.toString("latin1", 0, 4);
    const size = head.readUInt32LE(4);
    at += CHUNK_HEAD_BYTES;
    if (name === "fmt ") {
      const parsed = parseFormat(asBuffer(yield { at, length: Math.min(size, EXTENSIBLE_BYTES) }));
      if (!parsed.ok) return parsed;
      format = parsed.value;
    }
    if (name === "data") return layoutOf(format, at, size, { fileBytes, isOpen });
    at += size + (size & 1);
  }
  return fail(
    `the WAV file has no audio: ${format === null ? "neither a fmt nor a data chunk" : "no data chunk"} was found`,
  );
}

function layoutOf(
  format: WavFormat | null,
  dataStart: number,
  size: number,
  file: { readonly fileBytes: number; readonly isOpen: boolean },
): Result<WavLayout, string> {
  if (format === null) return fail("the WAV file cannot be understood: its data chunk comes before its fmt chunk");
  const there = file.fileBytes - dataStart;
  const isBrokenOff = size > there || size === UNKNOWN_SIZE || (size === 0 && file.isOpen);
  const bytes = isBrokenOff ? Math.min(there, UNKNOWN_SIZE - dataStart) : size;
  return ok({ format, dataStart, dataBytes: bytes - (bytes % frameBytesOf(format)), isBrokenOff });
}

function parseFormat(octets: Buffer): Result<WavFormat, string> {
  if (octets.length < FORMAT_BYTES) return fail("the WAV file cannot be understood: its fmt chunk is too short");
  const outerTag = octets.readUInt16LE(0);
  const tag = outerTag === EXTENSIBLE && octets.length >= EXTENSIBLE_BYTES ? octets.readUInt16LE(24) : outerTag;
  const coding = codingOfTag(tag);
  const channels = octets.readUInt16LE(2);
  const sampleRate = octets.readUInt32LE(4);
  const bits = octets.readUInt16LE(14);
  if (coding === undefined)
    return fail(`WAV format ${tag} is not supported: it must be PCM (1), A-law (6) or µ-law (7)`);
  if (channels !== 1 && channels !== 2) return fail(`the WAV file has ${channels} channels: it must have 1 or 2`);
  if (!WAV_RATES.includes(sampleRate)) {
    return fail(`the WAV file has ${sampleRate} samples a second: it must have ${WAV_RATES.join(", ")}`);
  }
  const wanted = coding === "pcm16" ? 16 : 8;
  if (bits !== wanted) return fail(`the WAV file has ${bits} bits a sample: it must have ${wanted}`);
  return ok({ coding, channels, sampleRate });
}

function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}
