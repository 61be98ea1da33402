import { describe, expect, it } from "vitest";
import { Side } from "../../../../../runtime/simulator/network/phone.ts";
import { forward } from "../../../../../sdk/index.ts";
import { DOMAIN } from "../../call/world.ts";
import { CarrierWorld, type CarrierWorldOptions, NUMBER } from "./carriers.ts";

const TO = `sip:100@${DOMAIN}`;
const ONE = "sip:198.51.100.1";
const TWO = "sip:198.51.100.2";

function world(options: Partial<CarrierWorldOptions> & Pick<CarrierWorldOptions, "trunks">) {
  const made = new CarrierWorld({ script: { invite: () => forward(NUMBER), limit: () => undefined }, ...options });
  return { world: made, one: made.gateway("198.51.100.1"), two: made.gateway("198.51.100.2") };
}

describe("a trunk that takes so many calls at once", () => {
  it("leaves what is beyond to the next trunk, and the script hears of it", () => {
    const { world: w, one, two } = world({ trunks: { one: { uri: ONE, limits: { calls: 1 } }, two: { uri: TWO } } });
    w.phone("carol").invite(TO);
    w.run(100);
    w.phone("dora").invite(TO);
    w.run(100);
    expect([one.count("INVITE"), two.count("INVITE")]).toEqual([1, 1]);
    expect(w.scripts.events.filter(({ type }) => type === "limit")).toEqual([
      { type: "limit", limit: "trunk-calls", detail: "the trunk one has 1 calls, and limits.calls is 1" },
    ]);
  });

  it("answers 480 where there is no other, and takes the next call once a line is free", () => {
    const { world: w, one } = world({ trunks: { one: { uri: ONE, limits: { calls: 1 } } } });
    const [carol, dora] = [w.phone("carol"), w.phone("dora")];
    const invite = carol.invite(TO);
    w.run(100);
    dora.invite(TO);
    w.run(100);
    dora.take("480 INVITE");
    expect(w.observer.cdrs[0]?.legs).toMatchObject([{ code: 480, reason: "No Free Line", trunk: "one" }]);
    carol.cancel(invite);
    one.answer(one.take("INVITE"), 180);
    w.run(100);
    dora.invite(TO);
    w.run(100);
    expect(one.count("INVITE")).toBe(2);
  });

  it("goes on to the next target of the plan where no line is free", () => {
    const { world: w } = world({
      trunks: { one: { uri: ONE, limits: { calls: 0 } } },
      script: { invite: () => [forward(NUMBER), forward("bob")] },
    });
    const bob = w.registered("bob");
    w.phone("carol").invite(TO);
    w.run(100);
    bob.take("INVITE");
  });

  it("counts calls that come in, and refuses those that are too many with 480", () => {
    const { world: w, one } = world({
      trunks: { one: { uri: ONE, limits: { calls: 1 } } },
      script: { invite: () => forward("bob") },
    });
    const bob = w.registered("bob");
    const invite = one.invite(TO);
    w.run(100);
    bob.answer(bob.take("INVITE"), 200);
    w.run(100);
    one.invite(TO);
    w.run(100);
    one.take("480 INVITE");
    const side = Side.ofCaller(one, invite, one.take("200 INVITE"));
    side.ack(invite);
    side.request("BYE");
    w.run(100);
    expect(w.trunks?.leases.count("one")).toBe(0);
    one.invite(TO);
    w.run(100);
    expect(w.trunks?.leases.count("one")).toBe(1);
  });

  it("gives the line of a call back that a bug of ours has ended", () => {
    const { world: w, one } = world({ trunks: { one: { uri: ONE, limits: { calls: 1 } } } });
    w.phone("carol").invite(TO);
    w.run(100);
    const [call] = w.sw.index.calls;
    call?.guard(() => {
      throw new Error("a bug");
    });
    w.run(100);
    expect(w.trunks?.leases.count("one")).toBe(0);
    w.phone("dora").invite(TO);
    w.run(100);
    expect(one.count("INVITE")).toBe(2);
  });
});

describe("a trunk that takes so many new calls a second", () => {
  it("leaves what is beyond to the next target, and takes more a second later", () => {
    const { world: w, one } = world({ trunks: { one: { uri: ONE, limits: { perSecond: 2 } } } });
    const callers = ["c1", "c2", "c3"].map((name) => w.phone(name));
    for (const caller of callers) caller.invite(TO);
    w.run(200);
    expect(one.count("INVITE")).toBe(2);
    callers[2]?.take("480 INVITE");
    expect(w.scripts.events.find(({ type }) => type === "limit")).toMatchObject({ limit: "trunk-rate" });
    w.run(1000);
    w.phone("c4").invite(TO);
    w.run(100);
    expect(new Set(one.received.map((message) => message.header("Call-ID"))).size).toBe(3);
  });

  it("counts a call once, whatever number of its gateways it tries", () => {
    const {
      world: w,
      one,
      two,
    } = world({
      trunks: { one: { gateways: [{ uri: ONE }, { uri: TWO, priority: 1 }], limits: { perSecond: 1, calls: 1 } } },
    });
    w.phone("carol").invite(TO);
    w.run(100);
    one.answer(one.take("INVITE"), 503);
    w.run(100);
    two.take("INVITE");
    expect(w.trunks?.leases.count("one")).toBe(1);
  });
});

describe("the policy of a script", () => {
  it("names the trunks that numbers may leave by", async () => {
    const { Destinations } = await import("../../../../../runtime/switch/policy/destinations.ts");
    const { parseUri } = await import("../../../../../runtime/sip/message/uri.ts");
    const gateway = parseUri("sip:gw.example.net");
    if (gateway?.kind !== "sip") throw new Error("not a SIP URI");
    const refusal = (policy: object, trunk = "one") =>
      new Destinations(policy, () => "DE").refusalByTrunk(trunk, NUMBER, gateway);
    expect(refusal({ trunks: ["one"] })).toBeNull();
    expect(refusal({ trunks: ["two"] })).toBe("trunk one is not allowed");
    expect(refusal({ hosts: ["sip.example.net"] })).toBe("host gw.example.net is not allowed");
    expect(refusal({ hosts: ["gw.example.net"] })).toBeNull();
    expect(refusal({ hosts: ["sip.example.net"], trunks: ["one"] })).toBeNull();
    expect(refusal({ trunks: ["one"], countries: ["FR"] })).toBe("country DE is not allowed");
    expect(refusal({ trunks: ["one"], denyPrefixes: ["+49"] })).toBe("prefix +49 is denied");
  });
});
