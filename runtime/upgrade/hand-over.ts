/**
 * An upgrade as the parent sees it: a new process of the switch beside the old one, and which of them has the folder.
 * Pure: inputs in, effects out. The old one has it until it has ended, and only then is the new one told to take it:
 * there is no moment with two writers. Whatever goes wrong before the old one was told to hand over leaves it as it was;
 * whatever goes wrong afterwards is a death like any other, and the switch is started again.
 */
import type { HandedOver } from "./messages.ts";
import { PROTOCOL } from "./messages.ts";

/** A new version compiles what it needs for the first time, on a machine that is busy. */
export const PREPARE_MS = 60_000;
/** The old process finishes what is under way and writes down what it has: beyond this it hangs. */
export const HAND_OVER_MS = 15_000;
/** Migrations of a large database are part of it. */
export const TAKE_OVER_MS = 120_000;

export type HandOver =
  | { readonly name: "idle" }
  /** The new process gets ready; the old one serves. */
  | { readonly name: "preparing" }
  /** The old one has died by itself meanwhile: the new one takes over as soon as it is ready. */
  | { readonly name: "alone" }
  /** The old one has been told to end. `left`: what it has left, as far as it has said so. `loss`: how the new one has died. */
  | { readonly name: "handing-over"; readonly left: HandedOver | null; readonly loss: string | null }
  /** The old one is gone, and the folder is the new one's. */
  | { readonly name: "taking-over" };

export type HandOverInput =
  | { readonly type: "begin" }
  | { readonly type: "prepared"; readonly version: string; readonly protocol: number }
  | ({ readonly type: "handed-over" } & HandedOver)
  | { readonly type: "taken-over"; readonly calls: number; readonly pauseMs: number | null }
  | { readonly type: "old-ended" }
  /** `reason`: as far as anybody knows. */
  | { readonly type: "new-ended"; readonly reason: string }
  | { readonly type: "too-late" }
  /** The parent is told to end, and the old process with it. */
  | { readonly type: "stop" };

export type HandOverEffect =
  | { readonly type: "start-new" }
  | { readonly type: "share-sockets" }
  | { readonly type: "hand-over" }
  /** The new process is the switch from now on. */
  | { readonly type: "succeed" }
  | { readonly type: "take-over"; readonly left: HandedOver | null }
  | { readonly type: "kill"; readonly which: "old" | "new" }
  /** There is neither: the switch is started again, as after a death. */
  | { readonly type: "start-again"; readonly reason: string }
  /** A `too-late` after so long; `null`: none is waited for any more. */
  | { readonly type: "wait"; readonly ms: number | null }
  | { readonly type: "report"; readonly what: Reported };

export type Reported =
  | { readonly state: "preparing" }
  | { readonly state: "handing-over"; readonly to: string }
  | { readonly state: "done"; readonly calls: number; readonly pauseMs: number | null }
  | { readonly state: "failed"; readonly reason: string };

export interface HandOverStep {
  readonly state: HandOver;
  readonly effects: readonly HandOverEffect[];
}

export const IDLE: HandOver = { name: "idle" };

export function step(state: HandOver, input: HandOverInput): HandOverStep {
  switch (state.name) {
    case "idle":
      if (input.type !== "begin") return { state, effects: [] };
      return to({ name: "preparing" }, { type: "start-new" }, { type: "share-sockets" }, wait(PREPARE_MS), {
        type: "report",
        what: { state: "preparing" },
      });
    case "preparing":
      return preparing(state, input);
    case "alone":
      return alone(state, input);
    case "handing-over":
      return handingOver(state, input);
    case "taking-over":
      return takingOver(state, input);
  }
}

function preparing(state: HandOver, input: HandOverInput): HandOverStep {
  switch (input.type) {
    case "prepared": {
      const { version, protocol } = input;
      if (protocol !== PROTOCOL) {
        const reason = `version ${version} hands over in another way than the parent process knows: restart the switch as a whole`;
        return failed(reason, { type: "kill", which: "new" });
      }
      return to({ name: "handing-over", left: null, loss: null }, { type: "hand-over" }, wait(HAND_OVER_MS), {
        type: "report",
        what: { state: "handing-over", to: version },
      });
    }
    case "new-ended":
      return failed(input.reason);
    case "too-late":
      return failed(notInTime("get ready", PREPARE_MS), { type: "kill", which: "new" });
    case "old-ended":
      return to({ name: "alone" }, { type: "succeed" });
    case "stop":
      return failed("the switch was stopped", { type: "kill", which: "new" });
    default:
      return { state, effects: [] };
  }
}

/** The new process is the only one: how it ends is seen by whoever watches the switch. */
function alone(state: HandOver, input: HandOverInput): HandOverStep {
  switch (input.type) {
    case "prepared":
      return to({ name: "taking-over" }, { type: "take-over", left: null }, wait(TAKE_OVER_MS));
    case "new-ended":
      return failed(input.reason, startAgain(input.reason));
    case "too-late":
      return { state, effects: [{ type: "kill", which: "new" }] };
    default:
      return { state, effects: [] };
  }
}

function handingOver(state: HandOver & { readonly name: "handing-over" }, input: HandOverInput): HandOverStep {
  switch (input.type) {
    case "handed-over":
      return { state: { ...state, left: { calls: input.calls, pausedAt: input.pausedAt } }, effects: [] };
    case "old-ended":
      if (state.loss !== null)
        return failed(`the new process died before it took over: ${state.loss}`, startAgain(state.loss));
      return to(
        { name: "taking-over" },
        { type: "succeed" },
        { type: "take-over", left: state.left },
        wait(TAKE_OVER_MS),
      );
    case "new-ended":
      return { state: { ...state, loss: input.reason }, effects: [] };
    case "too-late":
      // It is ending, and cannot be called back: what it has written down is taken over as after a crash.
      return { state, effects: [{ type: "kill", which: "old" }] };
    case "stop":
      return failed("the switch was stopped", { type: "kill", which: "new" });
    default:
      return { state, effects: [] };
  }
}

function takingOver(state: HandOver, input: HandOverInput): HandOverStep {
  switch (input.type) {
    case "taken-over": {
      const { calls, pauseMs } = input;
      return to(IDLE, wait(null), { type: "report", what: { state: "done", calls, pauseMs } });
    }
    case "new-ended":
      return failed(`the new process died while it took over: ${input.reason}`, startAgain(input.reason));
    case "too-late":
      return { state, effects: [{ type: "kill", which: "new" }] };
    case "stop":
      return failed("the switch was stopped");
    default:
      return { state, effects: [] };
  }
}

function to(state: HandOver, ...effects: readonly HandOverEffect[]): HandOverStep {
  return { state, effects };
}

function failed(reason: string, ...effects: readonly HandOverEffect[]): HandOverStep {
  return to(IDLE, ...effects, wait(null), { type: "report", what: { state: "failed", reason } });
}

function startAgain(reason: string): HandOverEffect {
  return { type: "start-again", reason };
}

function wait(ms: number | null): HandOverEffect {
  return { type: "wait", ms };
}

function notInTime(what: string, ms: number): string {
  return `the new process did not ${what} within ${ms / 1000} s`;
}
