import { describe, expect, it } from "vitest";
import { Backlog } from "../../../runtime/sandbox/backlog.ts";
import { Entry } from "../../../runtime/sandbox/entry.ts";
import type { LoadedVersion } from "../../../runtime/sandbox/versions.ts";

const version: LoadedVersion = {
  slot: 1,
  ref: { script: "a", version: 1 },
  handlers: new Map(),
  code: "{}",
  env: "{}",
  isWarm: false,
};

function entry(id: number, sentAt: number): Entry {
  const made = new Entry(id, version, null, sentAt);
  made.id = id;
  made.sentAt = sentAt;
  return made;
}

/** Entries 1 to `length`, all sent at 0. */
function filled(length: number): Backlog {
  const backlog = new Backlog();
  for (let id = 1; id <= length; id++) backlog.push(entry(id, 0));
  return backlog;
}

describe("the backlog of a host", () => {
  it("counts the age of the first entry from its sending, then from the answer before it", () => {
    const backlog = filled(2);
    expect(backlog.since).toBe(0);
    expect(backlog.answer(1, 40)?.id).toBe(1);
    expect([backlog.running?.id, backlog.since]).toEqual([2, 40]);
    backlog.answer(2, 45);
    backlog.push(entry(3, 90));
    expect(backlog.since).toBe(90);
  });

  it("takes an answer of the first entry alone", () => {
    const backlog = filled(2);
    expect(backlog.answer(2, 1)).toBeUndefined();
    expect(backlog.head?.id).toBe(1);
  });

  it("runs what the host resumed, not the first entry, until it is paused", () => {
    const backlog = filled(1);
    const resumed = entry(9, 0);
    backlog.resumed(resumed, 10);
    expect([backlog.running, backlog.since]).toEqual([resumed, 10]);
    backlog.resumed(null, 30);
    expect([backlog.running?.id, backlog.since]).toEqual([1, 30]);
  });

  it("counts the age of an entry anew once its script is loaded", () => {
    const backlog = filled(1);
    backlog.loading(5);
    backlog.loaded(190);
    expect([backlog.isLoading, backlog.since, backlog.running?.id]).toEqual([false, 190, 1]);
  });

  it("knows that the entry which runs loads its script first, until it is answered", () => {
    const backlog = filled(2);
    backlog.loading(5);
    expect([backlog.isLoading, backlog.since]).toEqual([true, 5]);
    backlog.answer(1, 9);
    expect(backlog.isLoading).toBe(false);
  });

  it("is full with as much work as takes 100 ms by what entries took so far", () => {
    const fast = filled(1000);
    expect(fast.isFull).toBe(false);
    const slow = filled(2000);
    for (let id = 1; id <= 1000; id++) slow.answer(id, id * 10);
    expect(slow.length).toBe(1000);
    expect(slow.isFull).toBe(true);
    for (let id = 1001; id <= 1990; id++) slow.answer(id, id * 10);
    expect(slow.isFull).toBe(false);
  });

  it("does not learn from the way there and back of a host at rest", () => {
    const backlog = new Backlog();
    for (let id = 1; id <= 500; id++) {
      backlog.push(entry(id, id * 1000));
      backlog.answer(id, id * 1000 + 90);
    }
    for (let id = 501; id <= 900; id++) backlog.push(entry(id, 600_000));
    expect(backlog.isFull).toBe(false);
  });

  it("does not learn from events that load their script first", () => {
    const backlog = filled(900);
    for (let id = 1; id <= 500; id++) {
      backlog.loading(id * 100);
      backlog.loaded(id * 100 + 40);
      backlog.answer(id, id * 100 + 90);
    }
    expect([backlog.length, backlog.isFull]).toEqual([400, false]);
  });

  it("gives back what was not answered, in order", () => {
    const backlog = filled(3);
    backlog.answer(1, 1);
    expect(backlog.takeAll().map((left) => left.id)).toEqual([2, 3]);
    expect(backlog.length).toBe(0);
  });
});
