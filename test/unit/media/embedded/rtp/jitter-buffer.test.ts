import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_TARGET_MS,
  MIN_TARGET_MS,
  START_TARGET_MS,
} from "../../../../../runtime/media/embedded/rtp/delay-estimate.ts";
import {
  DEFAULT_PAYLOAD_BYTES,
  JitterBuffer,
  MAX_CONCEALED_MS,
  MAX_DELAY_MS,
} from "../../../../../runtime/media/embedded/rtp/jitter-buffer.ts";
import { SLOTS } from "../../../../../runtime/media/embedded/rtp/packet-ring.ts";
import { type Arrival, delays, hear, indexes, range, speech, stream, totalMs } from "./playout.ts";
import { rtpBytes, rtpPacket } from "./rtp-bytes.ts";

/** Some number from 0 to `max`, the same each time for the same index. */
function noise(index: number, max: number): number {
  return ((index * 7919) % 101) * (max / 100);
}

describe("A jitter buffer on a good network", () => {
  it.each([10, 20, 30, 40, 60])("plays packets of %i ms without a gap, about 40 ms later", (ptimeMs) => {
    const arrivals = stream({ packets: 300, ptimeMs, transit: (index) => 30 + noise(index, 4) });
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 300 * ptimeMs + 500, ptimeMs));
    expect(heard.map((item) => item.type)).not.toContain("lost");
    expect(heard.map((item) => item.type)).not.toContain("empty");
    expect(indexes(heard)).toEqual(range(0, 300));
    const delay = Math.max(...delays(heard, arrivals)) - 30 - ptimeMs;
    expect(delay).toBeGreaterThanOrEqual(START_TARGET_MS - 10);
    expect(delay).toBeLessThanOrEqual(START_TARGET_MS + 30);
  });

  it("is silent before the first packet's time and after the last, with a concealed end", () => {
    const heard = hear(new JitterBuffer(8000), stream({ packets: 10, startMs: 100 }), 1000);
    const types = heard.map((item) => item.type);
    expect(types.slice(0, 8)).toEqual(new Array(8).fill("empty"));
    expect(types.slice(8, 18)).toEqual(new Array(10).fill("packet"));
    expect(types.slice(18, 21)).toEqual(["lost", "lost", "lost"]);
    expect(new Set(types.slice(21))).toEqual(new Set(["empty"]));
  });

  it("leaves nothing out, however silent it is", () => {
    const arrivals = stream({ packets: 500, transit: (index) => noise(index, 10), isSilent: () => true });
    expect(indexes(hear(new JitterBuffer(8000), arrivals, 11_000))).toEqual(range(0, 500));
  });

  it("goes on over the wraps of sequence number and timestamp", () => {
    const arrivals = stream({ packets: 200, sequence: 0xffb0, timestamp: 0xffffffff - 50 * 160 });
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 5000));
    expect(indexes(heard)).toEqual(range(0, 200));
    expect(heard).toHaveLength(200);
  });

  it.each([-300, 300])("bears clocks that differ by %i ppm for five minutes", (ppm) => {
    const arrivals = stream({ packets: 15_000, transit: (index) => 20 + noise(index, 5) - (index * 20 * ppm) / 1e6 });
    const buffer = new JitterBuffer(8000);
    const heard = speech(hear(buffer, arrivals, 300_500));
    expect(buffer.targetMs).toBeLessThan(START_TARGET_MS);
    const delay = delays(heard, arrivals).map((ms, i) => ms + (i * 20 * ppm) / 1e6);
    expect(totalMs(heard, "lost") + totalMs(heard, "empty")).toBeLessThanOrEqual(400);
    expect(Math.max(...delay)).toBeLessThan(MAX_DELAY_MS + 80);
    expect(indexes(heard).length).toBeGreaterThan(14_980);
  });
});

describe("A jitter buffer on a bad network", () => {
  it("puts packets into order and leaves out doubles", () => {
    const arrivals = stream({ packets: 200, transit: (index) => (index % 5 === 0 ? 25 : 0) });
    const doubled = [...arrivals, ...arrivals.map((arrival) => ({ ...arrival, atMs: arrival.atMs + 30 }))];
    const heard = speech(hear(new JitterBuffer(8000), doubled, 5000));
    expect(indexes(heard)).toEqual(range(0, 200));
    expect(heard).toHaveLength(200);
  });

  it("does not take what comes twice for slow", () => {
    const arrivals = stream({ packets: 50 });
    const buffer = new JitterBuffer(8000);
    hear(buffer, [...arrivals, ...arrivals.map((arrival) => ({ ...arrival, atMs: arrival.atMs + 150 }))], 1300);
    expect(buffer.targetMs).toBeLessThanOrEqual(START_TARGET_MS);
  });

  it.each([10, 20, 30, 60])("conceals a lost packet of %i ms for its length, and no more", (ptimeMs) => {
    const arrivals = stream({ packets: 100, ptimeMs }).filter((_, index) => index % 10 !== 7);
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 100 * ptimeMs + 500, ptimeMs));
    expect(indexes(heard)).toEqual(range(0, 90));
    expect(totalMs(heard, "lost")).toBe(10 * ptimeMs);
    expect(totalMs(heard, "empty")).toBe(0);
  });

  it("conceals the beginning of a long loss, is silent then, and goes on at the right time", () => {
    const arrivals = stream({ packets: 100 }).filter((_, index) => index < 30 || index >= 60);
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 5000));
    expect(totalMs(heard, "lost")).toBe(MAX_CONCEALED_MS);
    expect(totalMs(heard, "empty")).toBe(600 - MAX_CONCEALED_MS);
    const delay = delays(heard, arrivals);
    expect(Math.max(...delay) - Math.min(...delay)).toBe(0);
  });

  it("does not take the numbers of other packets for losses", () => {
    // Keys, between packets of audio that follow each other in time.
    const arrivals = stream({ packets: 100 }).map((arrival, index) => ({
      ...arrival,
      sequence: arrival.sequence + Math.floor(index / 10) * 3,
    }));
    expect(speech(hear(new JitterBuffer(8000), arrivals, 5000)).map((item) => item.type)).toEqual(
      new Array(100).fill("packet"),
    );
  });

  it("grows with the first late packet, so that the next ones as late are heard", () => {
    const buffer = new JitterBuffer(8000);
    const arrivals = stream({ packets: 400, transit: (index) => (index >= 100 && index % 10 === 0 ? 110 : 5) });
    const heard = speech(hear(buffer, arrivals, 9000));
    expect(buffer.targetMs).toBeGreaterThan(100);
    expect(indexes(heard).length).toBeGreaterThanOrEqual(398);
    expect(heard.filter((item) => item.type === "lost" && item.atMs > 3500)).toEqual([]);
  });

  it("bounds its target, whatever the jitter, and comes down again slowly", () => {
    const buffer = new JitterBuffer(8000);
    const wild = stream({ packets: 100, transit: (index) => noise(index, 900) });
    hear(buffer, wild, 3000);
    expect(buffer.targetMs).toBeLessThanOrEqual(MAX_TARGET_MS);
    expect(buffer.targetMs).toBeGreaterThan(MAX_TARGET_MS - 10);
    const calm = stream({ packets: 4000, startMs: 3000, sequence: 200, timestamp: 5000 + 3000 * 8 });
    hear(buffer, calm.slice(0, 250), 8000);
    expect(buffer.targetMs).toBeGreaterThan(MAX_TARGET_MS / 2);
    hear(buffer, calm.slice(250), 80_000);
    expect(buffer.targetMs).toBeLessThan(MIN_TARGET_MS + 5);
  });

  it("takes the delay back in what is silent, and nothing of what is spoken", () => {
    const arrivals = stream({
      packets: 3000,
      transit: (index) => (index < 100 ? noise(index, 150) : 5),
      isSilent: (index) => index % 100 >= 80,
    });
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 61_000));
    const delay = delays(heard, arrivals);
    expect(delay[150]).toBeGreaterThan(120);
    expect(delay.at(-1)).toBeLessThan(80);
    const left = new Set(indexes(heard).filter((index) => index > 200));
    expect(range(201, 3000).filter((index) => !left.has(index) && index % 100 < 80)).toEqual([]);
  });

  it("plays what comes at once behind a stall, within the greatest delay", () => {
    // All of 600 ms arrives together.
    const arrivals = stream({ packets: 200 }).map((arrival) => {
      const isHeld = arrival.spokenMs >= 1000 && arrival.spokenMs < 1600;
      return isHeld ? { ...arrival, atMs: 1625 } : arrival;
    });
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 5000));
    const delay = delays(heard, arrivals);
    expect(Math.max(...delay)).toBeLessThanOrEqual(MAX_DELAY_MS + 40);
    const played = indexes(heard);
    expect(played).toEqual([...played].sort((a, b) => a - b));
    expect(played.length).toBeGreaterThan(180);
  });

  it("starts with what is new when it was not asked for long", () => {
    const buffer = new JitterBuffer(8000);
    for (const arrival of stream({ packets: 50 })) {
      const bytes = rtpBytes(arrival);
      buffer.push(rtpPacket(bytes), bytes, arrival.atMs);
    }
    buffer.pull(50 * 20);
    expect(buffer.size).toBeLessThanOrEqual(4);
  });

  it("follows when the way becomes longer or shorter for good", () => {
    const arrivals = stream({ packets: 600, transit: (index) => (index < 200 ? 20 : index < 400 ? 520 : 20) });
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 14_000));
    const delay = delays(heard, arrivals);
    expect(indexes(heard).length).toBeGreaterThan(550);
    expect(Math.max(...delay)).toBeLessThan(520 + MAX_DELAY_MS);
    expect(delay.at(-1)).toBeLessThan(20 + MAX_DELAY_MS + 40);
  });
});

describe("A jitter buffer and a sender of its own mind", () => {
  it("keeps pauses as long as they were", () => {
    const talk = stream({ packets: 50 });
    const next = stream({ packets: 50, startMs: 3000, sequence: 150, timestamp: 5000 + 3000 * 8 });
    const arrivals = [...talk, ...next];
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 5000));
    expect(indexes(heard)).toEqual(range(0, 100));
    const delay = delays(heard, arrivals);
    expect(Math.max(...delay) - Math.min(...delay)).toBeLessThanOrEqual(20);
  });

  it("does not take a pause for a long packet", () => {
    const last = stream({ packets: 1, startMs: 300, sequence: 110, timestamp: 5000 + 300 * 8 });
    const heard = hear(new JitterBuffer(8000), [...stream({ packets: 10 }), ...last], 2000);
    const end = heard.findIndex((item) => item.index === 10);
    expect(totalMs(heard.slice(end), "lost")).toBe(MAX_CONCEALED_MS);
  });

  it.each([
    ["its timestamps went on meanwhile", { sequence: 150, timestamp: 5000 + 600_000 * 8 }],
    ["its timestamps stood still", { sequence: 150, timestamp: 5000 + 50 * 160 }],
    ["all begins anew", { sequence: 40_000, timestamp: 77 }],
    ["the source is another", { sequence: 3, timestamp: 9, ssrc: 5 }],
  ])("hears who comes back after ten minutes where %s", (_how, fields) => {
    const arrivals = [...stream({ packets: 50 }), ...stream({ packets: 50, startMs: 600_000, ...fields })];
    expect(indexes(hear(new JitterBuffer(8000), arrivals, 602_000))).toEqual(range(0, 100));
  });

  it.each([
    ["the source", { ssrc: 5, sequence: 9000, timestamp: 4_000_000_000 }],
    ["the sequence", { sequence: 40_000, timestamp: 5000 + 50 * 160 }],
    ["the timestamp forward", { sequence: 150, timestamp: 900_000_000 }],
    ["the timestamp backward", { sequence: 150, timestamp: 3_000_000_000 }],
  ])("follows a leap of %s in the midst of speech", (_what, fields) => {
    const arrivals = [...stream({ packets: 50 }), ...stream({ packets: 50, startMs: 1000, ...fields })];
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 3000));
    // A packet to prove it, and what was still waiting.
    expect(indexes(heard).length).toBeGreaterThanOrEqual(94);
    expect(indexes(heard).slice(-49)).toEqual(range(51, 100));
  });

  it("is not disturbed by single packets from nowhere", () => {
    const odd = (at: number, fields: Partial<Arrival>): Arrival[] =>
      stream({ packets: 1, startMs: at }).map((a) => ({ ...a, ...fields }));
    const arrivals = [
      ...stream({ packets: 100 }),
      ...odd(400, { ssrc: 99 }),
      ...odd(410, { ssrc: 99, sequence: 121, timestamp: 5000 + 21 * 160 }),
      ...odd(600, { sequence: 50_000, timestamp: 5000 + 30 * 160 }),
      ...odd(700, { sequence: 5000, timestamp: 5000 + 35 * 160 }),
      ...odd(800, { timestamp: 1, sequence: 141 }),
    ];
    const heard = speech(hear(new JitterBuffer(8000), arrivals, 4000));
    expect(indexes(heard)).toEqual(range(0, 100));
    expect(heard).toHaveLength(100);
  });

  it("stays with one of two sources that speak at once, and takes the other when it ends", () => {
    const one = stream({ packets: 50 });
    const two = stream({ packets: 100, ssrc: 5, sequence: 9000, startMs: 5 });
    const heard = indexes(hear(new JitterBuffer(8000), [...one, ...two], 4000));
    expect(heard.slice(0, 48)).toEqual(range(0, 48));
    expect(heard.slice(-45)).toEqual(range(105, 150));
  });

  it("follows a change of the packets' length", () => {
    const short = stream({ packets: 50, ptimeMs: 20 });
    const long = stream({ packets: 50, ptimeMs: 40, startMs: 1000, sequence: 150, timestamp: 5000 + 1000 * 8 });
    // All is counted as 20 ms here, so the second half is heard with gaps; nothing may be missing.
    expect(indexes(hear(new JitterBuffer(8000), [...short, ...long], 5000))).toEqual(range(0, 100));
  });

  it("refuses payloads that exceed its room and takes the next", () => {
    const buffer = new JitterBuffer(8000);
    const big = rtpBytes({ payload: new Array(DEFAULT_PAYLOAD_BYTES + 1).fill(0) });
    expect(buffer.push(rtpPacket(big), big, 0)).toBe("too-big");
    const full = rtpBytes({ payload: new Array(DEFAULT_PAYLOAD_BYTES).fill(7) });
    expect(buffer.push(rtpPacket(full), full, 0)).toBe("kept");
    expect(buffer.pull(60)).toMatchObject({ type: "packet", payload: new Uint8Array(DEFAULT_PAYLOAD_BYTES).fill(7) });
  });

  it("copies what it keeps, with its payload type", () => {
    const buffer = new JitterBuffer(8000);
    const bytes = rtpBytes({ payload: [1, 2, 3], payloadType: 8 });
    buffer.push(rtpPacket(bytes), bytes, 0);
    bytes.fill(0);
    expect(buffer.pull(60)).toMatchObject({ type: "packet", payloadType: 8, payload: Uint8Array.from([1, 2, 3]) });
  });

  it("forgets all at a restart", () => {
    const buffer = new JitterBuffer(8000);
    const bytes = rtpBytes();
    buffer.push(rtpPacket(bytes), bytes, 0);
    buffer.restart(48_000);
    expect([buffer.size, buffer.pull(60).type]).toEqual([0, "empty"]);
    expect(buffer.push(rtpPacket(bytes), bytes, 100)).toBe("kept");
  });
});

describe("A jitter buffer, whatever comes", () => {
  /** Loss, doubles, and any delay: so any order. */
  const fate = fc.record({ isLost: fc.boolean(), isDoubled: fc.boolean(), delayMs: fc.nat(400) });

  it("plays in order and nothing twice", () => {
    fc.assert(
      fc.property(
        fc.array(fate, { minLength: 1, maxLength: 120 }),
        fc.constantFrom(10, 20, 30, 60),
        (fates, ptimeMs) => {
          const sent = stream({
            packets: fates.length,
            ptimeMs,
            sequence: 0xffd0,
            transit: (i) => fates[i]?.delayMs ?? 0,
          });
          const arrivals = sent.map((arrival, i) => (fates[i]?.isLost ? { ...arrival, atMs: 1e9 } : arrival));
          const doubles = arrivals.filter((_, i) => fates[i]?.isDoubled).map((a) => ({ ...a, atMs: a.atMs + 35 }));
          const heard = hear(new JitterBuffer(8000), [...arrivals, ...doubles], fates.length * ptimeMs + 1000, ptimeMs);
          const sequences = indexes(heard).map((index) => [...arrivals, ...doubles][index]?.spokenMs ?? 0);
          for (let i = 1; i < sequences.length; i++) expect(sequences[i]).toBeGreaterThan(sequences[i - 1] ?? 0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("holds a bounded number of packets and never throws or hangs", () => {
    const action = fc.record({
      sequence: fc.oneof(fc.nat(200), fc.nat(0xffff)),
      timestamp: fc.oneof(fc.nat(40_000), fc.nat(0xffffffff)),
      ssrc: fc.constantFrom(1, 1, 1, 2),
      payload: fc.array(fc.nat(255), { maxLength: 20 }),
      pulls: fc.nat(2),
      stepMs: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const buffer = new JitterBuffer(8000, 16);
        let nowMs = 0;
        for (const { pulls, stepMs, ...fields } of actions) {
          nowMs += stepMs;
          const bytes = rtpBytes(fields);
          buffer.push(rtpPacket(bytes), bytes, nowMs);
          expect(buffer.size).toBeLessThanOrEqual(SLOTS);
          for (let i = 0; i < pulls; i++) {
            const playout = buffer.pull(nowMs);
            if (playout.type === "lost") expect(playout.ms).toBeGreaterThan(0);
          }
        }
        // Nothing more comes: all that is held comes out.
        for (let i = 1; i <= 200; i++) buffer.pull(nowMs + i * 20);
        expect(buffer.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
