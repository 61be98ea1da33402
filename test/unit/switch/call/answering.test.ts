import { describe, expect, it } from "vitest";
import { type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward, reject } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const OFFER = "v=0\r\no=carol";
const ANSWER = "v=0\r\no=bob";

function ringing(world: World, caller: Phone, callee: Phone, tag: string): { invite: SipText; offered: SipText } {
  const invite = caller.invite(TO, { body: OFFER });
  world.run(50);
  const offered = callee.take("INVITE");
  callee.answer(offered, 180, { toTag: tag });
  world.run(50);
  return { invite, offered };
}

describe("a call through the switch", () => {
  it("is two dialogs with tags, Call-IDs and CSeqs of their own, and ends with one BYE", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const talk = connect(world, carol, bob);
    expect(talk.offered.header("Call-ID")).not.toBe(talk.invite.header("Call-ID"));
    expect(talk.offered.param("From", "tag")).not.toBe(talk.invite.param("From", "tag"));
    expect(talk.answered.param("To", "tag")).not.toBe("t-bob");
    talk.caller.request("BYE");
    world.run(100);
    expect(carol.kinds).toEqual(["180 INVITE", "200 INVITE", "200 BYE"]);
    expect(bob.kinds).toEqual(["INVITE", "ACK", "BYE"]);
    expect(world.observer.told).toEqual(["started", "ringing", "answered", "ended"]);
    expect(world.leftovers()).toEqual({ calls: 0, client: 0, server: 0, timers: 0 });
  });

  it("gives the caller one To tag for each early dialog, and the one of the winner in the 2xx", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const { offered } = ringing(world, carol, bob, "one");
    bob.answer(offered, 183, { toTag: "two", body: ANSWER });
    bob.answer(offered, 180, { toTag: "one" });
    world.run(50);
    bob.answer(offered, 200, { toTag: "two", body: ANSWER });
    world.run(50);
    const [first, second, again] = carol.received.slice(0, 3).map((message) => message.param("To", "tag"));
    expect(first).not.toBe(second);
    expect(again).toBe(first);
    expect(carol.take("200 INVITE").param("To", "tag")).toBe(second);
  });

  it("gives each callee of a plan early dialogs of its own", () => {
    const world = new World({ script: { invite: () => [forward("bob", { ringSeconds: 5 }), forward("dave")] } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const dave = world.registered("dave");
    const { offered } = ringing(world, carol, bob, "same");
    bob.answer(offered, 183, { toTag: "same", body: ANSWER });
    world.run(6000);
    dave.answer(dave.take("INVITE"), 183, { toTag: "same", body: ANSWER });
    world.run(50);
    const tags = carol.received.filter(({ status }) => status === 183).map((message) => message.param("To", "tag"));
    expect(new Set(tags).size).toBe(2);
  });

  it("still finds the dialog of the winner after more early dialogs than it tells of", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const { invite, offered } = ringing(world, carol, bob, "t0");
    for (let fork = 1; fork < 40; fork++) bob.answer(offered, 180, { toTag: `t${fork}` });
    world.run(50);
    expect(carol.count("180 INVITE")).toBe(32);
    bob.answer(offered, 200, { toTag: "t99" });
    world.run(50);
    const side = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    side.ack(invite);
    world.run(50);
    side.request("BYE");
    world.run(50);
    expect(carol.count("200 BYE")).toBe(1);
    expect(bob.kinds.slice(-2)).toEqual(["ACK", "BYE"]);
  });

  it("keeps a 100 of the callee to itself and passes every other provisional answer on", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    for (const status of [100, 180, 181, 182, 183, 199]) bob.answer(offered, status);
    world.run(50);
    expect(carol.kinds).toEqual([180, 181, 182, 183, 199].map((status) => `${status} INVITE`));
    expect(world.scripts.names).toEqual(["invite"]);
  });

  it("copies the caller's Record-Route whole, and goes back by it", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const edge = world.phone("edge");
    const routes = [`<sip:${edge.address}:5060;lr>`, "<sip:inner.example;lr>"];
    const talk = connect(world, carol, bob, { fields: routes.map((route) => ["Record-Route", route] as const) });
    expect(talk.answered.headers("Record-Route")).toEqual(routes);
    expect(talk.offered.headers("Record-Route")).toEqual([]);
    talk.callee.request("BYE");
    world.run(50);
    expect(edge.take("BYE").headers("Route")).toEqual(routes);
    expect(carol.count("BYE")).toBe(0);
  });

  it("passes a late offer and its answer through, in the 200 and in the ACK", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    expect(offered.body).toBe("");
    bob.answer(offered, 200, { body: OFFER });
    world.run(50);
    const answered = carol.take("200 INVITE");
    expect(answered.body).toBe(OFFER);
    expect(bob.count("ACK")).toBe(0);
    Side.ofCaller(carol, invite, answered).ack(invite, ANSWER);
    world.run(50);
    expect(bob.take("ACK").body).toBe(ANSWER);
  });

  it("acknowledges a 2xx that comes again, with the same body", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const invite = carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 200, { body: OFFER });
    world.run(50);
    bob.answer(offered, 200, { body: OFFER });
    world.run(50);
    expect(bob.count("ACK")).toBe(0);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite, ANSWER);
    world.run(50);
    bob.answer(offered, 200, { body: OFFER });
    world.run(50);
    expect([bob.take("ACK").body, bob.take("ACK").body]).toEqual([ANSWER, ANSWER]);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("acknowledges the first 2xx again after a re-INVITE, with the CSeq that it had", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const talk = connect(world, carol, bob);
    const again = talk.caller.request("INVITE");
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    world.run(50);
    talk.caller.ack(again);
    world.run(50);
    bob.answer(talk.offered, 200);
    world.run(50);
    const acks = bob.received.filter(({ method }) => method === "ACK").map(({ cseq }) => cseq);
    expect(acks).toEqual([1, 2, 1]);
  });

  it("hangs up a second 2xx of a fork downstream: ACK and one BYE, also when it comes again", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const talk = connect(world, carol, bob);
    for (const _ of [1, 2]) {
      bob.answer(talk.offered, 200, { toTag: "other" });
      world.run(50);
    }
    const other = bob.received.filter((message) => message.param("To", "tag") === "other").map(({ method }) => method);
    expect(other).toEqual(["ACK", "BYE", "ACK"]);
    expect(world.sw.index.size).toBe(1);
    expect(carol.count("200 INVITE")).toBe(1);
  });
});

describe("what goes on to the other side", () => {
  const passed = [
    ["an unknown header", "X-Any", "  thing; a=1", "thing; a=1"],
    ["a header in its compact form, lengthened", "s", "Hello", undefined],
    ["a display name in UTF-8", "Organization", "Gr\xc3\xbc\xc3\x9fe", "Gr\xc3\xbc\xc3\x9fe"],
  ] as const;
  it.each(passed)("includes %s", (_what, name, value, arrives) => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO, { fields: [[name, value]] });
    world.run(50);
    const offered = bob.take("INVITE");
    if (arrives === undefined) expect(offered.header("Subject")).toBe("Hello");
    else expect(offered.header(name)).toBe(arrives);
  });

  it.each([
    ["Min-SE", "90"],
    ["Record-Route", "<sip:edge.example;lr>"],
    ["Join", "a;to-tag=b;from-tag=c"],
    ["Target-Dialog", "a;local-tag=b;remote-tag=c"],
    ["Proxy-Authorization", 'Digest username="x"'],
  ])("leaves out %s, which belongs to one leg", (name, value) => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const isCredentials = name === "Proxy-Authorization";
    const fields = [isCredentials ? (["Authorization", value] as const) : ([name, value] as const)];
    carol.invite(TO, { fields });
    world.run(50);
    const offered = bob.take("INVITE");
    expect(offered.header(fields[0]?.[0] ?? name)).toBe("");
  });

  it("has Supported and Allow without what the switch does not speak", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO, {
      fields: [
        ["Supported", "100rel, timer, replaces, gruu, outbound, path, tdialog"],
        ["Allow", "INVITE, ACK, BYE, PRACK, REFER, INFO"],
      ],
    });
    world.run(50);
    const offered = bob.take("INVITE");
    expect(offered.header("Supported")).toBe("tdialog, 100rel, timer, replaces, norefersub");
    expect(offered.header("Allow")).toBe("INVITE, ACK, BYE, PRACK, INFO, REFER");
    expect(offered.headers("Contact")).toHaveLength(1);
    expect(offered.headers("Via")).toHaveLength(1);
    expect(offered.header("Contact")).toContain("192.0.2.1:5060");
  });

  it("goes to a URI without what has no place in a request line", () => {
    const world = new World({
      script: { invite: () => forward("sip:bob@203.0.113.2;method=BYE?Replaces=a") },
      route: { public: true },
    });
    const carol = world.phone("carol");
    const bob = world.phone("bob");
    carol.invite(TO);
    world.run(50);
    expect(bob.take("INVITE").text).toMatch(/^INVITE sip:bob@203\.0\.113\.2 SIP\/2\.0\r\n/);
  });

  it("is what the decision says of caller and headers, which win over the caller's own", () => {
    const options = { callerId: "+49301", callerName: 'Front "desk"', headers: { "X-Queue": "sales" } };
    const world = new World({ script: { invite: () => forward("bob", options) } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO, { fields: [["x-queue", "mine"]] });
    world.run(50);
    const offered = bob.take("INVITE");
    expect(offered.header("From")).toMatch(/^"Front \\"desk\\"" <sip:\+49301@example.com>;tag=/);
    expect(offered.headers("X-Queue")).toEqual(["sales"]);
  });

  it("counts Max-Forwards down", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO, { maxForwards: 12 });
    world.run(50);
    expect(bob.take("INVITE").header("Max-Forwards")).toBe("11");
  });

  it("is text for scripts and records, and octets on the wire", () => {
    const world = new World({
      script: {
        invite: ({ from, to }) =>
          from.name === "Zoë" && to.user === "zoé" ? reject(480, { reason: "für später" }) : reject(500),
      },
    });
    const carol = world.phone("carol");
    carol.invite(`sip:zo%C3%A9@${DOMAIN}`, { from: '"Zo\xc3\xab" <sip:zoe@elsewhere.example>' });
    world.run(50);
    expect(carol.take("480 INVITE").reason).toBe("f\xc3\xbcr sp\xc3\xa4ter");
    expect(world.observer.cdrs[0]?.reason).toBe("für später");
  });
});
