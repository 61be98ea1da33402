import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../../../runtime/base/errors.ts";
import { builtInCodecs, loadCodecs } from "../../../../../runtime/media/embedded/codec/codecs.ts";
import { loadOpus } from "../../../../../runtime/media/embedded/codec/opus.ts";
import { concat, frames, noise, powerDb, sine, toneDb } from "../dsp/signals.ts";

const codecs = await loadCodecs();
const opus = codecs.get("opus");

describe("the codecs", () => {
  it("are there without any package, but for Opus", () => {
    expect([...builtInCodecs.keys()]).toEqual(["G722", "PCMA", "PCMU"]);
    expect([...codecs.keys()].filter((name) => name !== "opus")).toEqual([...builtInCodecs.keys()]);
  });

  it("are there without Opus where its package is missing or is another one", async () => {
    expect(await loadOpus("@evan/no-such-package")).toBeNull();
    expect(await loadOpus("node:path")).toBeNull();
  });

  it.each([...codecs.values()])("$name makes a packet of 20 ms of 20 ms", (codec) => {
    const samples = codec.sampleRate / 50;
    const payload = codec.createEncoder().encode(new Int16Array(samples));
    const decoder = codec.createDecoder();
    expect(decoder.decode(payload)).toHaveLength(samples);
    expect(decoder.conceal(samples)).toHaveLength(samples);
  });

  it.each([...codecs.values()])("$name keeps streams apart", (codec) => {
    const length = codec.sampleRate / 50;
    const packets = [sine(700, codec.sampleRate, length), noise(length, 9000), sine(300, codec.sampleRate, length)];
    const alone = codec.createEncoder();
    const expected = packets.map((packet) => Buffer.from(alone.encode(packet)).toString("hex"));
    const [first, second] = [codec.createEncoder(), codec.createEncoder()];
    const heard = packets.map((packet, i) => {
      second.encode(noise(length, 20_000, i + 5));
      return Buffer.from(first.encode(packet)).toString("hex");
    });
    expect(heard).toEqual(expected);
  });
});

describe.skipIf(opus === undefined)("Opus (RFC 6716)", () => {
  it("keeps a tone at its level and is far smaller", () => {
    const [encoder, decoder] = [opus?.createEncoder(), opus?.createDecoder()];
    const tone = sine(1000, 48_000, 48_000, 8000);
    const payloads = frames(tone, 48_000).map((frame) => encoder?.encode(frame).slice() ?? new Uint8Array(0));
    const heard = concat(...payloads.map((payload) => decoder?.decode(payload).slice() ?? new Int16Array(0)));
    expect(Math.abs(toneDb(heard.subarray(24_000), 1000, 48_000) - powerDb(tone))).toBeLessThan(1);
    expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThan(300);
  });

  it("takes 10, 20, 40 and 60 ms, and nothing else", () => {
    const encoder = opus?.createEncoder();
    for (const samples of [480, 960, 1920, 2880]) {
      const payload = encoder?.encode(new Int16Array(samples)) ?? new Uint8Array(0);
      expect(opus?.createDecoder().decode(payload)).toHaveLength(samples);
    }
    expect(() => encoder?.encode(new Int16Array(1440))).toThrow(InvariantError);
  });

  it("keeps to about 32 kbit/s, whatever it is given", () => {
    const encoder = opus?.createEncoder();
    const sizes = frames(noise(48_000, 20_000), 48_000).map((frame) => encoder?.encode(frame).length ?? 0);
    const bits = 8 * sizes.reduce((sum, size) => sum + size, 0);
    expect(bits).toBeGreaterThan(20_000);
    expect(bits).toBeLessThan(48_000);
  });

  it("does not harm the process when threads that used it end", { timeout: 30_000 }, async () => {
    const module = new URL("../../../../../runtime/media/embedded/codec/opus.ts", import.meta.url);
    const source = `
      const { loadOpus } = await import(${JSON.stringify(module.href)});
      const codec = await loadOpus();
      const [encoder, decoder] = [codec.createEncoder(), codec.createDecoder()];
      for (let i = 0; i < 20; i++) decoder.decode(encoder.encode(new Int16Array(960).fill(i)));`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    const ends = await Promise.all([1, 2].map(() => once(new Worker(url), "exit")));
    expect(ends).toEqual([[0], [0]]);
  });

  it("makes up what a payload that is no Opus should have held", () => {
    const decoder = opus?.createDecoder();
    for (const hostile of [[], [255], [3, 255, 1], [...noise(1500, 127).map((value) => value & 255)]]) {
      expect(decoder?.decode(Uint8Array.from(hostile)).length).toBeGreaterThan(0);
    }
  });
});
