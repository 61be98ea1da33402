import { describe, expect, it } from "vitest";
import { pcma } from "../../../../../runtime/media/embedded/codec/pcma.ts";
import { pcmu } from "../../../../../runtime/media/embedded/codec/pcmu.ts";
import { toDbm0 } from "../../../../../runtime/media/embedded/dsp/level.ts";
import { likenessDb, rmsOf, speechLike } from "../dsp/signals.ts";

const everyOctet = Uint8Array.from({ length: 256 }, (_, i) => i);
const everySample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);

/** Values of the tables of the standard, times 4 (µ-law: 14 bits) and times 8 (A-law: 13 bits). */
const published = [
  { codec: pcmu, octet: 0x80, pcm: 8031 * 4 },
  { codec: pcmu, octet: 0x00, pcm: -8031 * 4 },
  { codec: pcmu, octet: 0x8f, pcm: 4191 * 4 },
  { codec: pcmu, octet: 0xef, pcm: 33 * 4 },
  { codec: pcmu, octet: 0xf0, pcm: 30 * 4 },
  { codec: pcmu, octet: 0xfe, pcm: 2 * 4 },
  { codec: pcmu, octet: 0xff, pcm: 0 },
  { codec: pcma, octet: 0xaa, pcm: 4032 * 8 },
  { codec: pcma, octet: 0x2a, pcm: -4032 * 8 },
  { codec: pcma, octet: 0x80, pcm: 688 * 8 },
  { codec: pcma, octet: 0xd5, pcm: 1 * 8 },
  { codec: pcma, octet: 0x55, pcm: -1 * 8 },
] as const;

describe("PCMU and PCMA (ITU-T G.711)", () => {
  it.each(published)("$codec.name: octet $octet is $pcm, and back", ({ codec, octet, pcm }) => {
    expect([...codec.createDecoder().decode(Uint8Array.of(octet))]).toEqual([pcm]);
    expect([...codec.createEncoder().encode(Int16Array.of(pcm))]).toEqual([octet]);
  });

  it.each([
    { codec: pcmu, octets: [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e] },
    { codec: pcma, octets: [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4] },
  ])("$codec.name: the test sequence of 1 kHz has 0 dBm0", ({ codec, octets }) => {
    const level = toDbm0(rmsOf(codec.createDecoder().decode(Uint8Array.from(octets))));
    expect(Math.abs(level)).toBeLessThan(0.1);
  });

  it.each([pcmu, pcma])("$name: what was decoded is encoded to what decodes the same", (codec) => {
    const once = codec.createDecoder().decode(everyOctet);
    const octets = codec.createEncoder().encode(once);
    expect(codec.createDecoder().decode(octets)).toEqual(once);
    // µ-law has two zeros.
    const changed = [...octets].filter((octet, i) => octet !== i);
    expect(changed).toEqual(codec.name === "PCMU" ? [0xff] : []);
  });

  it.each([
    { codec: pcmu, half: 512, top: 32_124 },
    { codec: pcma, half: 512, top: 32_256 },
  ])("$codec.name: every sample becomes one of the nearest values", ({ codec, half, top }) => {
    const values = [...new Set(codec.createDecoder().decode(everyOctet))].sort((a, b) => a - b);
    const decoded = codec.createDecoder().decode(codec.createEncoder().encode(everySample));
    let below = 0;
    const wrong: string[] = [];
    for (const [i, value] of decoded.entries()) {
      const sample = everySample[i] ?? 0;
      while ((values[below + 1] ?? Number.POSITIVE_INFINITY) <= sample) below++;
      const isNear = value === values[below] || value === values[below + 1];
      const isInside = Math.abs(sample) <= top;
      if (!isNear || (isInside && Math.abs(value - sample) > half)) wrong.push(`${sample} became ${value}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each([pcmu, pcma])("$name: speech is 35 dB above what the law adds", (codec) => {
    const speech = speechLike(8000, 8000, 20_000);
    const decoded = codec.createDecoder().decode(codec.createEncoder().encode(speech));
    expect(likenessDb(speech, decoded, 0)).toBeGreaterThan(35);
  });

  it.each([pcmu, pcma])("$name: an empty packet is no samples", (codec) => {
    expect(codec.createDecoder().decode(new Uint8Array(0))).toHaveLength(0);
    expect(codec.createEncoder().encode(new Int16Array(0))).toHaveLength(0);
  });
});
