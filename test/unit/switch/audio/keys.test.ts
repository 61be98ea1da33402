import { describe, expect, it } from "vitest";
import { KeyFilter } from "../../../../runtime/switch/audio/key-filter.ts";
import type { CallEvent } from "../../../../sdk/events.ts";
import { gather, hangup, play, sendDtmf } from "../../../../sdk/index.ts";
import type { World } from "../call/world.ts";
import { audioWorld, call } from "./audio-world.ts";

function gathered(world: World): unknown[] {
  return world.scripts.events.filter(({ type }: CallEvent) => type === "gathered");
}

describe("gather", () => {
  it("collects as many keys as asked for, and the first one cuts the prompt short", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ prompt: "menu-8000", digits: 3 }),
      gathered: () => hangup(),
    });
    await call(world, carol);
    expect(audio.caller.isPlaying).toBe(true);
    audio.caller.press("1");
    await world.pass(50);
    expect(audio.caller.isPlaying).toBe(false);
    audio.caller.press("23");
    await world.pass(50);
    expect(gathered(world)).toEqual([{ type: "gathered", digits: "123", end: "digits", message: null }]);
    expect(carol.count("BYE")).toBe(1);
  });

  it("ends at the finishing key, which does not count", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => gather({ digits: 10 }), gathered: () => hangup() });
    await call(world, carol);
    audio.caller.press("47#");
    await world.pass(50);
    expect(gathered(world)).toEqual([{ type: "gathered", digits: "47", end: "finish", message: null }]);
  });

  it("plays the prompt again while no key comes, and then ends with none", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ prompt: "menu", timeoutSeconds: 2, retries: 1 }),
      gathered: () => hangup(),
    });
    await call(world, carol);
    await world.pass(7000);
    expect(audio.caller.heard).toEqual(["menu", "menu"]);
    expect(gathered(world)).toEqual([{ type: "gathered", digits: "", end: "timeout", message: null }]);
  });

  it("ends between two keys when the second one does not come", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ digits: 4, timeoutSeconds: 2, retries: 3 }),
      gathered: () => hangup(),
    });
    await call(world, carol);
    audio.caller.press("9");
    await world.pass(2100);
    expect(gathered(world)).toEqual([{ type: "gathered", digits: "9", end: "timeout", message: null }]);
  });

  it("takes the keys that were typed ahead of it", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => [play("welcome"), gather({ prompt: "menu", digits: 2 })],
      gathered: () => hangup(),
    });
    await call(world, carol);
    audio.caller.press("42");
    await world.pass(1200);
    expect(audio.caller.heard).toEqual(["welcome"]);
    expect(gathered(world)).toEqual([{ type: "gathered", digits: "42", end: "digits", message: null }]);
  });

  it("leaves the keys that it does not take to the next one, however fast they were typed", async () => {
    const path: string[] = [];
    const { world, audio, carol } = audioWorld({
      invite: () => [play("welcome"), gather({ digits: 2 }), gather({ digits: 8 })],
      gathered: (_call, event) => {
        path.push(event.digits);
        return path.length === 3 ? hangup() : gather({ prompt: "menu", digits: 8 });
      },
    });
    await call(world, carol);
    audio.caller.press("12345#6789#");
    await world.pass(1500);
    expect(path).toEqual(["12", "345", "6789"]);
    expect(audio.caller.heard).toEqual(["welcome"]);
  });

  it("walks a menu of four levels by plain events and decisions", async () => {
    const path: string[] = [];
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ prompt: "level-1" }),
      gathered: (_call, event) => {
        path.push(event.digits);
        return path.length < 4 ? gather({ prompt: `level-${path.length + 1}` }) : hangup();
      },
    });
    await call(world, carol);
    for (const key of "1234") {
      audio.caller.press(key);
      await world.pass(50);
    }
    expect(path).toEqual(["1", "2", "3", "4"]);
    expect(audio.caller.heard).toEqual(["level-1", "level-2", "level-3", "level-4"]);
  });
});

describe("a key", () => {
  it("is told as an event where no step takes it, and what its handler decides is done", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("long-60000"), dtmf: () => play("stopped") });
    await call(world, carol);
    audio.caller.press("5");
    await world.pass(50);
    expect(world.scripts.events.find(({ type }) => type === "dtmf")).toEqual({
      type: "dtmf",
      by: "caller",
      digit: "5",
    });
    expect(audio.caller.heard).toEqual(["long-60000", "stopped"]);
  });

  it.each([
    ["application/dtmf-relay", "Signal=7\r\nDuration=160"],
    ["application/dtmf", "7"],
    ["application/dtmf-relay", "Signal= 7 \r\n"],
  ])("is taken from INFO with %s", async (type, body) => {
    const { world, carol } = audioWorld({ invite: () => play("long-60000"), dtmf: () => undefined });
    const { caller } = await call(world, carol);
    caller.request("INFO", { fields: [["Content-Type", type]], body });
    await world.pass(100);
    expect(carol.count("200 INFO")).toBe(1);
    expect(world.scripts.events.filter(({ type }) => type === "dtmf")).toEqual([
      { type: "dtmf", by: "caller", digit: "7" },
    ]);
  });

  it("that comes by RFC 4733 and by INFO is told once", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("long-60000"), dtmf: () => undefined });
    const { caller } = await call(world, carol);
    for (const key of ["7", "7"]) {
      audio.caller.press(key);
      caller.request("INFO", { fields: [["Content-Type", "application/dtmf"]], body: key });
      await world.pass(200);
    }
    expect(world.scripts.events.filter(({ type }) => type === "dtmf")).toHaveLength(2);
  });

  it("is pressed by sendDtmf", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => [sendDtmf("12#"), hangup()] });
    await call(world, carol);
    await world.pass(1000);
    expect([audio.caller.sentDigits, carol.count("BYE")]).toEqual([["12#"], 1]);
  });
});

describe("The filter of keys", () => {
  it("tells two presses of one key by one way apart", () => {
    const filter = new KeyFilter();
    expect([filter.isNew("1", "audio", 0), filter.isNew("1", "audio", 200)]).toEqual([true, true]);
  });

  it("takes the same key by another way for the same press, for a moment only", () => {
    const filter = new KeyFilter();
    expect([
      filter.isNew("1", "audio", 0),
      filter.isNew("1", "info", 300),
      filter.isNew("1", "info", 400),
      filter.isNew("1", "audio", 5000),
    ]).toEqual([true, false, true, true]);
  });
});
