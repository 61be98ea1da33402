import { describe, expect, it } from "vitest";
import { KeyedQueue } from "../../../runtime/http/keyed-queue.ts";

describe("tasks in a keyed queue", () => {
  it("run one after the other under the same key, also after one that failed, and at once under another", async () => {
    const queue = new KeyedQueue();
    const steps: string[] = [];
    const first = Promise.withResolvers<void>();
    const failing = queue.run("a", async () => {
      steps.push("a1 begins");
      await first.promise;
      throw new Error("a1 fails");
    });
    const second = queue.run("a", async () => steps.push("a2"));
    await queue.run("b", async () => steps.push("b1"));
    expect(steps).toEqual(["a1 begins", "b1"]);
    first.resolve();
    await expect(failing).rejects.toThrow("a1 fails");
    await second;
    expect(steps).toEqual(["a1 begins", "b1", "a2"]);
  });
});
