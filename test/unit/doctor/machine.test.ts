import { describe, expect, it } from "vitest";
import { isInside } from "../../../runtime/doctor/machine/addresses.ts";
import { gatewaysOf, placesOf } from "../../../runtime/doctor/machine/gateways.ts";
import { inodesOf } from "../../../runtime/doctor/machine/port-owner.ts";
import type { Dns } from "../../../runtime/doctor/machine/resolve.ts";
import { mappedIn } from "../../../runtime/doctor/machine/stun-client.ts";

describe("The tables of the kernel", () => {
  const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0`;

  it("tell which sockets listen on a port", () => {
    expect(inodesOf(tcp, 8080, "tcp")).toEqual(["4711"]);
    expect(inodesOf(tcp, 5060, "tcp")).toEqual(["4713"]);
    expect(inodesOf(tcp, 5061, "tcp")).toEqual([]);
    expect(inodesOf("", 5060, "udp")).toEqual([]);
  });
});

describe("The answer of a STUN server", () => {
  /** RFC 5769 §2.2: 192.0.2.1, port 32853. */
  const id = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");
  const answer = Buffer.from(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96",
    "hex",
  );

  it("tells the address that others see", () => {
    expect(mappedIn(answer, id)).toEqual({ address: "192.0.2.1", port: 32853 });
  });

  it("is nothing where it answers somebody else, is cut short, or is an error", () => {
    expect(mappedIn(answer, Buffer.alloc(12))).toBeUndefined();
    for (let length = 0; length < 48; length++) expect(mappedIn(answer.subarray(0, length), id)).toBeUndefined();
    const error = Buffer.from(answer);
    error.writeUInt16BE(0x0111, 0);
    expect(mappedIn(error, id)).toBeUndefined();
  });
});

describe("Addresses", () => {
  it.each([
    ["10.1.2.3", true],
    ["172.31.0.1", true],
    ["172.32.0.1", false],
    ["100.64.0.1", true],
    ["203.0.113.7", false],
    ["fd00::1", true],
    ["2001:db8::1", false],
    ["gw.example.net", false],
  ])("of %s: inside %s", (address, inside) => {
    expect(isInside(address)).toBe(inside);
  });
});

describe("The gateways of trunks", () => {
  const dns = (srv: readonly { name: string; port: number }[]): Dns => ({
    srv: async (name) => ({ type: "answer", values: name.startsWith("_sip._udp.gw") ? srv : [] }),
    addresses: async (host) => ({ type: "answer", values: host === "gw.example.net" ? ["192.0.2.1"] : ["192.0.2.2"] }),
  });
  const trunks = [
    { name: "a", trunk: { uri: "sip:gw.example.net" } },
    {
      name: "b",
      trunk: { gateways: [{ uri: "sips:192.0.2.9:5071" }, { uri: "sip:user@[2001:db8::1];transport=tcp" }] },
    },
  ];

  it("are read from their URIs", () => {
    expect(gatewaysOf(trunks as never)).toMatchObject([
      { trunk: "a", host: "gw.example.net", port: undefined, transport: "udp" },
      { trunk: "b", host: "192.0.2.9", port: 5071, transport: "tls" },
      { trunk: "b", host: "2001:db8::1", port: undefined, transport: "tcp" },
    ]);
  });

  it("are found by SRV where there is one, and else by the usual port", async () => {
    const [gateway] = gatewaysOf(trunks as never);
    if (gateway === undefined) throw new Error("There is none.");
    expect(await placesOf(gateway, dns([]))).toEqual([{ address: "192.0.2.1", port: 5060 }]);
    expect(await placesOf(gateway, dns([{ name: "other", port: 5070 }]))).toEqual([
      { address: "192.0.2.2", port: 5070 },
    ]);
    const silent: Dns = { ...dns([]), addresses: async () => ({ type: "silent" }) };
    expect(await placesOf(gateway, silent)).toBe("silent");
  });
});
