/**
 * The file of a recording, written apart from the ticks: what waits is bounded, and a disk that is full, slow or gone is
 * told once. Until it is finished the header says that the length is unknown, so a crash leaves what was written.
 */
import { type FileHandle, open } from "node:fs/promises";
import {
  frameBytesOf,
  MOST_DATA_BYTES,
  WAV_HEADER_BYTES,
  type WavFormat,
  wavHeader,
  wavMs,
} from "../../wav/wav-format.ts";

/** Audio that may wait for the disk. */
export const MAX_WAITING_MS = 10_000;
/** How long the end of a file may take; then nobody waits for it any more. */
export const FINISH_TIMEOUT_MS = 4_000;

export interface RecordingEnd {
  /** Milliseconds in the file. */
  readonly ms: number;
  readonly problem: string | null;
}

export class RecordingFile {
  readonly #format: WavFormat;
  readonly #onFailed: (problem: string) => void;
  readonly #maxWaitingBytes: number;
  #waiting: Int16Array[] = [];
  #waitingBytes = 0;
  #handle: FileHandle | null = null;
  /** Octets of audio in the file. */
  #written = 0;
  #problem: string | null = null;
  /** What is being done, one thing after the other. */
  #work: Promise<void>;
  #isWriting = false;

  /** Makes the file, which must not exist yet; nobody else may read it. `onFailed` is called later, once at most. */
  constructor(file: string, format: Omit<WavFormat, "coding">, onFailed: (problem: string) => void) {
    this.#format = { coding: "pcm16", ...format };
    this.#onFailed = onFailed;
    this.#maxWaitingBytes = (frameBytesOf(this.#format) * format.sampleRate * MAX_WAITING_MS) / 1000;
    this.#work = this.#attempt(async () => {
      this.#handle = await open(file, "wx", 0o600);
      await this.#writeAll(this.#handle, wavHeader(this.#format, null), 0);
    });
  }

  /** Takes samples, interleaved, and keeps them until they are written. */
  append(samples: Int16Array): void {
    if (this.#problem !== null) return;
    this.#waitingBytes += samples.byteLength;
    if (this.#waitingBytes > this.#maxWaitingBytes) {
      this.#fail(`the disk does not keep up: ${MAX_WAITING_MS / 1000} s of audio wait to be written`);
      return;
    }
    if (this.#written + this.#waitingBytes > MOST_DATA_BYTES) {
      this.#fail("the recording is as long as a WAV file can be");
      return;
    }
    this.#waiting.push(samples);
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#work = this.#work.then(() => this.#attempt(() => this.#writeWaiting()));
  }

  /** Writes what waits, cuts the file to `keepMs`, and gives it its lengths. Never rejects, and ends in time. */
  async finish(keepMs: number): Promise<RecordingEnd> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#problem ??= `the disk does not answer: it has not finished the file within ${FINISH_TIMEOUT_MS / 1000} s`;
      resolve();
    }, FINISH_TIMEOUT_MS);
    await Promise.race([this.#work.then(() => this.#close(keepMs)), late]);
    clearTimeout(timer);
    return { ms: wavMs(this.#format, this.#written), problem: this.#problem };
  }

  async #writeWaiting(): Promise<void> {
    this.#isWriting = false;
    const samples = this.#waiting;
    this.#waiting = [];
    for (const chunk of samples) {
      if (this.#handle === null || this.#problem !== null) return;
      // Samples lie in memory as in the file: every machine that runs this is little-endian.
      const octets = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      await this.#writeAll(this.#handle, octets, WAV_HEADER_BYTES + this.#written, (bytes) => {
        this.#written += bytes;
        this.#waitingBytes -= bytes;
      });
    }
  }

  async #close(keepMs: number): Promise<void> {
    const handle = this.#handle;
    if (handle === null) return;
    this.#handle = null;
    await this.#attempt(async () => {
      const frameBytes = frameBytesOf(this.#format);
      const keptBytes = Math.ceil((keepMs * this.#format.sampleRate) / 1000) * frameBytes;
      const dataBytes = Math.min(this.#written - (this.#written % frameBytes), keptBytes);
      if (dataBytes < this.#written) await handle.truncate(WAV_HEADER_BYTES + dataBytes);
      this.#written = dataBytes;
      await this.#writeAll(handle, wavHeader(this.#format, dataBytes), 0);
    });
    await this.#attempt(() => handle.close());
  }

  /** A disk that is nearly full takes a part. */
  async #writeAll(
    handle: FileHandle,
    octets: Uint8Array,
    at: number,
    onWritten?: (bytes: number) => void,
  ): Promise<void> {
    for (let done = 0; done < octets.length; ) {
      const { bytesWritten } = await handle.write(octets, done, octets.length - done, at + done);
      done += bytesWritten;
      onWritten?.(bytesWritten);
    }
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#fail(`the recording cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #fail(problem: string): void {
    // The first reason is the true one.
    if (this.#problem !== null) return;
    this.#problem = problem;
    this.#waiting = [];
    this.#onFailed(problem);
  }
}
