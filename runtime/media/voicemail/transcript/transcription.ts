/**
 * Has messages written down, one at a time, since that takes a whole core. A message waits in the store until it is done,
 * so none is forgotten; one that fails is not tried again.
 */
import type { Clock, TimerOwner } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { VoicemailRow, VoicemailStore } from "../../../port/voicemail-store.ts";
import type { Transcribe } from "./transcriber.ts";

/** Beyond this they wait in the store alone, and are taken up when these are done. */
const MAX_WAITING = 1_000;

export interface TranscriptionOptions {
  readonly transcribe: Transcribe;
  readonly timeoutMs: number;
  readonly store: VoicemailStore;
  readonly clock: Clock;
  readonly log: Log;
  audioOf(message: VoicemailRow): string;
  /** It is known now what was said, or that it will not be. */
  onDone(id: string): void;
}

export class Transcription implements TimerOwner {
  readonly #options: TranscriptionOptions;
  readonly #waiting = new Map<string, VoicemailRow>();
  #current: AbortController | null = null;
  #isRunning = false;
  #isStopped = false;
  #isFull = false;

  constructor(options: TranscriptionOptions) {
    this.#options = options;
  }

  /** Takes up what was not done before. */
  async start(): Promise<void> {
    for (const row of await this.#options.store.untranscribed(MAX_WAITING)) this.#waiting.set(row.id, row);
    this.#isFull = this.#waiting.size >= MAX_WAITING;
    void this.#run();
  }

  add(message: VoicemailRow): void {
    if (this.#waiting.size >= MAX_WAITING) this.#isFull = true;
    else this.#waiting.set(message.id, message);
    void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#current?.abort();
  }

  expire(): void {
    this.#current?.abort();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const [id, row] of this.#waiting) {
      if (this.#isStopped) return;
      await this.#transcribe(row);
      this.#waiting.delete(id);
    }
    this.#isRunning = false;
    if (!this.#isFull) return;
    await this.start().catch((error: unknown) => {
      this.#options.log.warn("Messages that wait to be written down cannot be read now", { error });
    });
  }

  async #transcribe(row: VoicemailRow): Promise<void> {
    const { transcribe, timeoutMs, store, clock, log, audioOf, onDone } = this.#options;
    const current = new AbortController();
    this.#current = current;
    const timer = clock.startTimer(timeoutMs, this, "timeout");
    try {
      const said = await transcribe(audioOf(row), current.signal);
      // Broken off by the end of the switch: the next start does it again.
      if (this.#isStopped) return;
      if (!said.ok) log.warn("A voicemail message cannot be written down", { message: row.id, why: said.problem });
      await store.transcribed(row.id, said.ok ? said.value : null, clock.now());
      onDone(row.id);
    } catch (error) {
      log.warn("What was said in a voicemail message cannot be kept now", { message: row.id, error });
    } finally {
      timer.cancel();
      this.#current = null;
    }
  }
}
