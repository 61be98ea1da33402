import { describe, expect, it } from "vitest";
import { countDrops } from "../../../../runtime/sip/transport/udp-drops.ts";

const table = [
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
  " 1234: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 51515 2 0000000000000000 7  ",
  " 1235: 0A0200C0:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 51516 2 0000000000000000 30 ",
  " 1236: 0100007F:13C5 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 51517 2 0000000000000000 500",
  "",
].join("\n");

const table6 = [
  "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
  "  12: B80D0120000000000000000010000000:13C4 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 51520 2 0000000000000000 4",
  "  13: 00000000000000000000000001000000:13C4 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 51521 2 0000000000000000 9",
].join("\n");

describe("datagrams dropped by the kernel", () => {
  it("are counted for our own sockets only", () => {
    expect(countDrops(table, [{ address: "127.0.0.1", port: 5060 }])).toBe(7);
    expect(
      countDrops(table, [
        { address: "127.0.0.1", port: 5060 },
        { address: "192.0.2.10", port: 5060 },
      ]),
    ).toBe(37);
    expect(countDrops(table, [{ address: "127.0.0.1", port: 6000 }])).toBe(0);
  });

  it("are counted for IPv6 sockets", () => {
    expect(countDrops(table6, [{ address: "2001:db8::10", port: 5060 }])).toBe(4);
    expect(countDrops(table6, [{ address: "::1", port: 5060 }])).toBe(9);
  });

  it("are none where the system has no such table", () => {
    expect(countDrops("", [{ address: "127.0.0.1", port: 5060 }])).toBe(0);
  });
});
