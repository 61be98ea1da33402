import { describe, expect, it } from "vitest";
import type { InviteParts, Phone } from "../../../../runtime/simulator/network/phone.ts";
import { requestText } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function send(phone: Phone, method: string, to = `<sip:100@${DOMAIN}>`, fields: [string, string][] = []) {
  const branch = phone.branch();
  return phone.sendText(
    requestText({
      method,
      uri: TO,
      fields: [
        ["Via", phone.via(branch)],
        ["From", "<sip:carol@elsewhere.example>;tag=f"],
        ["To", to],
        ["Call-ID", branch],
        ["CSeq", `7 ${method}`],
        ["Max-Forwards", "70"],
        ...fields,
      ],
    }),
  );
}

describe("a request outside a call", () => {
  it.each([
    ["BYE", 481],
    ["INFO", 481],
    ["UPDATE", 481],
    ["PRACK", 481],
    ["CANCEL", 481],
    ["REFER", 403],
    ["PUZZLE", 480],
    ["OPTIONS", 200],
  ])("%s gets %i with a To tag, and Via, From, Call-ID and CSeq as they were", (method, status) => {
    const world = new World();
    const carol = world.phone("carol");
    const sent = send(carol, method);
    world.run(50);
    const answer = carol.take(`${status} ${method}`);
    expect(answer.param("To", "tag")).not.toBe("");
    for (const name of ["From", "Call-ID", "CSeq"]) expect(answer.header(name)).toBe(sent.header(name));
    expect(answer.header("Via")).toContain(sent.param("Via", "branch"));
    if (status === 405) expect(answer.header("Allow")).toContain("INVITE");
    if (status === 200) for (const name of ["Allow", "Accept"]) expect(answer.header(name)).not.toBe("");
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it.each(["BYE", "INVITE", "INFO"])("%s with an unknown To tag gets 481", (method) => {
    const world = new World();
    const carol = world.phone("carol");
    send(carol, method, `<${TO}>;tag=unknown`);
    world.run(50);
    expect(carol.kinds).toEqual([`481 ${method}`]);
  });

  it.each(["", ";tag=unknown"])("ACK is met with silence (To%s)", (tag) => {
    const world = new World();
    const carol = world.phone("carol");
    send(carol, "ACK", `<${TO}>${tag}`);
    world.run(50);
    expect(carol.received).toEqual([]);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("an INVITE", () => {
  const refused: [string, InviteParts & { uri?: string }, number][] = [
    ["that requires an unknown extension", { fields: [["Require", "teleport"]] }, 420],
    ["that requires one of its proxies", { fields: [["Proxy-Require", "teleport"]] }, 420],
    ["with no Max-Forwards left", { maxForwards: 0 }, 483],
    ["with an unknown scheme", { uri: "mailto:bob@example.com" }, 416],
    ["too large for an event", { body: "x".repeat(33_000) }, 513],
    ["for a foreign domain", { uri: "sip:bob@foreign.example" }, 403],
    ["from a user of ours without proof", { from: `<sip:alice@${DOMAIN}>` }, 407],
  ];
  it.each(refused)("%s is refused before any script", (_what, { uri = TO, ...parts }, status) => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    carol.invite(uri, parts);
    world.run(50);
    const answer = carol.take(`${status} INVITE`);
    expect(answer.param("To", "tag")).not.toBe("");
    if (status === 420) expect(answer.header("Unsupported")).toBe("teleport");
    expect(world.scripts.events).toEqual([]);
    expect(world.observer.told).toEqual([]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that has come another way already is a merged request: 482", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const first = carol.invite(TO);
    world.run(50);
    carol.invite(TO, {
      callId: first.header("Call-ID"),
      tag: first.param("From", "tag"),
      branch: "z9hG4bKother",
    });
    world.run(50);
    expect(carol.count("482 INVITE")).toBe(1);
    expect(bob.count("INVITE")).toBe(1);
  });

  it("gets 100 where nothing else has been said for 200 ms", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    world.registered("bob");
    const carol = world.phone("carol");
    carol.invite(TO);
    world.run(190);
    expect(carol.kinds).toEqual([]);
    world.run(50);
    expect(carol.kinds).toEqual(["100 INVITE"]);
  });

  it("that comes again gets the last answer again, and is no second call", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const { text } = carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    carol.sendText(text);
    world.run(50);
    expect(carol.kinds).toEqual(["180 INVITE", "180 INVITE"]);
    expect(bob.count("INVITE")).toBe(1);
    const tags = carol.received.filter(({ status }) => status === 180).map((message) => message.param("To", "tag"));
    expect(new Set(tags).size).toBe(1);
  });
});

describe("a switch that is full", () => {
  it.each([
    ["calls", { max: 1, perSecond: 1000 }],
    ["calls-per-second", { max: 1000, perSecond: 1 }],
  ])("by its limit of %s refuses a new call with 503 and Retry-After, without any state", (limit, limits) => {
    const world = new World({ script: { invite: () => forward("bob") }, limits });
    const carol = world.phone("carol");
    const dora = world.phone("dora");
    const bob = world.registered("bob");
    carol.invite(TO);
    world.run(6);
    const { server } = world.stack.transactions.size;
    const { text } = dora.invite(TO);
    dora.sendText(text);
    world.run(50);
    const [answer, again] = [dora.take("503 INVITE"), dora.take("503 INVITE")];
    expect(Number(answer.header("Retry-After"))).toBeGreaterThan(0);
    expect(again.header("To")).toBe(answer.header("To"));
    expect(world.stack.transactions.size.server).toBe(server);
    expect(world.observer.overloads).toEqual([limit, limit]);
    expect(world.observer.told).toEqual(["started"]);
    expect(bob.count("INVITE")).toBe(1);
  });

  it("answers the calls that it has: retransmissions, CANCEL, re-INVITE and BYE", () => {
    const world = new World({ script: { invite: () => forward("bob") }, limits: { max: 1, perSecond: 1 } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const talk = connect(world, carol, bob);
    carol.sendText(talk.invite.text);
    talk.caller.request("INVITE");
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    talk.caller.ack({ ...talk.invite, cseq: 2 } as typeof talk.invite);
    world.run(50);
    talk.caller.request("BYE");
    world.run(50);
    expect(carol.count("503 INVITE")).toBe(0);
    expect([carol.count("200 INVITE"), carol.count("200 BYE")]).toEqual([2, 1]);
  });

  it("of transactions refuses whatever is new, and still ends the calls that it has", () => {
    const world = new World({ script: { invite: () => forward("bob") }, mostTransactions: 3 });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    const talk = connect(world, carol, bob);
    const dora = world.phone("dora");
    for (let request = 0; request < 5; request++) send(dora, "OPTIONS");
    world.run(50);
    expect(dora.count("200 OPTIONS")).toBe(2);
    expect(dora.count("503 OPTIONS")).toBe(3);
    expect(new Set(world.observer.overloads)).toEqual(new Set(["transactions"]));
    talk.caller.request("BYE");
    world.run(50);
    expect([carol.count("200 BYE"), bob.count("BYE")]).toEqual([1, 1]);
  });

  it("takes a call again once there is room", () => {
    const world = new World({ script: { invite: () => forward("nobody") }, limits: { max: 1, perSecond: 1 } });
    const carol = world.phone("carol");
    carol.invite(TO);
    world.run(50);
    carol.invite(TO);
    world.run(1000);
    carol.invite(TO);
    world.run(50);
    expect(carol.kinds.filter((kind) => kind !== "100 INVITE")).toEqual(["480 INVITE", "503 INVITE", "480 INVITE"]);
  });
});
