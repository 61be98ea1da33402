import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { g722 } from "../../../../../runtime/media/embedded/codec/g722.ts";
import { frames, likenessDb, noise, powerDb, sine, speechLike, toneDb } from "../dsp/signals.ts";

/** A sweep with noise, by whole numbers alone; what other implementations make of it stands below. */
const sweep = noisySweep(3200);
const SWEEP_BEGINS = "8e208421862020282a2ba8a8292c2d6e2daaab3031f0b032";
const SWEEP_ENCODED = "59a90edece486cc1";
const SWEEP_DECODED = "9384c229ac2ff444";
/** Both filters together, in samples. */
const DELAY = 22;

function noisySweep(samples: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: samples }, (_, i) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
    const triangle = Math.abs((((i * i) >> 9) % 4096) - 2048) * 10 - 10_240;
    return triangle + (seed >> 19);
  });
}

function hash(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("hex").slice(0, 16);
}

function encode(sound: Int16Array, packets: readonly Int16Array[] = [sound]): Uint8Array {
  const encoder = g722.createEncoder();
  return Uint8Array.from(packets.flatMap((packet) => [...encoder.encode(packet)]));
}

function decode(octets: Uint8Array): Int16Array {
  return g722.createDecoder().decode(octets);
}

describe("G722 (ITU-T G.722 at 64 kbit/s)", () => {
  it("encodes to the very octets of other implementations", () => {
    const octets = encode(sweep);
    expect(Buffer.from(octets.subarray(0, 24)).toString("hex")).toBe(SWEEP_BEGINS);
    expect(hash(octets)).toBe(SWEEP_ENCODED);
  });

  it("decodes to the very samples of other implementations", () => {
    const samples = decode(encode(sweep));
    expect(hash(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))).toBe(SWEEP_DECODED);
  });

  it("goes on across packets, whatever their length", () => {
    const whole = encode(sweep);
    expect(encode(sweep, frames(sweep, 16_000))).toEqual(whole);
    const packets = [sweep.subarray(0, 2), sweep.subarray(2, 1002), sweep.subarray(1002)];
    expect(encode(sweep, packets)).toEqual(whole);
    const decoder = g722.createDecoder();
    const bits = [whole.subarray(0, 7), whole.subarray(7, 900), whole.subarray(900)];
    expect(Int16Array.from(bits.flatMap((part) => [...decoder.decode(part)]))).toEqual(decode(whole));
  });

  it("has half as many octets as samples, and twice as many samples as octets", () => {
    expect(g722.createEncoder().encode(new Int16Array(320))).toHaveLength(160);
    expect(g722.createDecoder().decode(new Uint8Array(160))).toHaveLength(320);
    expect(g722.clockRate).toBe(8000);
  });

  it("keeps tones of both sub-bands at their level", () => {
    for (const hz of [300, 1000, 3000, 5000, 6500]) {
      const tone = sine(hz, 16_000, 16_000, 8000);
      const heard = decode(encode(tone)).subarray(8000);
      expect(Math.abs(toneDb(heard, hz, 16_000) - powerDb(tone))).toBeLessThan(0.6);
    }
  });

  it("carries speech with 20 dB and more above its noise", () => {
    const speech = speechLike(16_000, 32_000, 15_000);
    expect(likenessDb(speech, decode(encode(speech)), DELAY)).toBeGreaterThan(20);
  });

  it("neither wraps nor runs away at full scale", () => {
    const square = Int16Array.from({ length: 16_000 }, (_, i) => (Math.floor(i / 40) % 2 ? 32_767 : -32_768));
    const heard = decode(encode(square));
    expect(likenessDb(square, heard, DELAY)).toBeGreaterThan(10);
    const after = decode(encode(Int16Array.from([...square, ...new Int16Array(16_000)])));
    expect(powerDb(after.subarray(24_000))).toBeLessThan(-70);
  });

  it("makes samples of any octets", () => {
    const octets = Uint8Array.from(noise(20_000, 32_767), (sample) => sample & 0xff);
    expect(decode(octets)).toHaveLength(40_000);
  });
});
