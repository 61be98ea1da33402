/** `record`: what the caller says, into a file of its own. It ends by a key, by silence, by the limit, by hanging up. */
import type { Record as RecordDecision } from "../../../sdk/audio.ts";
import type { Recording } from "../../port/audio-library.ts";
import { audioOf } from "../audio/caller-audio.ts";
import { toRecordedEvent } from "../audio/recorded-event.ts";
import { Stage } from "../audio/stage.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import type { Step } from "../call/step.ts";

const DEFAULT_MAX_SECONDS = 120;
const DEFAULT_SILENCE_SECONDS = 5;
const DEFAULT_FINISH = "#";

export function runRecord(call: Call, decision: RecordDecision): StepResult {
  call.takeStep(new RecordStep(call, decision));
  return "taken";
}

class RecordStep implements Step {
  readonly #call: Call;
  readonly #stage: Stage;
  readonly #decision: RecordDecision;
  #isRecording = false;
  #isFinished = false;

  constructor(call: Call, decision: RecordDecision) {
    this.#call = call;
    this.#stage = new Stage(call, this);
    this.#decision = decision;
  }

  start(): void {
    this.#stage.open(false, () => {
      if (this.#decision.beep === false) this.#record();
      else this.#stage.play([{ type: "tone", tone: "beep" }], () => this.#record());
    });
  }

  abandon(): void {
    this.#stage.abandon();
    if (this.#isRecording) this.#stage.stopRecording();
  }

  takeKey(digit: string): boolean {
    if (!this.#isRecording || !(this.#decision.finishOn ?? DEFAULT_FINISH).includes(digit)) return false;
    this.#isFinished = true;
    this.#stage.stopRecording();
    return true;
  }

  #record(): void {
    const { maxSeconds = DEFAULT_MAX_SECONDS, silenceSeconds = DEFAULT_SILENCE_SECONDS } = this.#decision;
    const { domain, id } = this.#call.state;
    const place = audioOf(this.#call).library.newRecording({ domain, callId: id });
    if (!place.ok) {
      this.#fail(place.problem);
      return;
    }
    this.#isRecording = true;
    const limits = { maxMs: maxSeconds * 1000, ...(silenceSeconds === 0 ? {} : { silenceMs: silenceSeconds * 1000 }) };
    const request = { file: place.value.file, what: "received", ...limits } as const;
    this.#stage.record(request, (event) => this.#recorded(place.value, event));
  }

  #recorded(recording: Recording, event: Parameters<typeof toRecordedEvent>[2]): void {
    this.#isRecording = false;
    const told = toRecordedEvent("caller", recording, event, this.#call.state.end !== null);
    if (told.message !== null) this.#call.exchange.observer.stepFailed(this.#call.view, "record", told.message);
    const finished = this.#isFinished && told.end === "stopped" ? { ...told, end: "finish" as const } : told;
    if (this.#stage.isOver) this.#call.emit(finished);
    else this.#stage.end(finished);
    this.#stage.recordingKept();
  }

  #fail(message: string): void {
    this.#call.exchange.observer.stepFailed(this.#call.view, "record", message);
    this.#stage.end({ type: "recorded", what: "caller", recording: null, seconds: 0, end: "failed", message });
  }
}
