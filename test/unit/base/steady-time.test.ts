import { describe, expect, it } from "vitest";
import { SteadyTime } from "../../../runtime/base/steady-time.ts";

const HOUR_MS = 3_600_000;

class Machine {
  wallMs = Date.UTC(2026, 0, 1);
  monotonicMs = 1234.5;
  readonly jumps: [ms: number, how: string][] = [];
  readonly time = new SteadyTime({
    wall: () => Math.floor(this.wallMs),
    monotonic: () => this.monotonicMs,
    jumped: (ms, how) => this.jumps.push([Math.round(ms), how]),
  });

  /** Time goes on, and somebody looks at it every now and then. */
  pass(ms: number, everyMs = 500): void {
    for (let passed = 0; passed < ms; passed += everyMs) {
      const step = Math.min(everyMs, ms - passed);
      this.wallMs += step;
      this.monotonicMs += step;
      this.time.now();
    }
  }
}

describe("The time of the switch", () => {
  it("is that of the machine, in whole milliseconds", () => {
    const machine = new Machine();
    machine.pass(10_000, 333.3);
    expect(Math.abs(machine.time.now() - machine.wallMs)).toBeLessThan(2);
    expect(Number.isInteger(machine.time.now())).toBe(true);
    expect(machine.jumps).toEqual([]);
  });

  it("follows a clock that is a little too fast or too slow", () => {
    const machine = new Machine();
    for (let second = 0; second < 1000; second++) {
      machine.pass(1000);
      machine.wallMs += second < 500 ? 0.5 : -0.5;
    }
    machine.pass(2000);
    expect(Math.abs(machine.time.now() - machine.wallMs)).toBeLessThan(3);
    expect(machine.jumps).toEqual([]);
  });

  it.each([
    ["forward", HOUR_MS],
    ["back", -HOUR_MS],
  ])("goes on as it did when the clock is set %s by an hour, and says so once", (_, jump) => {
    const machine = new Machine();
    machine.pass(5_000);
    const before = machine.time.now();
    machine.wallMs += jump;
    machine.pass(60_000);
    const passed = machine.time.now() - before;
    expect(passed).toBeGreaterThan(56_000);
    expect(passed).toBeLessThan(64_000);
    expect(machine.jumps).toEqual([[jump, "followed"]]);
    expect(Math.abs(machine.time.offsetMs - jump)).toBeLessThan(4_000);
  });

  it("is that of the machine again after a while", () => {
    const machine = new Machine();
    machine.wallMs -= HOUR_MS;
    machine.pass(25 * HOUR_MS, 60_000);
    expect(Math.abs(machine.time.now() - machine.wallMs)).toBeLessThan(2);
    expect(machine.time.offsetMs).toBe(0);
    expect(machine.jumps.length).toBe(1);
  });

  it("never goes back, however the clock is set", () => {
    const machine = new Machine();
    let last = machine.time.now();
    for (let turn = 0; turn < 2000; turn++) {
      machine.wallMs += [0, 5_000, -5_000, HOUR_MS, -HOUR_MS, 100, -100][turn % 7] ?? 0;
      machine.pass(700);
      const now = machine.time.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it("is taken from a clock that was plainly wrong before", () => {
    const machine = new Machine();
    machine.pass(2_000);
    machine.wallMs += 400 * 24 * HOUR_MS;
    machine.pass(2_000);
    expect(Math.abs(machine.time.now() - machine.wallMs)).toBeLessThan(2);
    expect(machine.jumps).toEqual([[400 * 24 * HOUR_MS, "adopted"]]);
  });

  it("goes on where the clock is set back by more than can be followed", () => {
    const machine = new Machine();
    const before = machine.time.now();
    machine.wallMs -= 400 * 24 * HOUR_MS;
    machine.pass(10_000);
    expect(machine.time.now() - before).toBeGreaterThan(9_000);
  });

  it("tells of a second jump while it still follows the first", () => {
    const machine = new Machine();
    machine.wallMs += HOUR_MS;
    machine.pass(10_000);
    machine.wallMs -= 2 * HOUR_MS;
    machine.pass(10_000);
    expect(machine.jumps).toEqual([
      [HOUR_MS, "followed"],
      [-2 * HOUR_MS, "followed"],
    ]);
  });
});
