import { describe, expect, it } from "vitest";
import { type Network, parseNetwork } from "../../../runtime/contract/network.ts";
import { AddressPolicy, isPublic } from "../../../runtime/fetch/address-policy.ts";

/** First and last addresses of each network, and what lies around it. */
const NOT_PUBLIC = [
  ["0.0.0.0", "this host"],
  ["0.255.255.255", "this host"],
  ["10.0.0.0", "private"],
  ["10.255.255.255", "private"],
  ["100.64.0.0", "carrier-grade NAT"],
  ["100.100.100.200", "metadata of a cloud"],
  ["100.127.255.255", "carrier-grade NAT"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.255", "loopback"],
  ["168.63.129.16", "a cloud's own service"],
  ["169.254.0.0", "link-local"],
  ["169.254.169.254", "metadata of most clouds"],
  ["169.254.255.255", "link-local"],
  ["172.16.0.0", "private"],
  ["172.31.255.255", "private"],
  ["192.0.0.192", "metadata of a cloud"],
  ["192.0.2.1", "documentation"],
  ["192.88.99.1", "relay of 6to4"],
  ["192.168.0.0", "private"],
  ["192.168.255.255", "private"],
  ["198.18.0.0", "benchmarks"],
  ["198.19.255.255", "benchmarks"],
  ["198.51.100.7", "documentation"],
  ["203.0.113.7", "documentation"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.250", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::127.0.0.1", "IPv4 as IPv6 once compatible"],
  ["::ffff:127.0.0.1", "IPv4 mapped into IPv6"],
  ["::ffff:7f00:1", "IPv4 mapped into IPv6, in hexadecimal"],
  ["::ffff:8.8.8.8", "IPv4 mapped into IPv6, be it public"],
  ["::ffff:0:10.0.0.1", "IPv4 translated"],
  ["64:ff9b::a00:1", "NAT64"],
  ["64:ff9b:1::1", "NAT64 of one network"],
  ["100::1", "discard"],
  ["2001::1", "Teredo"],
  ["2001:20::1", "ORCHID"],
  ["2001:db8::1", "documentation"],
  ["2002:7f00:1::", "6to4"],
  ["3fff::1", "documentation"],
  ["5f00::1", "segment routing"],
  ["fc00::1", "unique local"],
  ["fd00:ec2::254", "metadata of a cloud"],
  ["fdff:ffff::1", "unique local"],
  ["fe80::1", "link-local"],
  ["fe80::1%eth0", "link-local with a zone"],
  ["fec0::1", "site-local"],
  ["ff02::1", "multicast"],
  ["2606:4700::1%eth0", "a zone where none belongs"],
  ["localhost", "no address"],
  ["0x7f.1", "no address as we know it"],
  ["127.1", "no address as we know it"],
  ["", "nothing"],
];

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "169.255.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2001:200::1",
  "2003::1",
  "2606:4700:4700::1111",
  "2a00:1450:4001::1",
  "3ffe::1",
];

describe("An address", () => {
  it.each(NOT_PUBLIC)("%s is not public: %s", (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each(PUBLIC)("%s is public", (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe("The policy of addresses", () => {
  const networks = (...texts: string[]): Network[] => texts.map((text) => parseNetwork(text) as Network);

  it("lets scripts reach what the operator adds, and nothing beside it", () => {
    const policy = new AddressPolicy(networks("10.1.0.0/16", "fd00:1::/32"), () => []);
    expect(["10.1.0.1", "fd00:1::5", "8.8.8.8"].map((address) => policy.allows([address]))).toEqual([true, true, true]);
    expect(["10.2.0.1", "127.0.0.1", "fd00:2::5"].map((address) => policy.allows([address]))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("wants every address of a name to be allowed", () => {
    const policy = new AddressPolicy([], () => []);
    expect(policy.allows(["8.8.8.8", "2606:4700::1111"])).toBe(true);
    expect(policy.allows(["8.8.8.8", "10.0.0.1"])).toBe(false);
    expect(policy.allows(["fe80::1", "8.8.8.8"])).toBe(false);
  });

  it("keeps scripts from the machine itself, at its public addresses too, unless the operator adds them", () => {
    const own = (): string[] => ["8.8.4.4", "127.0.0.1"];
    expect(new AddressPolicy([], own).allows(["8.8.4.4"])).toBe(false);
    expect(new AddressPolicy(networks("8.8.4.4"), own).allows(["8.8.4.4"])).toBe(true);
  });
});
