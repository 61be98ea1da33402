import { describe, expect, it } from "vitest";
import { NetworkSet, parseNetwork } from "../../../runtime/contract/network.ts";

function setOf(...texts: string[]): NetworkSet {
  return new NetworkSet(texts.flatMap((text) => parseNetwork(text) ?? []));
}

describe("networks", () => {
  it.each([
    ["192.0.2.0/24", { address: "192.0.2.0", prefix: 24, family: "ipv4" }],
    ["192.0.2.1", { address: "192.0.2.1", prefix: 32, family: "ipv4" }],
    ["2001:db8::/32", { address: "2001:db8::", prefix: 32, family: "ipv6" }],
    ["::1", { address: "::1", prefix: 128, family: "ipv6" }],
    ["0.0.0.0/0", { address: "0.0.0.0", prefix: 0, family: "ipv4" }],
  ])("reads %s", (text, network) => {
    expect(parseNetwork(text)).toEqual(network);
  });

  it.each([
    "",
    "192.0.2",
    "192.0.2.0/",
    "192.0.2.0/33",
    "::/129",
    "192.0.2.0/-1",
    "example.com",
    "fe80::1%eth0",
    "1.2.3.4/8/8",
  ])("refuses %j", (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  it("knows what lies inside", () => {
    const set = setOf("192.0.2.0/24", "2001:db8::/32", "203.0.113.7");
    for (const inside of ["192.0.2.0", "192.0.2.255", "203.0.113.7", "2001:db8:1::5", "::ffff:192.0.2.9"]) {
      expect([inside, set.has(inside)]).toEqual([inside, true]);
    }
    for (const outside of ["192.0.3.0", "203.0.113.8", "2001:db9::", "::ffff:198.51.100.1", "", "nonsense"]) {
      expect([outside, set.has(outside)]).toEqual([outside, false]);
    }
  });
});
