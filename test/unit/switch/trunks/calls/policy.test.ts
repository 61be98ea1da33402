import { describe, expect, it } from "vitest";
import { Phone } from "../../../../../runtime/simulator/network/phone.ts";
import { forward } from "../../../../../sdk/index.ts";
import { dial, policyWorld } from "../../policy/policy-world.ts";
import { NUMBER } from "./carriers.ts";

const TRUNKS = [
  { name: "one", trunk: { uri: "sip:198.51.100.1" } },
  { name: "two", trunk: { uri: "sip:198.51.100.2" } },
];

async function under(destinations: object, options = {}) {
  const script = { invite: () => forward(NUMBER), limit: () => undefined };
  const { world } = await policyWorld({ destinations }, script, {
    route: { public: true },
    trunks: TRUNKS,
    ...options,
  });
  const [one, two] = ["198.51.100.1", "198.51.100.2"].map((address) => new Phone(world.net, "gw", address));
  const outcome = dial(world);
  return { world, outcome, called: [one, two].map((gateway) => gateway?.received.length) };
}

describe("the policy of a script, for calls by trunks", () => {
  it.each([
    ["names none", {}, [1, 0]],
    ["names the second", { trunks: ["two"] }, [0, 1]],
    ["allows the country of the number", { countries: ["DE"] }, [1, 0]],
    ["allows the host of one gateway alone", { hosts: ["198.51.100.2"] }, [0, 1]],
  ])("lets a number leave by the first that it allows where it %s", async (_what, destinations, wanted) => {
    expect((await under(destinations)).called).toEqual(wanted);
  });

  it.each([
    ["no trunk of the number is named", { trunks: ["three"] }, "trunk one is not allowed"],
    ["its country is not", { countries: ["FR"] }, "country DE is not allowed"],
    ["its beginning is denied", { trunks: ["one"], denyPrefixes: ["+4930"] }, "prefix +4930 is denied"],
  ])("stops it where %s", async (_what, destinations, reason) => {
    const { world, outcome, called } = await under(destinations);
    expect([outcome, called]).toEqual(["403 Forbidden", [0, 0]]);
    expect(world.observer.limits).toEqual([`destination: ${reason}`]);
  });

  it("stops no emergency call", async () => {
    const { world } = await under({ trunks: [] }, { emergency: ["112"] });
    const [gateway] = [new Phone(world.net, "gw", "198.51.100.1")];
    const alice = world.phone("alice");
    const uri = "sip:112@example.com";
    const fields = [["Proxy-Authorization", world.credentials("alice", uri)]] as const;
    alice.invite(uri, { from: "<sip:alice@example.com>", fields });
    world.run(100);
    gateway?.take("INVITE");
  });
});
