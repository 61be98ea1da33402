import { describe, expect, it } from "vitest";
import { TaskQueue } from "../../../../runtime/media/speech/queue.ts";

describe("a queue of tasks", () => {
  it("runs as many at a time as it may, first come first served, and goes on after one that fails", async () => {
    const queue = new TaskQueue({ parallel: 2, maxWaiting: 5 });
    const begun: string[] = [];
    const gates = new Map<string, PromiseWithResolvers<string>>();
    const results = ["a", "b", "c", "d"].map((name) => {
      const gate = Promise.withResolvers<string>();
      gates.set(name, gate);
      return queue.run(() => {
        begun.push(name);
        return gate.promise;
      });
    });
    expect(begun).toEqual(["a", "b"]);
    gates.get("b")?.reject(new Error("broken"));
    await expect(results[1]).rejects.toThrow("broken");
    expect(begun).toEqual(["a", "b", "c"]);
    for (const name of ["a", "c", "d"]) gates.get(name)?.resolve(name);
    expect(await Promise.all([results[0], results[2], results[3]])).toEqual(["a", "c", "d"]);
  });

  it("says when it is full", async () => {
    const queue = new TaskQueue({ parallel: 1, maxWaiting: 1 });
    const gate = Promise.withResolvers<void>();
    const first = queue.run(() => gate.promise);
    expect(queue.isFull).toBe(false);
    const second = queue.run(() => gate.promise);
    expect(queue.isFull).toBe(true);
    gate.resolve();
    await Promise.all([first, second]);
    expect(queue.isFull).toBe(false);
  });
});
