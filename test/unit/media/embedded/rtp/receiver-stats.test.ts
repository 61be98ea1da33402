import { describe, expect, it } from "vitest";
import { ReceiverStats } from "../../../../../runtime/media/embedded/rtp/receiver-stats.ts";
import { rtpBytes, rtpPacket, SSRC } from "./rtp-bytes.ts";

/** Packets of 20 ms that arrive as they were sent, apart from `lateMs`. */
function receive(
  stats: ReceiverStats,
  sequences: readonly number[],
  options: { lateMs?: (index: number) => number; ssrc?: number; clockRate?: number | null } = {},
): void {
  sequences.forEach((sequence, index) => {
    const clockRate = options.clockRate === undefined ? 8000 : options.clockRate;
    const packet = rtpPacket(rtpBytes({ sequence, timestamp: sequence * 160, ssrc: options.ssrc ?? SSRC }));
    stats.receive(packet, sequence * 20 + (options.lateMs?.(index) ?? 0), clockRate);
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe("What has come of a stream (RFC 3550 appendix A)", () => {
  it("reports nothing until two packets in sequence have come", () => {
    const stats = new ReceiverStats();
    receive(stats, [5, 9]);
    expect(stats.report()).toBeNull();
    receive(stats, [10]);
    expect(stats.report()).toMatchObject({ ssrc: SSRC, lost: 0, highestSequence: 10 });
    expect(stats.received).toBe(2);
  });

  it("counts losses in all and since the last report", () => {
    const stats = new ReceiverStats();
    receive(stats, [...range(0, 50), ...range(100, 150)]);
    expect(stats.report()).toMatchObject({ fractionLost: 85, lost: 50 });
    receive(stats, range(150, 200));
    expect(stats.report()).toMatchObject({ fractionLost: 0, lost: 50 });
    expect([stats.received, stats.lost]).toEqual([150, 50]);
  });

  it("takes late and doubled packets off the losses", () => {
    const stats = new ReceiverStats();
    receive(stats, [0, 1, 3, 2, 3]);
    expect(stats.report()).toMatchObject({ lost: -1, fractionLost: 0, highestSequence: 3 });
    expect(stats.lost).toBe(0);
  });

  it("puts the wraps into the upper half of the highest number", () => {
    const stats = new ReceiverStats();
    receive(stats, range(0xfff0, 0x20010));
    expect(stats.report()).toMatchObject({ highestSequence: 0x2000f, lost: 0 });
  });

  it("goes on counting when the stream begins with the wrap itself", () => {
    const stats = new ReceiverStats();
    receive(stats, [0xffff, 0x10000, 0x10001]);
    expect(stats.report()).toMatchObject({ highestSequence: 0x10001, lost: 0 });
  });

  it("believes a great leap only when the next packet agrees", () => {
    const stats = new ReceiverStats();
    receive(stats, [...range(0, 10), 30_000, ...range(10, 20)]);
    expect(stats.report()).toMatchObject({ highestSequence: 19, lost: 0 });
    receive(stats, range(40_000, 40_010));
    expect(stats.report()).toMatchObject({ highestSequence: 40_009, lost: 0 });
  });

  it("begins anew with another source and keeps the sums", () => {
    const stats = new ReceiverStats();
    receive(stats, [...range(0, 10), ...range(12, 20)]);
    receive(stats, range(500, 510), { ssrc: 77 });
    expect(stats.report()).toMatchObject({ ssrc: 77, lost: 0, highestSequence: 509 });
    expect([stats.received, stats.lost]).toEqual([28, 2]);
  });

  it("measures no jitter in packets that are all equally late", () => {
    const stats = new ReceiverStats();
    receive(stats, range(0, 100), { lateMs: () => 70 });
    expect(stats.jitterMs).toBe(0);
  });

  it("approaches the mean change of the transit time", () => {
    const stats = new ReceiverStats();
    receive(stats, range(0, 500), { lateMs: (index) => (index % 2) * 8 });
    expect(stats.jitterMs).toBeCloseTo(8, 1);
    expect(stats.report()?.jitter).toBeGreaterThanOrEqual(63);
  });

  it("measures no jitter by timestamps that do not tell when a packet was sent", () => {
    const stats = new ReceiverStats();
    receive(stats, range(0, 10));
    const packet = rtpPacket(rtpBytes({ sequence: 10, timestamp: 160 }));
    stats.receive(packet, 1000, null);
    expect([stats.received, stats.jitterMs]).toEqual([11, 0]);
  });

  it("survives a wrap of the timestamp", () => {
    const stats = new ReceiverStats();
    range(0, 10).forEach((sequence) => {
      const packet = rtpPacket(rtpBytes({ sequence, timestamp: 0xffffff00 + sequence * 160 }));
      stats.receive(packet, sequence * 20, 8000);
    });
    expect(stats.jitterMs).toBe(0);
  });
});
