import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { forward } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const OFFER = "v=0\r\no=offer";
const ANSWER = "v=0\r\no=answer";
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function talking(script = {}) {
  const world = new World({ script: { invite: () => forward("bob"), ...script } });
  const carol = world.phone("carol");
  const bob = world.registered("bob");
  return { world, carol, bob, talk: connect(world, carol, bob, { body: OFFER }) };
}

describe("a request within a call", () => {
  it.each(["INFO", "UPDATE", "MESSAGE", "OPTIONS", "NOTIFY", "PUZZLE"])(
    "%s reaches the other side with its body and headers, and its answer comes back",
    (method) => {
      const { world, carol, bob, talk } = talking();
      talk.caller.request(method, { body: "digits", fields: [["X-Any", "thing"]] });
      world.run(50);
      const got = bob.take(method);
      expect([got.body, got.header("X-Any"), got.header("Call-ID")]).toEqual([
        "digits",
        "thing",
        talk.offered.header("Call-ID"),
      ]);
      bob.answer(got, 299, { reason: "As you like", fields: [["X-Back", "yes"]] });
      world.run(50);
      const back = carol.take(`299 ${method}`);
      expect([back.reason, back.header("X-Back")]).toEqual(["As you like", "yes"]);
    },
  );

  it("is told to the script once it is on its way", () => {
    const { world, bob, talk } = talking({ info: () => undefined, reinvite: () => undefined });
    talk.caller.request("INFO", {
      body: "Signal=5",
      fields: [
        ["Content-Type", "application/dtmf-relay"],
        ["Info-Package", "dtmf"],
      ],
    });
    world.run(50);
    expect(bob.count("INFO")).toBe(1);
    talk.callee.request("INVITE", { body: OFFER });
    world.run(50);
    expect(world.scripts.events.slice(1)).toEqual([
      { type: "info", by: "caller", package: "dtmf", contentType: "application/dtmf-relay", body: "Signal=5" },
      { type: "reinvite", by: "callee", sdp: OFFER },
    ]);
  });

  it("goes the other way as well", () => {
    const { world, carol, bob, talk } = talking();
    talk.callee.request("INFO", { body: "x" });
    world.run(50);
    carol.answer(carol.take("INFO"), 200);
    world.run(50);
    expect(bob.count("200 INFO")).toBe(1);
  });

  it("with a lower CSeq than the last gets 500", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("INFO", { cseq: 50 });
    talk.caller.request("INFO", { cseq: 49 });
    world.run(50);
    expect([carol.count("500 INFO"), bob.count("INFO")]).toEqual([1, 1]);
  });

  it("of the callee keeps its CSeq from the early dialog on", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    world.run(50);
    const side = Side.ofCallee(bob, offered);
    side.request("INFO", { cseq: 70 });
    world.run(50);
    bob.answer(offered, 200);
    world.run(50);
    side.request("INFO", { cseq: 69 });
    world.run(50);
    expect(bob.count("500 INFO")).toBe(1);
  });

  it.each([
    ["SUBSCRIBE", 405],
    ["REGISTER", 405],
  ])("%s gets %i", (method, status) => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request(method);
    world.run(50);
    const answer = carol.take(`${status} ${method}`);
    expect(answer.header("Allow")).toContain("INVITE");
    expect(bob.count(method)).toBe(0);
  });

  it("that requires an extension gets 420, and an unknown dialog 481", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("INFO", { fields: [["Require", "teleport"]] });
    world.run(50);
    expect(carol.take("420 INFO").header("Unsupported")).toBe("teleport");
    const stranger = new Side(carol, { ...talk.caller, remote: "<sip:x@example.com>;tag=unknown" });
    stranger.request("INFO");
    world.run(50);
    expect([carol.count("481 INFO"), bob.count("INFO")]).toEqual([1, 0]);
  });

  it("that nobody answers gets 408, and one that the callee challenges 500", () => {
    const { world, carol, bob, talk } = talking();
    bob.isPolite = false;
    talk.caller.request("INFO");
    world.run(50);
    bob.answer(bob.take("INFO"), 407);
    world.run(50);
    expect(carol.count("500 INFO")).toBe(1);
    talk.caller.request("INFO");
    world.run(33_000);
    expect(carol.count("408 INFO")).toBe(1);
  });

  it("that is still open when the call ends gets 487, and is not cancelled", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("INFO");
    world.run(50);
    bob.answer(bob.take("INFO"), 100);
    world.run(50);
    talk.callee.request("BYE");
    world.run(50);
    expect(carol.count("487 INFO")).toBe(1);
    expect(bob.count("CANCEL")).toBe(0);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("a re-INVITE", () => {
  it("goes across with offer, answer and ACK, and moves the target of the one who sends it", () => {
    const { world, carol, bob, talk } = talking();
    const moved = world.phone("moved");
    const again = talk.caller.request("INVITE", { body: "hold", contact: moved.contact });
    world.run(50);
    const offered = bob.take("INVITE");
    expect(offered.body).toBe("hold");
    bob.answer(offered, 200, { body: "held" });
    world.run(50);
    expect(carol.received.at(-1)?.body).toBe("held");
    talk.caller.ack(again, "ack body");
    world.run(50);
    expect(bob.received.at(-1)?.body).toBe("ack body");
    talk.callee.request("BYE");
    world.run(50);
    expect([moved.count("BYE"), carol.count("BYE")]).toEqual([1, 0]);
  });

  it("that is refused leaves the call as it was", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("INVITE", { body: "hold" });
    world.run(50);
    bob.answer(bob.take("INVITE"), 488);
    world.run(50);
    expect(carol.count("488 INVITE")).toBe(1);
    talk.callee.request("INVITE", { body: "other" });
    world.run(50);
    expect(carol.count("INVITE")).toBe(1);
  });

  it("of both sides at once gets 491 on both sides", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("INVITE");
    world.run(3);
    talk.callee.request("INVITE");
    world.run(50);
    expect(bob.count("491 INVITE")).toBe(1);
    expect(carol.count("INVITE")).toBe(0);
    bob.answer(bob.take("INVITE"), 491);
    world.run(50);
    expect(carol.count("491 INVITE")).toBe(1);
    talk.callee.request("INVITE");
    world.run(50);
    expect(carol.count("INVITE")).toBe(1);
  });

  it("while the sender's own one is open gets 500 with Retry-After up to 10", () => {
    const { world, carol, talk } = talking();
    talk.caller.request("INVITE");
    talk.caller.request("INVITE");
    world.run(50);
    const after = Number(carol.take("500 INVITE").header("Retry-After"));
    expect(after).toBeGreaterThanOrEqual(0);
    expect(after).toBeLessThanOrEqual(10);
  });

  it("before the call is answered gets 500 from the caller and 491 from the callee", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    world.run(50);
    Side.ofCallee(bob, offered).request("INVITE");
    Side.ofCaller(carol, invite, carol.take("180 INVITE")).request("INVITE");
    world.run(50);
    expect([bob.count("491 INVITE"), carol.count("500 INVITE")]).toEqual([1, 1]);
  });

  it("that is cancelled is cancelled on the other side", () => {
    const { world, carol, bob, talk } = talking();
    const again = talk.caller.request("INVITE");
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    carol.cancel(again, [
      ["Reason", 'SIP;cause=491;text="glare"'],
      ["Reason", "Q.850;cause=16"],
    ]);
    world.run(50);
    expect(bob.count("CANCEL")).toBe(1);
    expect(bob.take("CANCEL").headers("Reason")).toEqual(['SIP;cause=491;text="glare"', "Q.850;cause=16"]);
    expect([carol.count("200 CANCEL"), carol.count("487 INVITE")]).toEqual([1, 1]);
    expect(world.sw.index.size).toBe(1);
  });

  it("whose ACK never comes ends the call", () => {
    const { world, carol, bob, talk } = talking();
    talk.callee.request("INVITE");
    world.run(50);
    carol.answer(carol.take("INVITE"), 200);
    world.run(33_000);
    expect(bob.count("200 INVITE")).toBe(11);
    expect([carol.kinds.slice(-2), bob.kinds.at(-1)]).toEqual([["ACK", "BYE"], "BYE"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("whose ACK has not come yet does not hold the BYE up", () => {
    const { world, carol, bob, talk } = talking();
    talk.callee.request("INVITE");
    world.run(50);
    carol.answer(carol.take("INVITE"), 200);
    world.run(50);
    talk.caller.request("BYE");
    world.run(50);
    expect(bob.count("BYE")).toBe(1);
    expect(carol.count("ACK")).toBe(1);
    const before = bob.count("200 INVITE");
    expect(world.leftovers()).toEqual(NOTHING);
    expect(bob.count("200 INVITE")).toBe(before);
  });

  it("that is open when the call ends gets 487, and a 2xx that comes too late gets its ACK", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("INVITE");
    world.run(50);
    const open = bob.take("INVITE");
    talk.callee.request("BYE");
    world.run(50);
    expect(carol.count("487 INVITE")).toBe(1);
    const acks = bob.count("ACK");
    bob.answer(open, 200);
    world.run(50);
    expect(bob.count("ACK")).toBe(acks + 1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("whose 2xx comes again after another re-INVITE gets its own ACK", () => {
    const { world, carol, bob, talk } = talking();
    const first = talk.caller.request("INVITE");
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 200);
    world.run(50);
    talk.caller.ack(first, "first");
    world.run(50);
    talk.caller.request("INVITE");
    world.run(50);
    bob.answer(offered, 200);
    world.run(50);
    expect(bob.received.filter(({ method }) => method === "ACK").map(({ body }) => body)).toEqual([
      "",
      "first",
      "first",
    ]);
    expect(carol.count("200 INVITE")).toBe(2);
  });
});

describe("the Contact of a request within a call", () => {
  it.each([
    ["UPDATE", 1],
    ["NOTIFY", 1],
    ["INFO", 0],
  ])("is ours in a relayed %s where the method has one (%i)", (method, contacts) => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    connect(world, carol, bob).caller.request(method);
    world.run(50);
    const relayed = bob.take(method).headers("Contact");
    expect(relayed).toHaveLength(contacts);
    for (const contact of relayed) expect(contact).toContain("192.0.2.1:5060");
  });
});

describe("an UPDATE with an offer", () => {
  it("goes across once the INVITE's offer is answered, in early media and again in the 200", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const invite = carol.invite(TO, { body: OFFER });
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 183, { body: ANSWER });
    world.run(50);
    bob.answer(offered, 200, { body: ANSWER });
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.ack(invite);
    side.request("UPDATE", { body: OFFER });
    world.run(50);
    expect(bob.count("UPDATE")).toBe(1);
  });

  it("goes across after a late offer that was answered in the ACK", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const invite = carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 200, { body: OFFER });
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.ack(invite, ANSWER);
    world.run(50);
    side.request("UPDATE", { body: OFFER });
    world.run(50);
    expect(bob.count("UPDATE")).toBe(1);
  });

  it("gets 491 while we have an offer out to its sender, and 500 while its own is open", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("UPDATE", { body: OFFER });
    world.run(50);
    talk.caller.request("UPDATE", { body: OFFER });
    talk.callee.request("UPDATE", { body: OFFER });
    world.run(50);
    expect(carol.count("500 UPDATE")).toBe(1);
    expect(bob.count("491 UPDATE")).toBe(1);
  });

  it("goes across after one that nobody answered", () => {
    const { world, carol, bob, talk } = talking();
    bob.isPolite = false;
    talk.caller.request("UPDATE", { body: OFFER });
    world.run(33_000);
    expect(carol.count("408 UPDATE")).toBe(1);
    const before = bob.count("UPDATE");
    talk.caller.request("UPDATE", { body: OFFER });
    world.run(50);
    expect(bob.count("UPDATE")).toBe(before + 1);
  });

  it("is still refused after an INFO with a body has failed", () => {
    const { world, carol, bob, talk } = talking();
    talk.caller.request("UPDATE", { body: OFFER });
    talk.caller.request("INFO", { body: "digit" });
    world.run(50);
    bob.answer(bob.take("INFO"), 415);
    world.run(50);
    talk.callee.request("UPDATE", { body: OFFER });
    world.run(50);
    expect(carol.count("415 INFO")).toBe(1);
    expect(bob.count("491 UPDATE")).toBe(1);
  });
});
