/** WAV files as far as we play and write them, and the plain header of 44 octets that ours have. */

export type WavCoding = "pcm16" | "pcmu" | "pcma";

export interface WavFormat {
  readonly coding: WavCoding;
  readonly channels: 1 | 2;
  readonly sampleRate: number;
}

/** Rates that are played. Any others would need filters of any size. */
export const WAV_RATES: readonly number[] = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

export const WAV_HEADER_BYTES = 44;
/** Where a header of any file has its length, and where ours has that of its audio. */
export const RIFF_SIZE_AT = 4;
/** What stands for a length that is not known yet. */
export const UNKNOWN_SIZE = 0xffff_ffff;
/** All lengths have 32 bits. */
export const MOST_DATA_BYTES = UNKNOWN_SIZE - WAV_HEADER_BYTES;

const tags: Readonly<Record<WavCoding, number>> = { pcm16: 1, pcma: 6, pcmu: 7 };

/** The coding by the tag in the file, or `undefined`. */
export function codingOfTag(tag: number): WavCoding | undefined {
  return tag === 1 ? "pcm16" : tag === 6 ? "pcma" : tag === 7 ? "pcmu" : undefined;
}

/** Octets of one sample of each channel. */
export function frameBytesOf({ coding, channels }: WavFormat): number {
  return coding === "pcm16" ? 2 * channels : channels;
}

export function wavMs(format: WavFormat, dataBytes: number): number {
  return Math.floor((dataBytes / frameBytesOf(format) / format.sampleRate) * 1000);
}

/** The header of a file with so much audio; `null`: it is not finished yet, and readers go on to its end. */
export function wavHeader(format: WavFormat, dataBytes: number | null): Uint8Array<ArrayBuffer> {
  const frameBytes = frameBytesOf(format);
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(dataBytes === null ? UNKNOWN_SIZE : riffSize(WAV_HEADER_BYTES, dataBytes), RIFF_SIZE_AT);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(tags[format.coding], 20);
  header.writeUInt16LE(format.channels, 22);
  header.writeUInt32LE(format.sampleRate, 24);
  header.writeUInt32LE(format.sampleRate * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE((8 * frameBytes) / format.channels, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes ?? UNKNOWN_SIZE, 40);
  return header;
}

/** What a file says of its own length: all but the first 8 octets. Audio of an odd length is followed by one octet more. */
export function riffSize(dataStart: number, dataBytes: number): number {
  return Math.min(UNKNOWN_SIZE, dataStart - 8 + dataBytes + (dataBytes & 1));
}
