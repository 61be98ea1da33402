import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { putAside, TakeOverAttempts } from "../../../runtime/recovery/attempts.ts";
import { LastSeen } from "../../../runtime/recovery/last-seen.ts";
import { SegmentFiles } from "../../../runtime/recovery/segment-files.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { until } from "../../helpers/until.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "calls-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("The files of the journal", () => {
  it("go on counting where an earlier process has stopped, and are read in their order", () => {
    const first = new SegmentFiles(join(folder, "calls"));
    expect(first.numbers()).toEqual([]);
    first.begin();
    first.write(Buffer.from("one"));
    first.begin();
    first.write(Buffer.from("two"));
    first.write(Buffer.from("!"));
    first.close();
    writeFileSync(join(folder, "calls", "other.txt"), "");
    const second = new SegmentFiles(join(folder, "calls"));
    expect(second.numbers().map((number) => second.read(number).toString())).toEqual(["one", "two!"]);
    expect(second.begin()).toBe(3);
    expect(() => first.write(Buffer.from("x"))).toThrow();
    second.close();
  });

  it("are removed one after the other, the oldest first", async () => {
    const files = new SegmentFiles(folder);
    const numbers = [files.begin(), files.begin(), files.begin()];
    for (const number of numbers.slice(0, 2)) files.remove(number);
    await files.removed();
    expect(readdirSync(folder)).toEqual(["00000003.calls"]);
    files.close();
  });
});

describe("When the switch lived for the last time", () => {
  it("is told by a file that is touched every second", async () => {
    const clock = new VirtualClock(Date.now());
    const seen = new LastSeen(join(folder, "seen"), clock);
    expect(seen.read()).toBeNull();
    seen.start();
    utimesSync(join(folder, "seen"), 1000, 1000);
    clock.advance(1000);
    await until("the file to be touched", () => (seen.read() ?? 0) > 1_000_000);
    seen.stop();
    expect(clock.pending).toBe(0);
  });

  it("is unknown, and nothing else goes wrong, where there is no folder any more", () => {
    const clock = new VirtualClock();
    const seen = new LastSeen(join(folder, "gone", "seen"), clock);
    seen.start();
    clock.advance(5000);
    seen.stop();
    expect(seen.read()).toBeNull();
  });
});

describe("Taking over that fails", () => {
  it("is tried five times, then the calls are put aside", () => {
    const calls = join(folder, "calls");
    new SegmentFiles(calls).begin();
    // Each in a process of its own.
    const attempt = () => new TakeOverAttempts(join(calls, "attempts")).begin();
    expect(Array.from({ length: 6 }, attempt)).toEqual([true, true, true, true, true, false]);
    putAside(calls);
    expect(existsSync(calls)).toBe(false);
    expect(readdirSync(`${calls}.aside`)).toContain("00000001.calls");
  });

  it("is forgotten once it has succeeded", () => {
    const attempts = new TakeOverAttempts(join(folder, "attempts"));
    for (let round = 0; round < 10; round++) {
      expect(attempts.begin()).toBe(true);
      attempts.succeeded();
    }
  });
});
