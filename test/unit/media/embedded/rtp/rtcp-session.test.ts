import { describe, expect, it } from "vitest";
import { ReceiverStats } from "../../../../../runtime/media/embedded/rtp/receiver-stats.ts";
import { parseRtcp } from "../../../../../runtime/media/embedded/rtp/rtcp.ts";
import { RtcpSession } from "../../../../../runtime/media/embedded/rtp/rtcp-session.ts";
import { RtpSender } from "../../../../../runtime/media/embedded/rtp/sender.ts";
import { rtpPacket } from "./rtp-bytes.ts";

const START = Date.UTC(2026, 0, 1);
const into = Buffer.alloc(1500);

class Side {
  readonly sender: RtpSender;
  readonly stats = new ReceiverStats();
  readonly session: RtcpSession;

  constructor(ssrc: number, random = () => 0.5) {
    this.sender = new RtpSender({ ssrc, index: 1, timestamp: 0 });
    this.sender.use({ codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 }, 0);
    this.session = new RtcpSession(this.sender, this.stats, `${ssrc}@test`, random);
  }

  sendTo(other: Side, atMs: number): void {
    const length = this.sender.writeAudio(into, new Uint8Array(160), atMs);
    other.stats.receive(rtpPacket(into.subarray(0, length)), atMs, 8000);
  }

  report(atMs: number): Buffer {
    const length = this.session.writeReport(into, { atMs, wallMs: START + atMs });
    return Buffer.from(into.subarray(0, length));
  }

  hear(report: Uint8Array, atMs: number): boolean {
    return this.session.receive(report, report.length, { atMs, wallMs: START + atMs });
  }
}

function firstPart(report: Uint8Array) {
  return parseRtcp(report, report.length)?.[0];
}

describe("What is reported in an RTP session", () => {
  it("measures the round trip through the report of the other side", () => {
    const [a, b] = [new Side(1), new Side(2)];
    for (let atMs = 0; atMs < 100; atMs += 20) {
      a.sendTo(b, atMs);
      b.sendTo(a, atMs);
    }
    expect(b.hear(a.report(1000), 1040)).toBe(true);
    expect(a.hear(b.report(3000), 3040)).toBe(true);
    expect(a.session.roundTripMs).toBeCloseTo(80, 0);
    expect(a.session.remoteLost).toBe(0);
    expect(b.session.roundTripMs).toBeNull();
  });

  it("sends a receiver report while nothing has been sent since the last", () => {
    const [a, b] = [new Side(1), new Side(2)];
    expect(firstPart(a.report(0))).toMatchObject({ type: "receiver-report", blocks: [] });
    a.sendTo(b, 20);
    expect(firstPart(a.report(5000))).toMatchObject({
      type: "sender-report",
      packets: 1,
      octets: 160,
      rtpTimestamp: 40_000,
    });
    expect(firstPart(a.report(10_000))).toMatchObject({ type: "receiver-report" });
  });

  it("ignores what is reported of others", () => {
    const [a, b, c] = [new Side(1), new Side(2), new Side(3)];
    for (let atMs = 0; atMs < 100; atMs += 20) a.sendTo(b, atMs);
    b.hear(a.report(1000), 1040);
    c.hear(b.report(3000), 3040);
    expect([c.session.roundTripMs, c.session.remoteLost]).toEqual([null, null]);
  });

  it.each([
    [0, 1250, 2500],
    [0.5, 2500, 5000],
    [0.75, 3125, 6250],
  ])("is due at first after half an interval, and each is random by up to half (%f)", (random, first, next) => {
    const { session } = new Side(1, () => random);
    expect(session.isDue(0)).toBe(false);
    expect(session.isDue(first - 1)).toBe(false);
    expect(session.isDue(first)).toBe(true);
    session.writeReport(into, { atMs: first, wallMs: START });
    expect(session.isDue(first + next - 1)).toBe(false);
    expect(session.isDue(first + next)).toBe(true);
  });

  it("does not take the report of another source for the time of the one it hears", () => {
    const [a, b, c] = [new Side(1), new Side(2), new Side(3)];
    for (let atMs = 0; atMs < 100; atMs += 20) {
      a.sendTo(b, atMs);
      c.sendTo(a, atMs);
    }
    b.hear(c.report(1000), 1040);
    expect(firstPart(b.report(3000))).toMatchObject({ blocks: [{ ssrc: 1, lastSenderReport: 0 }] });
  });

  it("tells that the other side has left, until it reports again", () => {
    const [a, b] = [new Side(1), new Side(2)];
    const length = a.session.writeBye(into, { atMs: 0, wallMs: START });
    b.hear(into.subarray(0, length), 10);
    expect(b.session.hasLeft).toBe(true);
    b.hear(a.report(20), 30);
    expect(b.session.hasLeft).toBe(false);
  });

  it("refuses what is no RTCP", () => {
    expect(new Side(1).hear(Uint8Array.from([1, 2, 3]), 0)).toBe(false);
  });
});
