import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import { answersPings } from "../liveness/pinged.ts";
import { connect, DOMAIN, World } from "./world.ts";

const SECOND = 1000;
const TIMER_C = 181 * SECOND;
const TIMER_B = 32 * SECOND;
const OFFER = "v=0\r\no=again";

/** Two phones talk; the callee is asked for something else, and says 100 alone. */
function asked() {
  const world = new World({ script: { invite: () => forward("alice") } });
  const carol = world.phone("carol");
  const alice = world.registered("alice");
  const talk = connect(world, carol, alice, { body: "v=0\r\no=caller" });
  answersPings(carol);
  answersPings(alice);
  const reinvite = talk.caller.request("INVITE", { body: OFFER });
  world.run(50);
  const got = alice.take("INVITE");
  alice.answer(got, 100);
  return { world, carol, alice, ...talk, reinvite, got };
}

describe("An INVITE within a call that has had 100 alone (Timer C, RFC 3261 §16.6)", () => {
  it("is cancelled after three minutes, and whoever sent it hears how that ended", () => {
    const { world, carol, alice } = asked();
    world.run(TIMER_C - SECOND);
    expect([alice.count("CANCEL"), carol.count("487 INVITE")]).toEqual([0, 0]);
    world.run(2 * SECOND);
    expect([alice.count("CANCEL"), carol.count("487 INVITE")]).toEqual([1, 1]);
    expect(world.calls.active).toBe(1);
  });

  it("counts as unanswered where nothing comes of the CANCEL either, and the next one goes across", () => {
    const { world, carol, alice, caller } = asked();
    alice.isPolite = false;
    world.run(TIMER_C + TIMER_B + SECOND);
    expect(carol.count("408 INVITE")).toBe(1);
    caller.request("INVITE", { body: OFFER });
    world.run(50);
    expect(alice.take("INVITE").body).toBe(OFFER);
  });

  it("is waited for as long as it is said to go on", () => {
    const { world, carol, alice, got } = asked();
    for (let minutes = 0; minutes < 8; minutes += 2) {
      world.run(120 * SECOND);
      alice.answer(got, 182);
      world.run(50);
    }
    expect([alice.count("CANCEL"), carol.count("182 INVITE")]).toEqual([0, 4]);
    world.run(TIMER_C + SECOND);
    expect(alice.count("CANCEL")).toBe(1);
  });

  it("goes through where its 2xx has crossed the CANCEL", () => {
    const { world, carol, alice, caller, reinvite, got } = asked();
    alice.isPolite = false;
    world.run(TIMER_C + SECOND);
    alice.answer(got, 200, { body: "v=0\r\no=late" });
    world.run(50);
    expect(carol.take("200 INVITE").body).toBe("v=0\r\no=late");
    const acks = alice.count("ACK");
    caller.ack(reinvite);
    world.run(50);
    expect([alice.count("ACK") - acks, world.calls.active]).toEqual([1, 1]);
  });

  it("leaves nothing behind where the call ends in the meantime", () => {
    const { world, alice, caller } = asked();
    alice.isPolite = false;
    caller.request("BYE");
    world.run(2 * TIMER_B + SECOND);
    expect(world.leftovers()).toEqual({ calls: 0, client: 0, server: 0, timers: 0 });
  });
});

describe("A refresh of a session by INVITE that has had 100 alone", () => {
  it("keeps no other offer of the call waiting for longer than that", () => {
    const world = new World({ script: { invite: () => forward("alice") } });
    const carol = world.phone("carol");
    const alice = world.registered("alice");
    const invite = carol.invite(`sip:100@${DOMAIN}`, { body: OFFER });
    world.run(50);
    const fields: Field[] = [["Session-Expires", "7200;refresher=uac"]];
    alice.answer(alice.take("INVITE"), 200, { body: OFFER, fields });
    world.run(50);
    const caller = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    caller.ack(invite);
    answersPings(carol);
    world.run(3600 * SECOND);
    alice.answer(alice.take("INVITE"), 100);
    caller.request("INVITE", { body: OFFER });
    world.run(50);
    expect(carol.kinds.at(-1)).toBe("500 INVITE");
    world.run(TIMER_C + SECOND);
    expect(alice.count("CANCEL")).toBe(1);
    caller.request("INVITE", { body: "v=0\r\no=late" });
    world.run(50);
    expect(alice.take("INVITE").body).toBe("v=0\r\no=late");
  });
});
