import { describe, expect, it } from "vitest";
import { type InviteParts, type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward, reject, ring } from "../../../../sdk/index.ts";
import { DOMAIN, World, type WorldOptions } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const OFFER = "v=0\r\no=offer";
const ANSWER = "v=0\r\no=answer";
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };
const SUPPORTED = [["Supported", "100rel, x-puzzle"]] as const;
const REQUIRED = [["Require", "100rel"]] as const;

function reliably(rseq: number) {
  return [
    ["Require", "100rel"],
    ["RSeq", String(rseq)],
  ] as const;
}

function ringing(parts: InviteParts = {}, options: WorldOptions = {}) {
  const world = new World({ script: { invite: () => forward("bob"), ...options.script }, ...options });
  const carol = world.phone("carol");
  const bob = world.registered("bob");
  const invite = carol.invite(TO, { body: OFFER, ...parts });
  world.run(50);
  return { world, carol, bob, invite, offered: bob.take("INVITE") };
}

/** The caller's PRACK for a response. */
function prack(carol: Phone, invite: SipText, response: SipText, parts: { body?: string; rack?: string } = {}): Side {
  const side = Side.ofCaller(carol, invite, response);
  const rack = parts.rack ?? `${response.header("RSeq")} ${invite.cseq} INVITE`;
  side.request("PRACK", { fields: [["RAck", rack]], body: parts.body ?? "" });
  return side;
}

describe("A callee's reliable provisional response, where the caller takes it", () => {
  it("goes to him with a number of ours, and his PRACK to the callee with the callee's numbers", () => {
    const { world, carol, bob, invite, offered } = ringing({ fields: SUPPORTED, cseq: 77 });
    expect(offered.header("Supported")).toBe("x-puzzle, 100rel, timer, replaces, norefersub");
    bob.answer(offered, 183, { fields: reliably(4711), body: ANSWER });
    world.run(50);
    const early = carol.take("183 INVITE");
    expect([early.header("Require"), early.body]).toEqual(["100rel", ANSWER]);
    expect(Number(early.header("RSeq"))).toBeGreaterThan(0);
    expect(bob.count("PRACK")).toBe(0);
    const side = prack(carol, invite, early);
    world.run(50);
    const got = bob.take("PRACK");
    expect([got.header("RAck"), got.header("Call-ID"), got.cseq]).toEqual([
      "4711 1 INVITE",
      offered.header("Call-ID"),
      2,
    ]);
    bob.answer(got, 200);
    world.run(50);
    expect(carol.count("200 PRACK")).toBe(1);
    bob.answer(offered, 200);
    world.run(50);
    side.ack(invite);
    world.run(50);
    expect(bob.count("ACK")).toBe(1);
    side.request("BYE");
    world.run(50);
    expect(bob.take("BYE").cseq).toBe(3);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is told to the script once, and sent to the caller by us until his PRACK", () => {
    const heard: string[] = [];
    const { world, carol, bob, invite, offered } = ringing(
      { fields: SUPPORTED },
      { script: { invite: () => forward("bob"), ringing: (_, { code }) => void heard.push(String(code)) } },
    );
    bob.answer(offered, 180, { fields: reliably(9) });
    bob.answer(offered, 180, { fields: reliably(9) });
    world.run(50);
    expect(carol.count("180 INVITE")).toBe(1);
    world.run(1500);
    expect(carol.count("180 INVITE")).toBe(3);
    prack(carol, invite, carol.take("180 INVITE"));
    world.run(20_000);
    expect([carol.count("180 INVITE"), heard]).toEqual([3, ["180"]]);
  });

  it("waits for the one before it, and one that comes too early is left alone", () => {
    const { world, carol, bob, invite, offered } = ringing({ fields: SUPPORTED });
    bob.answer(offered, 183, { fields: reliably(2) });
    bob.answer(offered, 180, { fields: reliably(4) });
    bob.answer(offered, 181, { fields: reliably(3) });
    world.run(50);
    expect(carol.kinds).toEqual(["183 INVITE"]);
    const early = carol.take("183 INVITE");
    prack(carol, invite, early);
    world.run(50);
    const next = carol.take("181 INVITE");
    expect(Number(next.header("RSeq"))).toBe(Number(early.header("RSeq")) + 1);
  });

  it.each([
    ["another number", (rseq: string) => `${Number(rseq) + 1} 1 INVITE`, 481],
    ["another CSeq", (rseq: string) => `${rseq} 2 INVITE`, 481],
    ["another method", (rseq: string) => `${rseq} 1 UPDATE`, 481],
    ["nothing that could be read", () => "many", 400],
  ])("is not acknowledged by a PRACK for %s (RFC 3262 §3)", (_what, rack, status) => {
    const { world, carol, bob, invite, offered } = ringing({ fields: SUPPORTED });
    bob.answer(offered, 183, { fields: reliably(1), body: ANSWER });
    world.run(50);
    const early = carol.take("183 INVITE");
    prack(carol, invite, early, { rack: rack(early.header("RSeq")) });
    world.run(50);
    expect([carol.count(`${status} PRACK`), bob.count("PRACK")]).toEqual([1, 0]);
    world.run(500);
    expect(carol.count("183 INVITE")).toBe(2);
  });

  it("carries the answer to a late offer in the PRACK", () => {
    const { world, carol, bob, invite, offered } = ringing({ fields: SUPPORTED, body: "" });
    bob.answer(offered, 183, { fields: reliably(1), body: OFFER });
    world.run(50);
    const early = carol.take("183 INVITE");
    expect(early.body).toBe(OFFER);
    const side = prack(carol, invite, early, { body: ANSWER });
    world.run(50);
    expect(bob.take("PRACK").body).toBe(ANSWER);
    // Offer and answer are exchanged: an UPDATE may offer anew (RFC 3311 §5.1).
    side.request("UPDATE", { body: OFFER });
    world.run(50);
    expect(bob.count("UPDATE")).toBe(1);
  });

  it("ends the call with 504 where no PRACK comes in 64·T1, and cancels the callee", () => {
    const { world, carol, bob, offered } = ringing({ fields: SUPPORTED });
    bob.answer(offered, 180, { fields: reliably(1) });
    world.run(31_900);
    expect(carol.kinds.filter((kind) => !kind.startsWith("1"))).toEqual([]);
    world.run(200);
    expect([carol.count("504 INVITE"), bob.count("CANCEL")]).toEqual([1, 1]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it.each([1, 2, 3, 4])("gets across a network that loses, reorders and repeats (%i)", (seed) => {
    const world = new World({
      script: { invite: () => forward("bob") },
      seed,
      loss: 0.3,
      duplication: 0.2,
      maxDelayMs: 300,
    });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const invite = carol.invite(TO, { body: OFFER, fields: SUPPORTED });
    const sendAgain = (text: SipText, isDone: () => boolean) => {
      for (let i = 0; i < 40 && !isDone(); i++) {
        world.run(500);
        if (!isDone()) (text.status === 0 ? carol : bob).sendText(text.text);
      }
    };
    sendAgain(invite, () => bob.count("INVITE") > 0);
    const offered = bob.take("INVITE");
    for (let i = 0; i < 40 && bob.count("PRACK") === 0; i++) {
      bob.answer(offered, 183, { fields: reliably(1), body: ANSWER });
      world.run(500);
      const early = carol.received.find(({ status, method }) => status === 183 && method === "INVITE");
      if (early !== undefined) prack(carol, invite, early);
    }
    expect(bob.take("PRACK").header("RAck")).toBe("1 1 INVITE");
    expect(
      new Set(carol.received.filter(({ status }) => status === 183).map((early) => early.header("RSeq"))).size,
    ).toBe(1);
  });
});

describe("A callee's reliable provisional response, where the caller does not know of such things", () => {
  it("is acknowledged by us, and he gets a plain one", () => {
    const { world, carol, bob, invite, offered } = ringing();
    expect(offered.header("Supported")).toBe("100rel, timer, replaces, norefersub");
    bob.answer(offered, 180, { fields: reliably(12) });
    world.run(50);
    const got = bob.take("PRACK");
    expect([got.header("RAck"), got.cseq, got.header("To")]).toEqual([
      "12 1 INVITE",
      2,
      `${offered.header("To")};tag=t-bob`,
    ]);
    bob.answer(got, 200);
    const rung = carol.take("180 INVITE");
    expect([rung.header("Require"), rung.header("RSeq")]).toEqual(["", ""]);
    bob.answer(offered, 183, { fields: reliably(13) });
    bob.answer(offered, 183, { fields: reliably(13) });
    world.run(50);
    bob.answer(bob.take("PRACK"), 200);
    expect([bob.count("PRACK"), carol.count("183 INVITE")]).toEqual([2, 1]);
    bob.answer(offered, 200, { body: ANSWER });
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.ack(invite);
    side.request("BYE");
    world.run(50);
    expect(bob.take("BYE").cseq).toBe(4);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is not asked for where it could bring an offer that nobody answers", () => {
    const { offered } = ringing({ body: "" });
    expect(offered.header("Supported")).not.toContain("100rel");
  });
});

describe("A caller who requires reliable provisional responses", () => {
  it("gets those of a callee that knows no such thing from us, one after the other", () => {
    const { world, carol, bob, invite, offered } = ringing({ fields: REQUIRED });
    bob.answer(offered, 180);
    bob.answer(offered, 183, { body: ANSWER });
    world.run(50);
    const rung = carol.take("180 INVITE");
    expect([rung.header("Require"), carol.count("183 INVITE")]).toEqual(["100rel", 0]);
    const side = prack(carol, invite, rung);
    world.run(50);
    expect([carol.count("200 PRACK"), bob.count("PRACK")]).toEqual([1, 0]);
    const early = carol.take("183 INVITE");
    // RFC 3262 §3: the 2xx waits for the PRACK of a description.
    bob.answer(offered, 200, { body: ANSWER });
    world.run(400);
    expect(carol.count("200 INVITE")).toBe(0);
    side.request("PRACK", { fields: [["RAck", `${early.header("RSeq")} 1 INVITE`]] });
    world.run(50);
    expect(carol.kinds.slice(-2)).toEqual(["200 PRACK", "200 INVITE"]);
    side.ack(invite);
    world.run(50);
    expect(bob.count("ACK")).toBe(1);
    side.request("BYE");
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("gets the 2xx at once where what has no PRACK says nothing of media, whose PRACK is taken late", () => {
    const { world, carol, bob, invite, offered } = ringing({ fields: REQUIRED });
    bob.answer(offered, 180);
    bob.answer(offered, 200, { body: ANSWER });
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.ack(invite);
    prack(carol, invite, carol.take("180 INVITE"));
    world.run(10_000);
    expect([carol.count("180 INVITE"), carol.count("200 PRACK")]).toEqual([1, 1]);
  });

  it.each([
    ["gives up", "487 INVITE", (carol: Phone, invite: SipText) => void carol.cancel(invite)],
    ["never sends it", "487 INVITE", () => {}],
  ])("whose answer waits for a PRACK and who %s leaves nobody connected", (_what, final, act) => {
    const { world, carol, bob, invite, offered } = ringing({ fields: REQUIRED });
    bob.answer(offered, 183, { body: ANSWER });
    bob.answer(offered, 200, { body: ANSWER });
    world.run(50);
    act(carol, invite);
    world.run(40_000);
    expect([carol.count(final), carol.count("200 INVITE"), carol.count("BYE")]).toEqual([1, 0, 0]);
    expect([bob.count("ACK") > 0, bob.count("BYE")]).toEqual([true, 1]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("gets the ringing of a script reliably", () => {
    const world = new World({ script: { invite: () => [ring(), forward("bob")] } });
    const carol = world.phone("carol");
    world.registered("bob");
    const invite = carol.invite(TO, { fields: REQUIRED });
    world.run(50);
    const rung = carol.take("180 INVITE");
    expect(rung.header("RSeq")).not.toBe("");
    prack(carol, invite, rung);
    world.run(50);
    expect(carol.count("200 PRACK")).toBe(1);
  });

  it("is refused as ever, whatever has no PRACK yet", () => {
    const world = new World({ script: { invite: () => [ring(), reject(486)] } });
    const carol = world.phone("carol");
    carol.invite(TO, { fields: REQUIRED });
    world.run(50);
    expect(carol.count("486 INVITE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("Require in an INVITE (RFC 3261 §8.2.2.3)", () => {
  it("gets 420 that lists what is unknown, and nothing else", () => {
    const { world, carol } = ringing();
    carol.invite(TO, {
      fields: [
        ["Require", "100rel, teleport"],
        ["Require", "x-more"],
      ],
    });
    world.run(50);
    expect(carol.take("420 INVITE").header("Unsupported")).toBe("teleport, x-more");
  });

  it("is looked at neither in a CANCEL nor in an ACK", () => {
    const { world, carol, bob, invite, offered } = ringing();
    bob.answer(offered, 200, { body: ANSWER });
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.request("ACK", { fields: [["Require", "teleport"]] });
    world.run(50);
    expect(bob.count("ACK")).toBe(1);
    const again = carol.invite(TO);
    world.run(50);
    carol.cancel(again, [["Require", "teleport"]]);
    world.run(50);
    expect([carol.count("200 CANCEL"), carol.count("487 INVITE")]).toEqual([1, 1]);
  });

  it("is told what the switch speaks by the answer to OPTIONS", () => {
    const world = new World();
    const carol = world.phone("carol");
    carol.sendText(carol.invite(`sip:${DOMAIN}`).text.replaceAll("INVITE", "OPTIONS").replace("z9hG4bK", "z9hG4bKo"));
    world.run(50);
    const tags = carol.take("200 OPTIONS").header("Supported").split(", ");
    expect(tags).toEqual(expect.arrayContaining(["100rel", "timer"]));
  });
});
