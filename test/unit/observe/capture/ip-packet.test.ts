import { describe, expect, it } from "vitest";
import { addressBytes, udpPacket } from "../../../../runtime/observe/capture/ip-packet.ts";

/** RFC 1071 §1: the sum over what was sent, its checksum included, is all ones. */
function sums(bytes: Buffer, more = 0): number {
  let sum = more;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

describe("A datagram made of its ends and its payload", () => {
  it("has lengths, addresses, ports and checksums of IPv4", () => {
    const from = { address: "192.0.2.1", port: 5060 };
    const to = { address: "198.51.100.7", port: 65535 };
    const packet = udpPacket(from, to, Buffer.from("odd"));
    expect(packet.length).toBe(31);
    expect(packet.readUInt16BE(2)).toBe(31);
    expect([...packet.subarray(12, 20)]).toEqual([192, 0, 2, 1, 198, 51, 100, 7]);
    expect([packet.readUInt16BE(20), packet.readUInt16BE(22), packet.readUInt16BE(24)]).toEqual([5060, 65535, 11]);
    expect(packet.subarray(28).toString()).toBe("odd");
    expect(sums(packet.subarray(0, 20))).toBe(0xffff);
    expect(sums(Buffer.concat([packet.subarray(12, 20), packet.subarray(20)]), 17 + 11)).toBe(0xffff);
  });

  it("has lengths, addresses, ports and the checksum of IPv6", () => {
    const from = { address: "2001:db8::7", port: 5060 };
    const packet = udpPacket(from, { address: "::1", port: 5062 }, Buffer.from("even"));
    expect(packet.length).toBe(52);
    expect([packet.readUInt8(0) >> 4, packet.readUInt16BE(4), packet.readUInt8(6)]).toEqual([6, 12, 17]);
    expect(packet.subarray(8, 24).toString("hex")).toBe("20010db8000000000000000000000007");
    expect(sums(packet.subarray(8), 17 + 12)).toBe(0xffff);
  });

  it("cuts off what no datagram can hold", () => {
    const end = { address: "192.0.2.1", port: 5060 };
    const packet = udpPacket(end, end, Buffer.alloc(100_000, "x"));
    expect([packet.length, packet.readUInt16BE(2), packet.readUInt16BE(24)]).toEqual([65535, 65535, 65515]);
  });

  it.each([
    ["::", "00000000000000000000000000000000"],
    ["fe80::1%eth0", "fe800000000000000000000000000001"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
    ["192.0.2.1", "00000000000000000000ffffc0000201"],
    ["no address", "00000000000000000000000000000000"],
  ])("writes %s", (address, hex) => {
    expect(addressBytes(address, false).toString("hex")).toBe(hex);
  });
});
