/**
 * What a step with audio works with: the caller's side, sounds that have to be looked up first, one timer, and one end. A
 * step that was given up hears of nothing any more, but of what it has recorded.
 */
import type { CallEvent } from "../../../sdk/events.ts";
import type { Timer } from "../../base/clock.ts";
import { ok, type Result } from "../../base/result.ts";
import type { AudioSource, RecordRequest } from "../../port/media.ts";
import type { Call } from "../call/call.ts";
import type { Step } from "../call/step.ts";
import { type Announcement, sourcesOf } from "./announcement.ts";
import type { Played, Recorded } from "./side-sound.ts";

export class Stage {
  readonly #call: Call;
  readonly #step: Step;
  #isOver = false;
  #timer: Timer | null = null;

  constructor(call: Call, step: Step) {
    this.#call = call;
    this.#step = step;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Has the caller hear us. */
  open(early: boolean, then: () => void): void {
    this.#call.audio.caller.establish(early, () => this.#ifOn(then));
  }

  /** Looks up what is to be heard, and plays it; a problem names what is not there. */
  perform(announcement: Announcement, then: (played: Result<Played | null, string>) => void, loop = false): void {
    sourcesOf(this.#call, announcement).then((sources) =>
      this.#call.guard(() =>
        this.#ifOn(() => {
          if (!sources.ok) then(sources);
          else if (sources.value.length === 0) then(ok(null));
          else this.play(sources.value, then, loop);
        }),
      ),
    );
  }

  play(sources: readonly AudioSource[], then: (played: Result<Played | null, string>) => void, loop = false): void {
    this.#call.audio.caller.side?.sound.play({ sources, loop }, (event) =>
      this.#ifOn(() =>
        then(event.end === "failed" ? { ok: false, problem: event.message ?? "not played" } : ok(event)),
      ),
    );
  }

  stopPlaying(): void {
    this.#call.audio.caller.side?.sound.stopPlaying();
  }

  /** `then` is called even if the step is given up meanwhile: what was said is not lost. */
  record(request: RecordRequest, then: (event: Recorded) => void): void {
    this.#call.audio.begin();
    this.#call.audio.caller.side?.sound.record(request, then);
  }

  /** Everything that came of the recording is safe. */
  recordingKept(): void {
    this.#call.audio.settle();
  }

  stopRecording(): void {
    this.#call.audio.caller.side?.sound.stopRecording();
  }

  /** Starts the timer anew. */
  startTimer(ms: number, then: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#call.startTimer(ms, { expire: () => this.#ifOn(then) }, "step");
  }

  stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** The step has come to its end. */
  end(event: CallEvent | null): void {
    if (this.#isOver) return;
    this.#close();
    this.#call.stepDone(this.#step, event);
  }

  /** The call has something else to do. */
  abandon(): void {
    if (this.#isOver) return;
    this.#close();
    this.stopPlaying();
  }

  #close(): void {
    this.#isOver = true;
    this.stopTimer();
  }

  #ifOn(work: () => void): void {
    if (!this.#isOver) work();
  }
}
