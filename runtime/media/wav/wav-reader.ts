/**
 * Reads the samples of a WAV file bit by bit, whatever its size: at once (`openSync`, `readSync`), or without keeping the
 * thread (`open`, `read`). What goes wrong with a file is told as a text that says what, and reading ends there.
 */
import { closeSync, fstat, fstatSync, open, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { fail, ok, type Result } from "../../base/result.ts";
import { frameBytesOf, type WavFormat, wavMs } from "./wav-format.ts";
import { type WavLayout, walkWav } from "./wav-layout.ts";
import { readMono } from "./wav-samples.ts";

/** Half a second of 16 kHz PCM; a multiple of every frame. */
const CHUNK_BYTES = 16_384;
const openFile = promisify(open);
const statFile = promisify(fstat);
const readOctets = promisify(read);

export class WavReader {
  readonly format: WavFormat;
  /** Milliseconds of audio in the file. */
  readonly ms: number;
  readonly #layout: WavLayout;
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  #descriptor: number | null;
  /** Octets of the audio that have been read into the chunk, and which of the chunk are still to be taken. */
  #position = 0;
  #from = 0;
  #to = 0;
  #problem: string | null = null;

  constructor(descriptor: number, layout: WavLayout) {
    this.#descriptor = descriptor;
    this.#layout = layout;
    this.format = layout.format;
    this.ms = wavMs(layout.format, layout.dataBytes);
  }

  static openSync(file: string): Result<WavReader, string> {
    let descriptor: number | null = null;
    try {
      descriptor = openSync(file, "r");
      const layout = layoutSync(descriptor);
      if (layout.ok) return ok(new WavReader(descriptor, layout.value));
      closeSync(descriptor);
      return layout;
    } catch (error) {
      if (descriptor !== null) closeSync(descriptor);
      return fail(readProblem(error));
    }
  }

  static async open(file: string): Promise<Result<WavReader, string>> {
    let descriptor: number | null = null;
    try {
      descriptor = await openFile(file, "r");
      const layout = await layoutOf(descriptor);
      if (layout.ok) return ok(new WavReader(descriptor, layout.value));
      closeSync(descriptor);
      return layout;
    } catch (error) {
      if (descriptor !== null) closeSync(descriptor);
      return fail(readProblem(error));
    }
  }

  /** Why reading has ended before the end, or `null`. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Fills `output` with samples of one channel; fewer, and in the end none, where the file or its readability ends. */
  readSync(output: Int16Array): number {
    let count = this.#take(output, 0);
    while (count < output.length) {
      const wanted = this.#makeRoom();
      if (wanted === 0 || this.#descriptor === null) break;
      try {
        this.#filled(readSync(this.#descriptor, this.#chunk, this.#to, wanted, this.#fileOffset()));
      } catch (error) {
        this.#fail(error);
      }
      count += this.#take(output, count);
    }
    return count;
  }

  /** As `readSync`, without keeping the thread. One at a time. */
  async read(output: Int16Array): Promise<number> {
    let count = this.#take(output, 0);
    while (count < output.length) {
      const wanted = this.#makeRoom();
      if (wanted === 0 || this.#descriptor === null) break;
      try {
        this.#filled((await readOctets(this.#descriptor, this.#chunk, this.#to, wanted, this.#fileOffset())).bytesRead);
      } catch (error) {
        this.#fail(error);
      }
      count += this.#take(output, count);
    }
    return count;
  }

  /** Goes on with what is so many milliseconds after the beginning. */
  seek(ms: number): void {
    const frames = Math.max(0, Math.floor((ms * this.format.sampleRate) / 1000));
    this.#position = Math.min(this.#layout.dataBytes, frames * frameBytesOf(this.format));
    this.#from = 0;
    this.#to = 0;
  }

  /** Idempotent. Not while a `read` is going on. */
  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #take(output: Int16Array, at: number): number {
    const count = readMono(this.format, this.#chunk.subarray(this.#from, this.#to), output, at);
    this.#from += count * frameBytesOf(this.format);
    return count;
  }

  /** Moves half a frame that is left to the beginning; returns how many octets are to be read behind it. */
  #makeRoom(): number {
    this.#chunk.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
    return this.#problem === null ? Math.min(CHUNK_BYTES - this.#to, this.#layout.dataBytes - this.#position) : 0;
  }

  #fileOffset(): number {
    return this.#layout.dataStart + this.#position;
  }

  #filled(bytes: number): void {
    this.#to += bytes;
    this.#position += bytes;
    if (bytes === 0) this.#problem = "the WAV file has become shorter while it was read";
  }

  #fail(error: unknown): void {
    this.#problem = readProblem(error);
  }
}

/** How many milliseconds a file has that can be played, or why it cannot. */
export async function inspectWav(file: string): Promise<Result<number, string>> {
  const opened = await WavReader.open(file);
  if (!opened.ok) return opened;
  opened.value.close();
  return ok(opened.value.ms);
}

/** Where the audio of an open file is. Throws what the file system throws. */
export async function layoutOf(descriptor: number): Promise<Result<WavLayout, string>> {
  const walk = walkWav((await statFile(descriptor)).size);
  let step = walk.next();
  while (!step.done) {
    const { at, length } = step.value;
    const { bytesRead, buffer } = await readOctets(descriptor, new Uint8Array(length), 0, length, at);
    step = walk.next(buffer.subarray(0, bytesRead));
  }
  return step.value;
}

function layoutSync(descriptor: number): Result<WavLayout, string> {
  const walk = walkWav(fstatSync(descriptor).size);
  let step = walk.next();
  while (!step.done) {
    const { at, length } = step.value;
    const octets = new Uint8Array(length);
    step = walk.next(octets.subarray(0, readSync(descriptor, octets, 0, length, at)));
  }
  return step.value;
}

function readProblem(error: unknown): string {
  return `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
