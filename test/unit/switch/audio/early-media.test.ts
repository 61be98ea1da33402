import { describe, expect, it } from "vitest";
import { type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { answer, forward, play, wait } from "../../../../sdk/index.ts";
import type { Handlers } from "../call/scripted.ts";
import { audioWorld, sdp, TO } from "./audio-world.ts";

const REQUIRED = [["Require", "100rel"]] as const;
const RELIABLY = [
  ["Require", "100rel"],
  ["RSeq", "5"],
] as const;

async function calling(script: Handlers, fields: readonly (readonly [string, string])[] = []) {
  const rooms = audioWorld(script);
  const { world, carol } = rooms;
  const bob = world.registered("bob");
  const invite = carol.invite(TO, { body: sdp(carol.address), fields });
  await world.pass(50);
  return { ...rooms, bob, invite };
}

async function prack(world: { pass(ms: number): Promise<void> }, side: Side, rseq: string, body = "") {
  side.request("PRACK", { fields: [["RAck", `${rseq} 1 INVITE`]], body });
  await world.pass(50);
}

const anchored = { invite: () => forward("bob", { media: "anchor" }) };

describe("Early audio of the switch for a caller who requires reliable responses (RFC 3262)", () => {
  it("is told by a 183 that waits for its PRACK, and the 200 waits with it", async () => {
    const { world, carol, invite } = await calling(
      { invite: () => [play("tune-1000", { early: true }), answer(), wait(3600)] },
      REQUIRED,
    );
    const early = carol.take("183 INVITE");
    expect([early.header("Require"), early.body.includes("m=audio")]).toEqual(["100rel", true]);
    await world.pass(10_000);
    expect([carol.count("200 INVITE"), carol.count("183 INVITE") > 3]).toEqual([0, true]);
    const side = Side.ofCaller(carol, invite, early);
    await prack(world, side, early.header("RSeq"));
    expect([carol.count("200 PRACK"), carol.count("200 INVITE")]).toEqual([1, 1]);
    side.ack(invite);
    await world.pass(60_000);
    expect(carol.count("BYE")).toBe(0);
  });

  it("is agreed on anew by an offer in the PRACK, and by one in an UPDATE", async () => {
    const { world, carol, invite } = await calling({ invite: () => play("tune-1000", { early: true }) }, REQUIRED);
    const early = carol.take("183 INVITE");
    const side = Side.ofCaller(carol, invite, early);
    await prack(world, side, early.header("RSeq"), sdp(carol.address, { version: 2 }));
    expect(carol.take("200 PRACK").body).toContain("m=audio");
    side.request("UPDATE", { body: sdp(carol.address, { version: 3, direction: "sendonly" }) });
    await world.pass(50);
    expect(carol.take("200 UPDATE").body).toContain("a=recvonly");
  });
});

describe("Early audio of a callee that passes through the switch", () => {
  async function progressed(fields: readonly (readonly [string, string])[] = []) {
    const rooms = await calling(anchored, fields);
    const { world, bob } = rooms;
    const offered = bob.take("INVITE");
    bob.answer(offered, 183, { fields: RELIABLY, body: sdp(bob.address) });
    await world.pass(50);
    return { ...rooms, offered };
  }

  it("gets its PRACK from us, and the caller a description of ours without one", async () => {
    const { carol, bob, offered } = await progressed();
    const got = bob.take("PRACK");
    expect([got.header("RAck"), got.cseq, got.header("Call-ID")]).toEqual(["5 1 INVITE", 2, offered.header("Call-ID")]);
    const early = carol.take("183 INVITE");
    expect([early.header("Require"), early.body.includes("m=audio")]).toEqual(["", true]);
  });

  it("may be changed by an UPDATE of the callee, whose 200 then says the same or nothing", async () => {
    for (const body of ["", sdp("203.0.113.2", { version: 2 })]) {
      const { world, carol, bob, offered, invite } = await progressed();
      bob.answer(bob.take("PRACK"), 200);
      const callee = Side.ofCallee(bob, offered);
      callee.request("UPDATE", { body: sdp(bob.address, { version: 2, codecs: "8" }) });
      await world.pass(50);
      expect(bob.take("200 UPDATE").body).toContain("m=audio");
      bob.answer(offered, 200, body === "" ? {} : { body });
      await world.pass(50);
      const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
      side.ack(invite);
      await world.pass(50);
      expect(bob.take("ACK").cseq).toBe(1);
      side.request("BYE");
      await world.pass(50);
      expect(bob.take("BYE").cseq).toBe(3);
    }
  });

  it("has an UPDATE wait for the answer to our own offer, and takes one without an offer", async () => {
    const { world, bob } = await calling(anchored);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    await world.pass(50);
    const callee = Side.ofCallee(bob, offered);
    callee.request("UPDATE", { body: sdp(bob.address) });
    callee.request("UPDATE");
    await world.pass(50);
    expect([bob.count("491 UPDATE"), bob.count("200 UPDATE")]).toEqual([1, 1]);
    callee.request("UPDATE", { body: "v=0" });
    await world.pass(50);
    expect(bob.count("491 UPDATE")).toBe(2);
  });
});

describe("The session of a side whose audio ends at the switch (RFC 4028)", () => {
  function take(phone: Phone, method: string) {
    return phone.received.filter((message) => message.method === method && message.status === 0).at(-1);
  }

  it("is kept up by INVITE with the same description, version and all, where it takes no UPDATE", async () => {
    const { world, carol, invite } = await calling({ invite: () => [answer(), wait(3600)] }, [["Supported", "timer"]]);
    const answered = carol.take("200 INVITE");
    expect(answered.header("Session-Expires")).toBe("1800;refresher=uas");
    const side = Side.ofCaller(carol, invite, answered);
    side.ack(invite);
    world.run(900_000);
    const refresh = take(carol, "INVITE");
    expect([refresh?.body, refresh?.header("Session-Expires")]).toEqual([answered.body, "1800;refresher=uac"]);
    // RFC 3261 §14.2: an INVITE of the phone's own has to wait.
    side.request("INVITE", { body: sdp(carol.address, { version: 2 }) });
    world.run(50);
    expect(carol.count("491 INVITE")).toBe(1);
    if (refresh === undefined) throw new Error("not refreshed");
    carol.answer(refresh, 200, {
      body: sdp(carol.address),
      fields: [["Session-Expires", "1800;refresher=uac"]],
    });
    world.run(50);
    expect(take(carol, "ACK")?.cseq).toBe(refresh.cseq);
    side.request("INVITE", { body: sdp(carol.address, { version: 2 }) });
    world.run(50);
    expect(carol.take("200 INVITE").header("Session-Expires")).toBe("");
  });

  it("of a callee is asked for and kept up like any other", async () => {
    const { world, carol, bob, invite } = await calling(anchored);
    const offered = bob.take("INVITE");
    expect(offered.header("Session-Expires")).toBe("1800;refresher=uac");
    bob.answer(offered, 200, {
      body: sdp(bob.address),
      fields: [
        ["Session-Expires", "600;refresher=uac"],
        ["Allow", "INVITE, UPDATE"],
      ],
    });
    await world.pass(50);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    world.run(300_000);
    expect(take(bob, "UPDATE")?.header("Session-Expires")).toBe("600;refresher=uac");
  });
});
