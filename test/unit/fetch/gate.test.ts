import { describe, expect, it } from "vitest";
import { Gate, type Leave } from "../../../runtime/fetch/gate.ts";

const LIMITS = { running: 3, runningOfOne: 2, waiting: 4, waitingOfOne: 3 };
const never = new AbortController().signal;

/** Enters, and says by its name when it is its turn. */
function visitor(gate: Gate, turns: string[]) {
  const leaves = new Map<string, Leave>();
  return {
    enter(key: string, name: string, signal = never): boolean {
      const turn = gate.enter(key, signal);
      turn?.then(
        (leave) => {
          turns.push(name);
          leaves.set(name, leave);
        },
        () => turns.push(`${name} gave up`),
      );
      return turn !== null;
    },
    async leave(name: string): Promise<void> {
      leaves.get(name)?.();
      await Promise.resolve();
    },
    settled: () => Promise.resolve(),
  };
}

describe("The gate of requests", () => {
  it("lets in as many of one script, and as many of all, as may run", async () => {
    const turns: string[] = [];
    const { enter, leave, settled } = visitor(new Gate(LIMITS), turns);
    for (const name of ["a1", "a2", "a3"]) enter("a", name);
    for (const name of ["b1", "b2"]) enter("b", name);
    await settled();
    expect(turns).toEqual(["a1", "a2", "b1"]);
    // What has waited longest and may run comes first.
    await leave("a1");
    expect(turns).toEqual(["a1", "a2", "b1", "a3"]);
    await leave("b1");
    expect(turns.at(-1)).toBe("b2");
  });

  it("does not let one script that waits hold up another", async () => {
    const turns: string[] = [];
    const { enter, settled } = visitor(new Gate(LIMITS), turns);
    for (const name of ["a1", "a2", "a3"]) enter("a", name);
    enter("b", "b1");
    await settled();
    expect(turns).toEqual(["a1", "a2", "b1"]);
  });

  it("turns away what would wait behind too many, of one script or of all", () => {
    const { enter } = visitor(new Gate(LIMITS), []);
    expect([1, 2, 3, 4, 5, 6].map((number) => enter("a", `a${number}`))).toEqual([true, true, true, true, true, false]);
    expect([1, 2, 3].map((number) => enter("b", `b${number}`))).toEqual([true, true, false]);
  });

  it("forgets who gives up", async () => {
    const turns: string[] = [];
    const { enter, leave, settled } = visitor(new Gate(LIMITS), turns);
    const controller = new AbortController();
    enter("a", "a1");
    enter("a", "a2");
    enter("a", "a3", controller.signal);
    enter("a", "a4");
    controller.abort();
    await settled();
    await leave("a1");
    expect(turns).toEqual(["a1", "a2", "a3 gave up", "a4"]);
    enter("a", "a5", controller.signal);
    await settled();
    expect(turns.at(-1)).toBe("a5 gave up");
  });
});
