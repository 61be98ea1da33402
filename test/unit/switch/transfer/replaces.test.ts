import { describe, expect, it } from "vitest";
import { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import { audioWorld, sdp } from "../audio/audio-world.ts";
import {
  description,
  inviteAs,
  lastAck,
  NOBODY_LEFT,
  replacesField,
  Side,
  talkWithAlice,
  transferWorld,
} from "./transfer-world.ts";

/** Carol talks with alice, who has a second phone. */
function talking() {
  const rooms = talkWithAlice(transferWorld());
  const mobile = new Phone(rooms.world.net, "alice", "203.0.113.99");
  return { ...rooms, mobile };
}

describe("INVITE with Replaces (RFC 3891 §3)", () => {
  it("takes the place of another phone of the same user: the other side gets its offer, the old phone a BYE", () => {
    const { world, carol, alice, callee, caller, mobile } = talking();
    const invite = inviteAs(world, mobile, "100", { fields: [replacesField(callee)], body: description("mobile") });
    world.run(50);
    const told = carol.take("INVITE");
    expect(told.body).toBe(description("mobile"));
    carol.answer(told, 200, { body: description("carol again") });
    world.run(50);
    const response = mobile.take("200 INVITE");
    expect(response.body).toBe(description("carol again"));
    const side = Side.ofCaller(mobile, invite, response);
    side.ack(invite);
    world.run(50);
    expect([alice.count("BYE"), lastAck(carol)]).toEqual([1, ""]);
    caller.request("INFO", { body: "to the mobile" });
    world.run(50);
    mobile.take("INFO");
    expect(world.scripts.events.at(-1)).toMatchObject({
      type: "transferred",
      end: "connected",
      who: "caller",
      by: "callee",
      target: "alice",
    });
    side.request("BYE");
    world.run(50);
    carol.take("BYE");
    expect(world.observer.cdrs).toMatchObject([
      { endedBy: "callee", legs: [{ target: "alice" }, { target: "alice" }] },
    ]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("has the session timer that it asks for, which ends the call where the phone is gone (RFC 4028 §9)", () => {
    const rooms = talkWithAlice(transferWorld({}, { sessionTerms: { sessionExpires: null, minSE: 90 } }));
    const { world, carol, callee } = rooms;
    const mobile = new Phone(world.net, "alice", "203.0.113.99");
    const asked: Field[] = [
      ["Supported", "timer"],
      ["Session-Expires", "120;refresher=uac"],
    ];
    const invite = inviteAs(world, mobile, "100", { fields: [replacesField(callee), ...asked] });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(50);
    const response = mobile.take("200 INVITE");
    expect(response.header("Session-Expires")).toBe("120;refresher=uac");
    expect(response.header("Require")).toBe("timer");
    Side.ofCaller(mobile, invite, response).ack(invite);
    world.run(85_000);
    expect(carol.count("BYE")).toBe(0);
    world.run(5_000);
    expect(carol.count("BYE")).toBe(1);
  });

  it("asks the other side for an offer where it has none, and gives it the answer of the ACK", () => {
    const { world, carol, alice, callee, mobile } = talking();
    const uri = "sip:100@example.com";
    const proof = ["Proxy-Authorization", world.credentials("alice", uri)] as const;
    const invite = mobile.invite(uri, { from: "<sip:alice@example.com>", fields: [replacesField(callee), proof] });
    world.run(50);
    const asked = carol.take("INVITE");
    expect(asked.body).toBe("");
    carol.answer(asked, 200, { body: description("carol again") });
    world.run(50);
    const response = mobile.take("200 INVITE");
    expect(response.body).toBe(description("carol again"));
    Side.ofCaller(mobile, invite, response).ack(invite, description("mobile"));
    world.run(50);
    expect([lastAck(carol), alice.count("BYE")]).toEqual([description("mobile"), 1]);
  });

  it("leaves everything as it was where the other side refuses", () => {
    const { world, carol, alice, callee, caller, mobile } = talking();
    inviteAs(world, mobile, "100", { fields: [replacesField(callee)] });
    world.run(50);
    carol.answer(carol.take("INVITE"), 488);
    world.run(50);
    mobile.take("488 INVITE");
    caller.request("INFO", { body: "still here" });
    world.run(50);
    alice.take("INFO");
    expect(alice.count("BYE")).toBe(0);
  });

  it("can be cancelled: the other side gets back what it had", () => {
    const { world, carol, alice, callee, mobile } = talking();
    const invite = inviteAs(world, mobile, "100", { fields: [replacesField(callee)] });
    world.run(50);
    const told = carol.take("INVITE");
    mobile.cancel(invite);
    world.run(50);
    mobile.take("487 INVITE");
    carol.answer(told, 200, { body: description("carol again") });
    world.run(50);
    expect(carol.take("INVITE").body).toBe(description("alice"));
    expect([alice.count("BYE"), world.calls.list().length]).toEqual([0, 1]);
  });

  it("hangs the call up where the ACK of the phone does not come", () => {
    const { world, carol, alice, callee, mobile } = talking();
    inviteAs(world, mobile, "100", { fields: [replacesField(callee)] });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(33_000);
    expect([mobile.count("200 INVITE") > 5, carol.count("BYE"), mobile.count("BYE"), alice.count("BYE")]).toEqual([
      true,
      1,
      1,
      1,
    ]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it.each([
    ["no such dialog", (dialog: Side) => [["Replaces", replacesField(dialog)[1].replace("to-tag=", "to-tag=x")]], 481],
    [
      "the dialog is confirmed, and early-only asked for",
      (dialog: Side) => [replacesField(dialog, ";early-only")],
      486,
    ],
    ["there are two", (dialog: Side) => [replacesField(dialog), replacesField(dialog)], 400],
    ["it cannot be read", () => [["Replaces", "nonsense"]], 400],
    ["Join stands beside it", (dialog: Side) => [replacesField(dialog), ["Join", replacesField(dialog)[1]]], 400],
  ] as const)("answers where %s", (_what, fields, status) => {
    const { world, carol, callee, mobile } = talking();
    inviteAs(world, mobile, "100", { fields: fields(callee).map(([name = "", value = ""]) => [name, value] as const) });
    world.run(50);
    mobile.take(`${status} INVITE`);
    expect([carol.count("INVITE"), world.calls.list().length]).toEqual([0, 1]);
  });

  it("takes the call of another user from nobody, whoever asks", () => {
    const { world, carol, bob, callee } = talking();
    inviteAs(world, bob, "100", { fields: [replacesField(callee)] });
    const stranger = world.phone("stranger");
    stranger.invite("sip:100@example.com", { fields: [replacesField(callee)] });
    world.run(50);
    bob.take("403 INVITE");
    stranger.take("403 INVITE");
    expect(carol.count("INVITE")).toBe(0);
  });

  it("is asked for a proof before anything is said about the dialog", () => {
    const { world, callee, mobile } = talking();
    mobile.invite("sip:100@example.com", { from: "<sip:alice@example.com>", fields: [replacesField(callee)] });
    world.run(50);
    mobile.take("407 INVITE");
  });
});

describe("A directed pickup", () => {
  /** Alice's phone rings, and bob has seen that. */
  async function ringing(media: "direct" | "anchor" = "direct") {
    const { world, audio, carol } = audioWorld({
      invite: () => forward("alice", { media }),
      answered: () => undefined,
    });
    const [alice, bob] = [world.registered("alice"), world.registered("bob")];
    const invite = carol.invite("sip:100@example.com", { body: sdp(carol.address) });
    await world.pass(100);
    const offered = alice.take("INVITE");
    alice.answer(offered, 180, { reason: "Ringing", toTag: "a1" });
    await world.pass(50);
    return { world, audio, carol, alice, bob, invite, seen: Side.ofCallee(alice, offered, "a1") };
  }

  it.each(["direct", "anchor"] as const)("takes a call that rings elsewhere (%s)", async (media) => {
    const { world, audio, carol, alice, bob, invite, seen } = await ringing(media);
    const taking = inviteAs(world, bob, "100", { fields: [replacesField(seen)], body: sdp(bob.address) });
    await world.pass(100);
    const cancel = alice.take("CANCEL");
    expect(cancel.header("Reason")).toContain("Call completed elsewhere");
    const [ofCarol, ofBob] = [carol.take("200 INVITE"), bob.take("200 INVITE")];
    const [caller, taker] = [Side.ofCaller(carol, invite, ofCarol), Side.ofCaller(bob, taking, ofBob)];
    caller.ack(invite);
    taker.ack(taking);
    await world.pass(50);
    expect(audio.endpoints).toBe(2);
    expect(audio.caller.joined?.joined).toBe(audio.caller);
    expect(world.scripts.events.find(({ type }) => type === "answered")).toMatchObject({ leg: { target: "bob" } });
    taker.request("BYE");
    await world.pass(50);
    carol.take("BYE");
    expect(world.observer.cdrs).toMatchObject([
      {
        result: "answered",
        endedBy: "callee",
        legs: [
          { target: "alice", code: 487 },
          { target: "bob", code: 200 },
        ],
      },
    ]);
    expect([world.observer.failures, audio.endpoints]).toEqual([[], 0]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("makes the offer itself where the phone makes none", async () => {
    const { world, audio, carol, bob, invite, seen } = await ringing();
    const uri = "sip:100@example.com";
    const proof = ["Proxy-Authorization", world.credentials("bob", uri)] as const;
    const taking = bob.invite(uri, {
      from: "<sip:bob@example.com>",
      fields: [replacesField(seen, ";early-only"), proof, ["Supported", "timer"], ["Session-Expires", "90"]],
    });
    await world.pass(100);
    const offer = bob.take("200 INVITE");
    expect([offer.body.includes("m=audio"), offer.header("Session-Expires")]).toEqual([true, "90;refresher=uac"]);
    Side.ofCaller(bob, taking, offer).ack(taking, sdp(bob.address));
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    await world.pass(50);
    expect(audio.caller.joined).toBe(audio.at(1));
    // It does not refresh its session, and so is gone.
    world.run(61_000);
    expect(carol.count("BYE")).toBe(1);
  });

  it("comes too late where the phone has answered: it is a call of alice by then", async () => {
    const { world, alice, bob, seen, carol } = await ringing();
    const rings = alice.received.find(({ method }) => method === "INVITE");
    if (rings !== undefined) alice.answer(rings, 200, { toTag: "a1", body: sdp(alice.address) });
    await world.pass(50);
    inviteAs(world, bob, "100", { fields: [replacesField(seen)], body: sdp(bob.address) });
    inviteAs(world, bob, "100", { fields: [replacesField(seen, ";early-only")], body: sdp(bob.address) });
    await world.pass(50);
    bob.take("403 INVITE");
    bob.take("486 INVITE");
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("refuses a phone with which no audio is possible, and the other one rings on", async () => {
    const { world, alice, bob, seen } = await ringing();
    const body = sdp(bob.address, { codecs: "97" });
    inviteAs(world, bob, "100", { fields: [replacesField(seen)], body });
    await world.pass(100);
    bob.take("488 INVITE");
    expect([alice.count("CANCEL"), world.calls.list()[0]?.state]).toEqual([0, "ringing"]);
  });

  it("does not take the place of the caller, who is not ours to replace", async () => {
    const { world, carol, bob, invite } = await ringing();
    const early = Side.ofCaller(carol, invite, carol.take("180 INVITE"));
    inviteAs(world, bob, "100", { fields: [replacesField(early)], body: sdp(bob.address) });
    await world.pass(50);
    bob.take("481 INVITE");
  });

  it("is over where the caller gives up in the same moment", async () => {
    const { world, carol, bob, invite, seen } = await ringing();
    inviteAs(world, bob, "100", { fields: [replacesField(seen)], body: sdp(bob.address) });
    carol.cancel(invite);
    await world.pass(200);
    expect(bob.received.some(({ status }) => status >= 400 || status === 200)).toBe(true);
    expect([world.observer.failures, world.observer.cdrs.length]).toEqual([[], 1]);
    await world.pass(40_000);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });
});

describe("A call of a phone that has taken a place", () => {
  it("is handed on by that phone, as its own", () => {
    const { world, carol, callee, mobile, bob } = talking();
    const invite = inviteAs(world, mobile, "100", { fields: [replacesField(callee)] });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    const side = Side.ofCaller(mobile, invite, mobile.take("200 INVITE"));
    side.ack(invite);
    world.run(50);
    side.request("REFER", {
      fields: [
        ["Contact", mobile.contact],
        ["Refer-To", "<sip:101@example.com>"],
      ],
    });
    world.run(50);
    mobile.take("202 REFER");
    bob.take("INVITE");
  });
});
