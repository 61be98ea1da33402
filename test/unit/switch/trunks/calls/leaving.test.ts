import { describe, expect, it } from "vitest";
import type { HeaderField } from "../../../../../runtime/sip/message/message.ts";
import { forward, trunk } from "../../../../../sdk/index.ts";
import { DOMAIN } from "../../call/world.ts";
import { CarrierWorld, NUMBER } from "./carriers.ts";

const CARRIER = { uri: "sip:198.51.100.1" };

describe("a number that leaves by a trunk", () => {
  it("goes to the first trunk that is for it, as the carrier writes it, and the record names the trunk", () => {
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER) },
      trunks: {
        french: { uri: "sip:198.51.100.9", numbers: ["+33*"] },
        carrier: {
          uri: "sip:198.51.100.1;transport=udp",
          outgoing: { number: "digits", callerId: { default: "+4989100" } },
        },
      },
    });
    const gateway = world.gateway("198.51.100.1");
    const carol = world.phone("carol");
    carol.invite(`sip:100@${DOMAIN}`);
    world.run(100);
    const offered = gateway.take("INVITE");
    expect(offered.uri).toBe("sip:4930123456@198.51.100.1;transport=udp");
    expect(offered.uriOf("To")).toBe("sip:4930123456@198.51.100.1;transport=udp");
    expect(offered.header("From")).toMatch(/^"carol" <sip:4989100@198\.51\.100\.1>;tag=/);
    expect(world.calls.list()[0]?.legs).toMatchObject([{ target: NUMBER, trunk: "carrier", state: "calling" }]);
    gateway.answer(offered, 486);
    world.run(100);
    carol.take("486 INVITE");
    const [cdr] = world.observer.cdrs;
    expect(cdr).toMatchObject({ trunk: "carrier", legs: [{ target: NUMBER, code: 486, trunk: "carrier" }] });
    expect(world.trunks?.leases.count("carrier")).toBe(0);
  });

  it.each([
    ["in E.164", NUMBER],
    ["with separators", "+49-30-123456"],
    ["as a tel URI", "tel:+49-30-123456"],
    ["as a SIP URI of ours", `sip:${NUMBER}@${DOMAIN}`],
    ["by a named trunk", trunk("carrier", NUMBER)],
  ])("is written %s", (_how, target) => {
    const world = new CarrierWorld({ script: { invite: () => forward(target) }, trunks: { carrier: CARRIER } });
    const gateway = world.gateway("198.51.100.1");
    world.phone("carol").invite(`sip:100@${DOMAIN}`);
    world.run(100);
    expect(gateway.take("INVITE").uri).toBe(`sip:${NUMBER}@198.51.100.1`);
  });

  it.each([
    ["no trunk is for", "0301234", 404],
    ["is of a trunk that is not there", trunk("other", NUMBER), 404],
    ["is a name", "nobody", 404],
  ])("fails with 404 where it %s", (_what, target, code) => {
    const world = new CarrierWorld({ script: { invite: () => forward(target) }, trunks: { carrier: CARRIER } });
    const alice = world.phone("alice");
    const uri = `sip:100@${DOMAIN}`;
    const fields: HeaderField[] = [["Proxy-Authorization", world.credentials("alice", uri)]];
    alice.invite(uri, { from: `<sip:alice@${DOMAIN}>`, fields });
    world.run(100);
    alice.take(`${code} INVITE`);
  });

  it("may be digits, where a trunk has a pattern for them, or the decision names the trunk", () => {
    const world = new CarrierWorld({
      script: { invite: ({ to }) => (to.user === "100" ? forward("0301234") : forward("101", { via: "other" })) },
      trunks: { carrier: { ...CARRIER, numbers: ["0*"] }, other: { uri: "sip:198.51.100.2" } },
    });
    const [one, two] = [world.gateway("198.51.100.1"), world.gateway("198.51.100.2")];
    world.phone("carol").invite(`sip:100@${DOMAIN}`);
    world.phone("erin").invite(`sip:200@${DOMAIN}`);
    world.run(100);
    expect(one.take("INVITE").uri).toBe("sip:0301234@198.51.100.1");
    // Extension 101 is bob's, unless the decision says by which trunk it leaves.
    expect(two.take("INVITE").uri).toBe("sip:101@198.51.100.2");
  });

  it("is refused to a caller whom we do not know, unless the route is public; a user of ours may leave", () => {
    const world = new CarrierWorld({
      route: { public: false },
      script: { invite: () => forward(NUMBER) },
      trunks: { carrier: CARRIER },
    });
    const gateway = world.gateway("198.51.100.1");
    const carol = world.phone("carol");
    carol.invite(`sip:100@${DOMAIN}`);
    world.run(100);
    carol.take("480 INVITE");
    expect(world.observer.cdrs[0]?.legs).toMatchObject([{ code: 403 }]);
    expect(gateway.received).toEqual([]);
    const alice = world.phone("alice");
    const uri = `sip:${NUMBER}@${DOMAIN}`;
    const from = `<sip:alice@${DOMAIN}>`;
    alice.invite(uri, { from, fields: [["Proxy-Authorization", world.credentials("alice", uri)]] });
    world.run(100);
    gateway.take("INVITE");
  });

  it("goes to a user of ours who has that number as a name, and not to the trunk", () => {
    const world = new CarrierWorld({
      script: { invite: () => forward("101") },
      trunks: { carrier: { ...CARRIER, numbers: ["*"] } },
    });
    const gateway = world.gateway("198.51.100.1");
    const bob = world.registered("bob");
    world.phone("carol").invite(`sip:100@${DOMAIN}`);
    world.run(100);
    bob.take("INVITE");
    expect(gateway.received).toEqual([]);
  });

  it("fails with 500 for the caller where the trunk is down, and the script is told 503", () => {
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER), failed: () => undefined },
      trunks: { carrier: CARRIER },
      down: [CARRIER.uri],
    });
    const carol = world.phone("carol");
    carol.invite(`sip:100@${DOMAIN}`);
    world.run(100);
    carol.take("500 INVITE");
    expect(world.scripts.events.at(-1)).toMatchObject({
      attempts: [{ code: 503, reason: "the trunk has no gateway that can be used" }],
    });
  });
});
