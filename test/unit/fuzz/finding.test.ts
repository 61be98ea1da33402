import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutated } from "../../fuzz/mutate/bytes.ts";
import { mutatedJson } from "../../fuzz/mutate/json.ts";
import { changedMessage } from "../../fuzz/mutate/sip.ts";
import { replay, runBatch } from "../../fuzz/runner/batch.ts";
import { HeapWatch } from "../../fuzz/runner/heap.ts";
import type { Target } from "../../fuzz/runner/target.ts";

/** Fails where an input holds both letters. */
const target: Target = {
  samples: ["aaaa bbbb"],
  inputs: (seeds) => mutated(seeds, { words: ["!"] }),
  run(input) {
    if (input.includes("b") && input.includes("!")) throw new TypeError("both");
  },
};
const batch = { inputs: 2000, about: () => {} };

function busy(ms: number): void {
  const before = process.threadCpuUsage().user;
  while (process.threadCpuUsage().user - before < ms * 1000);
}

describe("A run", () => {
  it("finds the input that fails, as small as it can be, again for the same seed", async () => {
    const finding = await runBatch(target, target.inputs(target.samples), { ...batch, seed: 3 });
    expect(finding?.kind).toBe("exception");
    expect(finding?.message).toMatch(/^TypeError: both\n/);
    expect([...(finding?.input ?? "")].sort()).toEqual(["!", "b"]);
    const again = await runBatch(target, target.inputs(target.samples), { ...batch, seed: 3 });
    expect(again?.input).toBe(finding?.input);
    expect(await replay(target, "b !")).toMatchObject({ kind: "exception", input: expect.stringMatching(/^(b!|!b)$/) });
    expect(await replay(target, "b")).toBeNull();
  });

  it("finds what a promise comes to grief over", async () => {
    const slow: Target = { ...target, run: async (input) => await Promise.resolve().then(() => target.run(input)) };
    expect(await runBatch(slow, slow.inputs(slow.samples), { ...batch, seed: 3 })).toMatchObject({ kind: "exception" });
  });

  it("takes an input that costs its thread too much CPU for a failure, and a wait for none", async () => {
    const stalls: Target = { ...target, stallMs: 5, run: (input) => busy(input.includes("x") ? 10 : 0) };
    expect(await replay(stalls, "axa")).toMatchObject({ kind: "stall", input: "x" });
    expect(await replay(stalls, "aaa")).toBeNull();
    const waits: Target = { ...target, stallMs: 5, run: () => new Promise((resolve) => setTimeout(resolve, 20)) };
    expect(await replay(waits, "a")).toBeNull();
  });
});

describe("The watch over the heap", () => {
  it("tells growth that goes on, and none where there is none", () => {
    const [growing, steady] = [new HeapWatch(), new HeapWatch()];
    const kept: string[][] = [];
    let told: string | null = null;
    for (let look = 0; look < 20 && told === null; look++) {
      kept.push(Array.from({ length: 10_000 }, (_, index) => `${look} ${index}`));
      told = growing.look();
    }
    expect(told).toMatch(/^The heap has grown by \d+ KB/);
    for (let look = 0; look < 15; look++) expect(steady.look()).toBeNull();
    expect(kept.length).toBeLessThan(20);
  });
});

describe("Mutation", () => {
  it("leaves a message of octets, within its bounds, and changes most of them", () => {
    const texts = fc.sample(mutated(["INVITE sip:a SIP/2.0\r\n\r\n"], { mostOctets: 200 }), { numRuns: 500, seed: 1 });
    expect(texts.every((text) => text.length <= 200 && /^[\0-\xff]*$/.test(text))).toBe(true);
    expect(new Set(texts).size).toBeGreaterThan(300);
  });

  it("leaves JSON, also with keys that stand for something", () => {
    const texts = fc.sample(mutatedJson(['{"type":"reject","code":486,"headers":{"A":"b"}}']), {
      numRuns: 500,
      seed: 1,
    });
    for (const text of texts) expect(() => JSON.parse(Buffer.from(text, "latin1").toString("utf8"))).not.toThrow();
    expect(texts.some((text) => text.includes('"__proto__"'))).toBe(true);
  });

  it("keeps the length of a message's body right where it changes a header", () => {
    const text = "INVITE sip:a SIP/2.0\r\nTo: <sip:a>\r\nContent-Length: 3\r\n\r\nabc";
    const changed = Array.from({ length: 200 }, (_, number) => changedMessage(text, number, [text]));
    const whole = changed.filter(
      (one) => Number(/Content-Length: (\d+)/.exec(one)?.[1]) === one.split("\r\n\r\n")[1]?.length,
    );
    expect(whole.length).toBeGreaterThan(120);
  });
});
