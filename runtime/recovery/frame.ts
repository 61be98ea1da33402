/**
 * How the journal of calls lies in its files: frames, each with what was written in one turn, in lines of JSON. A frame is
 * there as a whole or not at all: one that is torn or damaged is passed over, and reading goes on at the next.
 *
 *     #<CRC-32 of the lines, hex> <their length in octets, hex>\n<line>\n<line>\n…
 */
import { crc32 } from "node:zlib";

const START = 0x23; // "#"
const LINE_END = 0x0a;
const HEX_DIGITS = 8;
const HEADER_BYTES = 1 + HEX_DIGITS + 1 + HEX_DIGITS + 1;
const HEADER = /^#([0-9a-f]{8}) ([0-9a-f]{8})\n$/;
/** A length beyond it is damage. */
const MOST_FRAME_BYTES = 256 * 1024 * 1024;
/** Characters of the lines in one frame, as long as one line has no more. */
const MOST_FRAME_CHARACTERS = 16 * 1024 * 1024;

/** Of UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;
/** Frames that are not larger are made here, one after the other. */
const scratch = Buffer.allocUnsafeSlow(512 * 1024);

/** Gives as few frames as these lines need: one, but for the calls of a whole switch. Each is used before the next is made. */
export function* framesOf(lines: readonly string[]): Iterable<Buffer> {
  let waiting: string[] = [];
  let characters = 0;
  for (const line of lines) {
    waiting.push(line);
    characters += line.length;
    if (characters < MOST_FRAME_CHARACTERS) continue;
    yield encodeFrame(waiting);
    waiting = [];
    characters = 0;
  }
  if (waiting.length > 0) yield encodeFrame(waiting);
}

/**
 * Lines are JSON, so none holds the end of a line, and none begins with the sign of a frame. What is returned is good until
 * the next frame is made.
 */
export function encodeFrame(lines: readonly string[]): Buffer {
  const most = lines.reduce((sum, line) => sum + line.length * MOST_BYTES_A_CHARACTER + 1, HEADER_BYTES);
  const room = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
  let end = HEADER_BYTES;
  for (const line of lines) {
    end += room.write(line, end);
    room[end++] = LINE_END;
  }
  const checksum = crc32(room.subarray(HEADER_BYTES, end));
  room.write(`#${hex(checksum)} ${hex(end - HEADER_BYTES)}\n`, 0, "latin1");
  return room.subarray(0, end);
}

/** What could be read, and how many octets could not. */
export interface DecodedFrames {
  readonly lines: readonly string[];
  readonly damagedBytes: number;
}

export function decodeFrames(bytes: Buffer): DecodedFrames {
  const lines: string[] = [];
  let damagedBytes = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = frameEnd(bytes, at);
    if (end !== undefined) {
      for (const line of bytes.toString("utf8", at + HEADER_BYTES, end - 1).split("\n")) lines.push(line);
      at = end;
      continue;
    }
    const next = nextFrame(bytes, at + 1);
    damagedBytes += next - at;
    at = next;
  }
  return { lines, damagedBytes };
}

/** Where a frame ends that is whole; `undefined`: there is none here. */
function frameEnd(bytes: Buffer, at: number): number | undefined {
  const [, checksum = "", length = ""] = HEADER.exec(bytes.toString("latin1", at, at + HEADER_BYTES)) ?? [];
  const start = at + HEADER_BYTES;
  const end = start + Number.parseInt(length, 16);
  if (!(end > start && end <= bytes.length && end - start <= MOST_FRAME_BYTES)) return undefined;
  return crc32(bytes.subarray(start, end)) === Number.parseInt(checksum, 16) ? end : undefined;
}

/** A frame begins a line, but for the first: what was written after a torn one begins in its midst. */
function nextFrame(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(START, from); at >= 0; at = bytes.indexOf(START, at + 1)) {
    if (bytes[at + HEADER_BYTES - 1] === LINE_END && HEADER.test(bytes.toString("latin1", at, at + HEADER_BYTES)))
      return at;
  }
  return bytes.length;
}

function hex(value: number): string {
  return value.toString(16).padStart(HEX_DIGITS, "0");
}
