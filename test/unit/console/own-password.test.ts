import { describe, expect, it } from "vitest";
import { FEWEST_CHARACTERS, MOST_CHARACTERS, wrongWith } from "../../../runtime/console/app/own-password.ts";
import { ownPasswordSchema } from "../../../runtime/contract/console-api.ts";

const isTaken = (length: number): boolean =>
  ownPasswordSchema.safeParse({ current: "x", password: "p".repeat(length) }).success;

describe("A password that somebody chooses for themselves", () => {
  it("is as long as the switch wants it", () => {
    const lengths = [FEWEST_CHARACTERS - 1, FEWEST_CHARACTERS, MOST_CHARACTERS, MOST_CHARACTERS + 1];
    expect(lengths.map(isTaken)).toEqual([false, true, true, false]);
    const isLet = (length: number) => wrongWith({ password: "p".repeat(length), again: "p".repeat(length) }).size === 0;
    expect(lengths.map(isLet)).toEqual([false, true, true, false]);
  });

  it("is told what is wrong with it at the field that it was typed in", () => {
    expect([...wrongWith({ password: "short", again: "short" }).keys()]).toEqual(["password"]);
    expect([...wrongWith({ password: "long enough for it", again: "long enough for" }).keys()]).toEqual(["again"]);
    expect([...wrongWith({ password: "short", again: "" }).keys()]).toEqual(["password", "again"]);
  });
});
