import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import {
  expandWildcards,
  type Interfaces,
  type ListenAddress,
} from "../../../../runtime/sip/transport/listen-address.ts";
import { chooseListener, describeListener, OwnAddresses } from "../../../../runtime/sip/transport/listener.ts";

function ipv4(address: string, bits: number, internal = false): NetworkInterfaceInfo {
  return { address, family: "IPv4", cidr: `${address}/${bits}`, internal, netmask: "", mac: "" };
}

function ipv6(address: string, bits: number, scopeid = 0, internal = false): NetworkInterfaceInfo {
  return { address, family: "IPv6", cidr: `${address}/${bits}`, internal, netmask: "", mac: "", scopeid };
}

const interfaces: Interfaces = {
  lo: [ipv4("127.0.0.1", 8, true), ipv6("::1", 128, 0, true)],
  eth0: [ipv4("192.0.2.10", 24), ipv6("2001:db8::10", 64), ipv6("fe80::1", 64, 2)],
  eth1: [ipv4("10.0.0.10", 8)],
};

function udp(address: string, port = 5060): ListenAddress {
  return { transport: "udp", address, port };
}

function listenersOf(...listen: readonly ListenAddress[]) {
  return listen.map((entry) => describeListener(entry, interfaces));
}

describe("a wildcard to listen on", () => {
  it("becomes every address of its family, without link-local ones", () => {
    expect(expandWildcards([udp("0.0.0.0"), { transport: "tcp", address: "::", port: 5070 }], interfaces)).toEqual([
      udp("127.0.0.1"),
      udp("192.0.2.10"),
      udp("10.0.0.10"),
      { transport: "tcp", address: "::1", port: 5070 },
      { transport: "tcp", address: "2001:db8::10", port: 5070 },
    ]);
  });

  it("leaves an address alone that is listed by itself", () => {
    const own: ListenAddress = { ...udp("10.0.0.10"), advertise: "inner.example" };
    expect(expandWildcards([udp("0.0.0.0"), own], interfaces)).toEqual([udp("127.0.0.1"), udp("192.0.2.10"), own]);
  });

  it("is advertised on all but loopback", () => {
    const expanded = expandWildcards([{ ...udp("0.0.0.0"), advertise: "203.0.113.7" }], interfaces);
    expect(expanded.map(({ address, advertise }) => [address, advertise])).toEqual([
      ["127.0.0.1", undefined],
      ["192.0.2.10", "203.0.113.7"],
      ["10.0.0.10", "203.0.113.7"],
    ]);
  });
});

describe("the name of a listener in Via and Contact", () => {
  it.each([
    [udp("192.0.2.10"), "192.0.2.10:5060"],
    [udp("2001:db8::10", 5070), "[2001:db8::10]:5070"],
    [{ ...udp("192.0.2.10", 5070), advertise: "203.0.113.7" }, "203.0.113.7:5070"],
    [{ ...udp("192.0.2.10"), advertise: "SIP.example:6060" }, "sip.example:6060"],
    [{ ...udp("2001:db8::10"), advertise: "[2001:db8::99]:6060" }, "[2001:db8::99]:6060"],
    [{ ...udp("2001:db8::10"), advertise: "2001:db8::99" }, "[2001:db8::99]:5060"],
  ])("of %j is %s", (listen, sentBy) => {
    expect(describeListener(listen, interfaces).sentBy).toBe(sentBy);
  });
});

describe("what counts as our own address", () => {
  const own = new OwnAddresses(
    listenersOf(udp("192.0.2.10"), udp("2001:db8::10", 5070), { ...udp("10.0.0.10", 6000), advertise: "SIP.Example" }),
  );

  it.each([
    ["192.0.2.10", 5060],
    ["192.0.2.10", undefined],
    ["2001:db8::10", 5070],
    ["[2001:DB8:0:0::10]", 5070],
    ["10.0.0.10", 6000],
    ["sip.example", 6000],
    ["SIP.EXAMPLE.", 6000],
  ])("%s port %s is ours", (host, port) => {
    expect(own.has(host, port)).toBe(true);
  });

  it.each([
    ["192.0.2.11", 5060],
    ["192.0.2.10", 5070],
    ["2001:db8::10", undefined],
    ["sip.example", undefined],
    ["evil.example", 6000],
    ["", undefined],
  ])("%s port %s is not", (host, port) => {
    expect(own.has(host, port)).toBe(false);
  });
});

describe("the listener from which a destination is reached", () => {
  const all = listenersOf(udp("127.0.0.1"), udp("192.0.2.10"), udp("10.0.0.10"), udp("::1"), udp("2001:db8::10"));
  const chosen = (address: string) => chooseListener(all, "udp", address)?.listen.address;

  it.each([
    ["127.0.0.9", "127.0.0.1"],
    ["192.0.2.77", "192.0.2.10"],
    ["10.200.0.1", "10.0.0.10"],
    ["2001:db8::5", "2001:db8::10"],
    ["::1", "::1"],
  ])("of %s is the one on the same network: %s", (destination, address) => {
    expect(chosen(destination)).toBe(address);
  });

  it("is the first that is not on loopback where no network fits", () => {
    expect(chosen("198.51.100.1")).toBe("192.0.2.10");
    expect(chosen("2001:db8:ffff::1")).toBe("2001:db8::10");
  });

  it("is missing for another transport, another family, or what is no address", () => {
    expect(chooseListener(all, "tcp", "192.0.2.77")).toBeUndefined();
    expect(chooseListener(listenersOf(udp("192.0.2.10")), "udp", "2001:db8::5")).toBeUndefined();
    expect(chosen("a.example")).toBeUndefined();
  });
});
