/** A plan on its way: the decisions are done in order, until one takes the call or none is left. */
import type { Decision } from "../../../sdk/decisions.ts";
import type { HandlerName } from "../../port/script.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { PlanState } from "./call-state.ts";
import type { Step } from "./step.ts";

/** `done`: the plan goes on at once. `taken`: the step has the call, or the call is over. */
export type StepResult = "done" | "taken";

export interface PlanUser {
  runStep(decision: Decision): StepResult;
  planRanOut(): void;
}

export class PlanRun {
  readonly #state: PlanState;
  readonly #user: PlanUser;
  /** The step that has the call. */
  #step: Step | null = null;

  constructor(state: PlanState, user: PlanUser) {
    this.#state = state;
    this.#user = user;
  }

  get step(): Step | null {
    return this.#step;
  }

  /** Does another plan from now on; what is under way is given up. */
  perform(steps: readonly Decision[], isFallback = false): void {
    this.stop();
    this.#state.awaits = null;
    this.#state.isFallback = isFallback;
    this.#state.steps = steps;
    this.#state.next = 0;
    this.#runNext();
  }

  /** A step takes the call until it says that it has failed. */
  begin(step: Step): void {
    this.#step = step;
    step.start();
  }

  /** The step has done what it could, and the call waits for what is next. */
  goOn(): void {
    this.#step = null;
    this.#state.awaits = null;
    this.#runNext();
  }

  /** Does the step once more that had the call, or whose event was on its way, when the process of the call ended. */
  again(): void {
    this.#state.awaits = null;
    this.#state.next = Math.max(0, this.#state.next - 1);
    this.#runNext();
  }

  /** The step has come to its end: its event is on its way to the script, which may decide anew. */
  pause(event: HandlerName): void {
    this.#step = null;
    this.#state.awaits = event;
  }

  /** The step has done its work: the call is answered. */
  release(): Step | null {
    const step = this.#step;
    this.#step = null;
    return step;
  }

  /** Gives up what is under way; decisions that were made for this plan come too late from now on. */
  stop(fields: readonly HeaderField[] = []): void {
    this.#state.epoch++;
    this.release()?.abandon(fields);
  }

  #runNext(): void {
    for (;;) {
      const decision = this.#state.steps[this.#state.next++];
      if (decision === undefined) {
        this.#user.planRanOut();
        return;
      }
      if (this.#user.runStep(decision) === "taken") return;
    }
  }
}
