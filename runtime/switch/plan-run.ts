/** A plan on its way: the decisions are done in order, until one takes the call or none is left. */
import type { Decision } from "../../sdk/decisions.ts";
import type { HeaderField } from "../sip/message/message.ts";
import type { PlanState } from "./call-state.ts";
import type { ForwardStep } from "./verbs/forward.ts";

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
  #step: ForwardStep | null = null;

  constructor(state: PlanState, user: PlanUser) {
    this.#state = state;
    this.#user = user;
  }

  get step(): ForwardStep | null {
    return this.#step;
  }

  /** Does another plan from now on; what is under way is given up. */
  perform(steps: readonly Decision[]): void {
    this.stop();
    this.#state.steps = steps;
    this.#state.next = 0;
    this.#runNext();
  }

  /** A step takes the call until it says that it has failed. */
  begin(step: ForwardStep): void {
    this.#step = step;
    step.start();
  }

  stepFailed(): void {
    this.#step = null;
    this.#runNext();
  }

  /** The step has done its work: the call is answered. */
  release(): ForwardStep | null {
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
