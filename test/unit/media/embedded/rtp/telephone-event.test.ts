import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  DigitReceiver,
  DigitSender,
  EVENT_TIMEOUT_MS,
  MAX_QUEUED_KEYS,
} from "../../../../../runtime/media/embedded/rtp/telephone-event.ts";
import { rtpBytes, rtpPacket } from "./rtp-bytes.ts";

interface Sent {
  readonly tickMs: number;
  readonly marker: boolean;
  readonly atMs: number;
  readonly hex: string;
  readonly finished: number | null;
}

function run(sender: DigitSender, ticks: number, clockRate = 8000): Sent[] {
  const sent: Sent[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const packet = sender.tick(tick * 20, clockRate);
    if (packet === null) continue;
    const { marker, atMs, finished } = packet;
    sent.push({ tickMs: tick * 20, marker, atMs, hex: Buffer.from(packet.payload).toString("hex"), finished });
  }
  return sent;
}

describe("Sending keys (RFC 4733)", () => {
  it("sends a key as packets of growing duration, and its end three times", () => {
    const sender = new DigitSender();
    expect(sender.queue(1, "5")).toBe(true);
    expect(run(sender, 50)).toEqual([
      { tickMs: 0, marker: true, atMs: 0, hex: "050a00a0", finished: null },
      { tickMs: 20, marker: false, atMs: 0, hex: "050a0140", finished: null },
      { tickMs: 40, marker: false, atMs: 0, hex: "050a01e0", finished: null },
      { tickMs: 60, marker: false, atMs: 0, hex: "050a0280", finished: null },
      { tickMs: 80, marker: false, atMs: 0, hex: "058a0320", finished: null },
      { tickMs: 100, marker: false, atMs: 0, hex: "058a0320", finished: null },
      { tickMs: 120, marker: false, atMs: 0, hex: "058a0320", finished: 1 },
    ]);
    expect(sender.isBusy).toBe(false);
  });

  it("leaves silence between keys, and tells each ticket with its last packet", () => {
    const sender = new DigitSender();
    sender.queue(1, "1*");
    sender.queue(2, "d");
    const sent = run(sender, 100);
    expect(sent.filter((packet) => packet.marker).map((packet) => [packet.atMs, packet.hex.slice(0, 2)])).toEqual([
      [0, "01"],
      [200, "0a"],
      [400, "0f"],
    ]);
    expect(sent.filter((packet) => packet.finished !== null).map((packet) => [packet.tickMs, packet.finished])).toEqual(
      [
        [320, 1],
        [520, 2],
      ],
    );
  });

  it("counts durations in the clock of the stream", () => {
    const sender = new DigitSender();
    sender.queue(1, "0");
    expect(run(sender, 10, 48_000).at(-1)?.hex).toBe("008a12c0");
  });

  it("passes over what is no key, and refuses what has none, or too many", () => {
    const sender = new DigitSender();
    expect(sender.queue(1, "(0) x")).toBe(true);
    expect(sender.queue(2, "xyz")).toBe(false);
    expect(sender.queue(3, "")).toBe(false);
    expect(sender.queue(4, "1".repeat(MAX_QUEUED_KEYS))).toBe(false);
    expect(run(sender, 50).filter((packet) => packet.marker)).toHaveLength(1);
  });

  it("gives up what waits and tells whose it was", () => {
    const sender = new DigitSender();
    sender.queue(1, "12");
    sender.queue(2, "3");
    sender.tick(0, 8000);
    expect(sender.clear()).toEqual([1, 2]);
    expect([sender.isBusy, run(sender, 20)]).toEqual([false, []]);
  });
});

interface EventFields {
  readonly code?: number;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly end?: boolean;
  readonly marker?: boolean;
  readonly ssrc?: number;
}

let receiver: DigitReceiver;
let nowMs: number;

function hear(fields: EventFields): string | null {
  const { code = 5, timestamp = 1000, duration = 160, end = false, marker = false } = fields;
  const payload = [code, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff];
  const bytes = rtpBytes({ timestamp, marker, payload, payloadType: 101, ssrc: fields.ssrc ?? 1 });
  nowMs += 20;
  return receiver.receive(rtpPacket(bytes), bytes, nowMs);
}

beforeEach(() => {
  receiver = new DigitReceiver();
  nowMs = 0;
});

describe("Receiving keys (RFC 4733)", () => {
  it("tells a key with its first packet, once", () => {
    const packets: EventFields[] = [{ marker: true }, { duration: 320 }, { end: true }, { end: true }, { end: true }];
    expect(packets.map(hear)).toEqual(["5", null, null, null, null]);
  });

  it("tells a key of which only the last packet has come", () => {
    expect(hear({ end: true, duration: 800 })).toBe("5");
  });

  it("tells the same key again when it is pressed again, even without its marker and the end before", () => {
    expect([hear({ marker: true }), hear({ timestamp: 2600 }), hear({ timestamp: 4200, end: true })]).toEqual([
      "5",
      "5",
      "5",
    ]);
  });

  it.each([..."0123456789*#ABCD"].map((key, code) => [code, key] as const))("tells event %i as %s", (code, key) => {
    expect(hear({ code })).toBe(key);
  });

  it("says nothing of other events and of packets that are too short", () => {
    expect(hear({ code: 16 })).toBeNull();
    const bytes = rtpBytes({ payload: [1, 2, 3], payloadType: 101 });
    expect(receiver.receive(rtpPacket(bytes), bytes, 0)).toBeNull();
    expect(hear({ code: 6, timestamp: 5000 })).toBe("6");
  });

  it("does not tell a key again whose last packets come behind the next key", () => {
    hear({ code: 1, timestamp: 1000 });
    expect(hear({ code: 2, timestamp: 2600 })).toBe("2");
    expect(hear({ code: 1, timestamp: 1000, end: true })).toBeNull();
    expect(hear({ code: 2, timestamp: 2600, end: true })).toBeNull();
  });

  it("takes what is held beyond 65535 units for one key", () => {
    expect(hear({ marker: true, duration: 0xffff })).toBe("5");
    expect(hear({ timestamp: 1000 + 0xffff })).toBeNull();
    expect(hear({ timestamp: 1000 + 2 * 0xffff, end: true })).toBeNull();
    expect(hear({ timestamp: 1000 + 3 * 0xffff })).toBe("5");
  });

  it("hears keys of a source, or of timestamps, that begin anew", () => {
    hear({ timestamp: 900_000, end: true });
    expect(hear({ timestamp: 100, ssrc: 2 })).toBe("5");
    nowMs += 2000;
    expect(hear({ timestamp: 50, ssrc: 2, end: true })).toBe("5");
    nowMs += 2000;
    expect(hear({ timestamp: 50, ssrc: 2 })).toBe("5");
  });

  it("compares timestamps across their wrap", () => {
    hear({ timestamp: 0xffffff00, end: true });
    expect(hear({ timestamp: 1500 })).toBe("5");
  });

  it("knows that a key is held until its end comes, or nothing more", () => {
    hear({ marker: true });
    expect(receiver.isActive(nowMs + EVENT_TIMEOUT_MS - 1)).toBe(true);
    expect(receiver.isActive(nowMs + EVENT_TIMEOUT_MS)).toBe(false);
    hear({ end: true });
    expect(receiver.isActive(nowMs)).toBe(false);
  });

  it("tells each key once whatever is lost, doubled or swapped, as long as one packet of each comes", () => {
    const keys = fc.array(fc.constantFrom(..."0123456789*#ABCD"), { minLength: 1, maxLength: 8 });
    const fates = fc.array(fc.constantFrom("sent", "lost", "doubled", "late"), { minLength: 56, maxLength: 56 });
    fc.assert(
      fc.property(keys, fates, fc.nat(6), (digits, fate, kept) => {
        const sender = new DigitSender();
        sender.queue(1, digits.join(""));
        const arrivals = run(sender, 100).flatMap((packet, i) => {
          const what = i % 7 === kept ? "sent" : fate[i];
          const delayMs = what === "late" ? 50 : 0;
          return Array.from({ length: what === "lost" ? 0 : what === "doubled" ? 2 : 1 }, () => ({ packet, delayMs }));
        });
        arrivals.sort((a, b) => a.packet.tickMs + a.delayMs - b.packet.tickMs - b.delayMs);
        const listener = new DigitReceiver();
        const heard = arrivals.map(({ packet, delayMs }) => {
          const payload = [...Buffer.from(packet.hex, "hex")];
          const bytes = rtpBytes({ timestamp: packet.atMs * 8, marker: packet.marker, payload });
          return listener.receive(rtpPacket(bytes), bytes, packet.tickMs + delayMs);
        });
        expect(heard.filter((digit) => digit !== null)).toEqual(digits);
      }),
    );
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.nat(0xffffffff))), (packets) => {
        const listener = new DigitReceiver();
        for (const [payload, timestamp] of packets) {
          const bytes = rtpBytes({ payload: [...payload], timestamp });
          listener.receive(rtpPacket(bytes), bytes, 0);
        }
      }),
    );
  });
});
