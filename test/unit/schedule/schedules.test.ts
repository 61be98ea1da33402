import { describe, expect, it } from "vitest";
import { type MemoryStore, settled, World } from "./world.ts";

const everyHour = { name: "hourly", cron: "0 * * * *", timeZone: "UTC" };
const everyMinute = { name: "often", cron: "* * * * *", timeZone: "UTC" };
const opening = { name: "open", cron: "0 8 * * 1-5", timeZone: "Europe/Berlin" };

describe("a schedule", () => {
  it("sends its event at each of its times, once", async () => {
    const world = new World("2026-01-02T06:30:00Z");
    const schedules = await world.schedules({ desk: [opening] });
    await world.pass(29);
    expect(world.events).toEqual([]);
    await world.pass(3 * 24 * 60 + 5);
    expect(world.events).toEqual(["desk open 2026-01-02T07:00", "desk open 2026-01-05T07:00"]);
    expect(world.results).toEqual(["desk ran", "desk ran"]);
    expect(schedules.list("desk")).toEqual([
      {
        ...opening,
        managed: true,
        nextAt: "2026-01-06T07:00:00.000Z",
        lastAt: "2026-01-05T07:00:00.000Z",
        lastResult: "ran",
        running: false,
      },
    ]);
  });

  it("keeps to the clock on the wall on the days on which it is changed, and comes once on each", async () => {
    const night = { name: "night", cron: "30 2 * * *", timeZone: "Europe/Berlin" };
    const spring = new World("2026-03-28T22:00:00Z");
    await spring.schedules({ desk: [night, { ...opening, cron: "0 8 * * *" }] });
    await spring.pass(30 * 60);
    expect(spring.events).toEqual([
      "desk night 2026-03-29T01:00",
      "desk open 2026-03-29T06:00",
      "desk night 2026-03-30T00:30",
    ]);
    const autumn = new World("2026-10-24T22:00:00Z");
    await autumn.schedules({ desk: [night, { ...opening, cron: "0 8 * * *" }] });
    await autumn.pass(28 * 60);
    expect(autumn.events).toEqual([
      "desk night 2026-10-25T00:30",
      "desk open 2026-10-25T07:00",
      "desk night 2026-10-26T01:30",
    ]);
  });

  it("comes on time, not half a minute later", async () => {
    const world = new World("2026-01-02T06:59:50Z");
    await world.schedules({ desk: [everyHour] });
    world.clock.advance(9_999);
    await settled();
    expect(world.events).toEqual([]);
    world.clock.advance(11);
    await settled();
    expect(world.events).toEqual(["desk hourly 2026-01-02T07:00"]);
  });

  it("is skipped while its handler still runs for the time before, and goes on afterwards", async () => {
    const world = new World("2026-01-02T07:00:30Z");
    const schedules = await world.schedules({ desk: [everyMinute] });
    world.holds = true;
    await world.pass(3);
    expect(world.busy).toBe(1);
    expect(world.results).toEqual(["desk skipped", "desk skipped"]);
    expect(schedules.list("desk")[0]).toMatchObject({ lastResult: "skipped", running: true });
    await world.finish();
    expect(world.results.at(-1)).toBe("desk failed");
    world.holds = false;
    await world.pass(1);
    expect(world.results.at(-1)).toBe("desk ran");
    expect(world.events).toEqual(["desk often 2026-01-02T07:01", "desk often 2026-01-02T07:04"]);
  });

  it("says so where no live version has a handler, and is tried again at its next time", async () => {
    const world = new World("2026-01-02T07:00:30Z");
    const schedules = await world.schedules({ desk: [everyMinute] });
    world.isHandling = false;
    await world.pass(1);
    expect(schedules.list("desk")[0]?.lastResult).toBe("unhandled");
    world.isHandling = true;
    await world.pass(1);
    expect(schedules.list("desk")[0]?.lastResult).toBe("ran");
  });

  it("runs with at most seven others at a time, and none is lost", async () => {
    const world = new World("2026-01-02T07:59:30Z");
    const many = Array.from({ length: 50 }, (_, index) => ({ ...everyHour, name: `job-${index}` }));
    await world.schedules({ desk: many });
    world.holds = true;
    await world.pass(1);
    const counts: number[] = [];
    while (world.busy > 0) {
      counts.push(world.busy);
      await world.finish();
    }
    expect(counts).toEqual([8, 8, 8, 8, 8, 8, 2]);
    expect(new Set(world.events).size).toBe(50);
  });

  it("runs all the same while the store is away", async () => {
    const world = new World("2026-01-02T07:00:30Z");
    await world.schedules({ desk: [everyMinute] });
    world.store.isAway = true;
    await world.pass(1);
    expect(world.results).toEqual(["desk ran"]);
  });

  it("does not come again when the clock is put back", async () => {
    const world = new World("2026-01-02T07:59:30Z");
    const schedules = await world.schedules({ desk: [everyHour] });
    await world.pass(1);
    expect(world.events).toHaveLength(1);
    schedules.stop();
    const again = new World("2026-01-02T07:59:00Z", world.store);
    await again.schedules({ desk: [everyHour] });
    await again.pass(30);
    expect(again.events).toEqual([]);
    await again.pass(40);
    expect(again.events).toEqual(["desk hourly 2026-01-02T09:00"]);
  });
});

describe("after a restart, a schedule", () => {
  /** A switch that has run the 07:00, stops at 07:30, and starts again. */
  async function stoppedAtHalfPastSeven(): Promise<MemoryStore> {
    const world = new World("2026-01-02T06:50:00Z");
    const schedules = await world.schedules();
    await schedules.replace("desk", [everyHour]);
    await world.pass(40);
    expect(world.events).toEqual(["desk hourly 2026-01-02T07:00"]);
    schedules.stop();
    return world.store;
  }

  it("does not repeat a time", async () => {
    const world = new World("2026-01-02T07:31:00Z", await stoppedAtHalfPastSeven());
    const schedules = await world.schedules();
    await world.pass(10);
    expect(world.events).toEqual([]);
    expect(schedules.list("desk")[0]?.nextAt).toBe("2026-01-02T08:00:00.000Z");
  });

  it("makes up for the last time it slept through, where that is less than ten minutes ago", async () => {
    const world = new World("2026-01-02T11:08:00Z", await stoppedAtHalfPastSeven());
    await world.schedules();
    await world.pass(10);
    expect(world.events).toEqual(["desk hourly 2026-01-02T11:00"]);
  });

  it("passes over what lies further back, and says so", async () => {
    const world = new World("2026-01-02T11:12:00Z", await stoppedAtHalfPastSeven());
    const schedules = await world.schedules();
    await world.pass(10);
    expect(world.events).toEqual([]);
    expect(world.results).toEqual(["desk missed"]);
    expect(schedules.list("desk")[0]).toMatchObject({ lastAt: "2026-01-02T11:00:00.000Z", lastResult: "missed" });
  });

  it("does not repeat a time whose handler was running when the switch died", async () => {
    const world = new World("2026-01-02T07:59:30Z");
    await world.schedules({ desk: [everyHour] });
    world.holds = true;
    await world.pass(1);
    expect(world.busy).toBe(1);
    const again = new World("2026-01-02T08:01:00Z", world.store);
    await again.schedules({ desk: [everyHour] });
    await again.pass(5);
    expect(again.events).toEqual([]);
  });

  it("begins anew where the configuration says another time meanwhile", async () => {
    const world = new World("2026-01-02T07:58:00Z");
    (await world.schedules({ desk: [everyHour] })).stop();
    const again = new World("2026-01-02T08:05:00Z", world.store);
    await again.schedules({ desk: [{ ...everyHour, cron: "0,4 * * * *" }] });
    await again.pass(1);
    expect(again.events).toEqual([]);
  });

  it("forgets how far schedules had come that are gone", async () => {
    const store = await stoppedAtHalfPastSeven();
    store.rows = [];
    await new World("2026-01-02T07:31:00Z", store).schedules();
    expect(store.kept.size).toBe(0);
  });
});

describe("the schedules of a script", () => {
  it("are replaced as a whole; what stays goes on, what is new begins with its next time", async () => {
    const world = new World("2026-01-02T07:59:30Z");
    const schedules = await world.schedules();
    await schedules.replace("desk", [everyHour, { ...everyMinute, name: "gone" }]);
    await world.pass(1);
    world.clock.advance(5_000);
    await schedules.replace("desk", [everyHour, everyMinute]);
    await world.pass(1);
    expect(world.events).toEqual([
      "desk hourly 2026-01-02T08:00",
      "desk gone 2026-01-02T08:00",
      "desk often 2026-01-02T08:01",
    ]);
    expect(schedules.stored("desk")).toEqual([everyHour, everyMinute]);
    await schedules.replace("desk", []);
    await world.pass(2);
    expect(world.events).toHaveLength(3);
    expect(world.clock.pending).toBe(0);
  });

  it("of the configuration are not replaced over HTTP, and one of the same name gives way to them", async () => {
    const world = new World("2026-01-02T07:59:30Z");
    const schedules = await world.schedules();
    await schedules.replace("desk", [everyHour]);
    await schedules.replaceConfigured({ desk: [{ ...opening, name: "hourly" }] });
    expect(schedules.list("desk")).toMatchObject([{ name: "hourly", cron: opening.cron, managed: true }]);
    await expect(schedules.replace("desk", [everyHour])).rejects.toMatchObject({ code: "managed-by-config" });
    await schedules.replaceConfigured({});
    expect(schedules.list("desk")).toMatchObject([{ name: "hourly", cron: everyHour.cron, managed: false }]);
  });

  it("are at most a thousand together", async () => {
    const schedules = await new World("2026-01-02T07:59:30Z").schedules();
    const fifty = Array.from({ length: 50 }, (_, index) => ({ ...everyHour, name: `job-${index}` }));
    for (let script = 0; script < 20; script++) await schedules.replace(`script-${script}`, fifty);
    await expect(schedules.replace("one-more", [everyHour])).rejects.toMatchObject({ code: "conflict" });
    await schedules.replace("script-0", []);
    await schedules.replace("one-more", [everyHour]);
  });
});
