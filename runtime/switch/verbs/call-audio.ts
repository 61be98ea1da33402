/** `answer`, `ring`, `wait`, `recordCall`, `sendDtmf`: the verbs that are done with one call of a function. */
import type { Answer, RecordCall, Ring, SendDtmf, Wait } from "../../../sdk/audio.ts";
import { Stage } from "../audio/stage.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import type { Step } from "../call/step.ts";

export function runAnswer(call: Call, _: Answer): StepResult {
  if (call.state.answeredAt !== null) return "done";
  call.takeStep(new BriefStep(call, (stage) => stage.open(false, () => stage.end(null))));
  return "taken";
}

export function runRing(call: Call, _: Ring): StepResult {
  call.caller.ring();
  return "done";
}

export function runWait(call: Call, { seconds }: Wait): StepResult {
  call.takeStep(new BriefStep(call, (stage) => stage.startTimer(seconds * 1000, () => stage.end(null))));
  return "taken";
}

export function runRecordCall(call: Call, { action }: RecordCall): StepResult {
  const { recording } = call.audio;
  let problem: string | undefined;
  if (action === "start") problem = recording.start();
  else if (action === "stop") recording.stop();
  else recording.pause(action === "pause");
  if (problem !== undefined) call.exchange.observer.stepFailed(call.view, "recordCall", problem);
  return "done";
}

export function runSendDtmf(call: Call, { digits, to }: SendDtmf): StepResult {
  const side = call.audio.of(to ?? (call.isConnected ? "callee" : "caller"));
  if (side !== undefined) {
    side.sound.sendDigits(digits, () => {});
    return "done";
  }
  if (!call.isConnected && to !== "callee") {
    call.takeStep(
      new BriefStep(call, (stage) =>
        stage.open(false, () => call.audio.of("caller")?.sound.sendDigits(digits, () => stage.end(null))),
      ),
    );
    return "taken";
  }
  call.exchange.observer.stepFailed(call.view, "sendDtmf", "the audio of this call does not pass through the switch");
  return "done";
}

/** A step that is one act. */
class BriefStep implements Step {
  readonly #stage: Stage;
  readonly #act: (stage: Stage) => void;

  constructor(call: Call, act: (stage: Stage) => void) {
    this.#stage = new Stage(call, this);
    this.#act = act;
  }

  start(): void {
    this.#act(this.#stage);
  }

  abandon(): void {
    this.#stage.abandon();
  }
}
