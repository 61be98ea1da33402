import { beforeEach, describe, expect, it } from "vitest";
import { LiveTable } from "../../../runtime/deploy/live-table.ts";
import type { ScriptBundle } from "../../../runtime/port/sandbox.ts";

let events: string[];
let quarantined: number | null;
let table: LiveTable;

function bundle(version: number, script = "desk"): ScriptBundle {
  return { ref: { script, version }, entry: "main.ts", modules: [], handlers: ["invite", "bye"] };
}

describe("table of live versions", () => {
  beforeEach(() => {
    events = [];
    quarantined = null;
    table = new LiveTable({
      load: ({ ref }, warm) => void events.push(`load ${ref.version}${warm ? " warm" : ""}`),
      unload: (ref) => void events.push(`unload ${ref.version}`),
      run: () => 1,
      abort: () => {},
      isQuarantined: (ref) => ref.version === quarantined,
    });
  });

  it("picks the one version of a deployment for each call", () => {
    table.load(bundle(3));
    table.activate("desk", [{ version: 3, percent: 100 }]);
    expect(table.pick("desk", "a")).toEqual({ script: "desk", version: 3 });
    expect(table.pick("desk", "b")).toBe(table.pick("desk", "c"));
  });

  it("splits calls by their id, and keeps each on its version", () => {
    table.load(bundle(1));
    table.load(bundle(2));
    table.activate("desk", [
      { version: 1, percent: 75 },
      { version: 2, percent: 25 },
    ]);
    const picks = Array.from({ length: 4000 }, (_, n) => table.pick("desk", `call-${n}`));
    const second = picks.filter((pick) => "version" in pick && pick.version === 2).length;
    expect(second).toBeGreaterThan(850);
    expect(second).toBeLessThan(1150);
    expect(Array.from({ length: 4000 }, (_, n) => table.pick("desk", `call-${n}`))).toEqual(picks);
  });

  it("knows whether some live version of a script handles an event", () => {
    table.load(bundle(1));
    table.load({ ...bundle(2), handlers: ["http"] });
    expect(table.isHandled("desk", "invite")).toBe(false);
    table.activate("desk", [
      { version: 1, percent: 50 },
      { version: 2, percent: 50 },
    ]);
    expect(["invite", "http", "ended"].map((name) => table.isHandled("desk", name as "invite"))).toEqual([
      true,
      true,
      false,
    ]);
    expect(table.handling("http")).toEqual(["desk"]);
    table.activate("desk", [{ version: 1, percent: 100 }]);
    expect(table.isHandled("desk", "http")).toBe(false);
    expect(table.handling("http")).toEqual([]);
  });

  it("gives a fault that names the script where nothing is deployed", () => {
    const missing = { reason: "missing", message: 'no version of the script "desk" is deployed' };
    expect(table.pick("desk", "a")).toEqual(missing);
    table.load(bundle(1));
    table.activate("desk", [{ version: 1, percent: 100 }]);
    table.deactivate("desk");
    expect(table.pick("desk", "a")).toEqual(missing);
  });

  it("gives a fault where the deployed version is not loaded", () => {
    table.activate("desk", [{ version: 1, percent: 100 }]);
    expect(table.pick("desk", "a")).toMatchObject({ reason: "missing", message: expect.stringContaining('"desk"') });
  });

  it("gives a fault for a quarantined version, and picks again once another is live", () => {
    table.load(bundle(1));
    table.load(bundle(2));
    table.activate("desk", [{ version: 1, percent: 100 }]);
    quarantined = 1;
    expect(table.pick("desk", "a")).toMatchObject({
      reason: "quarantined",
      message: expect.stringContaining('"desk"'),
    });
    table.activate("desk", [{ version: 2, percent: 100 }]);
    expect(table.pick("desk", "a")).toEqual({ script: "desk", version: 2 });
  });

  it("knows the handlers of loaded versions, also after their script was taken away", () => {
    table.load(bundle(1));
    expect(table.handles({ script: "desk", version: 1 }, "bye")).toBe(true);
    expect(table.handles({ script: "desk", version: 1 }, "info")).toBe(false);
    expect(table.handles({ script: "desk", version: 2 }, "invite")).toBe(false);
    expect(table.deactivate("desk")).toEqual([1]);
    expect(table.handles({ script: "desk", version: 1 }, "bye")).toBe(true);
    table.unload("desk", 1);
    expect(table.handles({ script: "desk", version: 1 }, "bye")).toBe(false);
  });

  it("loads a version into the sandbox once, at once, and unloads it once", () => {
    table.load(bundle(1));
    table.load(bundle(1));
    table.unload("desk", 1);
    table.unload("desk", 1);
    expect(events).toEqual(["load 1 warm", "unload 1"]);
  });

  it("lets go of versions that are not wanted once there are more than twenty", () => {
    const keep = new Set([1, 20, 21]);
    for (let version = 1; version <= 20; version++) table.load(bundle(version));
    table.prune("desk", keep);
    expect(events.filter((event) => event.startsWith("unload"))).toEqual([]);
    table.load(bundle(21));
    table.prune("desk", keep);
    expect(events.filter((event) => event.startsWith("unload"))).toHaveLength(18);
    expect(table.size).toBe(3);
    expect([1, 2, 20, 21].map((version) => table.isLoaded("desk", version))).toEqual([true, false, true, true]);
  });
});
