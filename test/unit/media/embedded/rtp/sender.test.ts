import { describe, expect, it } from "vitest";
import { RtpSender } from "../../../../../runtime/media/embedded/rtp/sender.ts";
import { rtpPacket } from "./rtp-bytes.ts";

const PCMU = { codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 } as const;
const OPUS = { codec: "opus", payloadType: 111, clockRate: 48000, ptimeMs: 20 } as const;
const PAYLOAD = new Uint8Array(160).fill(0x55);
const into = Buffer.alloc(1500);

function createSender(options = {}): RtpSender {
  const sender = new RtpSender({ ssrc: 9, index: 0xfffe, timestamp: 0xffffff00, ...options });
  sender.use(PCMU, 0);
  return sender;
}

function sendAudio(sender: RtpSender, atMs: number, payload = PAYLOAD) {
  const length = sender.writeAudio(into, payload, atMs);
  const { sequence, timestamp, marker, payloadType, ssrc } = rtpPacket(into.subarray(0, length));
  return { sequence, timestamp, marker, payloadType, ssrc };
}

describe("The sending side of an RTP stream", () => {
  it("numbers and times its packets across the wraps of both", () => {
    const sender = createSender();
    const sent = [0, 20, 40].map((atMs) => sendAudio(sender, atMs));
    expect(sent.map((packet) => packet.sequence)).toEqual([0xfffe, 0xffff, 0]);
    expect(sent.map((packet) => packet.timestamp)).toEqual([0xffffff00, 0xffffffa0, 0x40]);
    expect(sent.map((packet) => packet.ssrc)).toEqual([9, 9, 9]);
  });

  it("carries the payload as it is", () => {
    const length = createSender().writeAudio(into, Uint8Array.from([1, 2, 3]), 0);
    expect(into.subarray(12, length).toString("hex")).toBe("010203");
  });

  it("marks the first packet of a talkspurt alone", () => {
    const sender = createSender();
    expect([0, 20, 40, 100, 120].map((atMs) => sendAudio(sender, atMs).marker)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it("lets a pause show in timestamps and not in sequence numbers", () => {
    const sender = createSender({ index: 5, timestamp: 0 });
    sendAudio(sender, 0);
    expect(sendAudio(sender, 1000)).toMatchObject({ sequence: 6, timestamp: 8000 });
  });

  it("sends an event with the timestamp of its start, in the same sequence", () => {
    const sender = createSender({ index: 5, timestamp: 0 });
    sendAudio(sender, 0);
    const length = sender.writeOther(into, {
      payloadType: 101,
      marker: true,
      atMs: 20,
      payload: PAYLOAD.subarray(0, 4),
    });
    expect(rtpPacket(into.subarray(0, length))).toMatchObject({
      payloadType: 101,
      marker: true,
      sequence: 6,
      timestamp: 160,
    });
    expect(sendAudio(sender, 120)).toMatchObject({ sequence: 7, timestamp: 960 });
  });

  it("goes on from the same timestamp where the clock rate changes", () => {
    const sender = createSender({ timestamp: 0 });
    sendAudio(sender, 0);
    sender.use(OPUS, 1000);
    expect(sendAudio(sender, 1000)).toMatchObject({ payloadType: 111, timestamp: 8000 });
    expect(sendAudio(sender, 1020)).toMatchObject({ timestamp: 8960 });
  });

  it("counts packets, and octets of payload alone", () => {
    const sender = createSender();
    sendAudio(sender, 0);
    sendAudio(sender, 20, new Uint8Array(10));
    expect([sender.packets, sender.octets]).toEqual([2, 170]);
  });

  it("begins somewhere else each time, and in the lower half of sequence numbers", () => {
    const senders = Array.from({ length: 50 }, () => {
      const sender = new RtpSender();
      sender.use(PCMU, 0);
      return sendAudio(sender, 0);
    });
    for (const field of ["ssrc", "sequence", "timestamp"] as const) {
      expect(new Set(senders.map((sent) => sent[field])).size).toBeGreaterThan(40);
    }
    expect(Math.max(...senders.map((sent) => sent.sequence))).toBeLessThan(0x8000);
  });
});
