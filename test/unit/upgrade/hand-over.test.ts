import { describe, expect, it } from "vitest";
import {
  type HandOver,
  type HandOverEffect,
  type HandOverInput,
  IDLE,
  type Reported,
  step,
} from "../../../runtime/upgrade/hand-over.ts";
import { PROTOCOL } from "../../../runtime/upgrade/messages.ts";

const BEGIN: HandOverInput = { type: "begin" };
const PREPARED: HandOverInput = { type: "prepared", version: "2.0.0", protocol: PROTOCOL };
const HANDED_OVER: HandOverInput = { type: "handed-over", calls: 3, pausedAt: 1000 };
const OLD_ENDED: HandOverInput = { type: "old-ended" };
const NEW_ENDED: HandOverInput = { type: "new-ended", reason: "exit code 1" };
const TAKEN_OVER: HandOverInput = { type: "taken-over", calls: 3, pauseMs: 120 };
const TOO_LATE: HandOverInput = { type: "too-late" };
const STOP: HandOverInput = { type: "stop" };

/** The parent with both processes: which of them lives, and which has been told to have the folder. */
class Parent {
  state: HandOver = IDLE;
  effects: HandOverEffect[] = [];
  reports: Reported[] = [];
  readonly alive = new Set<"old" | "new">(["old"]);
  owners: ("old" | "new")[] = ["old"];

  take(...inputs: readonly HandOverInput[]): this {
    for (const input of inputs) {
      if (input.type === "old-ended") this.#end("old");
      if (input.type === "new-ended") this.#end("new");
      const { state, effects } = step(this.state, input);
      this.state = state;
      this.effects = [...effects];
      for (const effect of effects) this.#do(effect);
    }
    return this;
  }

  get types(): string[] {
    return this.effects.map(({ type }) => type);
  }

  get failure(): string | undefined {
    const last = this.reports.at(-1);
    return last?.state === "failed" ? last.reason : undefined;
  }

  #end(which: "old" | "new"): void {
    this.alive.delete(which);
    this.owners = this.owners.filter((owner) => owner !== which);
  }

  #do(effect: HandOverEffect): void {
    if (effect.type === "start-new") this.alive.add("new");
    if (effect.type === "report") this.reports.push(effect.what);
    if (effect.type === "take-over") this.owners.push("new");
    if (this.owners.length > 1) throw new Error("There are two writers.");
  }
}

const preparing = () => new Parent().take(BEGIN);
const handingOver = () => preparing().take(PREPARED);
const takingOver = () => handingOver().take(HANDED_OVER, OLD_ENDED);

describe("An upgrade", () => {
  it("starts the new process beside the old one, which goes on to serve", () => {
    const parent = preparing();
    expect(parent.types).toEqual(["start-new", "share-sockets", "wait", "report"]);
    expect([...parent.alive]).toEqual(["old", "new"]);
    expect(parent.owners).toEqual(["old"]);
  });

  it("has the old process hand over once the new one is prepared, and not before", () => {
    const parent = handingOver();
    expect(parent.types).toContain("hand-over");
    expect(parent.types).not.toContain("take-over");
    expect(parent.reports.at(-1)).toEqual({ state: "handing-over", to: "2.0.0" });
  });

  it("has the new process take over when the old one has ended, with what that has left", () => {
    const parent = takingOver();
    expect(parent.effects).toContainEqual({ type: "take-over", left: { calls: 3, pausedAt: 1000 } });
    expect(parent.effects[0]).toEqual({ type: "succeed" });
    expect(parent.owners).toEqual(["new"]);
  });

  it("does not have it take over as long as the old one lives, though that has said it is done", () => {
    expect(handingOver().take(HANDED_OVER).types).not.toContain("take-over");
  });

  it("is over when the new process has taken over, and another one may begin", () => {
    const parent = takingOver().take(TAKEN_OVER);
    expect(parent.reports.at(-1)).toEqual({ state: "done", calls: 3, pauseMs: 120 });
    expect(parent.effects).toContainEqual({ type: "wait", ms: null });
    expect(parent.take(BEGIN).types).toContain("start-new");
  });

  it("is not begun a second time while it runs", () => {
    for (const parent of [preparing(), handingOver(), takingOver()]) expect(parent.take(BEGIN).types).toEqual([]);
  });
});

describe("Before the old process is told to hand over", () => {
  it("leaves it alone where the new one ends, and says why", () => {
    const parent = preparing().take(NEW_ENDED);
    expect(parent.failure).toBe("exit code 1");
    expect([...parent.alive]).toEqual(["old"]);
    expect(parent.types).not.toContain("hand-over");
    expect(parent.state).toBe(IDLE);
  });

  it("ends a new process that does not get ready in time", () => {
    const parent = preparing().take(TOO_LATE);
    expect(parent.effects).toContainEqual({ type: "kill", which: "new" });
    expect(parent.failure).toContain("did not get ready within 60 s");
  });

  it("ends a new process that hands over in another way than this parent", () => {
    const parent = preparing().take({ type: "prepared", version: "9.0.0", protocol: PROTOCOL + 1 });
    expect(parent.effects).toContainEqual({ type: "kill", which: "new" });
    expect(parent.failure).toContain("restart the switch as a whole");
    expect(parent.owners).toEqual(["old"]);
  });

  it("ends the new process where the switch is stopped", () => {
    expect(preparing().take(STOP).effects).toContainEqual({ type: "kill", which: "new" });
  });

  it("makes the new process the switch where the old one dies by itself, and has it take over when it is prepared", () => {
    const parent = preparing().take(OLD_ENDED);
    expect(parent.types).toEqual(["succeed"]);
    parent.take(PREPARED);
    expect(parent.effects).toContainEqual({ type: "take-over", left: null });
  });

  it("starts the switch again where both die", () => {
    const parent = preparing().take(OLD_ENDED, NEW_ENDED);
    expect(parent.types).toContain("start-again");
    expect(parent.failure).toBe("exit code 1");
  });

  it("ends a new process that is alone and does not get ready in time, so that another is started", () => {
    const parent = preparing().take(OLD_ENDED, TOO_LATE);
    expect(parent.effects).toEqual([{ type: "kill", which: "new" }]);
    expect(parent.take(NEW_ENDED).types).toContain("start-again");
  });
});

describe("When the old process has been told to hand over", () => {
  it("kills one that hangs, and takes over what it has written down", () => {
    const parent = handingOver().take(TOO_LATE);
    expect(parent.effects).toEqual([{ type: "kill", which: "old" }]);
    parent.take(OLD_ENDED);
    expect(parent.effects).toContainEqual({ type: "take-over", left: null });
  });

  it("starts the switch again where the new one dies before the old one has ended, and no earlier", () => {
    const parent = handingOver().take(NEW_ENDED);
    expect(parent.types).toEqual([]);
    parent.take(OLD_ENDED);
    expect(parent.types).toContain("start-again");
    expect(parent.types).not.toContain("take-over");
    expect(parent.failure).toBeDefined();
  });

  it("starts the switch again where the new one dies while it takes over, and says why", () => {
    const parent = takingOver().take(NEW_ENDED);
    expect(parent.types).toContain("start-again");
    expect(parent.failure).toContain("exit code 1");
  });

  it("kills a new process that hangs while it takes over, so that the switch is started again", () => {
    const parent = takingOver().take(TOO_LATE);
    expect(parent.effects).toEqual([{ type: "kill", which: "new" }]);
    expect(parent.take(NEW_ENDED).types).toContain("start-again");
  });

  it("leaves the calls to the next start where the switch is stopped", () => {
    const parent = handingOver().take(STOP);
    expect(parent.effects).toContainEqual({ type: "kill", which: "new" });
    expect(parent.take(OLD_ENDED).types).toEqual([]);
  });
});

describe("Whatever comes in whatever order", () => {
  const inputs = [BEGIN, PREPARED, HANDED_OVER, OLD_ENDED, NEW_ENDED, TAKEN_OVER, TOO_LATE, STOP];

  it("never gives the folder to two processes", () => {
    const walk = (path: readonly HandOverInput[], depth: number): void => {
      if (depth === 0) return;
      for (const input of inputs) {
        const parent = new Parent().take(...path);
        // A process ends once, and says nothing afterwards.
        if (!isPossible(input, parent)) continue;
        parent.take(input);
        walk([...path, input], depth - 1);
      }
    };
    walk([], 5);
  });

  function isPossible(input: HandOverInput, { alive, state }: Parent): boolean {
    if (input.type === "old-ended" || input.type === "handed-over") return alive.has("old");
    if (input.type === "begin") return state.name !== "idle" || (alive.has("old") && !alive.has("new"));
    if (input.type === "stop" || input.type === "too-late") return true;
    return alive.has("new");
  }
});
