import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import {
  description,
  lastAck,
  NOBODY_LEFT,
  notified,
  refer,
  Side,
  talkWithAlice,
  transferWorld,
  user,
} from "./transfer-world.ts";

const DONE = "SIP/2.0 200 OK (terminated;reason=noresource)";

/** Alice has asked for a transfer to bob, whose phone rings. */
function ringing() {
  const rooms = talkWithAlice(transferWorld());
  refer(rooms.callee, user("101"));
  rooms.world.run(50);
  const invite = rooms.bob.take("INVITE");
  rooms.bob.answer(invite, 180, { reason: "Ringing" });
  rooms.world.run(50);
  notified(rooms.world, rooms.alice);
  return { ...rooms, referred: invite };
}

/** Bob has answered, and carol has been told. */
function reinvited() {
  const rooms = ringing();
  rooms.bob.answer(rooms.referred, 200, { body: description("bob") });
  rooms.world.run(50);
  return { ...rooms, reinvite: rooms.carol.take("INVITE") };
}

describe("Whoever transfers and does not wait", () => {
  it("has hung up already: the transfer goes on, and the phone hears how it ended", () => {
    const { world, carol, alice, bob, callee, referred } = ringing();
    callee.request("BYE");
    world.run(50);
    alice.take("200 BYE");
    expect([carol.count("BYE"), bob.count("CANCEL")]).toEqual([0, 0]);
    bob.answer(referred, 200, { body: description("bob") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    expect([notified(world, alice), alice.count("BYE")]).toEqual([[DONE], 0]);
    expect(world.calls.list()).toHaveLength(1);
  });

  it("leaves a call that ends where nobody takes it", () => {
    const { world, carol, alice, bob, callee, referred } = ringing();
    callee.request("BYE");
    world.run(50);
    bob.answer(referred, 603);
    world.run(50);
    notified(world, alice);
    carol.take("BYE");
    expect(world.observer.cdrs).toMatchObject([{ result: "answered", endedBy: "callee" }]);
    expect(world.scripts.names.filter((name) => name === "transferred")).toHaveLength(1);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("hangs up in the same moment as the switch: both get an answer", () => {
    const { world, carol, alice, callee, reinvite } = reinvited();
    carol.answer(reinvite, 200, { body: description("carol") });
    world.run(50);
    const last = alice.take("NOTIFY");
    callee.request("BYE");
    alice.answer(last, 200);
    world.run(50);
    alice.take("200 BYE");
    expect([alice.count("BYE"), world.calls.list().length]).toEqual([0, 1]);
  });

  it("is hung up all the same where it does not answer the NOTIFY", () => {
    const { world, carol, alice, reinvite } = reinvited();
    carol.answer(reinvite, 200, { body: description("carol") });
    world.run(2_100);
    expect(alice.count("BYE")).toBe(1);
  });

  it("gets 481 for what it sends within its old dialog, and no part of the call", () => {
    const { world, carol, alice, bob, callee, reinvite } = reinvited();
    carol.answer(reinvite, 200, { body: description("carol") });
    world.run(50);
    callee.request("INFO", { body: "boo" });
    world.run(50);
    alice.take("481 INFO");
    expect([carol.count("INFO"), bob.count("INFO")]).toEqual([0, 0]);
    notified(world, alice);
    callee.request("INFO", { body: "boo" });
    world.run(50);
    alice.take("481 INFO");
  });
});

describe("The party that stays", () => {
  it("hangs up while the target rings: the target is cancelled, and all is over", () => {
    const { world, alice, bob, caller } = ringing();
    caller.request("BYE");
    world.run(50);
    bob.take("CANCEL");
    expect(notified(world, alice)).toEqual(["SIP/2.0 487 Request Terminated (terminated;reason=noresource)"]);
    alice.take("BYE");
    expect(world.observer.cdrs).toMatchObject([{ endedBy: "caller", legs: [{ code: 200 }, { code: 487 }] }]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("has hung up when the target answers: the target is acknowledged and hung up", () => {
    const { world, alice, bob, caller, referred } = ringing();
    bob.isPolite = false;
    caller.request("BYE");
    bob.answer(referred, 200, { body: description("bob") });
    world.run(100);
    notified(world, alice);
    const bye = bob.take("BYE");
    bob.answer(bye, 200);
    world.run(50);
    expect([bob.count("ACK"), alice.count("BYE")]).toEqual([1, 1]);
    expect(world.calls.list()).toEqual([]);
  });

  it("hangs up while it is being told: nobody is left", () => {
    const { world, carol, alice, bob, caller, reinvite } = reinvited();
    caller.request("BYE");
    world.run(50);
    carol.answer(reinvite, 487);
    world.run(50);
    notified(world, alice);
    expect([bob.count("BYE"), alice.count("BYE")]).toEqual([1, 1]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("refuses what the target offers: the target is hung up, and both talk on as before", () => {
    const { world, carol, alice, bob, caller, reinvite } = reinvited();
    carol.answer(reinvite, 488, { reason: "Not Acceptable Here" });
    world.run(50);
    expect(notified(world, alice)).toEqual(["SIP/2.0 488 Not Acceptable Here (terminated;reason=noresource)"]);
    expect([bob.count("ACK"), bob.count("BYE"), carol.count("INVITE")]).toEqual([1, 1, 1]);
    caller.request("INFO", { body: "still here" });
    world.run(50);
    alice.take("INFO");
  });

  it("answers without a description: it gets back what it had", () => {
    const { world, carol, alice, reinvite } = reinvited();
    carol.answer(reinvite, 200);
    world.run(50);
    expect(notified(world, alice)[0]).toContain("488");
    expect(carol.take("INVITE").body).toBe(description("alice"));
  });

  it("says 100 and nothing else when it gets back what it had: nothing of it outlives the call", () => {
    const { world, carol, callee, reinvite } = reinvited();
    carol.answer(reinvite, 200);
    world.run(50);
    carol.answer(carol.take("INVITE"), 100);
    world.run(50);
    callee.request("BYE");
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });
});

describe("Glare (RFC 3261 §14.1)", () => {
  it.each([
    ["2.1 to 4 s where the Call-ID is ours", "callee", 2_090, 4_100],
    ["up to 2 s where it is not", "caller", 0, 2_100],
  ] as const)("asks again after %s", (_what, who, leastMs, mostMs) => {
    const world = transferWorld({ dtmf: () => undefined });
    const { carol, alice, bob } = talkWithAlice(world);
    const kept = who === "caller" ? carol : alice;
    world.calls.decide(world.calls.list()[0]?.id ?? "", { type: "transfer", targets: ["bob"], who });
    world.run(50);
    bob.answer(bob.take("INVITE"), 200, { body: description("bob") });
    world.run(50);
    kept.answer(kept.take("INVITE"), 491);
    world.run(leastMs);
    expect(kept.count("INVITE")).toBe(who === "caller" ? 1 : 2);
    world.run(mostMs - leastMs);
    kept.answer(kept.take("INVITE"), 200, { body: description("again") });
    world.run(50);
    expect([lastAck(bob), world.observer.transfers[0]?.slice(0, 9)]).toEqual([description("again"), "connected"]);
  });

  it("gives up on a phone that says 491 again and again", () => {
    const { world, carol, alice, reinvite } = reinvited();
    carol.answer(reinvite, 491);
    carol.onMessage = (message) => {
      if (message.method === "INVITE" && message.status === 0) carol.answer(message, 491);
    };
    world.run(30_000);
    expect(notified(world, alice)[0]).toContain("SIP/2.0 491");
    expect(carol.count("INVITE")).toBeLessThan(7);
  });

  it("answers 491 to an offer of a phone while ours is open", () => {
    const { world, carol, bob, caller, reinvite } = reinvited();
    caller.request("INVITE", { body: description("carol", "sendonly") });
    caller.request("UPDATE", { body: description("carol", "sendonly") });
    world.run(50);
    carol.take("491 INVITE");
    carol.take("491 UPDATE");
    carol.answer(reinvite, 200, { body: description("carol") });
    world.run(50);
    caller.request("INVITE", { body: description("carol", "sendonly") });
    world.run(50);
    expect(bob.take("INVITE").body).toBe(description("carol", "sendonly"));
  });

  it("waits with its offer for an INVITE that is on its way across", () => {
    const { world, carol, alice, bob, caller, referred } = ringing();
    caller.request("INVITE", { body: description("carol", "sendonly") });
    world.run(50);
    bob.answer(referred, 200, { body: description("bob") });
    world.run(50);
    const hold = alice.take("INVITE");
    expect(carol.count("INVITE")).toBe(0);
    alice.answer(hold, 200, { body: description("alice", "recvonly") });
    world.run(50);
    const held = carol.take("200 INVITE");
    caller.request("ACK", { cseq: held.cseq });
    world.run(2_100);
    carol.take("INVITE");
  });
});

describe("The target", () => {
  it("sends its 200 again where the ACK was lost: it is acknowledged again, with the same answer", () => {
    const { world, carol, bob, referred, reinvite } = reinvited();
    carol.answer(reinvite, 200, { body: description("carol") });
    world.run(50);
    bob.answer(referred, 200, { body: description("bob") });
    world.run(50);
    const acks = bob.received.filter(({ method, status }) => method === "ACK" && status === 0).map(({ body }) => body);
    expect(acks).toEqual([description("carol"), description("carol")]);
  });

  it("is the phone of whoever transfers: it rings like any other", () => {
    const { world, carol, alice, callee } = talkWithAlice(transferWorld());
    refer(callee, user("100"));
    world.run(50);
    const invite = alice.take("INVITE");
    alice.answer(invite, 200, { toTag: "second", body: description("alice") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    notified(world, alice);
    expect([alice.count("BYE"), world.calls.list().length]).toEqual([1, 1]);
    Side.ofCallee(alice, invite, "second").request("BYE");
    world.run(50);
    carol.take("BYE");
  });

  it("offers nothing: it is hung up, and both talk on", () => {
    const { world, alice, bob, referred } = ringing();
    bob.answer(referred, 200);
    world.run(50);
    expect(notified(world, alice)[0]).toContain("488");
    expect([bob.count("BYE"), alice.count("BYE")]).toEqual([1, 0]);
  });
});

describe("A transfer on a network that loses, doubles and delays", () => {
  it.each(Array.from({ length: 12 }, (_, seed) => [seed + 1]))("ends well (%i)", (seed) => {
    const world = transferWorld({}, { seed, loss: 0.12, duplication: 0.1, minDelayMs: 5, maxDelayMs: 60 });
    const [carol, alice, bob] = [world.phone("carol"), world.registered("alice"), world.registered("bob")];
    for (const phone of [carol, alice, bob]) phone.onMessage = act(phone);
    const invite = carol.invite("sip:100@example.com", { body: description("carol") });
    insist(world, carol, invite.text, () => alice.count("ACK") > 0);
    const asked = refer(Side.ofCallee(alice, alice.take("INVITE")), user("101"));
    insist(world, alice, asked.text, () => alice.count("202 REFER") > 0);
    for (let ms = 0; ms < 60_000 && world.observer.transfers.length === 0; ms += 50) world.run(50);
    world.run(10_000);
    expect([world.observer.failures, world.observer.transfers[0]?.slice(0, 9)]).toEqual([[], "connected"]);
    expect([carol.count("BYE"), alice.count("BYE") > 0, world.calls.list().length]).toEqual([0, true, 1]);
    expect(world.leftovers(6 * 3600_000)).toMatchObject(NOBODY_LEFT);
  });
});

/** What a phone does by itself: it answers whatever comes, and acknowledges. */
function act(phone: Phone) {
  return (message: SipText): void => {
    if (message.status >= 200 && message.status < 300 && message.method === "INVITE") {
      const dialog = new Side(phone, {
        callId: message.header("Call-ID"),
        local: message.header("From"),
        remote: message.header("To"),
        routes: [],
        target: message.uriOf("Contact"),
        cseq: message.cseq,
      });
      dialog.request("ACK", { cseq: message.cseq });
    } else if (message.status === 0 && (message.method === "INVITE" || message.method === "NOTIFY")) {
      phone.answer(message, 200, message.method === "INVITE" ? { body: description(phone.name) } : {});
    }
  };
}

/** Sends a request again and again, as a phone does, until its aim is reached. */
function insist(world: ReturnType<typeof transferWorld>, phone: Phone, text: string, isDone: () => boolean): void {
  for (let ms = 0; ms < 30_000 && !isDone(); ms += 50) {
    world.run(50);
    if (ms % 500 === 450 && !isDone()) phone.sendText(text);
  }
}

describe("The phone that has asked for a transfer", () => {
  it("gets one NOTIFY at a time, the last word last", () => {
    const { world, alice, bob, callee } = talkWithAlice(transferWorld());
    refer(callee, user("101"));
    world.run(50);
    const invite = bob.take("INVITE");
    bob.answer(invite, 180, { reason: "Ringing" });
    bob.answer(invite, 486, { reason: "Busy Here" });
    world.run(200);
    expect(alice.count("NOTIFY")).toBe(1);
    expect(notified(world, alice).map((said) => said.slice(0, 11))).toEqual(["SIP/2.0 100", "SIP/2.0 486"]);
  });

  it("gets no more where it refuses one, and the transfer goes on", () => {
    const { world, carol, alice, bob, callee } = talkWithAlice(transferWorld());
    refer(callee, user("101"));
    world.run(50);
    alice.answer(alice.take("NOTIFY"), 481);
    bob.answer(bob.take("INVITE"), 200, { body: description("bob") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    expect([alice.count("NOTIFY"), alice.count("BYE")]).toEqual([1, 1]);
  });
});

describe("The session of the party that stays (RFC 4028)", () => {
  it("is refreshed by the re-INVITE that tells it of the target", () => {
    const { world, carol, bob, caller, callee } = talkWithAlice(transferWorld());
    const asked = [["Supported", "timer"] as const, ["Session-Expires", "1800;refresher=uac"] as const];
    caller.request("UPDATE", { fields: asked });
    world.run(50);
    callee.phone.answer(callee.phone.take("UPDATE"), 200);
    world.run(50);
    refer(callee, user("101"));
    world.run(50);
    bob.answer(bob.take("INVITE"), 200, { body: description("bob") });
    world.run(50);
    expect(carol.take("INVITE").header("Session-Expires")).toBe("1800;refresher=uas");
  });
});
