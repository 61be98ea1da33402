import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { forward, gather, recordCall, reject } from "../../../../sdk/index.ts";
import type { Handlers } from "../call/scripted.ts";
import type { World } from "../call/world.ts";
import { audioWorld, call, sdp, TO } from "./audio-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

/** A call whose audio passes through the switch: rung, answered, acknowledged. */
async function anchored(handlers: Handlers = {}) {
  const { world, audio, carol } = audioWorld({ invite: () => forward("bob", { record: true }), ...handlers });
  const bob = world.registered("bob");
  const invite = carol.invite(TO, { body: sdp(carol.address) });
  await world.pass(50);
  const offered = bob.take("INVITE");
  bob.answer(offered, 180);
  await world.pass(50);
  bob.answer(offered, 200, { body: sdp(bob.address) });
  await world.pass(50);
  const answered = carol.take("200 INVITE");
  const caller = Side.ofCaller(carol, invite, answered);
  caller.ack(invite);
  await world.pass(50);
  return { world, audio, carol, bob, offered, answered, caller, callee: Side.ofCallee(bob, offered) };
}

function reinvite(side: Side, body: string, world: World, phone: Phone) {
  const request = side.request("INVITE", { body });
  return world.pass(100).then(() => {
    const answer = phone.take("200 INVITE");
    side.ack(request);
    return answer;
  });
}

describe("a call whose audio passes through the switch", () => {
  it("gives each side a description of the switch, joins them, and acknowledges the callee at once", async () => {
    const { audio, bob, offered, answered } = await anchored();
    expect(offered.body).toContain("m=audio 20002 RTP/AVP 8 0 101");
    expect(offered.header("Content-Type")).toBe("application/sdp");
    expect(answered.body).toContain("m=audio 20000 RTP/AVP 8 101");
    expect(audio.caller.joined).toBe(audio.at(1));
    expect(audio.caller.stream?.remote).toEqual({ address: "203.0.113.1", port: 4000 });
    expect(audio.at(1).stream?.remote).toEqual({ address: "203.0.113.2", port: 4000 });
    expect(bob.count("ACK")).toBe(1);
  });

  it("rings every phone of a fork, and joins the one that answers first", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => forward(["bob", "dave"], { record: true }) });
    const [bob, dave] = [world.registered("bob"), world.registered("dave")];
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(50);
    const [toBob, toDave] = [bob.take("INVITE"), dave.take("INVITE")];
    bob.answer(toBob, 180);
    dave.answer(toDave, 200, { body: sdp(dave.address) });
    await world.pass(100);
    expect([bob.count("CANCEL"), carol.count("200 INVITE"), audio.endpoints]).toEqual([1, 1, 2]);
    expect(audio.caller.joined).toBe(audio.at(2));
  });

  it("is recorded from the answer on, and the recording ends with the call", async () => {
    const { world, audio, bob, caller } = await anchored({ recorded: () => undefined, ended: () => undefined });
    expect(audio.caller.recording?.request.what).toBe("both");
    await world.pass(3000);
    caller.request("BYE");
    await world.pass(200);
    expect(bob.count("BYE")).toBe(1);
    expect(world.scripts.events.find(({ type }) => type === "recorded")).toMatchObject({ what: "call", end: "hangup" });
    expect(world.scripts.names).toEqual(["invite", "recorded", "ended"]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("stops and starts its recording by decisions while the parties talk", async () => {
    const { world, audio } = await anchored({
      dtmf: (_call, event) => recordCall(event.digit === "1" ? "stop" : "start"),
      recorded: () => undefined,
    });
    audio.caller.press("1");
    await world.pass(100);
    expect(audio.caller.recording).toBe(null);
    expect(world.scripts.events.find(({ type }) => type === "recorded")).toMatchObject({ end: "stopped" });
    audio.caller.press("2");
    await world.pass(100);
    expect(audio.caller.recording?.request.what).toBe("both");
    expect(audio.caller.joined).toBe(audio.at(1));
  });

  it("hangs up the other side whoever hangs up", async () => {
    const { world, audio, carol, callee } = await anchored();
    callee.request("BYE");
    await world.pass(200);
    expect(carol.count("BYE")).toBe(1);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("answers hold and resume itself, tells them, and plays music to the other side", async () => {
    const { world, audio, carol, bob, caller } = await anchored({ hold: () => undefined, resume: () => undefined });
    const held = await reinvite(caller, sdp(carol.address, { direction: "sendonly", version: 2 }), world, carol);
    expect(held.body).toContain("a=recvonly");
    expect([audio.at(1).heard, audio.at(1).isPlaying, audio.caller.joined]).toEqual([["music"], true, null]);
    const resumed = await reinvite(caller, sdp(carol.address, { version: 3 }), world, carol);
    expect(resumed.body).toContain("a=sendrecv");
    expect([audio.at(1).isPlaying, audio.caller.joined]).toEqual([false, audio.at(1)]);
    expect(bob.count("INVITE")).toBe(1);
    expect(world.scripts.names).toEqual(["invite", "hold", "resume"]);
  });

  it("lets the media of one side move by a re-INVITE", async () => {
    const { world, audio, bob, callee } = await anchored();
    const moved = sdp("203.0.113.77", { version: 2 });
    await reinvite(callee, moved, world, bob);
    expect(audio.at(1).stream?.remote?.address).toBe("203.0.113.77");
  });

  it("refuses a re-INVITE without a common codec by 488, and what was agreed stands", async () => {
    const { world, audio, carol, caller } = await anchored();
    caller.request("INVITE", { body: sdp(carol.address, { codecs: "3", version: 2 }) });
    await world.pass(100);
    expect(carol.take("488 INVITE").header("Warning")).toMatch(/^305 /);
    expect(audio.caller.stream?.format.codec).toBe("PCMA");
  });

  it("refuses a re-INVITE that drops a media line by 488, and counts up its o= line only where something changes", async () => {
    const { world, audio, carol, caller } = await anchored();
    const origin = (text: string) => /^o=.*$/m.exec(text)?.[0].split(" ").slice(1, 3).map(Number) ?? [];
    const video = "m=video 6002 RTP/AVP 31\r\n";
    const wide = await reinvite(caller, sdp(carol.address, { version: 2 }) + video, world, carol);
    const [id, version = 0] = origin(wide.body);
    caller.request("INVITE", { body: sdp(carol.address, { version: 3 }) });
    await world.pass(100);
    expect(carol.take("488 INVITE").header("Warning")).toMatch(/^399 .*media lines/);
    const same = await reinvite(caller, sdp(carol.address, { version: 2 }) + video, world, carol);
    expect(same.body).toBe(wide.body);
    const held = await reinvite(caller, sdp("0.0.0.0", { version: 3 }) + video, world, carol);
    expect(origin(held.body)).toEqual([id, version + 1]);
    expect(audio.endpoints).toBe(2);
  });

  it("relays INFO, and tells its key", async () => {
    const { world, bob, carol, caller } = await anchored({ dtmf: () => undefined });
    caller.request("INFO", { fields: [["Content-Type", "application/dtmf-relay"]], body: "Signal=5" });
    await world.pass(50);
    bob.answer(bob.take("INFO"), 200);
    await world.pass(50);
    expect(carol.count("200 INFO")).toBe(1);
    expect(world.scripts.events.find(({ type }) => type === "dtmf")).toMatchObject({ by: "caller", digit: "5" });
  });

  it("fails the leg whose answer has no audio, and hangs it up", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => [forward("bob", { media: "anchor" }), reject(480)] });
    const bob = world.registered("bob");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address, { codecs: "3" }) });
    await world.pass(100);
    expect([bob.count("ACK"), bob.count("BYE"), carol.count("480 INVITE")]).toEqual([1, 1, 1]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("passes early audio of the callee on in a description of its own", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => forward("bob", { media: "anchor" }) });
    const bob = world.registered("bob");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 183, { body: sdp(bob.address) });
    await world.pass(50);
    expect(carol.take("183 INVITE").body).toContain("m=audio 20000");
    expect(audio.caller.joined).toBe(audio.at(1));
  });
});

describe("a call that is forwarded after a menu", () => {
  it("hears ringing from the switch, then the callee, and stays with the switch", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ prompt: "menu" }),
      gathered: () => forward("bob"),
    });
    const bob = world.registered("bob");
    const { caller } = await call(world, carol);
    audio.caller.press("1");
    await world.pass(50);
    const offered = bob.take("INVITE");
    expect(offered.body).toContain("m=audio 20002");
    bob.answer(offered, 180);
    await world.pass(50);
    expect([audio.caller.heard.at(-1), audio.caller.isPlaying]).toEqual(["tone:ringback", true]);
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect([audio.caller.isPlaying, audio.caller.joined]).toEqual([false, audio.at(1)]);
    expect(carol.count("200 INVITE")).toBe(1);
    caller.request("BYE");
    await world.pass(200);
    expect(bob.count("BYE")).toBe(1);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("goes on with the plan where nobody answers: the ringing stops", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ prompt: "menu" }),
      gathered: () => [forward("bob", { ringSeconds: 3 }), gather({ prompt: "sorry", timeoutSeconds: 1 })],
    });
    const bob = world.registered("bob");
    await call(world, carol);
    audio.caller.press("1");
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 180);
    await world.pass(3200);
    expect(audio.caller.heard).toEqual(["menu", "tone:ringback", "sorry"]);
    expect(audio.endpoints).toBe(1);
  });

  it("takes the first of several that ring, and gives the ports of the others back", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => gather({ prompt: "menu" }),
      gathered: () => forward(["bob", "dave"]),
    });
    const [bob, dave] = [world.registered("bob"), world.registered("dave")];
    await call(world, carol);
    audio.caller.press("1");
    await world.pass(50);
    dave.answer(dave.take("INVITE"), 200, { body: sdp(dave.address) });
    await world.pass(100);
    expect(bob.count("CANCEL") + bob.count("INVITE")).toBeGreaterThan(0);
    expect([audio.endpoints, audio.caller.joined?.stream?.remote?.address]).toEqual([2, dave.address]);
  });
});
