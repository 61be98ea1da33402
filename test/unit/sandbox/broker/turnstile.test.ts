import { describe, expect, it } from "vitest";
import { Turnstile } from "../../../../runtime/sandbox/broker/turnstile.ts";

function waiting(turnstile: Turnstile, script: string, args: unknown = {}) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const passed = turnstile.pass(script, args, () => promise);
  return {
    end() {
      resolve();
      return passed;
    },
    refused: passed.then(
      () => null,
      (error: unknown) => error,
    ),
  };
}

describe("The turnstile of operations on the store", () => {
  it("lets so many of one script wait, and others all the same", async () => {
    const turnstile = new Turnstile({ operations: 2, characters: 1000 });
    const one = waiting(turnstile, "flood");
    waiting(turnstile, "flood");
    expect(await waiting(turnstile, "flood").refused).toMatchObject({ code: "overloaded" });
    expect(await turnstile.pass("calm", {}, async () => 5)).toBe(5);
    await one.end();
    expect(await turnstile.pass("flood", {}, async () => 6)).toBe(6);
  });

  it("counts what the arguments weigh, and gives it back, also where the work fails", async () => {
    const turnstile = new Turnstile({ operations: 100, characters: 1000 });
    const large = "x".repeat(600);
    const first = waiting(turnstile, "flood", large);
    expect(await waiting(turnstile, "flood", large).refused).toMatchObject({ code: "overloaded" });
    await first.end();
    await expect(turnstile.pass("flood", large, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect(await turnstile.pass("flood", large, async () => 7)).toBe(7);
  });

  it("leaves room for the switch itself, however many scripts flood the store", async () => {
    const turnstile = new Turnstile({ operations: 10, characters: 1000 }, { operations: 3, characters: 1000 });
    const waits = ["a", "b", "c"].map((script) => waiting(turnstile, script));
    expect(await waiting(turnstile, "d").refused).toMatchObject({ code: "overloaded" });
    await waits[0]?.end();
    expect(await turnstile.pass("d", {}, async () => 8)).toBe(8);
  });

  it("refuses what is nested so deep that it could not be kept", async () => {
    const deep: unknown = JSON.parse("[".repeat(60_000) + "]".repeat(60_000));
    const refused = new Turnstile().pass("deep", deep, async () => 9);
    await expect(refused).rejects.toMatchObject({ code: "invalid-arguments" });
  });
});
