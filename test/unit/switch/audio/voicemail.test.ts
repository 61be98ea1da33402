import { describe, expect, it } from "vitest";
import type { CallEvent } from "../../../../sdk/events.ts";
import { forward, record, voicemail } from "../../../../sdk/index.ts";
import type { World } from "../call/world.ts";
import { audioWorld, call, sdp, TO } from "./audio-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function told(world: World, type: CallEvent["type"]): unknown {
  return world.scripts.events.find((event) => event.type === type);
}

const script = {
  invite: () => voicemail("alice"),
  voicemail: () => undefined,
  bye: () => undefined,
  ended: () => undefined,
};

describe("voicemail", () => {
  it("greets, beeps, records until #, keeps the message, says so, and hangs up", async () => {
    const { world, audio, carol } = audioWorld(script);
    await call(world, carol);
    await world.pass(1300);
    expect(audio.caller.heard).toEqual(["vm-greeting-unavailable", "tone:beep"]);
    expect(audio.caller.recording?.request).toEqual({
      file: "m.wav",
      what: "received",
      maxMs: 60_000,
      silenceMs: 8000,
    });
    await world.pass(5000);
    audio.caller.press("#");
    await world.pass(100);
    expect(audio.kept.map(({ id }) => id)).toEqual(["m1"]);
    expect(audio.caller.heard.at(-1)).toBe("vm-saved");
    await world.pass(1200);
    expect(told(world, "voicemail")).toMatchObject({ mailbox: "alice", message: "m1", end: "kept" });
    expect(world.scripts.names).toEqual(["invite", "voicemail", "bye", "ended"]);
    expect([carol.count("BYE"), audio.endpoints, world.leftovers()]).toEqual([1, 0, NOTHING]);
  });

  it("keeps what was spoken by a caller who hangs up in the middle, before the call has ended for the script", async () => {
    const { world, audio, carol } = audioWorld(script);
    const { caller } = await call(world, carol);
    await world.pass(4000);
    caller.request("BYE");
    await world.pass(200);
    expect(carol.count("200 BYE")).toBe(1);
    expect(audio.kept).toHaveLength(1);
    expect(world.scripts.names).toEqual(["invite", "bye", "voicemail", "ended"]);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "answered", endedBy: "caller" });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("keeps nothing of a caller who says nothing", async () => {
    const { world, audio, carol } = audioWorld(script);
    await call(world, carol);
    await world.pass(1300);
    audio.caller.spokenMs = 0;
    await world.pass(2000);
    audio.caller.endRecording("silence");
    await world.pass(2000);
    expect([audio.kept, audio.discarded.length]).toEqual([[], 1]);
    expect(told(world, "voicemail")).toMatchObject({ end: "empty", message: null });
    expect(audio.caller.heard.at(-1)).toBe("vm-too-short");
  });

  it("says that the box is full, or that there is none", async () => {
    const full = audioWorld(script);
    full.audio.isFull = true;
    await call(full.world, full.carol);
    await full.world.pass(3000);
    expect(full.audio.caller.heard).toEqual(["vm-greeting-unavailable", "vm-full"]);
    expect(told(full.world, "voicemail")).toMatchObject({ end: "full", message: null });
    const none = audioWorld({ ...script, invite: () => voicemail("nobody") });
    await call(none.world, none.carol);
    await none.world.pass(2000);
    expect(none.audio.caller.heard).toEqual(["vm-nobox"]);
    expect(told(none.world, "voicemail")).toMatchObject({ end: "unknown" });
  });

  it("says that the called side was busy where it was, and takes an extension for its user", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => [forward("bob"), voicemail("101")] });
    const bob = world.registered("bob");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 486);
    await world.pass(300);
    expect(audio.caller.heard).toEqual(["vm-greeting-busy"]);
  });

  it("answers in a dialog of its own after early audio of a callee", async () => {
    const { world, carol } = audioWorld({ invite: () => [forward("bob", { ringSeconds: 2 }), voicemail("alice")] });
    const bob = world.registered("bob");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 183, { body: sdp(bob.address) });
    await world.pass(2500);
    const early = carol.take("183 INVITE");
    const answered = carol.take("200 INVITE");
    expect(answered.param("To", "tag")).not.toBe(early.param("To", "tag"));
    expect(answered.body).not.toBe(early.body);
  });

  it("keeps what was spoken when the worker dies, and the call has a defined end", async () => {
    const { world, audio, carol } = audioWorld(script);
    await call(world, carol);
    await world.pass(4000);
    audio.caller.lose();
    await world.pass(200);
    expect(audio.kept).toHaveLength(1);
    expect(carol.count("BYE")).toBe(1);
    expect(told(world, "voicemail")).toMatchObject({ end: "kept" });
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("record", () => {
  it("records the caller after a beep and says by which end", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => record({ maxSeconds: 3 }), recorded: () => undefined });
    await call(world, carol);
    await world.pass(4000);
    expect(audio.caller.heard).toEqual(["tone:beep"]);
    expect(told(world, "recorded")).toMatchObject({ what: "caller", end: "limit", seconds: 3 });
  });

  it("ends by a key, which it tells as finish", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => record({ beep: false }), recorded: () => undefined });
    await call(world, carol);
    await world.pass(1000);
    audio.caller.press("#");
    await world.pass(50);
    expect(told(world, "recorded")).toMatchObject({ end: "finish", recording: expect.stringMatching(/-r$/) });
  });

  it("ends with the call, and is told before the end of it", async () => {
    const { world, carol } = audioWorld({ invite: () => record(), recorded: () => undefined, ended: () => undefined });
    const { caller } = await call(world, carol);
    await world.pass(1000);
    caller.request("BYE");
    await world.pass(100);
    expect(told(world, "recorded")).toMatchObject({ end: "hangup" });
    expect(world.scripts.names).toEqual(["invite", "recorded", "ended"]);
  });
});
