import { describe, expect, it } from "vitest";
import { Admission, KeyedLine, Slots } from "../../../runtime/deploy/queue.ts";

/** Tasks that note when they begin and end when told. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { begun, task, end };
}

describe("waiting lines", () => {
  it("run tasks of one key in order, those of others beside them", async () => {
    const { begun, task, end } = tasks();
    const line = new KeyedLine();
    void line.run("a", task("a1"));
    void line.run("a", task("a2"));
    void line.run("b", task("b1"));
    await end("");
    expect(begun).toEqual(["a1", "b1"]);
    await end("a1");
    expect(begun).toEqual(["a1", "b1", "a2"]);
  });

  it("go on after a task that fails, and give its error to whoever asked", async () => {
    const line = new KeyedLine();
    const failing = line.run("a", () => Promise.reject(new Error("boo")));
    const next = line.run("a", async () => "fine");
    await expect(failing).rejects.toThrow("boo");
    expect(await next).toBe("fine");
  });

  it("run only so many tasks at once", async () => {
    const { begun, task, end } = tasks();
    const slots = new Slots(2);
    for (const name of ["1", "2", "3", "4"]) void slots.run(task(name));
    expect(begun).toEqual(["1", "2"]);
    await end("2");
    expect(begun).toEqual(["1", "2", "3"]);
    await end("1");
    await end("3");
    await end("4");
    await expect(slots.run(async () => "later")).resolves.toBe("later");
  });

  it("turn away what is too much, and let in again what comes later", async () => {
    const { task, end } = tasks();
    const admission = new Admission(2);
    void admission.run(task("1"));
    const second = admission.run(task("2"));
    await expect(admission.run(task("3"))).rejects.toMatchObject({ code: "too-many-requests" });
    await end("2");
    await second;
    await expect(admission.run(async () => "in")).resolves.toBe("in");
  });
});
