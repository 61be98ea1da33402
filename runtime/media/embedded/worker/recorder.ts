/**
 * Records an endpoint tick by tick: what is not there is silence, so that both sides stay in step with the time that
 * passes. Decides when it is over; `recording-file.ts` writes.
 */
import type { MediaTicket, RecordEnd, RecordRequest } from "../../../port/media.ts";
import { SpeechDetector } from "../dsp/speech-detector.ts";
import type { SessionEvent } from "../protocol.ts";
import type { HeardFrame } from "./join.ts";
import { TICK_MS } from "./pace.ts";
import { RateBridge } from "./rate-bridge.ts";
import { RecordingFile } from "./recording-file.ts";

/** Voices need no more. */
const HIGHEST_RATE = 16_000;
/** How much is gathered for one write: what a death of the process costs at most. */
const CHUNK_MS = 400;
/** How often it is told how far the recording has come. */
const PROGRESS_MS = 2_000;

export interface RecorderUser {
  progressed(ms: number, spokenMs: number): void;
  /** It takes no more; its file is being finished. */
  ended(): void;
  finished(event: SessionEvent): void;
}

export class Recorder {
  readonly #ticket: MediaTicket;
  readonly #request: RecordRequest;
  readonly #user: RecorderUser;
  readonly #rate: number;
  readonly #file: RecordingFile;
  readonly #detector: SpeechDetector;
  readonly #heardBridge = new RateBridge();
  readonly #sentBridge = new RateBridge();
  readonly #silence: Int16Array;
  #chunk: Int16Array;
  /** Samples in the chunk. */
  #filled = 0;
  #state: "running" | "paused" | "ended" = "running";
  #lastMs: number | null = null;
  #ms = 0;
  #spokenMs = 0;
  #quietMs = 0;
  #toldMs = 0;

  /** `rate`: that of the agreed codec. */
  constructor(ticket: MediaTicket, request: RecordRequest, rate: number, user: RecorderUser) {
    this.#ticket = ticket;
    this.#request = request;
    this.#user = user;
    this.#rate = Math.min(rate, HIGHEST_RATE);
    this.#detector = new SpeechDetector(this.#rate);
    this.#silence = new Int16Array((this.#rate * TICK_MS) / 1000);
    this.#chunk = this.#newChunk();
    const format = { sampleRate: this.#rate, channels: this.#channels };
    this.#file = new RecordingFile(request.file, format, (problem) => this.#end("failed", 0, problem));
  }

  /** Whether it needs the frames that are sent. */
  get needsSent(): boolean {
    return this.#request.what === "both";
  }

  /** Takes one tick; `null`: silence. */
  write(heard: HeardFrame | null, sent: HeardFrame | null, atMs: number): void {
    if (this.#state !== "running") return;
    const missed = this.#lastMs === null ? 0 : Math.round((atMs - this.#lastMs) / TICK_MS) - 1;
    this.#lastMs = atMs;
    // Ticks that nobody has done.
    for (let i = 0; i < missed && this.#isRunning(); i++) this.#append(this.#silence, this.#silence);
    if (!this.#isRunning()) return;
    const left = heard === null ? this.#silence : this.#heardBridge.convert(heard.samples, heard.rate, this.#rate);
    const right = sent === null ? this.#silence : this.#sentBridge.convert(sent.samples, sent.rate, this.#rate);
    this.#append(left, right);
  }

  /** What passes meanwhile is left out. */
  pause(isPaused: boolean): void {
    if (this.#state === "ended") return;
    this.#state = isPaused ? "paused" : "running";
    this.#lastMs = null;
  }

  stop(): void {
    this.#end("stopped", 0, null);
  }

  get #channels(): 1 | 2 {
    return this.needsSent ? 2 : 1;
  }

  #isRunning(): boolean {
    return this.#state === "running";
  }

  #append(left: Int16Array, right: Int16Array): void {
    this.#interleave(left, right);
    this.#ms += TICK_MS;
    const { maxMs, silenceMs } = this.#request;
    if (this.#detector.feed(left)) {
      this.#spokenMs += TICK_MS;
      this.#quietMs = 0;
    } else this.#quietMs += TICK_MS;
    if (silenceMs !== undefined && this.#quietMs >= silenceMs) this.#end("silence", this.#quietMs, null);
    else if (this.#ms >= maxMs) this.#end("limit", this.#ms - maxMs, null);
    else if (this.#ms - this.#toldMs >= PROGRESS_MS) {
      this.#toldMs = this.#ms;
      this.#user.progressed(this.#ms, this.#spokenMs);
    }
  }

  #interleave(left: Int16Array, right: Int16Array): void {
    const chunk = this.#chunk;
    let at = this.#filled;
    if (this.#channels === 1) {
      chunk.set(left, at);
      at += left.length;
    } else {
      for (let i = 0; i < left.length; i++) {
        chunk[at++] = left[i] ?? 0;
        chunk[at++] = right[i] ?? 0;
      }
    }
    this.#filled = at;
    if (at === chunk.length) this.#flush();
  }

  #flush(): void {
    if (this.#filled > 0) this.#file.append(this.#chunk.subarray(0, this.#filled));
    // The file keeps the old one until it is written.
    this.#chunk = this.#newChunk();
    this.#filled = 0;
  }

  #newChunk(): Int16Array {
    return new Int16Array((this.#rate * this.#channels * CHUNK_MS) / 1000);
  }

  /** `cutMs`: what is taken off its end. */
  #end(end: RecordEnd, cutMs: number, failure: string | null): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#flush();
    this.#user.ended();
    void this.#finish(end, Math.max(0, this.#ms - cutMs), failure);
  }

  async #finish(end: RecordEnd, ms: number, failure: string | null): Promise<void> {
    const outcome = await this.#file.finish(ms);
    const message = failure ?? outcome.problem;
    this.#user.finished({
      type: "recorded",
      ticket: this.#ticket,
      end: message === null ? end : "failed",
      file: this.#request.file,
      ms: outcome.ms,
      spokenMs: Math.min(this.#spokenMs, outcome.ms),
      message,
    });
  }
}
