import { expect, it } from "vitest";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { type BuildOutcome, runBuildChild } from "../../../runtime/deploy/build-child.ts";

const RESULT = { type: "refused", diagnostics: [] };
const JOB = { type: "check", entry: "main.ts", files: {}, env: {} } as const;

/** A child that gives its result, and then does this. */
function childThat(ends: string): Promise<BuildOutcome> {
  const line = JSON.stringify(`${JSON.stringify({ type: "result", result: RESULT })}\n`);
  const args = ["-e", `require("node:fs").writeSync(1, ${line}); ${ends}`];
  return runBuildChild({ program: process.execPath, args }, { memoryMB: 32, jobs: [JOB] }, new TimerWheel());
}

it("A build child that hangs after its last result has done its work", async () => {
  const { end, results } = await childThat("setInterval(() => {}, 1000);");
  expect([end, results]).toEqual([{ type: "done" }, [RESULT]]);
});

it("A build child that crashes after its last result has crashed", async () => {
  const { end } = await childThat("process.abort();");
  expect(end).toMatchObject({ type: "crashed", reason: expect.stringContaining("SIGABRT") });
});
