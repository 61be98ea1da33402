import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { HeaderField } from "../../../../runtime/sip/message/message.ts";
import { type Decision, forward, tag } from "../../../../sdk/index.ts";
import { DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function fork(plan: Decision | readonly Decision[], options: { count?: number; qs?: readonly number[] } = {}) {
  const world = new World({ script: { invite: () => plan }, route: { public: true } });
  const carol = world.phone("carol");
  const phones = Array.from({ length: options.count ?? 3 }, (_, index) => world.phone(`p${index}`));
  return { world, carol, phones };
}

/** The URI of the n-th phone that `fork` makes. */
function at(n: number): string {
  return `sip:p${n}@203.0.113.${n + 2}:5060`;
}

function refuseAll(world: World, phones: readonly Phone[], codes: readonly number[]): void {
  world.run(50);
  for (const [index, code] of codes.entries()) {
    const phone = phones[index];
    phone?.answer(phone.take("INVITE"), code);
    world.run(20);
  }
}

describe("a fork", () => {
  it("rings all at once; the first 2xx gets the call, and the others get a CANCEL that says so", () => {
    const { world, carol, phones } = fork(forward([at(0), at(1), at(2)]));
    carol.invite(TO);
    world.run(50);
    const offers = phones.map((phone) => phone.take("INVITE"));
    for (const [index, phone] of phones.entries()) phone.answer(offers[index] ?? phone.take("INVITE"), 180);
    world.run(50);
    phones[1]?.answer(offers[1] ?? phones[1].take("INVITE"), 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
    expect(phones.map((phone) => phone.count("CANCEL"))).toEqual([1, 0, 1]);
    expect(phones[0]?.take("CANCEL").header("Reason")).toContain("Call completed elsewhere");
    expect(new Set(carol.received.filter(({ status }) => status === 180).map((m) => m.param("To", "tag"))).size).toBe(
      3,
    );
  });

  it("where two answer at once: the second is acknowledged and hung up", () => {
    const { world, carol, phones } = fork(forward([at(0), at(1)]), { count: 2 });
    carol.invite(TO);
    world.run(50);
    for (const phone of phones) phone.answer(phone.take("INVITE"), 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
    expect(phones[0]?.kinds).toEqual(["INVITE"]);
    expect(phones[1]?.kinds).toEqual(["INVITE", "ACK", "BYE"]);
  });

  it.each([
    ["the lowest class", [500, 404, 302], 302],
    ["a 6xx before all", [486, 404, 603], 603],
    ["what tells the caller most within 4xx", [486, 404, 484], 484],
    ["what tells the caller most within 4xx", [486, 415, 404], 415],
    ["the first of equals", [486, 404, 480], 486],
    ["500 for a 503", [503, 503, 503], 500],
    ["500 for a challenge", [401, 401, 401], 500],
    ["500 for a challenge of a proxy", [407, 500, 503], 500],
    ["408 for silence", [504, 408, 503], 408],
  ])("gives the caller %s: %j makes %i", (_what, codes, best) => {
    const { world, carol, phones } = fork(forward([at(0), at(1), at(2)]));
    carol.invite(TO);
    refuseAll(world, phones, codes);
    expect(carol.kinds.filter((kind) => kind !== "100 INVITE")).toEqual([`${best} INVITE`]);
    expect(world.observer.cdrs).toMatchObject([
      { code: best, result: "failed", legs: codes.map((code) => ({ code })) },
    ]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that a 6xx ends gives the rest up, and the plan goes on", () => {
    const { world, carol, phones } = fork([forward([at(0), at(1)]), forward(at(2))]);
    carol.invite(TO);
    world.run(50);
    phones[1]?.answer(phones[1].take("INVITE"), 180);
    phones[0]?.answer(phones[0].take("INVITE"), 603);
    world.run(50);
    expect(phones[1]?.count("CANCEL")).toBe(1);
    expect(carol.count("603 INVITE")).toBe(0);
    phones[2]?.answer(phones[2].take("INVITE"), 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("that a 6xx ends does not try the waves that have not begun", () => {
    const { world, carol, phones } = fork(forward([at(0), at(1)], { strategy: "serial" }), { count: 2 });
    carol.invite(TO);
    refuseAll(world, phones, [600]);
    world.run(1000);
    expect(phones[1]?.count("INVITE")).toBe(0);
    expect(carol.count("600 INVITE")).toBe(1);
  });

  it("in series rings one after the other, each as long as it may", () => {
    const { world, carol, phones } = fork(forward([at(0), at(1), at(2)], { strategy: "serial", ringSeconds: 10 }));
    carol.invite(TO);
    world.run(50);
    expect(phones.map((phone) => phone.count("INVITE"))).toEqual([1, 0, 0]);
    phones[0]?.answer(phones[0].take("INVITE"), 486);
    world.run(50);
    expect(phones.map((phone) => phone.count("INVITE"))).toEqual([1, 1, 0]);
    phones[1]?.answer(phones[1].take("INVITE"), 180);
    world.run(9_800);
    expect(phones[2]?.count("INVITE")).toBe(0);
    world.run(300);
    expect(phones[1]?.count("CANCEL")).toBe(1);
    phones[2]?.answer(phones[2].take("INVITE"), 180);
    world.run(9_000);
    expect(carol.count("486 INVITE")).toBe(0);
    world.run(1_100);
    expect(carol.count("486 INVITE")).toBe(1);
    expect(world.observer.cdrs[0]?.legs.map(({ code }) => code)).toEqual([486, 408, 408]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("calls the contacts of a user by q: higher first, equal at once", () => {
    const world = new World({ script: { invite: () => forward("bob", { ringSeconds: 5 }) } });
    const carol = world.phone("carol");
    const low = world.registered("bob", 0.5, world.phone("low"));
    const desk = world.registered("bob", 1, world.phone("desk"));
    const cell = world.registered("bob", 1, world.phone("cell"));
    carol.invite(TO);
    world.run(50);
    expect([low, desk, cell].map((phone) => phone.count("INVITE"))).toEqual([0, 1, 1]);
    for (const phone of [desk, cell]) phone.answer(phone.take("INVITE"), 486);
    world.run(50);
    low.answer(low.take("INVITE"), 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("shares Max-Breadth among its branches, and refuses what exceeds it with 440", () => {
    const { world, carol, phones } = fork(forward([at(0), at(1), at(2)]));
    carol.invite(TO, { fields: [["Max-Breadth", "2"]] });
    world.run(50);
    expect(phones.map((phone) => phone.count("INVITE"))).toEqual([1, 1, 0]);
    expect(phones[0]?.take("INVITE").header("Max-Breadth")).toBe("1");
    phones[0]?.answer(phones[0].received[0] ?? phones[0].take("INVITE"), 486);
    phones[1]?.answer(phones[1].take("INVITE"), 486);
    world.run(50);
    expect(world.observer.cdrs[0]?.legs.map(({ code }) => code)).toEqual([440, 486, 486]);
  });

  it("hands on the Max-Breadth that a single branch gets whole", () => {
    const { world, carol, phones } = fork(forward(at(0)), { count: 1 });
    carol.invite(TO, { fields: [["Max-Breadth", "5"]] });
    world.run(50);
    expect(phones[0]?.take("INVITE").header("Max-Breadth")).toBe("5");
  });

  it("without any breadth left ends at once with 440", () => {
    const { world, carol, phones } = fork(forward([at(0), at(1)]), { count: 2 });
    carol.invite(TO, { fields: [["Max-Breadth", "0"]] });
    world.run(50);
    expect(carol.count("440 INVITE")).toBe(1);
    expect(phones[0]?.count("INVITE")).toBe(0);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("a target", () => {
  it.each([
    ["an unknown user", "nobody", 404],
    ["a number that nobody has", "+49301234567", 404],
    ["a user who is not registered", "dave", 480],
    ["a scheme that is not spoken", "mailto:bob@example.com", 416],
    ["a SIPS URI of a user without a secure phone", `sips:bob@${DOMAIN}`, 480],
    ["an unknown user of ours", `sip:nobody@${DOMAIN}`, 404],
    ["a URI with a port that is none", "sip:bob@203.0.113.9:99999", 404],
    ["a transport that is not there", "sip:bob@203.0.113.9;transport=sctp", 500],
  ])("that is %s ends the plan with its code", (_what, target, code) => {
    const { world, carol } = fork([tag({ a: "b" }), forward(target)]);
    const fields: HeaderField[] = [["Proxy-Authorization", world.credentials("alice", TO)]];
    carol.invite(TO, { from: `<sip:alice@${DOMAIN}>`, fields });
    world.run(50);
    expect(carol.kinds).toEqual([`${code} INVITE`]);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that is a foreign address is refused to a stranger, unless the route is public", () => {
    const world = new World({ script: { invite: () => forward("sip:x@203.0.113.9") } });
    const carol = world.phone("carol");
    carol.invite(TO);
    world.run(50);
    expect(carol.count("403 INVITE")).toBe(1);
  });

  it("that cannot be reached is passed over for the next one", () => {
    const { world, carol, phones } = fork(
      forward(["sip:x@203.0.113.9;transport=sctp", "nobody", at(0)], { strategy: "serial" }),
      { count: 1 },
    );
    carol.invite(TO);
    world.run(50);
    phones[0]?.answer(phones[0].take("INVITE"), 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("that never answers a packet fails with 408 after 32 s", () => {
    const { world, carol } = fork(forward("sip:x@203.0.113.200"), { count: 0 });
    carol.invite(TO);
    world.run(31_000);
    expect(carol.count("408 INVITE")).toBe(0);
    world.run(2_000);
    expect(carol.count("408 INVITE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("a call that comes back", () => {
  function echo(rewrite: (uri: string) => string) {
    const { world, carol, phones } = fork(forward(at(0)), { count: 1 });
    const mirror = phones[0] ?? world.phone("mirror");
    carol.invite(TO);
    world.run(50);
    const offered = mirror.take("INVITE");
    mirror.sendText(
      offered.text
        .replace(/^INVITE \S+/, `INVITE ${rewrite(TO)}`)
        .replace(/^Via: /m, `Via: ${mirror.via("z9hG4bKback")}\r\nVia: `),
    );
    world.run(50);
    return { world, mirror };
  }

  it("with the same Request-URI is a loop: 482", () => {
    const { mirror } = echo((uri) => uri);
    expect(mirror.count("482 INVITE")).toBe(1);
  });

  it("with another Request-URI is a spiral, and goes on", () => {
    const { world, mirror } = echo((uri) => uri.replace("100", "101"));
    expect(mirror.count("482 INVITE")).toBe(0);
    expect(world.sw.index.size).toBe(2);
    expect(mirror.count("INVITE")).toBe(2);
  });
});
