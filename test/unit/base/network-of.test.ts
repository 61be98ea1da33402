import { describe, expect, it } from "vitest";
import { networkOf } from "../../../runtime/base/network-of.ts";

describe("One source", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:ffff::2", "2001:db8:0:0::/64"],
    ["2001:DB8:0:1::1", "2001:db8:0:1::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["no address", "no address"],
  ])("that sends from %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
