/**
 * A WAV file as a sound: read a little ahead of what is played, at the rate that is asked for, and kept for the next time
 * where it is short.
 */
import { stat } from "node:fs/promises";
import { WavReader } from "../../wav/wav-reader.ts";
import { Resampler } from "../dsp/resample.ts";
import { ENDED, READY, type Sound, type SoundState, WAITING } from "./sound.ts";
import { MAX_SOUND_BYTES, type SoundCache } from "./sound-cache.ts";

/** Samples of the file that are read at once. */
const CHUNK_SAMPLES = 4_000;
/** Chunks that wait to be played: two seconds of a file of 8 kHz. */
const CHUNKS_AHEAD = 4;

export class FileSound implements Sound {
  readonly #file: string;
  readonly #rate: number;
  readonly #cache: SoundCache;
  #chunks: Int16Array[] = [];
  /** Samples of the first chunk that have been played. */
  #played = 0;
  /** Whether more chunks follow, or why not. */
  #end: SoundState = WAITING;
  #wake: (() => void) | null = null;

  constructor(file: string, rate: number, cache: SoundCache) {
    this.#file = file;
    this.#rate = rate;
    this.#cache = cache;
    void this.#load();
  }

  get state(): SoundState {
    return this.#chunks.length > 0 ? READY : this.#end;
  }

  read(into: Int16Array, at: number): number {
    let count = 0;
    for (let chunk = this.#chunks[0]; chunk !== undefined && at + count < into.length; chunk = this.#chunks[0]) {
      const part = chunk.subarray(this.#played, this.#played + into.length - at - count);
      into.set(part, at + count);
      count += part.length;
      this.#played += part.length;
      if (this.#played === chunk.length) this.#drop();
    }
    return count;
  }

  close(): void {
    this.#end = ENDED;
    this.#chunks = [];
    this.#wake?.();
  }

  #drop(): void {
    this.#chunks.shift();
    this.#played = 0;
    this.#wake?.();
  }

  async #load(): Promise<void> {
    try {
      const status = await stat(this.#file);
      // To open a pipe would keep the thread until somebody writes.
      if (!status.isFile()) return this.#finish("it is no file");
      const key = `${this.#rate} ${status.size} ${status.mtimeMs} ${this.#file}`;
      const cached = this.#cache.get(key);
      if (cached === undefined) await this.#read(key);
      else if (cached.length > 0) this.#chunks.push(cached);
      this.#finish(null);
    } catch (error) {
      this.#finish(error instanceof Error ? error.message : String(error));
    }
  }

  async #read(key: string): Promise<void> {
    const opened = await WavReader.open(this.#file);
    if (!opened.ok) return this.#finish(opened.problem);
    const reader = opened.value;
    try {
      const whole = await this.#readAll(reader);
      if (reader.problem !== null) this.#finish(reader.problem);
      else if (whole !== null) this.#cache.put(key, joined(whole));
    } finally {
      reader.close();
    }
  }

  /** Gives all there was, or `null` where that is too long to be kept or nobody listens any more. */
  async #readAll(reader: WavReader): Promise<readonly Int16Array[] | null> {
    const resampler = new Resampler(reader.format.sampleRate, this.#rate);
    const input = new Int16Array(CHUNK_SAMPLES);
    let whole: Int16Array[] | null = [];
    let bytes = 0;
    while (this.#end.type === "waiting") {
      const count = await reader.read(input);
      if (count === 0) return whole;
      const chunk = resampler.process(input.subarray(0, count)).slice();
      if (chunk.length === 0) continue;
      this.#chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > MAX_SOUND_BYTES) whole = null;
      whole?.push(chunk);
      await this.#room();
    }
    return null;
  }

  /** Resolves when more may be read. */
  async #room(): Promise<void> {
    while (this.#chunks.length >= CHUNKS_AHEAD && this.#end.type === "waiting") {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
  }

  #finish(problem: string | null): void {
    if (this.#end.type !== "waiting") return;
    this.#end = problem === null ? ENDED : { type: "failed", message: `${this.#file} cannot be played: ${problem}` };
  }
}

function joined(chunks: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
