import { beforeEach, describe, expect, it } from "vitest";
import { PinGuard } from "../../../../runtime/media/voicemail/pin-guard.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";

const MINUTE_MS = 60_000;
let clock: VirtualClock;
let guard: PinGuard;

beforeEach(() => {
  clock = new VirtualClock();
  guard = new PinGuard(clock);
});

function tryOften(count: number): boolean[] {
  return Array.from({ length: count }, () => guard.admit("box"));
}

describe("guard of a PIN", () => {
  it("admits five attempts and then none for a minute", () => {
    expect(tryOften(6)).toEqual([true, true, true, true, true, false]);
    clock.advance(MINUTE_MS - 1);
    expect(guard.admit("box")).toBe(false);
    clock.advance(1);
    expect(guard.admit("box")).toBe(true);
  });

  it("locks for twice as long each time, for an hour at most", () => {
    const locks: number[] = [];
    for (let round = 0; round < 8; round++) {
      tryOften(5);
      let minutes = 0;
      for (; !guard.admit("box"); minutes++) clock.advance(MINUTE_MS);
      locks.push(minutes);
      // The attempt that was admitted is the first of the next five.
      tryOften(0);
    }
    expect(locks.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(Math.max(...locks)).toBe(60);
  });

  it("forgets all with the right PIN, and after an hour", () => {
    tryOften(4);
    guard.forgive("box");
    expect(tryOften(5)).not.toContain(false);
    clock.advance(MINUTE_MS + 60 * MINUTE_MS);
    expect(tryOften(5)).not.toContain(false);
    clock.advance(MINUTE_MS);
    expect(guard.admit("box")).toBe(true);
  });

  it("locks one box and no other", () => {
    tryOften(6);
    expect(guard.admit("other")).toBe(true);
  });
});
