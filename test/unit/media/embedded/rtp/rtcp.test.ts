import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ntpMiddle,
  parseRtcp,
  type ReportBlock,
  roundTripMs,
  writeRtcp,
} from "../../../../../runtime/media/embedded/rtp/rtcp.ts";

const BLOCK: ReportBlock = {
  ssrc: 0xa1b2c3d4,
  fractionLost: 25,
  lost: -2,
  highestSequence: 0x0001ffff,
  jitter: 40,
  lastSenderReport: 0xb705b44d,
  delaySinceLastSenderReport: 0x00054000,
};
const SENT = { wallMs: Date.UTC(2026, 0, 1), rtpTimestamp: 0xfedcba98, packets: 100, octets: 16_000 };
const bytes = Buffer.alloc(400);

function parseHex(hex: string) {
  const raw = Buffer.from(hex.replaceAll(" ", ""), "hex");
  return parseRtcp(raw, raw.length);
}

describe("RTCP compounds (RFC 3550 §6)", () => {
  it("says in a sender report what is sent and received, and who sends", () => {
    const length = writeRtcp(bytes, { ssrc: 7, cname: "a@b", sender: SENT, block: BLOCK, isBye: false });
    expect(parseRtcp(bytes, length)).toEqual([
      {
        type: "sender-report",
        ssrc: 7,
        ntpMiddle: ntpMiddle(SENT.wallMs),
        rtpTimestamp: 0xfedcba98,
        packets: 100,
        octets: 16_000,
        blocks: [BLOCK],
      },
      { type: "source-description", ssrc: 7, cname: "a@b" },
    ]);
  });

  it("is a receiver report where nothing is sent, and may end with a goodbye", () => {
    const length = writeRtcp(bytes, { ssrc: 7, cname: "ab", sender: null, block: null, isBye: true });
    expect(bytes.subarray(0, length).toString("hex")).toBe(
      "80c9000100000007" + "81ca000300000007" + "01026162" + "00000000" + "81cb000100000007",
    );
  });

  it("counts NTP time from 1900, with its fraction", () => {
    const wallMs = Date.UTC(1900, 0, 1) + 3_976_214_400_250;
    writeRtcp(bytes, { ssrc: 7, cname: "", sender: { ...SENT, wallMs }, block: null, isBye: false });
    expect(bytes.readUInt32BE(8)).toBe(3_976_214_400);
    expect(bytes.readUInt32BE(12)).toBe(0x40000000);
  });

  it.each([0, 1, 2, 3, 4, 5])("ends a CNAME of %i octets at a word", (size) => {
    bytes.fill(0xff);
    const length = writeRtcp(bytes, { ssrc: 7, cname: "x".repeat(size), sender: null, block: null, isBye: true });
    expect(length % 4).toBe(0);
    expect(parseRtcp(bytes, length)?.slice(1)).toEqual([
      { type: "source-description", ssrc: 7, cname: "x".repeat(size) },
      { type: "bye", ssrcs: [7] },
    ]);
  });

  it("cuts a CNAME that is longer than an item may be", () => {
    const length = writeRtcp(bytes, { ssrc: 7, cname: "x".repeat(300), sender: null, block: null, isBye: false });
    expect(parseRtcp(bytes, length)?.[1]).toEqual({ type: "source-description", ssrc: 7, cname: "x".repeat(255) });
  });

  it.each([
    ["a goodbye alone, as reduced-size RTCP has it", "81cb0001 00000007", [{ type: "bye", ssrcs: [7] }]],
    [
      "a kind that is not known",
      "80cf0001 00000007 80c90001 00000008",
      [{ type: "receiver-report", ssrc: 8, blocks: [] }],
    ],
    ["fewer blocks than it claims", "9fc90001 00000008", [{ type: "receiver-report", ssrc: 8, blocks: [] }]],
    ["fewer sources than it claims", "9fcb0001 00000007", [{ type: "bye", ssrcs: [7] }]],
    ["padding", "a1cb0002 00000007 00000004", [{ type: "bye", ssrcs: [7] }]],
    ["padding that exceeds it", "a1cb0001 000000ff", [{ type: "bye", ssrcs: [] }]],
    ["a sender report that is too short", "80c80001 00000007", []],
    ["an item that exceeds its chunk", "81ca0002 00000007 01ff6162", []],
    [
      "two chunks, and items of other kinds",
      "82ca0004 00000007 02016100 00000008 01016200",
      [{ type: "source-description", ssrc: 8, cname: "b" }],
    ],
  ])("reads %s", (_what, hex, parts) => {
    expect(parseHex(hex)).toEqual(parts);
  });

  it.each([
    ["nothing", ""],
    ["three octets", "80c900"],
    ["another version", "40c90001 00000007"],
    ["a length beyond the datagram", "80c90002 00000007"],
    ["a second part that is cut", "80c90001 00000007 80cb"],
  ])("refuses %s", (_what, hex) => {
    expect(parseHex(hex)).toBeNull();
  });

  it("never throws, whatever comes", () => {
    const part = fc
      .tuple(fc.nat(255), fc.integer({ min: 198, max: 206 }), fc.uint8Array({ maxLength: 60 }))
      .map(([first, type, rest]) => [0x80 | (first & 0x3f), type, 0, Math.floor(rest.length / 4), ...rest]);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.nat(80), (parts, cut) => {
        const raw = Uint8Array.from(parts.flat());
        parseRtcp(raw, raw.length);
        parseRtcp(raw, cut);
      }),
    );
  });
});

describe("The round trip (RFC 3550 §6.4.1)", () => {
  it("is what has passed since our report, less what it lay with the other side", () => {
    const sentMs = Date.UTC(2026, 0, 1, 12, 0, 0, 500);
    const block = { ...BLOCK, lastSenderReport: ntpMiddle(sentMs), delaySinceLastSenderReport: 5 * 0x10000 };
    expect(roundTripMs(block, sentMs + 5000 + 30)).toBeCloseTo(30, 1);
  });

  it("is right where the 16 bits of seconds wrap meanwhile", () => {
    const ntpSeconds = Math.ceil((SENT.wallMs / 1000 + 2_208_988_800) / 0x10000) * 0x10000;
    const base = (ntpSeconds - 2_208_988_800) * 1000;
    expect(ntpMiddle(base)).toBe(0);
    const block = { ...BLOCK, lastSenderReport: ntpMiddle(base - 100), delaySinceLastSenderReport: 0 };
    expect(roundTripMs(block, base + 100)).toBeCloseTo(200, 1);
  });

  it("is not known before the other side has a report of ours, or where the times cannot be", () => {
    const sentMs = Date.UTC(2026, 0, 1);
    expect(roundTripMs({ ...BLOCK, lastSenderReport: 0 }, sentMs)).toBeNull();
    expect(roundTripMs({ ...BLOCK, lastSenderReport: ntpMiddle(sentMs + 9000) }, sentMs)).toBeNull();
  });
});
