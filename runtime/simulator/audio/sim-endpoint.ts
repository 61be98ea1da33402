/**
 * An endpoint of the simulated media plane: opens after a moment, plays for as long as its sources last, and records until
 * it is stopped. Nothing sounds; what was played is told by name, and who speaks and presses keys is up to the test.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type {
  AudioSource,
  AudioStream,
  MediaAddress,
  MediaEndpoint,
  MediaEvent,
  MediaOwner,
  MediaStats,
  PlayRequest,
  RecordEnd,
  RecordRequest,
} from "../../port/media.ts";
import { canReceive } from "../../sdp/direction.ts";

const OPEN_MS = 2;
/** As the real plane. */
const LOST_AFTER_MS = 10_000;

export interface EndpointOptions {
  readonly clock: Clock;
  readonly address: string;
  readonly port: number;
  readonly owner: MediaOwner;
  /** How long a source lasts, in milliseconds. */
  readonly lengthOf: (source: AudioSource) => number;
  /** Told of what begins to play. */
  readonly heard: (sources: readonly AudioSource[], endpoint: SimEndpoint) => void;
  /** Told of what has been recorded. */
  readonly recorded: (file: string, ms: number) => void;
  /** What is recorded ends by silence, as it was asked to. @default the test ends it */
  readonly noticesSilence: boolean;
  /** Told that a promise has been made which somebody waits for. */
  readonly promised: () => void;
}

interface Playing {
  readonly ticket: number;
  readonly timer: Timer | null;
  readonly since: number;
}

interface RunningRecording {
  readonly ticket: number;
  readonly request: RecordRequest;
  readonly since: number;
  readonly timer: Timer;
  /** When somebody spoke last. */
  spokeAt: number;
  silence: Timer | null;
}

export class SimEndpoint implements MediaEndpoint {
  local: MediaAddress | null = null;
  stream: AudioStream | null = null;
  joined: SimEndpoint | null = null;
  isOpen = true;
  /** What was played, by the names of the sources. */
  readonly heard: string[] = [];
  readonly sentDigits: string[] = [];
  /** Milliseconds of speech in what is recorded. */
  spokenMs = 0;
  recording: RunningRecording | null = null;
  /** Since when the other side sends nothing; `null`: it does. */
  silentSince: number | null = null;
  readonly #options: EndpointOptions;
  #playing: Playing | null = null;

  constructor(options: EndpointOptions) {
    this.#options = options;
    const { address, port } = options;
    this.after(OPEN_MS, () => {
      if (!this.isOpen) return;
      this.local = { address, port };
      this.#tell({ type: "opened", local: this.local });
    });
  }

  get owner(): MediaOwner {
    return this.#options.owner;
  }

  get isPlaying(): boolean {
    return this.#playing !== null;
  }

  connect(stream: AudioStream): void {
    this.stream = stream;
    // Its silence counts from when it should be heard again.
    if (this.silentSince !== null && !canReceive(stream.direction)) this.silentSince = this.#now;
  }

  play(ticket: number, { sources, loop = false }: PlayRequest): void {
    this.#endPlaying("stopped");
    this.heard.push(sources.map(nameOf).join(" "));
    this.#options.heard(sources, this);
    const ms = sources.reduce((sum, source) => sum + this.#options.lengthOf(source), 0);
    const timer = loop ? null : this.after(ms, () => this.#endPlaying("finished"));
    this.#playing = { ticket, timer, since: this.#now };
  }

  stopPlaying(): void {
    this.#endPlaying("stopped");
  }

  record(ticket: number, request: RecordRequest): void {
    if (this.recording !== null || !this.isOpen) {
      const told = { type: "recorded", ticket, end: "failed", file: request.file, ms: 0, spokenMs: 0 } as const;
      this.after(1, () => this.#tell({ ...told, message: "another recording is running" }));
      return;
    }
    const timer = this.after(request.maxMs, () => this.endRecording("limit"));
    this.recording = { ticket, request, since: this.#now, timer, spokeAt: this.#now, silence: null };
    this.#awaitSilence();
  }

  pauseRecording(): void {}

  stopRecording(): void {
    this.endRecording("stopped");
  }

  /** Somebody speaks for a while, from now on. */
  speak(ms: number): void {
    const { recording } = this;
    if (recording === null) return;
    this.spokenMs += ms;
    recording.spokeAt = this.#now + ms;
    this.#awaitSilence();
  }

  endRecording(end: RecordEnd, message: string | null = null): void {
    const { recording } = this;
    if (recording === null) return;
    this.recording = null;
    recording.timer.cancel();
    recording.silence?.cancel();
    const { ticket, since, spokeAt } = recording;
    // The silence that ends a recording is no part of it.
    const until = this.#options.noticesSilence && end === "silence" ? spokeAt : this.#now;
    const ms = until - since;
    const { file } = recording.request;
    const spokenMs = Math.min(ms, this.spokenMs);
    if (this.#options.noticesSilence) this.spokenMs = 0;
    this.#options.recorded(file, ms);
    this.after(1, () => this.#tell({ type: "recorded", ticket, end, file, ms, spokenMs, message }));
  }

  sendDigits(ticket: number, digits: string): void {
    this.sentDigits.push(digits);
    this.after(200 * digits.length, () => this.#tell({ type: "sent", ticket }));
  }

  join(other: MediaEndpoint): void {
    if (!(other instanceof SimEndpoint)) throw new Error("an endpoint of another plane");
    this.joined = other;
    other.joined = this;
  }

  leave(): void {
    if (this.joined !== null) this.joined.joined = null;
    this.joined = null;
  }

  /** The other side sends nothing any more. */
  fallSilent(): void {
    this.silentSince ??= this.#now;
    this.after(LOST_AFTER_MS, () => {
      if (this.isOpen && this.#silentMs >= LOST_AFTER_MS) this.#tell({ type: "lost", silentMs: LOST_AFTER_MS });
    });
  }

  beHeard(): void {
    if (this.silentSince === null) return;
    this.silentSince = null;
    this.#tell({ type: "resumed" });
  }

  async stats(): Promise<MediaStats> {
    // Whoever asks for the figures of one that is heard does so when it ends, and nothing follows from them.
    if (this.silentSince !== null) this.#options.promised();
    return {
      packetsSent: 0,
      packetsReceived: 0,
      packetsLost: 0,
      jitterMs: 0,
      roundTripMs: null,
      silentMs: this.#silentMs,
    };
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#endPlaying("stopped");
    this.endRecording("stopped");
    this.leave();
  }

  press(digits: string): void {
    for (const digit of digits) this.#tell({ type: "digit", digit, by: "rtp" });
  }

  /** The worker has died. */
  lose(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.endRecording("lost");
    this.#playing?.timer?.cancel();
    this.#playing = null;
    this.#tell({ type: "failed", reason: "lost", message: "the media worker died" });
  }

  after(ms: number, work: () => void): Timer {
    return this.#options.clock.startTimer(ms, { expire: work }, "sim");
  }

  get #silentMs(): number {
    if (this.silentSince === null || this.stream === null || !canReceive(this.stream.direction)) return 0;
    return this.#now - this.silentSince;
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  #awaitSilence(): void {
    const { recording } = this;
    if (recording === null || !this.#options.noticesSilence) return;
    const { silenceMs } = recording.request;
    recording.silence?.cancel();
    if (silenceMs === undefined || silenceMs === 0) return;
    recording.silence = this.after(recording.spokeAt - this.#now + silenceMs, () => this.endRecording("silence"));
  }

  #endPlaying(end: "finished" | "stopped"): void {
    const playing = this.#playing;
    if (playing === null) return;
    this.#playing = null;
    playing.timer?.cancel();
    const ms = this.#now - playing.since;
    this.after(1, () => this.#tell({ type: "played", ticket: playing.ticket, end, ms, message: null }));
  }

  #tell(event: MediaEvent): void {
    this.#options.owner.mediaEvent(event, this);
  }
}

/** The name of a source, as a decision would have it. */
export function nameOf(source: AudioSource): string {
  if (source.type === "file") return source.file;
  return source.type === "tone" ? `tone:${source.tone}` : `silence:${source.ms}`;
}
