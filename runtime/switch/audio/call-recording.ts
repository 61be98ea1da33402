/** The recording of both parties of a call whose audio passes through the switch: one stereo file, left the caller. */
import type { Recording } from "../../port/audio-library.ts";
import type { Call } from "../call/call.ts";
import { toRecordedEvent } from "./recorded-event.ts";
import type { Recorded } from "./side-sound.ts";

/** A call lasts a day at the most. */
const LONGEST_MS = 24 * 3600 * 1000;

export class CallRecording {
  readonly #call: Call;
  #recording: Recording | null = null;
  /** The side where it is made is another one now: it goes on there, as a recording of its own. */
  #isMoved = false;
  #isPaused = false;

  constructor(call: Call) {
    this.#call = call;
  }

  get isRunning(): boolean {
    return this.#recording !== null;
  }

  /** For the process that starts next. */
  get phase(): "none" | "running" | "paused" {
    if (this.#recording === null) return "none";
    return this.#isPaused ? "paused" : "running";
  }

  /** `undefined` where it has begun (or runs already), else why it cannot. */
  start(): string | undefined {
    const { audio, state, exchange } = this.#call;
    const side = audio.of("caller");
    if (this.#recording !== null) return undefined;
    if (side === undefined || exchange.audio === null) {
      return 'the audio of this call does not pass through the switch: forward it with { record: true } or { media: "anchor" }';
    }
    const place = exchange.audio.library.newRecording({ domain: state.domain, callId: state.id });
    if (!place.ok) return place.problem;
    const recording = place.value;
    this.#recording = recording;
    this.#isPaused = false;
    audio.begin();
    side.sound.record({ file: recording.file, what: "both", maxMs: LONGEST_MS }, (event) =>
      this.#ended(recording, event),
    );
    return undefined;
  }

  /** Somebody else has taken the place of the caller, with whom the recording ends. */
  moved(): void {
    this.#isMoved = this.#recording !== null;
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (this.#recording !== null) this.#call.audio.of("caller")?.sound.pauseRecording(isPaused);
  }

  stop(): void {
    if (this.#recording !== null) this.#call.audio.of("caller")?.sound.stopRecording();
  }

  #ended(recording: Recording, event: Recorded): void {
    this.#recording = null;
    const isMoved = this.#isMoved && this.#call.state.end === null;
    this.#isMoved = false;
    if (isMoved) this.#call.attempts.startRecording();
    this.#call.emit(toRecordedEvent("call", recording, event, this.#call.state.end !== null));
    this.#call.audio.settle();
  }
}
