import { describe, expect, it } from "vitest";
import { RequestError } from "../../../../runtime/base/errors.ts";
import { forward, gather, hangup, play, say, tag, voicemail } from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { type CallInput, faults } from "../call/scripted.ts";
import { DOMAIN } from "../call/world.ts";
import { NOTHING, originateWorld, pickUp } from "./originate-world.ts";

describe("A call that the switch begins", () => {
  it("rings the first side with an offer of ours and with the number of the second, then the second with the first's", async () => {
    const rooms = originateWorld();
    const { world, alice, bob, begin } = rooms;
    const id = await begin({ to: "101" });
    const offered = alice.take("INVITE");
    expect(offered.header("From")).toMatch(new RegExp(`^<sip:101@${DOMAIN}>;tag=`));
    expect(offered.header("To")).toBe(`<sip:alice@${DOMAIN}>`);
    expect(offered.body).toContain("m=audio 20000 RTP/AVP 0 8 101");
    alice.answer(offered, 180);
    await world.pass(50);
    expect(world.calls.get(id)).toMatchObject({
      state: "ringing",
      direction: "outbound",
      from: `sip:alice@${DOMAIN}`,
      to: `sip:101@${DOMAIN}`,
      user: "alice",
      script: "",
      route: null,
    });
    expect(bob.count("INVITE")).toBe(0);
    alice.answer(offered, 200, { body: sdp(alice.address) });
    await world.pass(50);
    expect(alice.count("ACK")).toBe(1);
    const second = bob.take("INVITE");
    expect(second.header("From")).toMatch(new RegExp(`^<sip:alice@${DOMAIN}>;tag=`));
    // What alice has chosen comes first.
    expect(second.body).toContain("RTP/AVP 8 0 101");
  });

  it("connects both, and is recorded and ended like any other", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    const id = await begin({ tags: { campaign: "spring" } });
    const first = await pickUp(rooms, alice);
    await pickUp(rooms, bob);
    expect(audio.caller.joined).toBe(audio.at(1));
    await world.pass(3000);
    first.request("BYE");
    await world.pass(200);
    expect(bob.count("BYE")).toBe(1);
    expect(world.observer.cdrs).toMatchObject([
      {
        id,
        result: "answered",
        code: 200,
        endedBy: "caller",
        from: `sip:alice@${DOMAIN}`,
        to: `sip:bob@${DOMAIN}`,
        user: "alice",
        script: "",
        version: 0,
        tags: { campaign: "spring" },
        legs: [
          { target: "alice", code: 200 },
          { target: "bob", code: 200 },
        ],
      },
    ]);
    expect(world.observer.told).toEqual(["started", "ringing", "answered", "ended"]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("is hung up on the first side where the second hangs up", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    await begin();
    await pickUp(rooms, alice);
    const second = await pickUp(rooms, bob);
    second.request("BYE");
    await world.pass(200);
    expect(alice.count("BYE")).toBe(1);
    expect(world.observer.cdrs[0]).toMatchObject({ endedBy: "callee" });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("lets the first side hear ringing, then the early audio of the second", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    await begin();
    await pickUp(rooms, alice);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    await world.pass(50);
    expect([audio.caller.heard, audio.caller.isPlaying]).toEqual([["tone:ringback"], true]);
    bob.answer(offered, 183, { body: sdp(bob.address) });
    await world.pass(50);
    expect([audio.caller.isPlaying, audio.caller.joined]).toEqual([false, audio.at(1)]);
  });

  it("hangs the first side up where the second is busy, and its record says so", async () => {
    const rooms = originateWorld();
    const { world, alice, bob, begin } = rooms;
    await begin();
    await pickUp(rooms, alice);
    bob.answer(bob.take("INVITE"), 486);
    await world.pass(200);
    expect(alice.count("BYE")).toBe(1);
    expect(world.observer.cdrs[0]?.legs).toMatchObject([{ code: 200 }, { target: "bob", code: 486 }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("does a plan in place of a target", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    await begin({ to: [say("please hold"), forward("bob"), voicemail("bob")] });
    await pickUp(rooms, alice);
    await world.pass(1200);
    expect(audio.caller.heard).toEqual(["spoken:please hold"]);
    bob.answer(bob.take("INVITE"), 486);
    await world.pass(300);
    expect(audio.caller.heard.at(-1)).toBe("vm-greeting-busy");
  });

  it("releases the audio to both phones where the plan asks for it", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    await begin({ to: forward("bob", { media: "release" }) });
    const first = await pickUp(rooms, alice);
    await pickUp(rooms, bob);
    await world.pass(1000);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address, { version: 2 }) });
    await world.pass(50);
    alice.answer(alice.take("INVITE"), 200, { body: sdp(alice.address, { version: 2 }) });
    await world.pass(50);
    expect(audio.endpoints).toBe(0);
    first.request("BYE");
    await world.pass(200);
    expect([bob.count("BYE"), world.leftovers()]).toEqual([1, NOTHING]);
  });

  it("shows the first side who the request says", async () => {
    const { alice, begin } = originateWorld();
    await begin({ callerId: "+49301234", callerName: "Front Desk" });
    expect(alice.take("INVITE").header("From")).toContain(`"Front Desk" <sip:+49301234@${DOMAIN}>`);
  });

  it("answers a re-INVITE of the first side while it is alone with us", async () => {
    const rooms = originateWorld({ invite: () => play("long-60000") });
    const { world, alice, begin } = rooms;
    await begin({ script: "main" });
    const first = await pickUp(rooms, alice);
    const renewed = first.request("INVITE", { body: sdp(alice.address, { version: 2 }) });
    await world.pass(100);
    expect(alice.take("200 INVITE").body).toContain("m=audio 20000");
    first.ack(renewed);
    first.request("BYE");
    await world.pass(100);
    expect(alice.count("200 BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("A call that the switch begins on a script", () => {
  it("has the script decide once the first side has answered, with the state that it was given", async () => {
    const seen: (CallInput & { state?: string })[] = [];
    const rooms = originateWorld({
      invite: (call, _event, state) => {
        seen.push({ ...call, state });
        return gather({ prompt: "menu" });
      },
      gathered: (_call, event) => (event.digits === "1" ? forward("bob") : hangup()),
      ended: () => undefined,
    });
    const { world, audio, alice, bob, begin } = rooms;
    await begin({ script: "main", state: { order: 7 } });
    expect(world.scripts.names).toEqual([]);
    const first = await pickUp(rooms, alice);
    expect(seen).toMatchObject([
      {
        direction: "outbound",
        user: "alice",
        from: { uri: `sip:alice@${DOMAIN}` },
        to: { user: "bob" },
        sdp: sdp(alice.address),
        source: `${alice.address}:5060`,
        state: '{"order":7}',
      },
    ]);
    audio.caller.press("1");
    await world.pass(100);
    expect(bob.count("INVITE")).toBe(1);
    first.request("BYE");
    await world.pass(100);
    expect(world.scripts.names).toEqual(["invite", "gathered", "ended"]);
  });

  it("does a plan without asking the script, which hears the rest", async () => {
    const rooms = originateWorld({ invite: () => hangup(), answered: () => undefined, ended: () => undefined });
    const { world, alice, bob, begin } = rooms;
    await begin({ script: "main", to: forward("bob") });
    await pickUp(rooms, alice);
    const second = await pickUp(rooms, bob);
    second.request("BYE");
    await world.pass(100);
    expect(world.scripts.names).toEqual(["answered", "ended"]);
  });

  it("connects the target where the script has no handler for invite, and where the handler fails", async () => {
    const silent = originateWorld({ ended: () => undefined });
    await silent.begin({ script: "main" });
    await pickUp(silent, silent.alice);
    expect(silent.bob.count("INVITE")).toBe(1);
    const failing = originateWorld({ invite: () => faults() });
    await failing.begin({ script: "main" });
    await pickUp(failing, failing.alice);
    expect([failing.bob.count("INVITE"), failing.world.observer.faults.length]).toEqual([1, 1]);
  });

  it("tells it by failed and ended that the first side has not answered, and does nothing more", async () => {
    const rooms = originateWorld({ invite: () => hangup(), failed: () => forward("bob"), ended: () => undefined });
    const { world, alice, bob, begin } = rooms;
    await begin({ script: "main" });
    alice.answer(alice.take("INVITE"), 486);
    await world.pass(200);
    expect(world.scripts.events).toMatchObject([
      { type: "failed", code: 486, attempts: [{ target: "alice", code: 486 }] },
      { type: "ended", cdr: { result: "failed", code: 486, endedBy: "caller", answeredAt: null } },
    ]);
    expect(bob.count("INVITE")).toBe(0);
    expect([rooms.audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });
});

describe("The first side", () => {
  it("is called on all its phones, and the one that answers gets the call", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    const desk = world.registered("alice", 1, world.phone("desk"));
    await begin();
    desk.answer(desk.take("INVITE"), 180);
    const first = await pickUp(rooms, alice);
    await world.pass(50);
    expect(desk.count("CANCEL")).toBe(1);
    expect(desk.received.find(({ method }) => method === "CANCEL")?.header("Reason")).toContain("elsewhere");
    expect([bob.count("INVITE"), audio.endpoints]).toEqual([1, 2]);
    first.request("BYE");
    await world.pass(100);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is given up when it has rung as long as it may", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, begin } = rooms;
    await begin({ ringSeconds: 5 });
    alice.answer(alice.take("INVITE"), 180);
    await world.pass(5200);
    expect(alice.count("CANCEL")).toBe(1);
    expect(world.observer.cdrs[0]).toMatchObject({
      result: "failed",
      code: 408,
      legs: [{ target: "alice", code: 408 }],
    });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("has failed where its answer has no audio for us", async () => {
    const { world, audio, alice, begin } = originateWorld();
    await begin();
    alice.answer(alice.take("INVITE"), 200, { body: sdp(alice.address, { codecs: "3" }) });
    await world.pass(200);
    expect([alice.count("ACK"), alice.count("BYE")]).toEqual([1, 1]);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "failed", code: 503 });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("is not called where no port is free", async () => {
    const { world, audio, alice, begin } = originateWorld();
    audio.hasPorts = false;
    await begin();
    await world.pass(100);
    expect([alice.count("INVITE"), world.observer.cdrs[0]?.result]).toEqual([0, "failed"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("may be a foreign address", async () => {
    const rooms = originateWorld();
    const { world, bob, begin } = rooms;
    const mobile = world.phone("mobile");
    await begin({ from: `sip:mobile@${mobile.address}:5060` });
    const first = await pickUp(rooms, mobile);
    expect(bob.count("INVITE")).toBe(1);
    first.request("BYE");
    await world.pass(100);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("A call is not begun", () => {
  it.each<[string, object, string, RegExp]>([
    ["from nobody", { from: "zoe" }, "not-found", /^from: "zoe" is no user/],
    ["from a user without a phone", { from: "dave" }, "conflict", /no phone registered/],
    ["from a URI that the switch cannot call", { from: "mailto:x@example.com" }, "invalid-request", /kind of URI/],
    ["to what is no target", { to: "two words" }, "invalid-request", /^to: a target may have no blank/],
    ["with a plan that is none", { to: { type: "dance" } }, "invalid-request", /^to.type: unknown decision "dance"/],
    [
      "with a plan whose step is wrong",
      { to: [tag({}), { type: "forward", targets: [] }] },
      "invalid-request",
      /to\[1\]/,
    ],
    ["without anything to do", { to: undefined }, "invalid-request", /"to", or "script"/],
    ["on a script that decides nothing", { to: undefined, script: "main" }, "invalid-request", /no handler for invite/],
  ])("%s", (_what, request, code, message) => {
    const { world, alice } = originateWorld({ ended: () => undefined });
    const { to = undefined, ...rest } = { from: "alice", to: "bob", ...request } as { from: string; to?: unknown };
    const act = () => world.calls.originate(to === undefined ? rest : { ...rest, to });
    expect(act).toThrow(message);
    expect(act).toThrow(RequestError);
    try {
      act();
    } catch (error) {
      expect((error as RequestError).code).toBe(code);
    }
    expect([world.sw.index.size, alice.kinds]).toEqual([0, []]);
  });

  it("on a script that is not there", () => {
    const { world } = originateWorld();
    world.scripts.missing = { reason: "missing", message: "no such script" };
    expect(() => world.calls.originate({ from: "alice", script: "gone" })).toThrow(/there is no script "gone"/);
  });
});
