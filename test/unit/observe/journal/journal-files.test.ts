import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

async function keep(world: World, ids: readonly string[], text = ""): Promise<void> {
  for (const id of ids) {
    world.begin(id);
    world.recorder.find(id)?.addFact("note", text);
    world.end(id);
  }
  world.pass();
  await world.files.close();
}

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe("The files of ended calls", () => {
  it("are read again by the next process, whatever the last one was writing when it died", async () => {
    const before = new World();
    await keep(before, ["c1", "c2"]);
    const [file = ""] = readdirSync(before.folder);
    appendFileSync(join(before.folder, file), '{"id":"c3","script":"main","startedMs":1,"entries":[{"type":');
    const after = new World({ folder: before.folder });
    await after.files.open();
    expect((await after.recorder.callsOf("main", 0, 10)).toSorted()).toEqual(["c1", "c2"]);
    expect((await after.recorder.timeline("c2"))?.items.at(-1)).toMatchObject({ type: "fact", what: "ended" });
    expect(await after.recorder.timeline("c3")).toBeUndefined();
    await keep(after, ["c4"]);
    expect((await after.recorder.timeline("c4"))?.call.id).toBe("c4");
    expect((await after.recorder.timeline("c1"))?.call.id).toBe("c1");
  });

  it("are read by their owner alone", async () => {
    const world = new World();
    await keep(world, ["c1"]);
    const [file = ""] = readdirSync(world.folder);
    expect(statSync(join(world.folder, file)).mode & 0o077).toBe(0);
  });

  it("take no more room than they may: the oldest calls go", async () => {
    const world = new World({ limits: { megabytes: 1 } });
    for (let round = 0; round < 20; round++) await keep(world, names(10, `r${round}-`), "x".repeat(20_000));
    const bytes = readdirSync(world.folder).reduce((sum, file) => sum + statSync(join(world.folder, file)).size, 0);
    expect(bytes).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
    expect(await world.recorder.timeline("r0-0")).toBeUndefined();
    expect((await world.recorder.timeline("r19-9"))?.call.id).toBe("r19-9");
    expect(world.files.size).toBeLessThan(60);
  });

  it("have nothing of a call that is forgotten, not even on disk, and all of the others", async () => {
    const world = new World();
    await keep(world, ["c1", "c2", "c3"], "carol");
    expect(await world.recorder.forget(["c2", "unknown"])).toBe(1);
    expect(await world.recorder.timeline("c2")).toBeUndefined();
    expect((await world.recorder.timeline("c3"))?.call.id).toBe("c3");
    const after = new World({ folder: world.folder });
    await after.files.open();
    expect((await after.recorder.callsOf("main", 0, 10)).toSorted()).toEqual(["c1", "c3"]);
    const [file = ""] = readdirSync(world.folder);
    expect(readFileSync(join(world.folder, file), "utf8").match(/carol/g)).toHaveLength(2);
  });

  it("are thrown away when they are too old", async () => {
    const world = new World({ limits: { hours: 1 } });
    await world.files.open();
    await keep(world, ["old"]);
    await world.files.open();
    world.pass(3_700_000);
    expect(await world.recorder.timeline("old")).toBeUndefined();
    await world.files.close();
    expect(readdirSync(world.folder)).toEqual([]);
  });

  it("find the calls of one script since a moment, the newest first", async () => {
    const world = new World();
    await keep(world, ["c1"]);
    const since = world.clock.now();
    world.begin("c2", "x", "other");
    world.end("c2");
    await keep(world, ["c3"]);
    await keep(world, ["c4"]);
    expect(await world.recorder.callsOf("main", since, 10)).toEqual(["c4", "c3"]);
    expect(await world.recorder.callsOf("main", 0, 2)).toEqual(["c4", "c3"]);
  });

  it("cost a recording, and nothing else, where the disk is gone", async () => {
    const world = new World();
    rmSync(world.folder, { recursive: true });
    await keep(world, ["c1"]);
    expect(await world.recorder.timeline("c1")).toBeUndefined();
    expect(world.files.size).toBe(0);
    mkdirSync(world.folder);
    await keep(world, ["c2"]);
    expect((await world.recorder.timeline("c2"))?.call.id).toBe("c2");
  });

  it("lose calls, and count them, where the disk is too slow to take them", () => {
    const world = new World();
    const results: string[] = [];
    world.recorder.listen(null, (result) => results.push(result));
    for (const id of names(200, "c")) {
      world.begin(id);
      world.recorder.find(id)?.addFact("note", "x".repeat(200_000));
      world.end(id);
    }
    world.pass(300);
    expect(new Set(results)).toEqual(new Set(["kept", "lost"]));
  });
});
