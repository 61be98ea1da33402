/**
 * A stream of RTP packets through all that takes it: parser, latch, statistics, keys as events, the jitter buffer. Each call
 * of the buffer comes to an end, and it never holds more than it has room for.
 */
import fc from "fast-check";
import { DEFAULT_PAYLOAD_BYTES, JitterBuffer } from "../../../runtime/media/embedded/rtp/jitter-buffer.ts";
import { Latch } from "../../../runtime/media/embedded/rtp/latch.ts";
import { createRtpPacket, datagramKind, parseRtp } from "../../../runtime/media/embedded/rtp/packet.ts";
import { SLOTS } from "../../../runtime/media/embedded/rtp/packet-ring.ts";
import { ReceiverStats } from "../../../runtime/media/embedded/rtp/receiver-stats.ts";
import { DigitReceiver } from "../../../runtime/media/embedded/rtp/telephone-event.ts";
import { mutated } from "../mutate/bytes.ts";
import { joinPackets, splitPackets } from "../mutate/packets.ts";
import { holds, type Target } from "../runner/target.ts";

const CLOCK_RATE = 8000;
const TICK_MS = 20;
/** One tick takes from the buffer what 20 ms need; more rounds than this would be without end. */
const MOST_PULLS = 2 * SLOTS;
const SOURCES = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];

const step = fc.record({
  sequence: fc.oneof(
    { weight: 8, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: -70, max: 3100 }) },
  ),
  timestamp: fc.oneof(
    { weight: 8, arbitrary: fc.constant(160) },
    { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }) },
  ),
  ssrc: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 0xffffffff) }),
  payload: fc.oneof(
    { weight: 4, arbitrary: fc.constant(160) },
    { weight: 1, arbitrary: fc.constantFrom(0, 4, 80, 512, 513, 1400) },
  ),
  payloadType: fc.constantFrom(0, 0, 0, 101, 13, 127),
  first: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0x80) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
  ),
});

const streams = fc
  .tuple(
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.array(step, { maxLength: 40, size: "+2" }),
  )
  .map(([sequence, timestamp, steps]) => {
    let [at, time] = [sequence, timestamp];
    return joinPackets(
      steps.map((next) => {
        at += next.sequence;
        time += next.timestamp;
        const bytes = Buffer.alloc(12 + next.payload, at & 0x8f);
        bytes[0] = next.first;
        bytes[1] = next.payloadType;
        bytes.writeUInt16BE(at & 0xffff, 2);
        bytes.writeUInt32BE(time >>> 0, 4);
        bytes.writeUInt32BE(next.ssrc, 8);
        return bytes.toString("latin1");
      }),
    );
  });

export const rtp: Target = {
  samples: [
    joinPackets([
      "\x80\0\0\x01\0\0\0\xa0abcdpayload",
      "\x90\0\0\x02\0\0\x01\x40abcd\0\0\0\x01extnpayload",
      "\xa0\x65\0\x03\0\0\x01\xe0abcd\x05\x0a\0\xa0\0\0\0\x04",
    ]),
  ],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 2, arbitrary: streams },
      { weight: 1, arbitrary: mutated(seeds, { words: ["\0\x0c\x80", "\x80\x65", "\0\x10"] }) },
    ),
  run(input) {
    const packet = createRtpPacket();
    const buffer = new JitterBuffer(CLOCK_RATE);
    const [latch, stats, digits] = [new Latch(), new ReceiverStats(), new DigitReceiver()];
    latch.connect({ address: "192.0.2.1", port: 4000 }, null);
    let nowMs = 1000;
    for (const bytes of splitPackets(input)) {
      nowMs += TICK_MS;
      if (datagramKind(bytes, bytes.length) !== "rtp" || !parseRtp(bytes, bytes.length, packet)) continue;
      const { payloadStart, payloadEnd, ssrc, payloadType } = packet;
      holds(
        payloadStart >= 12 && payloadStart <= payloadEnd && payloadEnd <= bytes.length,
        "A payload outside of its packet.",
      );
      latch.accept({ address: SOURCES[ssrc % 3] ?? "", port: 4000 }, packet, payloadType < 102);
      stats.receive(packet, nowMs, payloadType === 101 ? null : CLOCK_RATE);
      digits.receive(packet, bytes, nowMs);
      if (payloadType !== 101) buffer.push(packet, bytes, nowMs);
      holds(buffer.size <= SLOTS, "The buffer holds more than it has room for.");
      pull(buffer, nowMs);
    }
    const report = stats.report();
    holds(
      report === null || (report.fractionLost >= 0 && report.fractionLost <= 255),
      "A report that cannot be written.",
    );
    holds(stats.received >= 0 && stats.lost >= 0 && Number.isFinite(stats.jitterMs), "Statistics that are no numbers.");
    // What is left runs dry.
    for (let tick = 1; tick <= SLOTS * 4 && buffer.size > 0; tick++) pull(buffer, nowMs + tick * TICK_MS);
    holds(buffer.size === 0, `${buffer.size} packets are never played.`);
  },
};

function pull(buffer: JitterBuffer, nowMs: number): void {
  let missingMs = TICK_MS;
  for (let pulls = 0; missingMs > 0; pulls++) {
    holds(pulls < MOST_PULLS, "One tick of audio takes rounds without end.");
    const playout = buffer.pull(nowMs);
    if (playout.type === "empty") return;
    if (playout.type === "packet")
      holds(playout.payload.length <= DEFAULT_PAYLOAD_BYTES, "A payload that is too long.");
    else holds(playout.ms > 0, "Nothing is to be concealed.");
    missingMs -= playout.type === "lost" ? playout.ms : TICK_MS;
  }
}
