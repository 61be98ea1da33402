import { describe, expect, it } from "vitest";
import {
  arrivalOf,
  newReliableSending,
  parseRAck,
  type ReliableEffect,
  type ReliableInput,
  stepReliable,
} from "../../../../runtime/sip/dialog/reliable.ts";

/** What the inputs bring about, one list each, from RSeq 1 on. */
function run(...inputs: readonly ReliableInput<string>[]): ReliableEffect<string>[][] {
  let state = newReliableSending<string>(0);
  return inputs.map((input) => {
    const [next, effects] = stepReliable(state, input);
    state = next;
    return [...effects];
  });
}

const ring = { type: "send", item: "180" } as const;
const progress = { type: "send", item: "183" } as const;
const timer = { type: "timer" } as const;
const timerOf = (ms: number) => ({ type: "start-timer", ms }) as const;
const stop = { type: "stop-timer" } as const;

describe("A reliable provisional response (RFC 3262 §3)", () => {
  it("is sent again at T1, doubling, and given up 64·T1 after the first time", () => {
    const effects = run(ring, ...Array.from({ length: 7 }, () => timer)).flat();
    const waits = effects.flatMap((effect) => (effect.type === "start-timer" ? [effect.ms] : []));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 500]);
    expect(waits.reduce((sum, ms) => sum + ms)).toBe(32_000);
    expect(effects.filter(({ type }) => type === "resend")).toHaveLength(6);
    expect(effects.at(-1)).toEqual({ type: "give-up" });
  });

  it("holds the next one back until its PRACK, which counts one up", () => {
    expect(run(ring, progress, { type: "prack", rseq: 1 }, { type: "prack", rseq: 2 })).toEqual([
      [{ type: "send", item: "180", rseq: 1 }, timerOf(500)],
      [],
      [stop, { type: "acknowledged", item: "180" }, { type: "send", item: "183", rseq: 2 }, timerOf(500)],
      [stop, { type: "acknowledged", item: "183" }],
    ]);
  });

  it.each([0, 2, 7])("is not acknowledged by a PRACK for %i, nor twice", (rseq) => {
    expect(run(ring, { type: "prack", rseq }, timer).slice(1)).toEqual([[], [{ type: "resend" }, timerOf(1000)]]);
    expect(run(ring, { type: "prack", rseq: 1 }, { type: "prack", rseq: 1 })[2]).toEqual([]);
  });

  it("is not repeated after the final response, and its late PRACK is known", () => {
    expect(run(ring, progress, { type: "final" }, timer, { type: "prack", rseq: 1 }, progress).slice(2)).toEqual([
      [stop],
      [],
      [stop, { type: "acknowledged", item: "180" }],
      [],
    ]);
  });

  it("has at most 16 behind it", () => {
    let state = newReliableSending<string>(0);
    for (let i = 0; i < 40; i++) [state] = stepReliable(state, ring);
    expect(state.waiting).toHaveLength(16);
  });

  it("begins anywhere in the lower half of the numbers", () => {
    const first = (chance: number) => stepReliable(newReliableSending<string>(chance), ring)[0].rseq;
    expect([first(0), first(0.999_999_999_999)]).toEqual([1, 0x7fff_ffff]);
  });
});

describe("A reliable response that has come (RFC 3262 §4)", () => {
  it.each([
    [undefined, 4711, "new"],
    [4711, 4712, "new"],
    [4711, 4711, "again"],
    [4711, 4710, "again"],
    [4711, 4713, "early"],
  ])("after %s: %s is %s", (last, rseq, arrival) => {
    expect(arrivalOf(last, rseq)).toBe(arrival);
  });
});

describe("RAck (RFC 3262 §7.2)", () => {
  it.each([
    ["1 1 INVITE", { rseq: 1, cseq: 1, method: "INVITE" }],
    ["776656 \t 314159 INVITE", { rseq: 776_656, cseq: 314_159, method: "INVITE" }],
    ["4294967295 4294967295 X", { rseq: 4_294_967_295, cseq: 4_294_967_295, method: "X" }],
  ])("%j is read", (text, rack) => {
    expect(parseRAck(text)).toEqual(rack);
  });

  it.each([
    "",
    "1",
    "1 1",
    "1 1 ",
    "0 1 INVITE",
    "1 INVITE",
    "-1 1 INVITE",
    "1 1 INVITE INVITE",
    "4294967296 1 INVITE",
  ])("%j is none", (text) => {
    expect(parseRAck(text)).toBeUndefined();
  });
});
