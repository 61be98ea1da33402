import { describe, expect, it } from "vitest";
import { type InviteParts, Side } from "../../../../runtime/simulator/network/phone.ts";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import { DOMAIN, World, type WorldOptions } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const OFFER = "v=0\r\no=offer";
const ANSWER = "v=0\r\no=answer";
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };
const SHORT = { sessionExpires: 30, minSE: 10 };
const TIMER: Field = ["Supported", "timer"];
const UPDATES: Field = ["Allow", "INVITE, ACK, BYE, CANCEL, UPDATE"];

/** A call that is up: what the caller's INVITE has, and what the callee's 200. */
function talking(
  asks: readonly Field[],
  answers: readonly Field[],
  options: WorldOptions = {},
  parts: InviteParts = {},
) {
  const world = new World({ script: { invite: () => forward("bob") }, sessionTerms: SHORT, ...options });
  const carol = world.phone("carol");
  const bob = world.registered("bob");
  const invite = carol.invite(TO, { body: OFFER, fields: asks, ...parts });
  world.run(50);
  const offered = bob.take("INVITE");
  bob.answer(offered, 200, { body: ANSWER, fields: answers });
  world.run(50);
  const answered = carol.take("200 INVITE");
  const caller = Side.ofCaller(carol, invite, answered);
  caller.ack(invite);
  world.run(50);
  return { world, carol, bob, offered, answered, caller, callee: Side.ofCallee(bob, offered) };
}

describe("A caller's session (RFC 4028)", () => {
  it("that is too short is refused with the shortest there is, before any script", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    carol.invite(TO, { fields: [TIMER, ["Session-Expires", "60"]] });
    world.run(50);
    expect(carol.take("422 INVITE").header("Min-SE")).toBe("90");
    expect(world.scripts.events).toEqual([]);
  });

  it("is agreed on as he asks, whatever the callee says", () => {
    const { answered, offered } = talking([TIMER, ["Session-Expires", "1800;refresher=uac"]], []);
    expect(answered.header("Session-Expires")).toBe("1800;refresher=uac");
    expect(answered.header("Require")).toBe("timer");
    expect(offered.header("Session-Expires")).toBe("30;refresher=uac");
    expect(offered.header("Min-SE")).toBe("10");
  });

  it("that he does not refresh ends the call on both sides, a third of its time before it is over", () => {
    const { world, carol, bob } = talking([TIMER, ["Session-Expires", "30;refresher=uac"]], []);
    world.run(19_800);
    expect([carol.count("BYE"), bob.count("BYE")]).toEqual([0, 0]);
    world.run(300);
    expect(carol.take("BYE").header("Reason")).toMatch(/^SIP;cause=408;text="The caller has not been heard of/);
    expect(bob.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("goes on with each INVITE and UPDATE that passes to the other side", () => {
    const { world, carol, bob, caller } = talking([TIMER, ["Session-Expires", "30;refresher=uac"]], []);
    for (let i = 0; i < 4; i++) {
      world.run(15_000);
      const method = i % 2 === 0 ? "UPDATE" : "INVITE";
      const again = caller.request(method, {
        body: OFFER,
        fields: [TIMER, ["Session-Expires", "30;refresher=uac"]],
      });
      world.run(50);
      const got = bob.take(method);
      expect(got.header("Session-Expires")).toBe("");
      bob.answer(got, 200, { body: ANSWER });
      world.run(50);
      expect(carol.take(`200 ${method}`).header("Session-Expires")).toBe("30;refresher=uac");
      if (method === "INVITE") caller.ack(again);
    }
    expect(bob.count("BYE")).toBe(0);
    world.run(21_000);
    expect(bob.count("BYE")).toBe(1);
  });

  it.each([405, 501])("goes on with an UPDATE without an offer, though the callee answers it with %i", (status) => {
    const { world, carol, bob, caller } = talking([TIMER, ["Session-Expires", "30;refresher=uac"]], []);
    world.run(15_000);
    caller.request("UPDATE", {
      contact: "<sip:moved@203.0.113.1:5060>",
      fields: [TIMER, ["Session-Expires", "30;refresher=uac"]],
    });
    world.run(50);
    bob.answer(bob.take("UPDATE"), status);
    world.run(50);
    expect(carol.take("200 UPDATE").header("Session-Expires")).toBe("30;refresher=uac");
    world.run(15_000);
    expect(bob.count("BYE")).toBe(0);
    world.run(6_000);
    expect(carol.take("BYE").uri).toBe("sip:moved@203.0.113.1:5060");
  });

  it("that is refreshed with too short a time gets 422", () => {
    const { world, carol, bob, caller } = talking([TIMER, ["Session-Expires", "30;refresher=uac"]], []);
    caller.request("UPDATE", { fields: [TIMER, ["Session-Expires", "5"]] });
    world.run(50);
    expect([carol.take("422 UPDATE").header("Min-SE"), bob.count("UPDATE")]).toEqual(["10", 0]);
  });
});

describe("A session that the switch refreshes (RFC 4028 §10)", () => {
  const agreed: Field[] = [
    ["Session-Expires", "30;refresher=uac"],
    ["Require", "timer"],
  ];

  it("of a callee is kept up by UPDATE without an offer, at half of its time", () => {
    const { world, carol, bob } = talking([], [...agreed, UPDATES]);
    for (let i = 0; i < 3; i++) {
      world.run(14_800);
      expect(bob.count("UPDATE")).toBe(i);
      world.run(200);
      const update = bob.take("UPDATE");
      expect([update.header("Session-Expires"), update.body, update.cseq]).toEqual(["30;refresher=uac", "", 2 + i]);
      bob.answer(update, 200, { fields: agreed });
      world.run(50);
    }
    expect(carol.kinds).toEqual(["200 INVITE"]);
    world.run(10_000);
    expect(bob.count("BYE")).toBe(0);
  });

  it("of a caller who has not asked is kept up by us as well", () => {
    const { world, carol, answered } = talking([TIMER, UPDATES], []);
    expect(answered.header("Session-Expires")).toBe("30;refresher=uas");
    expect(answered.header("Require")).toBe("");
    world.run(15_050);
    const update = carol.take("UPDATE");
    expect(update.header("Session-Expires")).toBe("30;refresher=uac");
  });

  it("is kept up by INVITE with the same description where UPDATE is not taken", () => {
    const { world, carol, bob } = talking([], agreed);
    world.run(15_000);
    const again = bob.take("INVITE");
    expect([again.body, again.header("Content-Type")]).toEqual([OFFER, "application/sdp"]);
    bob.answer(again, 200, { body: ANSWER, fields: agreed });
    world.run(50);
    const acks = bob.received.filter(({ method, status }) => method === "ACK" && status === 0);
    expect([acks.at(-1)?.cseq, acks.at(-1)?.body, carol.count("INVITE")]).toEqual([again.cseq, "", 0]);
    bob.answer(again, 200, { body: ANSWER, fields: agreed });
    world.run(50);
    expect(bob.count("ACK")).toBe(3);
    world.run(15_000);
    expect(bob.count("INVITE")).toBe(3);
  });

  it("passes on where the audio goes, if the callee has moved it in answer to such an INVITE", () => {
    const { world, carol, bob } = talking([], agreed, {});
    const moved = "v=0\r\no=bob 1 2 IN IP4 192.0.2.7\r\nc=IN IP4 192.0.2.7\r\n";
    const mine = "v=0\r\no=carol 1 2 IN IP4 192.0.2.8\r\nc=IN IP4 192.0.2.8\r\n";
    world.run(15_000);
    bob.answer(bob.take("INVITE"), 200, { body: moved, fields: agreed });
    world.run(50);
    const told = carol.take("INVITE");
    expect([told.body, bob.count("ACK")]).toEqual([moved, 2]);
    carol.answer(told, 200, { body: mine });
    world.run(50);
    expect(carol.count("ACK")).toBe(1);
    // She has moved, too: he hears of it, and as he stays where he is, that is the end.
    const back = bob.take("INVITE");
    expect(back.body).toBe(mine);
    bob.answer(back, 200, { body: moved.replace("1 2", "1 3"), fields: agreed });
    world.run(5_000);
    expect([carol.count("INVITE"), bob.count("ACK"), bob.count("BYE")]).toEqual([1, 3, 0]);
    world.run(11_000);
    expect(bob.take("INVITE").body).toBe(mine);
  });

  it("tells phones that move again and again no more than a few times, and lets them talk", () => {
    const { world, carol, bob } = talking([], agreed, {});
    let moves = 0;
    const move = (phone: typeof bob) => {
      phone.onMessage = (message) => {
        if (message.method !== "INVITE" || message.status > 0) return;
        phone.answer(message, 200, { body: `v=0\r\nc=IN IP4 192.0.2.${++moves}\r\n`, fields: agreed });
      };
    };
    move(bob);
    move(carol);
    world.run(16_000);
    expect(moves).toBe(5);
    expect([carol.count("BYE"), bob.count("BYE")]).toEqual([0, 0]);
  });

  it("stays as it is where the caller does not take the callee's move", () => {
    const { world, carol, bob } = talking([], agreed, {});
    world.run(15_000);
    bob.answer(bob.take("INVITE"), 200, { body: "v=0\r\nc=IN IP4 192.0.2.7\r\n", fields: agreed });
    world.run(50);
    carol.answer(carol.take("INVITE"), 488);
    world.run(5_000);
    expect([carol.count("BYE"), bob.count("BYE")]).toEqual([0, 0]);
  });

  it("is kept up by INVITE once UPDATE has been refused", () => {
    const { world, bob } = talking([], [...agreed, UPDATES]);
    world.run(15_000);
    bob.answer(bob.take("UPDATE"), 501);
    world.run(50);
    expect(bob.take("INVITE").body).toBe(OFFER);
  });

  it("has phones wait that send an INVITE at the same time", () => {
    const { world, carol, bob, caller, callee } = talking([], agreed);
    world.run(15_000);
    const ours = bob.take("INVITE");
    callee.request("INVITE", { body: ANSWER });
    caller.request("INVITE", { body: OFFER });
    world.run(50);
    expect([bob.count("491 INVITE"), carol.count("500 INVITE")]).toEqual([1, 1]);
    bob.answer(ours, 200, { body: ANSWER, fields: agreed });
    world.run(50);
    caller.request("INVITE", { body: OFFER });
    world.run(50);
    expect(bob.take("INVITE").header("Session-Expires")).toBe("30;refresher=uac");
  });

  it("waits for an INVITE that is under way, and for the time after glare", () => {
    const { world, bob, caller } = talking([], [["Session-Expires", "90;refresher=uac"]]);
    world.run(44_000);
    caller.request("INVITE", { body: OFFER });
    world.run(50);
    const theirs = bob.take("INVITE");
    const invites = () =>
      new Set(bob.received.filter(({ method }) => method === "INVITE").map(({ cseq }) => cseq)).size;
    bob.answer(theirs, 100);
    world.run(3_000);
    expect(invites()).toBe(2);
    bob.answer(theirs, 488);
    world.run(2_000);
    expect(invites()).toBe(3);
    bob.answer(bob.take("INVITE"), 491);
    world.run(2_000);
    expect(invites()).toBe(3);
    world.run(2_100);
    expect(invites()).toBe(4);
  });

  it.each([
    ["knows nothing of the call", (answer: (status: number) => void) => answer(481), 100],
    ["does not answer", () => {}, 33_000],
  ])("ends the call on both sides where the callee %s", (_what, act, ms) => {
    const { world, carol, bob } = talking([], [...agreed, UPDATES]);
    world.run(15_000);
    const update = bob.take("UPDATE");
    act((status) => bob.answer(update, status));
    world.run(ms);
    expect(carol.take("BYE").header("Reason")).toMatch(/cause=408/);
    expect(bob.count("BYE")).toBeGreaterThan(0);
    expect(world.observer.cdrs).toMatchObject([{ result: "answered", endedBy: "switch" }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("becomes as long as the other side asks", () => {
    const { world, bob } = talking([], [...agreed, UPDATES]);
    world.run(15_000);
    bob.answer(bob.take("UPDATE"), 422, { fields: [["Min-SE", "100"]] });
    world.run(50);
    const again = bob.take("UPDATE");
    expect([again.header("Session-Expires"), again.header("Min-SE")]).toEqual(["100;refresher=uac", "100"]);
  });

  it("is offered again, longer, where the callee finds it too short, in the same call", () => {
    const world = new World({ script: { invite: () => forward("bob") }, sessionTerms: SHORT });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO, { body: OFFER });
    world.run(50);
    const first = bob.take("INVITE");
    bob.answer(first, 422, { fields: [["Min-SE", "120"]] });
    world.run(50);
    const second = bob.take("INVITE");
    expect([second.header("Session-Expires"), second.header("Min-SE"), second.cseq]).toEqual([
      "120;refresher=uac",
      "120",
      2,
    ]);
    expect([second.header("Call-ID"), second.header("From")]).toEqual([first.header("Call-ID"), first.header("From")]);
    bob.answer(second, 180, {
      fields: [
        ["Require", "100rel"],
        ["RSeq", "1"],
      ],
    });
    world.run(50);
    expect(bob.take("PRACK").header("RAck")).toBe("1 2 INVITE");
    bob.answer(second, 200, { body: ANSWER });
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("costs nothing where nobody speaks of it", () => {
    const { world, answered } = talking([], []);
    expect([answered.header("Session-Expires"), answered.header("Require")]).toEqual(["", ""]);
    // The ringing and the length of the call, and what its transactions linger for.
    const before = world.clock.pending;
    const plain = talking([], [], { sessionTerms: { sessionExpires: null, minSE: 90 } });
    expect(before).toBe(plain.world.clock.pending);
    expect(plain.offered.header("Session-Expires")).toBe("");
  });

  it.each([0, 1, 2])("lasts though two of three requests are lost (%i)", (seed) => {
    const { world, carol, bob } = talking([TIMER, UPDATES], [...agreed, UPDATES]);
    for (const phone of [carol, bob]) {
      let dropped = seed;
      phone.onMessage = (message) => {
        if (message.status !== 0 || message.method !== "UPDATE" || ++dropped % 3 !== 0) return;
        phone.answer(message, 200, { fields: [["Session-Expires", "30;refresher=uac"]] });
      };
    }
    world.run(120_000);
    expect([carol.count("BYE"), bob.count("BYE"), bob.count("UPDATE") > 8]).toEqual([0, 0, true]);
  });
});
