import { describe, expect, it } from "vitest";
import { forward } from "../../../../../sdk/index.ts";
import { connect, DOMAIN } from "../../call/world.ts";
import { CarrierWorld, NUMBER } from "./carriers.ts";

const ONE = "sip:198.51.100.1";
const TWO = "sip:198.51.100.2";
const PAIR = { gateways: [{ uri: ONE }, { uri: TWO, priority: 1 }] };
const TO = `sip:100@${DOMAIN}`;

function called(trunks: ConstructorParameters<typeof CarrierWorld>[0]["trunks"], ringSeconds = 20) {
  const world = new CarrierWorld({ script: { invite: () => forward(NUMBER, { ringSeconds }) }, trunks });
  const one = world.gateway("198.51.100.1");
  const two = world.gateway("198.51.100.2");
  const carol = world.phone("carol");
  const invite = carol.invite(TO);
  world.run(100);
  return { world, one, two, carol, invite };
}

describe("a gateway that says nothing at all", () => {
  it("is left for the next one after five seconds, within the time to ring", () => {
    const { world, one, two, carol } = called({ carrier: PAIR });
    world.run(4700);
    expect(two.received).toEqual([]);
    world.run(300);
    const offered = two.take("INVITE");
    expect(offered.header("Call-ID")).not.toBe(one.take("INVITE").header("Call-ID"));
    two.answer(offered, 180);
    world.run(14_000);
    expect(carol.kinds.slice(-1)).toEqual(["180 INVITE"]);
    world.run(2000);
    carol.take("408 INVITE");
    two.take("CANCEL");
    expect(world.reports).toEqual([
      [ONE, "unreachable"],
      [TWO, "answered"],
    ]);
    expect(world.observer.cdrs[0]?.legs.map(({ uri, code }) => [uri, code])).toEqual([
      [`sip:${NUMBER}@198.51.100.1`, 408],
      [`sip:${NUMBER}@198.51.100.2`, 408],
    ]);
  });

  it("is called off if it wakes up later, and hung up if it answers", () => {
    const { world, one, two } = called({ carrier: PAIR });
    world.run(6000);
    two.answer(two.take("INVITE"), 180);
    const late = one.take("INVITE");
    one.answer(late, 200);
    world.run(200);
    expect(one.kinds.filter((kind) => kind !== "INVITE")).toEqual(["ACK", "BYE"]);
  });

  it("is waited for where there is no other one, as long as the decision lets it ring", () => {
    const { world, one, carol } = called({ carrier: { uri: ONE } });
    world.run(9000);
    one.answer(one.take("INVITE"), 180);
    world.run(100);
    carol.take("180 INVITE");
    expect(world.reports).toEqual([[ONE, "unreachable"]]);
  });

  it("has its own time where the trunk says so, and a 100 is a word", () => {
    const { world, one, two } = called({ carrier: { ...PAIR, failoverSeconds: 1 } });
    one.answer(one.take("INVITE"), 100);
    world.run(10_000);
    expect(two.received).toEqual([]);
    const other = called({ carrier: { ...PAIR, failoverSeconds: 1 } });
    other.world.run(1000);
    other.two.take("INVITE");
  });
});

describe("a gateway that refuses the call", () => {
  it.each([408, 500, 502, 503, 504])("with %i is left for the next one at once", (status) => {
    const { world, one, two, carol, invite } = called({ carrier: PAIR });
    one.answer(one.take("INVITE"), status);
    world.run(100);
    const offered = two.take("INVITE");
    two.answer(offered, 200);
    world.run(100);
    expect(carol.take("200 INVITE").header("Call-ID")).toBe(invite.header("Call-ID"));
    expect(world.reports[0]).toEqual([ONE, "failed"]);
    expect(world.observer.told).toContain("answered");
  });

  it.each([403, 404, 480, 484, 486, 488, 600, 603])("with %i has reached somebody: no other one is tried", (status) => {
    const { world, one, two, carol } = called({ carrier: PAIR });
    one.answer(one.take("INVITE"), status);
    world.run(200);
    expect(two.received).toEqual([]);
    carol.take(`${status} INVITE`);
    expect(world.reports).toEqual([[ONE, "answered"]]);
  });

  it.each([
    ["30", { retryAfterSeconds: 30 }],
    ["120 (in maintenance);duration=5", { retryAfterSeconds: 120 }],
    ["99999999", { retryAfterSeconds: 3600 }],
    ["soon", "failed"],
    ["0", "failed"],
  ])("with 503 and Retry-After %s says when it may be tried again", (value, outcome) => {
    const { world, one } = called({ carrier: PAIR });
    one.answer(one.take("INVITE"), 503, { fields: [["Retry-After", value]] });
    world.run(100);
    expect(world.reports[0]).toEqual([ONE, outcome]);
  });

  it("leaves the call to the next trunk that is for the number, and to the next target at last", () => {
    const world = new CarrierWorld({
      script: { invite: () => [forward(NUMBER), forward("bob")] },
      trunks: { one: { uri: ONE }, french: { uri: "sip:198.51.100.3", numbers: ["+33*"] }, two: { uri: TWO } },
    });
    const [one, two] = [world.gateway("198.51.100.1"), world.gateway("198.51.100.2")];
    const bob = world.registered("bob");
    world.phone("carol").invite(TO);
    world.run(100);
    one.answer(one.take("INVITE"), 503);
    world.run(100);
    two.answer(two.take("INVITE"), 500);
    world.run(100);
    bob.take("INVITE");
    expect(world.trunks?.leases.count("one")).toBe(0);
    expect(world.trunks?.leases.count("two")).toBe(0);
  });
});

describe("a gateway whose name is known to nobody", () => {
  it("is left for the next one", async () => {
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER) },
      trunks: { carrier: { gateways: [{ uri: "sip:gw.nowhere.example" }, { uri: TWO, priority: 1 }] } },
    });
    const two = world.gateway("198.51.100.2");
    world.phone("carol").invite(TO);
    await world.pass(200);
    two.take("INVITE");
    expect(world.reports[0]).toEqual(["sip:gw.nowhere.example", "unreachable"]);
  });
});

describe("a gateway of several addresses", () => {
  it("is tried at the next one where one says nothing, and is left for the next gateway only then", async () => {
    const addresses = ["198.51.100.1", "198.51.100.2"];
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER) },
      trunks: { carrier: { gateways: [{ uri: "sip:gw.example.net" }, { uri: "sip:198.51.100.3", priority: 1 }] } },
      resolver: { naptr: async () => [], srv: async () => [], aaaa: async () => [], a: async () => addresses },
    });
    const [one, two, three] = ["198.51.100.1", "198.51.100.2", "198.51.100.3"].map((at) => world.gateway(at));
    if (one === undefined || two === undefined || three === undefined) throw new Error("a gateway is missing");
    world.phone("carol").invite(TO);
    await world.pass(5200);
    expect([one, two, three].map((gateway) => gateway.received.length > 0)).toEqual([true, true, false]);
    expect(two.take("INVITE").header("Call-ID")).toBe(one.take("INVITE").header("Call-ID"));
    await world.pass(4000);
    three.take("INVITE");
    expect(world.reports).toEqual([["sip:gw.example.net", "unreachable"]]);
  });
});

describe("a call by a trunk", () => {
  it("has a dialog like any other, and leaves nothing behind", () => {
    const world = new CarrierWorld({ script: { invite: () => forward(NUMBER) }, trunks: { carrier: PAIR } });
    const one = world.gateway("198.51.100.1");
    const talk = connect(world, world.phone("carol"), one);
    expect(world.trunks?.leases.count("carrier")).toBe(1);
    talk.caller.request("BYE");
    world.run(100);
    expect(one.kinds).toEqual(["INVITE", "ACK", "BYE"]);
    expect(world.trunks?.leases.count("carrier")).toBe(0);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "answered", trunk: "carrier" });
    expect(world.leftovers()).toMatchObject({ calls: 0, client: 0, server: 0 });
  });

  it("gives its line back where the caller gives up", () => {
    const { world, one, carol, invite } = called({ carrier: PAIR });
    one.answer(one.take("INVITE"), 180);
    world.run(100);
    carol.cancel(invite);
    world.run(100);
    one.take("CANCEL");
    expect(world.trunks?.leases.count("carrier")).toBe(0);
  });
});

describe("a decision that names several trunks", () => {
  it("tries them in its own order, and those that are not there not at all", () => {
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER, { via: ["two", "nowhere", "one"] }) },
      trunks: { one: { uri: ONE, numbers: ["+33*"] }, two: { uri: TWO } },
    });
    const [one, two] = [world.gateway("198.51.100.1"), world.gateway("198.51.100.2")];
    world.phone("carol").invite(TO);
    world.run(100);
    expect(one.received).toEqual([]);
    two.answer(two.take("INVITE"), 503);
    world.run(100);
    one.take("INVITE");
  });
});
