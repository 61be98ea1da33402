import { describe, expect, it } from "vitest";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { accept, forward, hangup, reject, tag, transfer } from "../../../../sdk/index.ts";
import { faults, type Handlers, later } from "../call/scripted.ts";
import {
  answered,
  DOMAIN,
  description,
  inviteAs,
  lastAck,
  NOBODY_LEFT,
  notified,
  refer,
  talkWithAlice,
  transferWorld,
  user,
  type World,
} from "./transfer-world.ts";

const TRYING = "SIP/2.0 100 Trying (active)";
const DONE = "SIP/2.0 200 OK (terminated;reason=noresource)";

describe("A blind transfer (RFC 3515, RFC 5589 §6)", () => {
  it("connects the caller with the target, and hangs up the callee who has asked for it", () => {
    const { world, carol, alice, bob, callee, caller } = talkWithAlice(transferWorld());
    refer(callee, user("101"));
    world.run(50);
    expect(alice.take("202 REFER").header("Contact")).toContain("sip:");
    expect(notified(world, alice)).toEqual([TRYING]);
    const invite = bob.take("INVITE");
    expect([invite.body, invite.header("Referred-By")]).toEqual(["", user("alice")]);
    expect(invite.header("From")).toContain("carol");
    bob.answer(invite, 180, { reason: "Ringing" });
    world.run(50);
    expect(notified(world, alice)).toEqual(["SIP/2.0 180 Ringing (active)"]);
    bob.answer(invite, 200, { body: description("bob") });
    world.run(50);
    const reinvite = carol.take("INVITE");
    expect(reinvite.body).toBe(description("bob"));
    carol.answer(reinvite, 200, { body: description("carol again") });
    world.run(50);
    expect([lastAck(carol), lastAck(bob)]).toEqual(["", description("carol again")]);
    expect(notified(world, alice)).toEqual([DONE]);
    alice.take("BYE");
    expect(world.scripts.events.at(-1)).toMatchObject({
      type: "transferred",
      end: "connected",
      who: "caller",
      by: "callee",
      target: "sip:101@example.com",
      code: 200,
      leg: { state: "answered" },
    });
    expect(world.calls.list()[0]?.legs.map(({ target, state }) => `${target} ${state}`)).toEqual([
      "alice ended",
      "sip:101@example.com answered",
    ]);
    caller.request("BYE");
    world.run(50);
    bob.take("BYE");
    expect(world.observer.cdrs).toMatchObject([
      {
        result: "answered",
        endedBy: "caller",
        legs: [{ target: "alice" }, { target: "sip:101@example.com", code: 200 }],
      },
    ]);
    expect([world.observer.failures, world.observer.transfers.length]).toEqual([[], 1]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("connects the callee with the target where the caller has asked for it, and takes what follows across", () => {
    const world = transferWorld();
    const [alice, bob, dave] = [world.registered("alice"), world.registered("bob"), world.registered("dave")];
    const talk = answered(world, alice, inviteAs(world, alice, "101"), bob);
    refer(talk.caller, user("102"));
    world.run(50);
    const invite = dave.take("INVITE");
    expect(invite.header("From")).toContain("sip:101@example.com");
    dave.answer(invite, 200, { body: description("dave") });
    world.run(50);
    bob.answer(bob.take("INVITE"), 200, { body: description("bob again") });
    world.run(50);
    expect([lastAck(dave), notified(world, alice)]).toEqual([description("bob again"), [TRYING, DONE]]);
    alice.take("BYE");
    talk.callee.request("INVITE", { body: description("bob", "sendonly") });
    world.run(50);
    expect(dave.take("INVITE").body).toBe(description("bob", "sendonly"));
    talk.callee.request("BYE");
    world.run(50);
    dave.take("BYE");
    expect(world.observer.cdrs).toMatchObject([{ user: "alice", endedBy: "callee" }]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("tells of a target that is busy, and lets both talk on", () => {
    const { world, carol, alice, bob, callee, caller } = talkWithAlice(transferWorld());
    refer(callee, user("101"));
    world.run(50);
    bob.answer(bob.take("INVITE"), 486, { reason: "Busy Here" });
    world.run(50);
    expect(notified(world, alice)).toEqual([TRYING, "SIP/2.0 486 Busy Here (terminated;reason=noresource)"]);
    expect(world.scripts.events.at(-1)).toMatchObject({ type: "transferred", end: "failed", code: 486, leg: null });
    caller.request("INFO", { body: "still here" });
    world.run(50);
    expect(alice.take("INFO").body).toBe("still here");
    expect([carol.count("INVITE"), alice.count("BYE"), world.observer.failures]).toEqual([0, 0, []]);
  });

  it("tells of a target that nobody takes in time", () => {
    const { world, alice, bob, callee } = talkWithAlice(transferWorld());
    refer(callee, user("101"));
    world.run(50);
    bob.answer(bob.take("INVITE"), 180, { reason: "Ringing" });
    world.run(50);
    notified(world, alice);
    world.run(61_000);
    bob.take("CANCEL");
    expect(notified(world, alice).at(-1)).toBe("SIP/2.0 408 Request Timeout (terminated;reason=noresource)");
  });

  it("tells nothing where the sender wants to hear nothing (RFC 4488)", () => {
    const { world, carol, alice, bob, callee } = talkWithAlice(transferWorld());
    refer(callee, user("101"), [
      ["Refer-Sub", "false"],
      ["Require", "norefersub"],
    ]);
    world.run(50);
    expect(alice.take("202 REFER").header("Refer-Sub")).toBe("false");
    bob.answer(bob.take("INVITE"), 200, { body: description("bob") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    expect([alice.count("NOTIFY"), alice.count("BYE")]).toEqual([0, 1]);
  });

  it.each([
    ["no Refer-To", [], 400],
    [
      "two Refer-To",
      [
        ["Refer-To", user("101")],
        ["Refer-To", user("102")],
      ],
      400,
    ],
    ["two addresses in one Refer-To", [["Refer-To", `${user("101")}, ${user("102")}`]], 400],
    ["a Refer-To that is no URI", [["Refer-To", "bob"]], 400],
    ["a Replaces without tags", [["Refer-To", `<sip:101@${DOMAIN}?Replaces=abc>`]], 400],
    ["two Replaces", [["Refer-To", `<sip:101@${DOMAIN}?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&replaces=b>`]], 400],
    ["a web page", [["Refer-To", "<https://example.com/>"]], 416],
    ["another method", [["Refer-To", `<sip:101@${DOMAIN};method=MESSAGE>`]], 501],
    [
      "two Referred-By",
      [
        ["Refer-To", user("101")],
        ["Referred-By", user("a")],
        ["Referred-By", user("b")],
      ],
      400,
    ],
  ] as const)("refuses a REFER with %s", (_what, fields, status) => {
    const { world, alice, bob, callee } = talkWithAlice(transferWorld({ refer: () => accept() }));
    callee.request("REFER", { fields: [["Contact", alice.contact], ...fields] });
    world.run(50);
    alice.take(`${status} REFER`);
    expect([bob.count("INVITE"), world.scripts.names.includes("refer")]).toEqual([0, false]);
  });

  it("takes one REFER at a time, and names the later ones in their NOTIFY", () => {
    const { world, alice, bob, callee } = talkWithAlice(transferWorld());
    refer(callee, user("101"));
    world.run(50);
    refer(callee, user("102"));
    world.run(50);
    alice.take("491 REFER");
    notified(world, alice);
    bob.answer(bob.take("INVITE"), 486);
    world.run(50);
    notified(world, alice);
    const third = refer(callee, user("101"));
    world.run(50);
    expect(alice.take("NOTIFY").header("Event")).toBe(`refer;id=${third.cseq}`);
  });

  it("lets a call be handed on only so often", () => {
    const { world, carol, alice, bob, callee } = talkWithAlice(transferWorld());
    const phones = [bob, alice];
    let side = callee;
    for (let count = 0; count < 32; count++) {
      const target = phones[count % 2];
      if (target === undefined) break;
      refer(side, user(count % 2 === 0 ? "101" : "100"));
      world.run(50);
      side = answerAgain(world, target, carol);
      notified(world, side.phone === bob ? alice : bob);
      world.run(50);
    }
    refer(side, user("101"));
    world.run(50);
    side.phone.take("603 REFER");
    expect(world.calls.list()).toHaveLength(1);
  });
});

function answerAgain(world: World, target: Phone, carol: Phone) {
  const invite = target.take("INVITE");
  const toTag = `again-${target.received.length}`;
  target.answer(invite, 200, { toTag, body: description(target.name) });
  world.run(50);
  carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
  world.run(50);
  return Side.ofCallee(target, invite, toTag);
}

describe("Who may transfer", () => {
  it("refuses it to a callee that is no user of ours", () => {
    const world = transferWorld({ invite: () => forward("sip:desk@198.51.100.9") }, { route: { public: true } });
    const [carol, desk] = [world.phone("carol"), new Phone(world.net, "desk", "198.51.100.9")];
    const invite = carol.invite(`sip:100@${DOMAIN}`, { body: description("carol") });
    const talk = answered(world, carol, invite, desk);
    refer(talk.callee, user("101"));
    world.run(50);
    desk.take("603 REFER");
    refer(talk.caller, user("101"));
    world.run(50);
    carol.take("603 REFER");
  });

  it("calls no foreign number for a stranger, even if the script accepts what he asks for", () => {
    const world = transferWorld({ invite: () => forward("sip:desk@198.51.100.9"), refer: () => accept() });
    const [alice, desk] = [world.registered("alice"), new Phone(world.net, "desk", "198.51.100.9")];
    const premium = new Phone(world.net, "premium", "198.51.100.66");
    const talk = answered(world, alice, inviteAs(world, alice, "900"), desk);
    refer(talk.callee, "<sip:+190055555@198.51.100.66>");
    world.run(50);
    expect(notified(world, desk)).toEqual([TRYING, "SIP/2.0 403 Forbidden (terminated;reason=noresource)"]);
    expect([premium.received, world.scripts.events.find(({ type }) => type === "refer")]).toMatchObject([
      [],
      { by: "callee", user: null, target: "sip:+190055555@198.51.100.66", replaces: false, referredBy: null },
    ]);
    refer(talk.caller, "<sip:+190055555@198.51.100.66>");
    world.run(50);
    expect(premium.kinds).toEqual(["INVITE"]);
  });

  it("refuses a REFER outside of calls to everybody", () => {
    const world = transferWorld();
    const carol = world.phone("carol");
    const head = ["Max-Forwards: 70", `From: <sip:carol@elsewhere.example>;tag=1`, `To: ${user("100")}`, "Call-ID: r1"];
    const rest = [
      "CSeq: 1 REFER",
      `Contact: ${carol.contact}`,
      `Refer-To: ${user("101")}`,
      "Content-Length: 0",
      "",
      "",
    ];
    const via = `Via: ${carol.via("z9hG4bKrefer")}`;
    carol.sendText([`REFER sip:100@${DOMAIN} SIP/2.0`, via, ...head, ...rest].join("\r\n"));
    world.run(50);
    carol.take("403 REFER");
  });
});

describe("What a script says of a REFER", () => {
  const decisions: readonly [string, NonNullable<Handlers["refer"]>, string][] = [
    ["accepts it", () => accept(), "101"],
    ["accepts it late", () => later(3_000, accept()), "101"],
    ["returns nothing", () => undefined, "101"],
    ["returns labels alone", () => tag({ a: "b" }), "101"],
    ["fails", () => faults(), "101"],
    ["decides what cannot be done", () => ({ type: "voicemail", mailbox: "alice" }), "101"],
    ["names another target", () => transfer("dave"), "102"],
    ["forwards it", () => forward("dave", { ringSeconds: 5 }), "102"],
  ];

  it.each(decisions)("calls the target where it %s", (_what, handler, extension) => {
    const { world, alice, bob, callee } = talkWithAlice(transferWorld({ refer: handler }));
    const dave = world.registered("dave");
    refer(callee, user("101"));
    world.run(4_000);
    alice.take("202 REFER");
    expect([bob.count("INVITE") > 0, dave.count("INVITE") > 0]).toEqual([extension === "101", extension === "102"]);
  });

  it("refuses the REFER with the code, the reason and the fields of a reject", () => {
    const script = { refer: () => reject(403, { reason: "Not here", headers: { "X-Why": "policy" } }) };
    const { world, alice, bob, callee } = talkWithAlice(transferWorld(script));
    refer(callee, user("101"));
    world.run(50);
    const refusal = alice.take("403 REFER");
    expect([refusal.startLine, refusal.header("X-Why"), bob.received]).toEqual(["SIP/2.0 403 Not here", "policy", []]);
    expect(world.calls.list()).toHaveLength(1);
  });

  it("hangs up where it says so, and the REFER comes to nothing", () => {
    const { world, carol, alice, callee } = talkWithAlice(transferWorld({ refer: () => hangup() }));
    refer(callee, user("101"));
    world.run(50);
    alice.take("481 REFER");
    expect([carol.count("BYE"), alice.count("BYE")]).toEqual([1, 1]);
  });
});

describe("The target that a script names for a REFER", () => {
  it("is called as at any other event, whoever has asked", () => {
    const world = transferWorld({
      invite: () => forward("sip:desk@198.51.100.9"),
      refer: () => transfer("sip:other@198.51.100.10"),
    });
    const [alice, desk] = [world.registered("alice"), new Phone(world.net, "desk", "198.51.100.9")];
    const other = new Phone(world.net, "other", "198.51.100.10");
    const talk = answered(world, alice, inviteAs(world, alice, "900"), desk);
    refer(talk.callee, "<sip:+190055555@198.51.100.66>");
    world.run(50);
    expect([desk.count("202 REFER"), other.count("INVITE")]).toEqual([1, 1]);
  });
});
