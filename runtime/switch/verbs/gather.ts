/** `gather`: collects keys. The first one cuts the prompt short; keys that were typed ahead count. */
import type { Gather } from "../../../sdk/audio.ts";
import type { GatheredEvent } from "../../../sdk/events.ts";
import { Stage } from "../audio/stage.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import type { Step } from "../call/step.ts";

const DEFAULT_DIGITS = 1;
const DEFAULT_FINISH = "#";
const DEFAULT_TIMEOUT_SECONDS = 5;

export function runGather(call: Call, decision: Gather): StepResult {
  call.takeStep(new GatherStep(call, decision));
  return "taken";
}

class GatherStep implements Step {
  readonly #call: Call;
  readonly #stage: Stage;
  readonly #decision: Gather;
  #digits = "";
  #retries: number;
  #isPrompting = false;

  constructor(call: Call, decision: Gather) {
    this.#call = call;
    this.#stage = new Stage(call, this);
    this.#decision = decision;
    this.#retries = decision.retries ?? 0;
  }

  start(): void {
    this.#stage.open(this.#decision.early ?? false, () => {
      this.#call.audio.typedAhead.feed(this);
      if (this.#stage.isOver) return;
      if (this.#digits === "") this.#prompt();
      else this.#await();
    });
  }

  abandon(): void {
    this.#stage.abandon();
  }

  takeKey(digit: string): boolean {
    if (this.#stage.isOver) return false;
    if (this.#isPrompting) this.#stage.stopPlaying();
    this.#isPrompting = false;
    if ((this.#decision.finishOn ?? DEFAULT_FINISH).includes(digit)) {
      this.#end("finish");
      return true;
    }
    this.#digits += digit;
    if (this.#digits.length >= (this.#decision.digits ?? DEFAULT_DIGITS)) this.#end("digits");
    else this.#await();
    return true;
  }

  #prompt(): void {
    const { prompt, say } = this.#decision;
    const sounds = prompt === undefined ? [] : typeof prompt === "string" ? [prompt] : prompt;
    this.#isPrompting = true;
    this.#stage.perform({ sounds, text: say }, (played) => {
      // A key has come while the prompt was looked up.
      if (!this.#isPrompting) {
        this.#stage.stopPlaying();
        return;
      }
      this.#isPrompting = false;
      if (played.ok) this.#await();
      else this.#fail(played.problem);
    });
  }

  #await(): void {
    const seconds = this.#decision.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.#stage.startTimer(seconds * 1000, () => {
      if (this.#digits === "" && this.#retries-- > 0) this.#prompt();
      else this.#end("timeout");
    });
  }

  #fail(message: string): void {
    this.#call.exchange.observer.stepFailed(this.#call.view, "gather", message);
    this.#stage.end({ type: "gathered", digits: this.#digits, end: "failed", message });
  }

  #end(end: Exclude<GatheredEvent["end"], "failed">): void {
    this.#stage.end({ type: "gathered", digits: this.#digits, end, message: null });
  }
}
