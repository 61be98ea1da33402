import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { forward } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function callWorld(options: { ringSeconds?: number; maxSeconds?: number } = {}) {
  const world = new World({
    script: { invite: () => forward("bob", options), cancel: () => undefined, bye: () => undefined },
  });
  return { world, carol: world.phone("carol"), bob: world.registered("bob") };
}

describe("a caller whose Contact leads nowhere", () => {
  it.each(["<<<>>>", "<sips:carol@203.0.113.1>", "<mailto:carol@example.com>"])(
    "(%s) is hung up over the way that it came",
    (contact) => {
      const world = new World({ script: { invite: () => forward("bob") } });
      const carol = world.phone("carol");
      const bob = world.registered("bob");
      const talk = connect(world, carol, bob, { contact });
      talk.callee.request("BYE");
      world.run(50);
      expect([carol.count("BYE"), bob.count("200 BYE")]).toEqual([1, 1]);
    },
  );
});

describe("a caller who cancels", () => {
  it("gets 200 for the CANCEL and 487, and the callee gets a CANCEL with the reason", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    carol.cancel(invite, [
      ["Reason", "SIP;cause=200"],
      ["Reason", "Q.850;cause=26"],
    ]);
    world.run(100);
    expect(carol.kinds).toEqual(["180 INVITE", "200 CANCEL", "487 INVITE"]);
    expect(bob.kinds).toEqual(["INVITE", "CANCEL", "ACK"]);
    expect(bob.take("CANCEL").headers("Reason")).toEqual(["SIP;cause=200", "Q.850;cause=26"]);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "cancelled", code: 487, endedBy: "caller" });
    expect(world.scripts.names).toEqual(["invite", "cancel"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("gets the same To tag in both answers", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 100);
    world.run(50);
    carol.cancel(invite);
    world.run(50);
    const tag = carol.take("200 CANCEL").param("To", "tag");
    expect(tag).not.toBe("");
    expect(carol.take("487 INVITE").param("To", "tag")).toBe(tag);
  });

  it("is followed by a CANCEL to the callee only once that has answered provisionally", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    carol.cancel(invite);
    world.run(50);
    expect(carol.count("487 INVITE")).toBe(1);
    expect(bob.count("CANCEL")).toBe(0);
    bob.answer(offered, 100);
    world.run(50);
    expect(bob.count("CANCEL")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("while the callee answers: the 2xx is acknowledged and hung up", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    world.run(50);
    bob.isPolite = false;
    carol.cancel(invite);
    world.run(6);
    bob.answer(offered, 200);
    world.run(50);
    expect(bob.kinds).toEqual(["INVITE", "CANCEL", "ACK", "BYE"]);
    expect(carol.count("200 INVITE")).toBe(0);
    expect(world.observer.cdrs).toHaveLength(1);
  });

  it("too late: 200 for the CANCEL, and the call is up", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    world.run(6);
    carol.cancel(invite);
    world.run(50);
    expect(carol.kinds).toEqual(["200 INVITE", "200 CANCEL"]);
    expect(world.sw.index.size).toBe(1);
    expect(bob.count("CANCEL") + bob.count("BYE")).toBe(0);
  });

  it("what is not there gets 481, with a To tag", () => {
    const { world, carol } = callWorld();
    const invite = carol.invite(TO, { maxForwards: 0 });
    world.run(50_000);
    carol.cancel(invite);
    world.run(50);
    expect(carol.take("481 CANCEL").param("To", "tag")).not.toBe("");
  });
});

describe("an answered call", () => {
  it.each(["caller", "callee"] as const)("that the %s hangs up ends with one BYE to the other", (by) => {
    const { world, carol, bob } = callWorld();
    const talk = connect(world, carol, bob);
    talk[by].request("BYE", { fields: [["Reason", 'Q.850;cause=16;text="done"']] });
    world.run(50);
    const [one, other] = by === "caller" ? [carol, bob] : [bob, carol];
    expect(one.kinds.at(-1)).toBe("200 BYE");
    expect(other.take("BYE").header("Reason")).toBe('Q.850;cause=16;text="done"');
    expect(other.count("BYE")).toBe(1);
    expect(world.observer.cdrs).toMatchObject([{ result: "answered", code: 200, endedBy: by }]);
    expect(world.scripts.names).toEqual(["invite", "bye"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that both hang up at once ends once, and each BYE is answered", () => {
    const { world, carol, bob } = callWorld();
    const talk = connect(world, carol, bob);
    talk.caller.request("BYE");
    talk.callee.request("BYE");
    world.run(50);
    expect(carol.kinds.filter((kind) => kind.endsWith("BYE")).sort()).toEqual(["200 BYE"]);
    expect(bob.kinds.filter((kind) => kind.endsWith("BYE")).sort()).toEqual(["481 BYE", "BYE"]);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("ends when its time is up", () => {
    const { world, carol, bob } = callWorld({ maxSeconds: 30 });
    connect(world, carol, bob);
    world.run(29_000);
    expect(carol.count("BYE")).toBe(0);
    world.run(2000);
    expect([carol.count("BYE"), bob.count("BYE")]).toEqual([1, 1]);
    expect(world.observer.cdrs[0]?.endedBy).toBe("switch");
    expect(world.observer.cdrs[0]?.seconds).toBe(30);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("whose ACK never comes: the 2xx is sent again T1 to T2 for 64*T1, then ACK and BYE, and BYE", () => {
    const { world, carol, bob } = callWorld();
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    world.run(6);
    const start = world.clock.now();
    world.run(31_000);
    const at = world.transport.sent
      .filter(({ text }) => text.startsWith("SIP/2.0 200") && text.includes("CSeq: 1 INVITE"))
      .map((sent) => Math.abs(Math.round((sent.at - start) / 100)) / 10);
    expect(at).toEqual([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5]);
    expect(bob.count("ACK") + bob.count("BYE") + carol.count("BYE")).toBe(0);
    world.run(1500);
    expect(bob.kinds.slice(-2)).toEqual(["ACK", "BYE"]);
    expect(carol.kinds.at(-1)).toBe("BYE");
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that the callee hangs up before the caller's ACK: the 2xx goes on, and BYE follows the ACK", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 200);
    world.run(50);
    Side.ofCallee(bob, offered).request("BYE");
    world.run(1000);
    expect(bob.count("200 BYE")).toBe(1);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.calls.active).toBe(0);
    expect(carol.count("BYE")).toBe(0);
    expect(carol.count("200 INVITE")).toBeGreaterThan(1);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    world.run(50);
    expect(carol.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that ends without the caller's ACK ever coming: BYE to the caller after 64*T1", () => {
    const { world, carol, bob } = callWorld();
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    world.run(50);
    world.calls.hangUp(world.calls.list()[0]?.id ?? "");
    world.run(50);
    expect(bob.kinds.slice(-2)).toEqual(["ACK", "BYE"]);
    expect(carol.count("BYE")).toBe(0);
    world.run(32_000);
    expect(carol.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that ends before the caller's ACK takes the caller's own BYE", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 200);
    world.run(50);
    Side.ofCallee(bob, offered).request("BYE");
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.request("INFO");
    side.request("BYE");
    world.run(50);
    expect([carol.count("481 INFO"), carol.count("200 BYE"), carol.count("BYE")]).toEqual([1, 1, 0]);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.scripts.names).toEqual(["invite", "bye"]);
    const before = carol.count("200 INVITE");
    expect(world.leftovers()).toEqual(NOTHING);
    expect(carol.count("200 INVITE")).toBe(before);
  });

  it("that the caller hangs up without an ACK: the callee's 2xx is acknowledged before the BYE", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    world.run(50);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).request("BYE");
    world.run(50);
    expect(bob.kinds.slice(-2)).toEqual(["ACK", "BYE"]);
    expect(carol.count("BYE")).toBe(0);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("a callee", () => {
  it("that answers after its time to ring is acknowledged and hung up, once", () => {
    const { world, carol, bob } = callWorld({ ringSeconds: 10 });
    carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    bob.isPolite = false;
    world.run(10_100);
    expect(carol.count("408 INVITE")).toBe(1);
    for (const _ of [1, 2]) {
      bob.answer(offered, 200);
      world.run(50);
    }
    expect(bob.kinds.filter((kind) => kind !== "CANCEL")).toEqual(["INVITE", "ACK", "BYE", "ACK"]);
    expect(carol.count("200 INVITE")).toBe(0);
    expect(world.observer.cdrs).toMatchObject([{ result: "failed", code: 408 }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that says nothing at all is left after the time to ring, and may still be late", () => {
    const { world, carol, bob } = callWorld({ ringSeconds: 10 });
    carol.invite(TO);
    world.run(10_100);
    expect(carol.count("408 INVITE")).toBe(1);
    expect(bob.count("CANCEL")).toBe(0);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    expect([bob.count("CANCEL"), carol.count("180 INVITE")]).toEqual([1, 0]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("may not end an early dialog by BYE; the caller may, and gets 487", () => {
    const { world, carol, bob } = callWorld();
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    world.run(50);
    Side.ofCallee(bob, offered).request("BYE");
    world.run(50);
    expect(bob.count("481 BYE")).toBe(1);
    Side.ofCaller(carol, invite, carol.take("180 INVITE")).request("BYE");
    world.run(50);
    expect(carol.kinds.slice(-2).sort()).toEqual(["200 BYE", "487 INVITE"]);
    expect(bob.count("CANCEL")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});
