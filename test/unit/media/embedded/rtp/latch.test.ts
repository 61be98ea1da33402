import { beforeEach, describe, expect, it } from "vitest";
import { FORMER_PROBATION_PACKETS, Latch, PROBATION_PACKETS } from "../../../../../runtime/media/embedded/rtp/latch.ts";
import type { MediaAddress } from "../../../../../runtime/port/media.ts";
import { rtpBytes, rtpPacket } from "./rtp-bytes.ts";

const SDP = { address: "192.168.1.5", port: 4000 };
const NAT = { address: "203.0.113.9", port: 31_000 };
const STRANGER = { address: "198.51.100.66", port: 5555 };

let latch: Latch;

/** Sends packets in sequence; returns how many were used. */
function send(source: MediaAddress, count: number, options: { from?: number; ssrc?: number; expected?: boolean } = {}) {
  let used = 0;
  for (let i = 0; i < count; i++) {
    const packet = rtpPacket(rtpBytes({ sequence: (options.from ?? 0) + i, ssrc: options.ssrc ?? 1 }));
    // What a socket says of a sender has more in it.
    const info = { ...source, family: "IPv4", size: 172 };
    if (latch.accept(info, packet, options.expected ?? true)) used++;
  }
  return used;
}

beforeEach(() => {
  latch = new Latch();
  latch.connect(SDP, null);
});

describe("Symmetric RTP", () => {
  it("sends to the address of the SDP until somebody is heard", () => {
    expect([latch.target, latch.rtcpTarget]).toEqual([SDP, SDP]);
  });

  it("uses the first packet that comes from the address of the SDP", () => {
    expect(send(SDP, 5)).toBe(5);
    expect(latch.target).toEqual(SDP);
  });

  it("learns another address from a few packets in a row, and sends there", () => {
    expect(send(NAT, PROBATION_PACKETS + 7)).toBe(8);
    expect([latch.target, latch.rtcpTarget]).toEqual([NAT, NAT]);
  });

  it("learns across the wrap of sequence numbers", () => {
    expect(send(NAT, PROBATION_PACKETS, { from: 0xffff })).toBe(1);
  });

  it("learns nothing from packets with gaps, of changing sources, or of a payload type that was not agreed on", () => {
    for (let i = 0; i < 10; i++) send(NAT, 1, { from: i * 2 });
    for (let i = 0; i < 10; i++) send(NAT, 1, { from: i, ssrc: i });
    send(NAT, 10, { from: 100, expected: false });
    expect(latch.target).toEqual(SDP);
    expect(latch.strangers).toBe(30);
  });

  it("drops and counts whoever comes after it has learned", () => {
    send(NAT, 10);
    const before = latch.strangers;
    expect(send(STRANGER, 50)).toBe(0);
    expect(latch.strangers - before).toBe(50);
    expect(latch.target).toEqual(NAT);
    expect(send({ ...NAT, port: NAT.port + 1 }, 50)).toBe(0);
  });

  it("drops strangers once the address of the SDP was heard", () => {
    send(SDP, 1);
    expect(send(STRANGER, 50)).toBe(0);
    expect(latch.target).toEqual(SDP);
  });

  it("learns while somebody else sends between the packets", () => {
    for (let i = 0; i < PROBATION_PACKETS; i++) {
      send(STRANGER, 1, { from: i * 7 });
      send(NAT, 1, { from: i });
    }
    expect(latch.target).toEqual(NAT);
  });

  it("goes back to the address of the SDP when that speaks after all, and stays there", () => {
    send(STRANGER, 10);
    expect(send(SDP, PROBATION_PACKETS)).toBe(1);
    expect(latch.target).toEqual(SDP);
    expect(send(STRANGER, 50, { from: 10 })).toBe(0);
  });

  it("keeps what it has learned when the same address is agreed on again", () => {
    send(NAT, 10);
    latch.connect({ ...SDP }, null);
    expect(latch.target).toEqual(NAT);
  });

  it("keeps what it has learned over a hold, and sends nothing meanwhile", () => {
    send(NAT, 10);
    latch.connect(null, null);
    expect([latch.target, latch.rtcpTarget]).toEqual([null, null]);
    expect(send(NAT, 1, { from: 10 })).toBe(1);
    latch.connect(SDP, null);
    expect(latch.target).toEqual(NAT);
  });

  it("learns anew after an agreement on another address", () => {
    send(NAT, 10);
    const moved = { address: "192.168.1.5", port: 4002 };
    latch.connect(moved, null);
    expect(latch.target).toEqual(moved);
    const next = { ...NAT, port: 31_001 };
    // The phone still sends from where it was for a moment.
    for (let i = 0; i < 10; i++) {
      send(NAT, 1, { from: 10 + i });
      send(next, 1, { from: i, ssrc: 2 });
    }
    expect(latch.target).toEqual(next);
  });

  it("takes the former source again when nobody else comes", () => {
    send(NAT, 10);
    latch.connect({ address: "203.0.113.9", port: 4000 }, null);
    expect(send(NAT, FORMER_PROBATION_PACKETS - 1, { from: 10 })).toBe(0);
    expect(send(NAT, 1, { from: 9 + FORMER_PROBATION_PACKETS })).toBe(1);
    expect(latch.target).toEqual(NAT);
  });

  it("hears early media before the other side has said its address", () => {
    latch = new Latch();
    latch.connect(null, null);
    expect(send(NAT, PROBATION_PACKETS + 1)).toBe(2);
    expect(latch.target).toBeNull();
    latch.connect(SDP, null);
    expect(send(NAT, PROBATION_PACKETS, { from: 10 })).toBe(1);
    expect(latch.target).toEqual(NAT);
  });

  it("knows an IPv6 address in any spelling", () => {
    latch.connect({ address: "2001:DB8:0:0::0005", port: 4000 }, null);
    expect(send({ address: "2001:db8::5", port: 4000 }, 1)).toBe(1);
  });

  it("sends RTCP to its own port, and to where it comes from when RTP was learned", () => {
    const rtcp = { ...SDP, port: 4001 };
    latch.connect(SDP, rtcp);
    expect(latch.rtcpTarget).toEqual(rtcp);
    expect(latch.acceptRtcp(rtcp)).toBe(true);
    send(NAT, 10);
    expect(latch.acceptRtcp(STRANGER)).toBe(false);
    expect(latch.acceptRtcp({ ...NAT, port: 31_007 })).toBe(true);
    expect(latch.rtcpTarget).toEqual({ ...NAT, port: 31_007 });
  });
});
