/** `play` and `say`: something is heard, and then `played` is told. */
import type { Play, Say } from "../../../sdk/audio.ts";
import type { Announcement } from "../audio/announcement.ts";
import { Stage } from "../audio/stage.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import type { Step } from "../call/step.ts";

export function runPlay(call: Call, { sounds, loop = false, early = false }: Play): StepResult {
  call.takeStep(new PlayStep(call, { sounds }, { loop, early }));
  return "taken";
}

export function runSay(call: Call, { text, voice, early = false }: Say): StepResult {
  call.takeStep(new PlayStep(call, { text, voice }, { loop: false, early }));
  return "taken";
}

class PlayStep implements Step {
  readonly #call: Call;
  readonly #stage: Stage;
  readonly #announcement: Announcement;
  readonly #options: { readonly loop: boolean; readonly early: boolean };

  constructor(call: Call, announcement: Announcement, options: { readonly loop: boolean; readonly early: boolean }) {
    this.#call = call;
    this.#stage = new Stage(call, this);
    this.#announcement = announcement;
    this.#options = options;
  }

  start(): void {
    this.#stage.open(this.#options.early, () => this.#play());
  }

  abandon(): void {
    this.#stage.abandon();
  }

  #play(): void {
    this.#stage.perform(
      this.#announcement,
      (played) => {
        const seconds = played.ok ? (played.value?.ms ?? 0) / 1000 : 0;
        const message = played.ok ? null : played.problem;
        if (message !== null) this.#call.exchange.observer.stepFailed(this.#call.view, "play", message);
        this.#stage.end({ type: "played", end: played.ok ? "finished" : "failed", seconds, message });
      },
      this.#options.loop,
    );
  }
}
