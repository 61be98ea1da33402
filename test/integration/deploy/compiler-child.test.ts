import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { DEADLINE_MS, runCompiler } from "../../../runtime/deploy/types/compiler-child.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const node = (text: string) => ({ program: process.execPath, args: ["-e", text] });

describe("the process of the compiler", () => {
  it("is ended where it takes too long", async () => {
    const clock = new VirtualClock();
    const end = runCompiler(node("setInterval(() => {}, 1000)"), tmpdir(), clock);
    clock.advance(DEADLINE_MS);
    expect(await end).toEqual({ type: "failed", problem: "it took longer than 5 s" });
    expect(clock.pending).toBe(0);
  });

  it("is ended where it takes too much memory", async () => {
    const hog = "const kept = []; setInterval(() => kept.push(Buffer.alloc(64 * 1024 * 1024, 1)), 5)";
    expect(await runCompiler(node(hog), tmpdir(), new TimerWheel())).toEqual({
      type: "failed",
      problem: "it took too much memory",
    });
  });

  it("is ended where it says too much", async () => {
    const talker = "setInterval(() => process.stdout.write('x'.repeat(100_000)), 1)";
    expect(await runCompiler(node(talker), tmpdir(), new TimerWheel())).toEqual({
      type: "failed",
      problem: "it found too much to say",
    });
  });

  it("may end with errors found, and no other way", async () => {
    const clock = new TimerWheel();
    expect(await runCompiler(node("console.log('a'); process.exitCode = 2"), tmpdir(), clock)).toEqual({
      type: "done",
      output: "a\n",
    });
    expect(await runCompiler(node("process.kill(process.pid, 'SIGKILL')"), tmpdir(), clock)).toMatchObject({
      problem: "the compiler ended with SIGKILL",
    });
    expect(await runCompiler({ program: "/nowhere/tsc", args: [] }, tmpdir(), clock)).toMatchObject({
      problem: expect.stringContaining("ENOENT"),
    });
  });
});
