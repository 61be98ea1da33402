import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createRtpPacket,
  datagramKind,
  parseRtp,
  rtpHeaderBytes,
  writeRtpHeader,
} from "../../../../../runtime/media/embedded/rtp/packet.ts";
import { rtpBytes } from "./rtp-bytes.ts";

function payloadOf(hex: string): string | null {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const packet = createRtpPacket();
  if (!parseRtp(bytes, bytes.length, packet)) return null;
  return bytes.subarray(packet.payloadStart, packet.payloadEnd).toString("hex");
}

const FIXED = "8000 0001 00000002 00000003";

describe("Parsing RTP (RFC 3550 §5.1)", () => {
  it("reads every field of the header at the limits of its size", () => {
    const bytes = Buffer.from("80ffffffffffffffffffffffaa", "hex");
    const packet = createRtpPacket();
    expect(parseRtp(bytes, bytes.length, packet)).toBe(true);
    expect(packet).toEqual({
      marker: true,
      payloadType: 127,
      sequence: 0xffff,
      timestamp: 0xffffffff,
      ssrc: 0xffffffff,
      payloadStart: 12,
      payloadEnd: 13,
    });
  });

  it.each([
    ["a bare header", FIXED, ""],
    ["a payload", `${FIXED} 0a0b`, "0a0b"],
    ["two CSRCs", "8200 0001 00000002 00000003 11111111 22222222 0a", "0a"],
    ["an extension of no words", "9000 0001 00000002 00000003 bede0000 0a", "0a"],
    ["an extension of two words", "9000 0001 00000002 00000003 bede0002 1111111122222222 0a", "0a"],
    ["a CSRC and an extension", "9100 0001 00000002 00000003 11111111 bede0001 11111111 0a", "0a"],
    ["padding", "a000 0001 00000002 00000003 0a0b 000002", "0a0b00"],
    ["nothing but padding", "a000 0001 00000002 00000003 00000004", ""],
  ])("finds the payload behind and before %s", (_what, hex, payload) => {
    expect(payloadOf(hex)).toBe(payload);
  });

  it.each([
    ["nothing", ""],
    ["11 octets", FIXED.slice(0, -2)],
    ["another version", `40${FIXED.slice(2)}`],
    ["CSRCs that are not there", "8200 0001 00000002 00000003 11111111"],
    ["an extension without its header", "9000 0001 00000002 00000003 bede"],
    ["an extension longer than the packet", "9000 0001 00000002 00000003 bede0002 11111111"],
    ["an extension of the greatest length", "9000 0001 00000002 00000003 bedeffff"],
    ["padding of no octets", "a000 0001 00000002 00000003 0a00"],
    ["padding that reaches into the header", "a000 0001 00000002 00000003 0a03"],
    ["padding without a payload", "a000 0001 00000002 00000003"],
  ])("refuses %s", (_what, hex) => {
    expect(payloadOf(hex)).toBeNull();
  });

  it("leaves the object alone when it refuses", () => {
    const packet = { ...createRtpPacket(), sequence: 7 };
    expect(parseRtp(Buffer.from("ff", "hex"), 1, packet)).toBe(false);
    expect(packet.sequence).toBe(7);
  });

  it("keeps the payload within the packet, whatever the octets", () => {
    const first = fc.constantFrom(0x80, 0x90, 0xa0, 0xb0, 0x8f, 0xbf);
    fc.assert(
      fc.property(first, fc.uint8Array({ maxLength: 80 }), fc.nat(90), (byte, rest, length) => {
        const bytes = Uint8Array.from([byte, ...rest]);
        const packet = createRtpPacket();
        if (!parseRtp(bytes, length, packet)) return;
        expect(packet.payloadStart).toBeGreaterThanOrEqual(12);
        expect(packet.payloadStart).toBeLessThanOrEqual(packet.payloadEnd);
        expect(packet.payloadEnd).toBeLessThanOrEqual(length);
        expect(length).toBeLessThanOrEqual(bytes.length);
        expect(rtpHeaderBytes(bytes, length)).toBe(packet.payloadStart);
      }),
    );
  });
});

describe("Writing RTP", () => {
  it("writes what it would read", () => {
    const header = fc.record({
      marker: fc.boolean(),
      payloadType: fc.nat(127),
      sequence: fc.nat(0xffff),
      timestamp: fc.nat(0xffffffff),
      ssrc: fc.nat(0xffffffff),
    });
    fc.assert(
      fc.property(header, (fields) => {
        const bytes = new Uint8Array(20).fill(0xee);
        writeRtpHeader(bytes, fields);
        const packet = createRtpPacket();
        expect(parseRtp(bytes, 20, packet)).toBe(true);
        expect(packet).toEqual({ ...fields, payloadStart: 12, payloadEnd: 20 });
        expect(Buffer.from(bytes)).toEqual(rtpBytes({ ...fields, payload: new Array(8).fill(0xee) }));
      }),
    );
  });
});

describe("What a datagram on a shared port is (RFC 5761 §4, RFC 7983 §7)", () => {
  it.each([
    ["8000", "rtp"],
    ["80e0", "rtp"],
    ["bfff", "rtp"],
    ["80c8", "rtcp"],
    ["81c9", "rtcp"],
    ["80cd", "rtcp"],
    ["80bf", "rtp"],
    ["0001", "stun"],
    ["0300", "stun"],
    ["16fe", "dtls"],
    ["4000", "unknown"],
    ["0a00", "unknown"],
    ["c000", "unknown"],
    ["80", "unknown"],
    ["", "unknown"],
  ] as const)("takes %s for %s", (hex, kind) => {
    const bytes = Buffer.from(hex, "hex");
    expect(datagramKind(bytes, bytes.length)).toBe(kind);
  });
});
