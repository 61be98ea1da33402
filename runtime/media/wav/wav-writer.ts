/**
 * Writes a recording: PCM of 16 bits, gathered and written a chunk at a time. Until it is closed the header says that the
 * length is unknown, so what was written before a crash can be read, and `repair-wav.ts` mends it. A full disk is a value.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { fail, ok, type Result } from "../../base/result.ts";
import { frameBytesOf, MOST_DATA_BYTES, WAV_HEADER_BYTES, type WavFormat, wavHeader, wavMs } from "./wav-format.ts";

/** Half a second of 8 kHz mono: what a crash of the process costs at most. */
const CHUNK_BYTES = 8192;

export interface WavEnd {
  readonly ms: number;
  readonly dataBytes: number;
}

export class WavWriter {
  readonly #format: WavFormat;
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  #descriptor: number | null;
  #filled = 0;
  /** Octets of audio that are in the file. */
  #written = 0;
  #problem: string | null = null;
  #end: Result<WavEnd, string> | null = null;

  /** Takes over a descriptor of an empty file. */
  constructor(descriptor: number, format: { readonly sampleRate: number; readonly channels: 1 | 2 }) {
    this.#descriptor = descriptor;
    this.#format = { coding: "pcm16", ...format };
    this.#writeAll(wavHeader(this.#format, null), 0);
  }

  /** Makes the file, which must not exist yet; nobody else may read it. */
  static create(
    file: string,
    format: { readonly sampleRate: number; readonly channels: 1 | 2 },
  ): Result<WavWriter, string> {
    try {
      return ok(new WavWriter(openSync(file, "wx", 0o600), format));
    } catch (error) {
      return fail(writeProblem(error));
    }
  }

  /** Why nothing more can be written, or `null`. What was written before is there. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Milliseconds that were taken. */
  get ms(): number {
    return wavMs(this.#format, this.#written + this.#filled);
  }

  /** Appends samples: with two channels, left and right by turns. `false`: it cannot be written, see `problem`. */
  write(pcm: Int16Array): boolean {
    for (let i = 0; i < pcm.length; i++) this.#put(pcm[i] ?? 0);
    return this.#problem === null;
  }

  /** Appends a frame of each side; what one has less is silence. */
  writeBoth(left: Int16Array, right: Int16Array): boolean {
    const length = Math.max(left.length, right.length);
    for (let i = 0; i < length; i++) {
      this.#put(left[i] ?? 0);
      this.#put(right[i] ?? 0);
    }
    return this.#problem === null;
  }

  /**
   * Writes what is left, and the lengths. `keepMs`: what is longer is cut off. `isDurable`: returns when it is on the disk.
   * The file is closed whatever happens; the second call returns what the first one did.
   */
  close(options: { readonly keepMs?: number; readonly isDurable?: boolean } = {}): Result<WavEnd, string> {
    if (this.#end !== null) return this.#end;
    this.#flush();
    const dataBytes = this.#cut(options.keepMs ?? Number.POSITIVE_INFINITY);
    this.#writeAll(wavHeader(this.#format, dataBytes), 0);
    if (options.isDurable === true) this.#attempt(fdatasyncSync);
    this.#attempt(closeSync);
    this.#descriptor = null;
    this.#end = this.#problem === null ? ok({ ms: wavMs(this.#format, dataBytes), dataBytes }) : fail(this.#problem);
    return this.#end;
  }

  #put(sample: number): void {
    this.#chunk[this.#filled++] = sample & 0xff;
    this.#chunk[this.#filled++] = (sample >> 8) & 0xff;
    if (this.#filled === CHUNK_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#problem === null && this.#written + this.#filled > MOST_DATA_BYTES) {
      this.#problem = "the recording is as long as a WAV file can be";
    }
    if (this.#problem === null) {
      this.#written += this.#writeAll(this.#chunk.subarray(0, this.#filled), WAV_HEADER_BYTES + this.#written);
    }
    this.#filled = 0;
  }

  /** Octets of audio that stay: whole frames, after a problem too. */
  #cut(keepMs: number): number {
    const frameBytes = frameBytesOf(this.#format);
    const wanted = Math.max(0, Math.ceil((keepMs * this.#format.sampleRate) / 1000)) * frameBytes;
    const dataBytes = Math.min(this.#written - (this.#written % frameBytes), wanted);
    if (dataBytes < this.#written)
      this.#attempt((descriptor) => ftruncateSync(descriptor, WAV_HEADER_BYTES + dataBytes));
    return dataBytes;
  }

  /** A disk that is nearly full takes a part. Returns what was taken. */
  #writeAll(octets: Uint8Array, at: number): number {
    let done = 0;
    this.#attempt((descriptor) => {
      while (done < octets.length) done += writeSync(descriptor, octets, done, octets.length - done, at + done);
    });
    return done;
  }

  #attempt(action: (descriptor: number) => void): void {
    if (this.#descriptor === null) return;
    try {
      action(this.#descriptor);
    } catch (error) {
      // The first reason is the true one.
      this.#problem ??= writeProblem(error);
    }
  }
}

function writeProblem(error: unknown): string {
  return `the recording cannot be written: ${error instanceof Error ? error.message : String(error)}`;
}
