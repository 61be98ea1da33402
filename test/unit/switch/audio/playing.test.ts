import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { answer, forward, hangup, play, reject, ring, say, wait } from "../../../../sdk/index.ts";
import { DOMAIN } from "../call/world.ts";
import { audioWorld, call, sdp, TO } from "./audio-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

describe("play", () => {
  it("answers the call with a description of the switch, plays, tells it, and hangs up at the end of the plan", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => play(["welcome", "menu"]),
      played: () => undefined,
      bye: () => undefined,
      ended: () => undefined,
    });
    const { answered } = await call(world, carol);
    expect(answered.body).toContain("m=audio 20000 RTP/AVP 8 101");
    await world.pass(3000);
    expect(audio.caller.heard).toEqual(["welcome menu"]);
    expect(world.scripts.events.find(({ type }) => type === "played")).toEqual({
      type: "played",
      end: "finished",
      seconds: 2,
      message: null,
    });
    expect(carol.count("BYE")).toBe(1);
    expect(world.scripts.names).toEqual(["invite", "played", "bye", "ended"]);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "answered", code: 200, endedBy: "switch" });
    expect(world.observer.audio).toEqual([
      `caller audio-agreed: PCMA sendrecv with ${carol.address}:4000`,
      "caller played: finished after 2000 ms",
      expect.stringMatching(/^caller audio-ended: \d+ packets sent, \d+ received, \d+ lost, jitter /),
    ]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("goes on with the plan where the handler of its event returns nothing, and with a new one where it returns that", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => [play("one"), play("two"), play("three")],
      played: (_call, event) => (event.seconds > 1 ? [play("other"), hangup()] : undefined),
    });
    await call(world, carol);
    await world.pass(3500);
    expect(audio.caller.heard).toEqual(["one", "two", "three"]);
    const again = audioWorld({
      invite: () => [play("one-2000"), play("two")],
      played: () => [play("other"), hangup()],
    });
    await call(again.world, again.carol);
    await again.world.pass(2200);
    expect(again.audio.caller.heard).toEqual(["one-2000", "other"]);
  });

  it("is heard before the call is answered where it is early, and the plan may still refuse it", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => [play("closed", { early: true }), reject(480)] });
    const invite = carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(500);
    const progress = carol.take("183 INVITE");
    expect(progress.body).toContain("m=audio 20000");
    expect(audio.caller.heard).toEqual(["closed"]);
    await world.pass(1000);
    const refused = carol.take("480 INVITE");
    expect(refused.param("To", "tag")).toBe(progress.param("To", "tag"));
    expect(carol.count("200 INVITE")).toBe(0);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "failed", code: 480, seconds: 0 });
    expect(invite.header("Call-ID")).toBe(refused.header("Call-ID"));
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("says what is missing in its event and in the log, and the plan goes on", async () => {
    const { world, audio, carol } = audioWorld({
      invite: () => [play("missing-sound"), play("there")],
      played: () => undefined,
    });
    await call(world, carol);
    await world.pass(500);
    expect(world.scripts.events.find(({ type }) => type === "played")).toMatchObject({
      end: "failed",
      message: 'There is no sound "missing-sound"',
    });
    expect(world.observer.problems).toEqual(['play: There is no sound "missing-sound"']);
    expect(audio.caller.heard).toEqual(["there"]);
  });

  it("ends with the caller who cancels while the endpoint is being opened", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("welcome") });
    const invite = carol.invite(TO, { body: sdp(carol.address) });
    world.run(2);
    carol.cancel(invite);
    await world.pass(200);
    expect(carol.kinds).toContain("487 INVITE");
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("is a fault on a call whose parties are connected", async () => {
    const { world, carol } = audioWorld({ invite: () => forward("bob"), answered: () => play("welcome") });
    const bob = world.registered("bob");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect(world.observer.faults[0]?.message).toBe("The call is answered: play cannot be done on it any more.");
    expect(carol.count("BYE")).toBe(0);
  });
});

describe("other steps of the switch itself", () => {
  it("speak a text, wait, and ring without calling anybody", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => [ring(), wait(2), answer(), say("hello"), hangup()] });
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(1900);
    expect(carol.kinds).toEqual(["180 INVITE"]);
    await world.pass(1000);
    carol.take("200 INVITE");
    expect(audio.caller.heard).toEqual(["spoken:hello"]);
  });
});

describe("a caller whose audio cannot be had", () => {
  it("gets 488 with a Warning where there is no common codec", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("welcome") });
    carol.invite(TO, { body: sdp(carol.address, { codecs: "3 18" }) });
    await world.pass(200);
    expect(carol.take("488 INVITE").header("Warning")).toMatch(/^305 /);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("gets 500 where no port is free, and the log says why", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("welcome") });
    audio.hasPorts = false;
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(200);
    expect([carol.count("500 INVITE"), world.observer.problems]).toEqual([1, ["no media port is free"]]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is hung up where the worker is lost, and the record says who ended the call", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("long-60000") });
    await call(world, carol);
    audio.caller.lose();
    await world.pass(100);
    expect(carol.take("BYE").header("Reason")).toContain("the media worker died");
    expect(world.observer.cdrs[0]).toMatchObject({ result: "answered", endedBy: "switch" });
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is hung up also where the reason has what no header can have", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("long-60000") });
    await call(world, carol);
    const message = 'Error: no "ear"\r\n\tat C:\\media\0';
    audio.caller.owner.mediaEvent({ type: "failed", reason: "lost", message }, audio.caller);
    await world.pass(100);
    expect(carol.take("BYE").header("Reason")).toBe(`SIP;cause=200;text="Error: no 'ear' at C:'media "`);
    expect(world.observer.failures).toEqual([]);
  });
});

describe("a caller who makes no offer", () => {
  it("gets ours in the 200, and is played to once the ACK has answered it", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("welcome") });
    const invite = carol.invite(`sip:100@${DOMAIN}`);
    await world.pass(100);
    const answered = carol.take("200 INVITE");
    expect(answered.body).toContain("m=audio 20000 RTP/AVP 0 8 101");
    expect(audio.caller.heard).toEqual([]);
    Side.ofCaller(carol, invite, answered).ack(invite, sdp(carol.address));
    await world.pass(100);
    expect(audio.caller.stream?.format.codec).toBe("PCMA");
    expect(audio.caller.heard).toEqual(["welcome"]);
  });

  it("is hung up where the ACK answers nothing", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => play("welcome") });
    const { answered } = await call(world, carol, "");
    expect(answered.status).toBe(200);
    await world.pass(100);
    expect(carol.count("BYE")).toBe(1);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });
});
