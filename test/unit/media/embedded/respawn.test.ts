import { expect, it } from "vitest";
import { Respawn } from "../../../../runtime/media/embedded/respawn.ts";

it("A media worker is replaced at once, but ever later when its successors die young", () => {
  const respawn = new Respawn();
  expect(respawn.delayAfter(60_000)).toBe(0);
  expect([1, 2, 3, 4, 5].map(() => respawn.delayAfter(10))).toEqual([0, 100, 200, 400, 800]);
  for (let i = 0; i < 20; i++) respawn.delayAfter(10);
  expect(respawn.delayAfter(10)).toBe(10_000);
  expect(respawn.delayAfter(60_000)).toBe(0);
});
