import { describe, expect, it } from "vitest";
import { type SimulatedCall, simulate } from "../../../runtime/simulator/index.ts";
import { type Choice, walkByChoice, walkByPlan } from "../../../runtime/simulator/walk.ts";
import { forward, gather, type Script, voicemail } from "../../../sdk/index.ts";

const menu = {
  invite: () => [gather({ say: "Press 1." }), voicemail("bob")],
  gathered: (_call, { digits }) => (digits === "1" ? [forward("alice"), voicemail("alice")] : undefined),
} satisfies Script;

describe("Walking through a call by a plan", () => {
  it("presses keys, lets ring, answers, talks and hangs up", async () => {
    const call = simulate(menu).invite({ to: "1" });
    await walkByPlan(call, { keys: "1", answer: "alice", after: 3, talk: 5, hangUp: "alice" });
    expect(call.cdr).toMatchObject({ result: "answered", endedBy: "callee" });
    expect([...call.timeline.matchAll(/(\d+)\.\d+ s {2}\* (.*)/g)].map(([, at, what]) => `${at} ${what}`)).toEqual([
      "0 somebody calls 1",
      "0 caller presses 1",
      "3 alice answers",
      "8 alice hangs up",
    ]);
  });

  it("rejects, and lets the caller speak", async () => {
    const call = simulate(menu).invite({ to: "1" });
    await walkByPlan(call, { keys: "1", reject: "", rejectCode: 603, speak: 4 });
    expect(await call.mailbox("alice")).toHaveLength(1);
    expect(call.cdr).toMatchObject({ endedBy: "switch", legs: [{ code: 603 }] });
  });

  it("without a plan lets everything run down", async () => {
    const call = simulate(menu).invite({ to: "1" });
    await walkByPlan(call, {});
    expect(call.heard).toEqual(["say:Press 1.", "vm-greeting-unavailable", "tone:beep", "vm-too-short"]);
    expect(call.isOver).toBe(true);
  });
});

describe("Walking through a call by choice", () => {
  it("offers what can be done, does it, and refuses the rest", async () => {
    const { call, offered, refused } = await walk("k 1", "a bob", "dance", "w 3", "r alice 486", "s 4", "h");
    expect(offered[0]).toEqual(["k 1#", "w 20", "h", "q"]);
    expect(offered[1]).toEqual(["a alice", "r alice 486", "k 1#", "w 20", "h", "q"]);
    expect(refused).toEqual([
      expect.stringContaining('answers("bob"): the phone of "bob" does not ring'),
      '"dance" is none of the choices',
      expect.stringContaining("speaks(4): nothing is recorded"),
    ]);
    expect(call.isOver).toBe(true);
  });

  it("ends when nobody answers any more", async () => {
    const { call } = await walk("w 1", "q");
    expect(call.isOver).toBe(false);
  });
});

async function walk(...typed: string[]): Promise<{ call: SimulatedCall; offered: string[][]; refused: string[] }> {
  const call = simulate(menu).invite({ to: "1" });
  const offered: string[][] = [];
  const refused: string[] = [];
  await walkByChoice(call, {
    async ask(_where: string, choices: readonly Choice[]) {
      offered.push(choices.map(({ usage }) => usage));
      return typed.shift() ?? null;
    },
    refuse: (why) => void refused.push(why),
  });
  return { call, offered, refused };
}
