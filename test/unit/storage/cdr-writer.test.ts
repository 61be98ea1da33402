import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StorageError } from "../../../runtime/base/errors.ts";
import { CdrWriter } from "../../../runtime/storage/cdr-writer.ts";
import type { Cdr } from "../../../sdk/events.ts";

const FULL = new StorageError(
  "store-unavailable",
  "cdrs.addAll: database or disk is full; free some space on its disk",
);
const record = (id: string): Cdr => ({ id }) as Cdr;

describe("Records of calls on their way to the store", () => {
  const written: string[][] = [];
  let failure: StorageError | null = null;
  let writer: CdrWriter;

  beforeEach(() => {
    vi.useFakeTimers();
    written.length = 0;
    failure = null;
    writer = new CdrWriter(async (json) => {
      if (failure !== null) throw failure;
      written.push((JSON.parse(json) as Cdr[]).map(({ id }) => id));
    });
  });
  afterEach(() => void vi.useRealTimers());

  const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it("are collected for a moment and written together", async () => {
    const kept = Promise.all([writer.add(record("a")), writer.add(record("b"))]);
    await later(100);
    await kept;
    expect(written).toEqual([["a", "b"]]);
    expect(writer.waiting).toBe(0);
  });

  it("wait while the disk is full, and are written in their order when it is not any more", async () => {
    failure = FULL;
    const first = writer.add(record("a"));
    await later(150);
    const second = writer.add(record("b"));
    await later(3_000);
    expect([written, writer.waiting]).toEqual([[], 2]);
    failure = null;
    await later(1_000);
    await Promise.all([first, second]);
    expect(written.flat()).toEqual(["a", "b"]);
    expect(writer.waiting).toBe(0);
  });

  it("are refused where it is the record that cannot be written", async () => {
    failure = new StorageError("store-unavailable", "cdrs.addAll: NOT NULL constraint failed: cdrs.domain");
    const added = writer.add(record("a"));
    const refused = expect(added).rejects.toThrow("constraint");
    await later(100);
    await refused;
    expect(writer.waiting).toBe(0);
  });

  it("are refused beyond what there is room for, and at the end", async () => {
    failure = FULL;
    const waiting = Array.from({ length: 20_000 }, (_, index) => writer.add(record(`${index}`)).catch(() => "refused"));
    await expect(writer.add(record("more"))).rejects.toThrow("20000 call records wait");
    await later(2_000);
    writer.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["refused"]));
    expect(writer.waiting).toBe(0);
  });

  it("are written at the end where that can be done", async () => {
    failure = FULL;
    const added = writer.add(record("a"));
    await later(500);
    failure = null;
    writer.close();
    await added;
    expect(written).toEqual([["a"]]);
  });
});
