/**
 * Frames on the pipes between switch and host: four bytes of length (little-endian, of what follows), one byte of kind,
 * then the body. Text is JSON escaped to ASCII, so that a character is a byte.
 */

export const LENGTH_BYTES = 4;

/** Called with the frame's place in `buffer`, kind included; the bytes are valid during the call alone. */
export type OnFrame = (buffer: Buffer, start: number, end: number) => void;

/** Cuts a byte stream into frames, however it was split. */
export class FrameReader {
  readonly #limit: number;
  readonly #onFrame: OnFrame;
  /** A frame that has begun and not ended. */
  #partial: Buffer | null = null;
  #filled = 0;

  constructor(limitBytes: number, onFrame: OnFrame) {
    this.#limit = limitBytes;
    this.#onFrame = onFrame;
  }

  /** `false` where a frame is longer than the limit, or empty: the other side does not speak this protocol. */
  push(chunk: Buffer): boolean {
    let offset = 0;
    while (offset < chunk.length) {
      const next = this.#partial === null ? this.#readWhole(chunk, offset) : this.#readRest(chunk, offset);
      if (next < 0) return false;
      offset = next;
    }
    return true;
  }

  /** A frame that lies in one chunk is read where it lies. */
  #readWhole(chunk: Buffer, offset: number): number {
    const left = chunk.length - offset;
    if (left >= LENGTH_BYTES) {
      const length = chunk.readUInt32LE(offset);
      if (!this.#isPossible(length)) return -1;
      const end = offset + LENGTH_BYTES + length;
      if (end <= chunk.length) {
        this.#onFrame(chunk, offset + LENGTH_BYTES, end);
        return end;
      }
      this.#partial = Buffer.allocUnsafe(LENGTH_BYTES + length);
    } else {
      this.#partial = Buffer.allocUnsafe(LENGTH_BYTES);
    }
    this.#filled = chunk.copy(this.#partial, 0, offset);
    return chunk.length;
  }

  #readRest(chunk: Buffer, offset: number): number {
    const partial = this.#partial as Buffer; // The caller has looked.
    const copied = chunk.copy(partial, this.#filled, offset);
    this.#filled += copied;
    if (this.#filled < partial.length) return offset + copied;
    if (partial.length === LENGTH_BYTES) {
      const length = partial.readUInt32LE(0);
      if (!this.#isPossible(length)) return -1;
      this.#partial = Buffer.allocUnsafe(LENGTH_BYTES + length);
      partial.copy(this.#partial);
      return offset + copied;
    }
    this.#partial = null;
    this.#onFrame(partial, LENGTH_BYTES, partial.length);
    return offset + copied;
  }

  #isPossible(length: number): boolean {
    return length > 0 && length <= this.#limit;
  }
}

/** Frames to be written together. Of its two buffers one is filled while the other is being written. */
export class FrameBatch {
  #buffer: Buffer;
  #other: Buffer;
  #used = 0;

  constructor(capacity = 65_536) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
    this.#other = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#used;
  }

  /** Makes room for a frame of `length` bytes (kind and body) and writes its length; returns where the kind goes. */
  open(length: number): number {
    const needed = this.#used + LENGTH_BYTES + length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#buffer.writeUInt32LE(length, this.#used);
    const start = this.#used + LENGTH_BYTES;
    this.#used = needed;
    return start;
  }

  get buffer(): Buffer {
    return this.#buffer;
  }

  /** What is to be written, valid until the next `take`; the batch begins anew. */
  take(): Buffer {
    const full = this.#buffer;
    const bytes = full.subarray(0, this.#used);
    this.#buffer = this.#other;
    this.#other = full;
    this.#used = 0;
    return bytes;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#used);
    this.#buffer = grown;
  }
}

const NOT_ASCII = /[^\x00-\x7f]/;
const ESCAPE_BYTES = 6;
const HEX = Buffer.from("0123456789abcdef", "latin1");

/**
 * JSON text in ASCII: outside of its strings JSON has nothing else, and inside an escape means the same. Written byte by
 * byte: a replacement for each character would hold the switch up for half a second where the text has a megabyte.
 */
export function toAscii(json: string): string {
  if (!NOT_ASCII.test(json)) return json;
  const bytes = Buffer.allocUnsafe(json.length * ESCAPE_BYTES);
  let length = 0;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (unit < 0x80) {
      bytes[length++] = unit;
      continue;
    }
    bytes[length++] = 0x5c; // \
    bytes[length++] = 0x75; // u
    for (let shift = 12; shift >= 0; shift -= 4) bytes[length++] = HEX[(unit >> shift) & 0xf] ?? 0;
  }
  return bytes.toString("latin1", 0, length);
}
