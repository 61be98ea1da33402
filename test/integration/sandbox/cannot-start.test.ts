import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { runBuildChild } from "../../../runtime/deploy/build-child.ts";
import { HostProcess } from "../../../runtime/sandbox/host-process.ts";

const run = promisify(execFile);

describe("A machine that can start no process", () => {
  it("for want of descriptors is told by the end of each child, and costs the switch nothing", async () => {
    const program = join(import.meta.dirname, "short-of-descriptors.ts");
    const { stdout } = await run("/bin/sh", ["-c", `ulimit -n 60; exec "${process.execPath}" "${program}"`]);
    expect(JSON.parse(stdout)).toEqual({
      gone: 1,
      lastWords: expect.stringContaining("EMFILE"),
      end: { type: "crashed", reason: expect.stringContaining("EMFILE") },
    });
  });

  it("as spawn says at once is told the same way", async () => {
    // More than the kernel takes as arguments.
    const args = ["x".repeat(5_000_000)];
    let gone = 0;
    const owner = { frame() {}, drained() {}, gone: () => void gone++ };
    const host = new HostProcess({ file: "/bin/true", args }, 1000, owner);
    expect(gone).toBe(0);
    expect((await host.exited).lastWords).toContain("E2BIG");
    expect(gone).toBe(1);
    const build = await runBuildChild({ program: "/bin/true", args }, { memoryMB: 32, jobs: [] }, new TimerWheel());
    expect(build.end).toEqual({ type: "crashed", reason: expect.stringContaining("E2BIG") });
  });
});
