import { describe, expect, it } from "vitest";
import type { BindingRow } from "../../../runtime/port/store.ts";
import { BindingWriter } from "../../../runtime/storage/binding-writer.ts";

const row = (contact: string) => ({ contact }) as BindingRow;

/** A store that commits when the test says so. */
class Commits {
  readonly written: unknown[] = [];
  readonly #open: PromiseWithResolvers<void>[] = [];
  readonly writer = new BindingWriter((json) => {
    this.written.push(JSON.parse(json));
    const settled = Promise.withResolvers<void>();
    this.#open.push(settled);
    return settled.promise;
  });

  commit(): void {
    this.#open.shift()?.resolve();
  }

  fail(): void {
    this.#open.shift()?.reject(new Error("the disk is full"));
  }
}

describe("bindings on their way to the store", () => {
  it("are written together, and of one user the last state alone", async () => {
    const { writer, written, commit } = bound(new Commits());
    const saved: string[] = [];
    const waits = [
      writer.replace("d", "alice", [row("one")]).then(() => saved.push("one")),
      writer.replace("d", "bob", []).then(() => saved.push("bob")),
      writer.replace("d", "alice", [row("two")]).then(() => saved.push("two")),
    ];
    writer.flush();
    expect(written).toEqual([
      [
        { domain: "d", user: "alice", bindings: [{ contact: "two" }] },
        { domain: "d", user: "bob", bindings: [] },
      ],
    ]);
    expect(saved).toEqual([]);
    commit();
    await Promise.all(waits);
    expect(saved.sort()).toEqual(["bob", "one", "two"]);
  });

  it("that come while others are written are written after them", async () => {
    const { writer, written, commit } = bound(new Commits());
    const first = writer.replace("d", "alice", [row("one")]);
    writer.flush();
    const second = writer.replace("d", "alice", []);
    writer.flush();
    expect(written).toHaveLength(2);
    commit();
    await first;
    commit();
    await second;
  });

  it("are told to have failed, all that were written together, and no other", async () => {
    const { writer, fail, commit } = bound(new Commits());
    const lost = [writer.replace("d", "alice", []), writer.replace("d", "bob", [])];
    writer.flush();
    const kept = writer.replace("d", "alice", []);
    writer.flush();
    fail();
    commit();
    for (const one of lost) await expect(one).rejects.toThrow("the disk is full");
    await kept;
  });

  it("are written at once where there are many", () => {
    const { writer, written } = bound(new Commits());
    for (let count = 0; count < 1_050; count++) void writer.replace("d", `u${count}`, []);
    expect(written.map((batch) => (batch as unknown[]).length)).toEqual([500, 500]);
    writer.flush();
    expect(written).toHaveLength(3);
  });
});

function bound(commits: Commits) {
  return { ...commits, commit: () => commits.commit(), fail: () => commits.fail() };
}
