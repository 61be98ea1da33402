import { describe, expect, it } from "vitest";
import type { RecordedOperation } from "../../../runtime/port/journal.ts";
import type { OperationResult } from "../../../runtime/port/sandbox.ts";
import { RecordedAnswers } from "../../../runtime/replay/recorded-answers.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const recorded = (
  number: number,
  key: string,
  result: string | null,
  answeredAs: number | null,
): RecordedOperation => ({
  number,
  name: "kv.get",
  args: JSON.stringify({ key }),
  result,
  answeredAs,
});

class Script {
  readonly clock = new VirtualClock();
  readonly answers: RecordedAnswers;
  readonly heard: unknown[] = [];

  constructor(operations: readonly RecordedOperation[]) {
    this.answers = new RecordedAnswers(operations, this.clock);
  }

  ask(key: string, name = "kv.get"): void {
    this.answers.ask(name, { key }, (result: OperationResult) =>
      this.heard.push(result.ok ? result.value : result.problem.code),
    );
  }
}

describe("The recorded answers of an event", () => {
  it("are given for the same questions, problems and nothing among them", () => {
    const script = new Script([
      recorded(1, "a", 'r{"value":1}', 1),
      recorded(2, "b", 'f{"code":"not-found","message":"none"}', 2),
      recorded(3, "c", "r", 3),
    ]);
    for (const key of ["a", "b", "c"]) script.ask(key);
    expect(script.heard).toEqual([{ value: 1 }, "not-found", undefined]);
    expect(script.answers.end()).toEqual([]);
  });

  it("come in the order in which they came then", () => {
    const script = new Script([recorded(1, "a", "r1", 2), recorded(2, "b", "r2", 1)]);
    script.ask("a");
    expect(script.heard).toEqual([]);
    script.ask("b");
    expect(script.heard).toEqual([2, 1]);
    expect(script.answers.end()).toEqual([]);
  });

  it("do not wait for ever for one that is not asked for any more", () => {
    const script = new Script([recorded(1, "a", "r1", 2), recorded(2, "b", "r2", 1)]);
    script.ask("a");
    script.clock.advance(1000);
    expect(script.heard).toEqual([1]);
    script.ask("b");
    expect(script.heard).toEqual([1, 2]);
    expect(script.clock.pending).toBe(0);
  });

  it("are refused where the question was another one, and it is named", () => {
    const script = new Script([recorded(1, "a", "r1", 1)]);
    script.ask("z");
    script.ask("a", "kv.delete");
    script.ask("a");
    script.ask("a");
    expect(script.heard).toEqual(["unavailable", "unavailable", 1, "unavailable"]);
    expect(script.answers.end()).toEqual([
      { type: "not-recorded", name: "kv.get", args: { key: "z" } },
      { type: "not-recorded", name: "kv.delete", args: { key: "a" } },
      { type: "not-recorded", name: "kv.get", args: { key: "a" } },
    ]);
  });

  it("are given out of order, and that is named, as is what is missing in the end", () => {
    const script = new Script([recorded(1, "a", "r1", 1), recorded(2, "b", "r2", 2), recorded(3, "c", "r3", 3)]);
    script.ask("b");
    script.ask("a");
    expect(script.heard).toEqual([1, 2]);
    expect(script.answers.end()).toEqual([
      { type: "out-of-order", name: "kv.get", args: { key: "b" } },
      { type: "not-asked", name: "kv.get", args: { key: "c" } },
    ]);
  });

  it("are none where none had come by the end of the event", () => {
    const script = new Script([recorded(1, "a", null, null)]);
    script.ask("a");
    script.clock.advance(60_000);
    expect(script.heard).toEqual([]);
    expect(script.answers.end()).toEqual([]);
  });

  it("are found for arguments whose secret fields were masked", () => {
    const operation = { ...recorded(1, "a", "rtrue", 1), args: '{"key":"a","pin":"[masked]"}' };
    const answers = new RecordedAnswers([operation], new VirtualClock());
    const heard: unknown[] = [];
    answers.ask("kv.get", { key: "a", pin: "1234" }, (result) => heard.push(result));
    expect(heard).toEqual([{ ok: true, value: true }]);
  });
});
