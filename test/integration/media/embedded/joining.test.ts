import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCodecs } from "../../../../runtime/media/embedded/codec/codecs.ts";
import { g722 } from "../../../../runtime/media/embedded/codec/g722.ts";
import { until } from "../../../helpers/until.ts";
import { readPcm } from "../../../helpers/wav.ts";
import { type Line, TestPlane } from "./plane.ts";
import { G722, type Heard } from "./rtp-peer.ts";
import { chirp, fromMuLaw, inPackets, joinPcm, rms, share, sine, toMuLaw } from "./sounds.ts";

/** Where its package is installed. */
const opus = (await loadCodecs()).get("opus") ?? null;

let test: TestPlane;

beforeAll(async () => {
  test = await TestPlane.start({ workers: 2, codecs: ["opus", "G722", "PCMU", "PCMA"] }, 80);
});

afterAll(() => test.stop());

const decoded = (packets: readonly Heard[]) => joinPcm(packets.map(({ payload }) => fromMuLaw(payload)));

async function say(line: Line, pcm: Int16Array): Promise<void> {
  await line.endpoint.stats();
  await line.peer.send(line.local, inPackets(toMuLaw(pcm)));
}

async function joined(): Promise<readonly [Line, Line]> {
  const one = await test.line();
  const two = await test.line({}, { near: one.endpoint });
  one.endpoint.join(two.endpoint);
  await one.endpoint.stats();
  return [one, two];
}

describe("joined endpoints", () => {
  it("of one codec pass payloads on as they are, under numbers, times and a source of their own", async () => {
    const [one, two] = await joined();
    const payloads = inPackets(toMuLaw(chirp(600)));
    await one.peer.send(one.local, payloads, { ssrc: 0xdeadbeef });
    const voice = Buffer.concat(payloads);
    await until("the voice", () => octetsOf(two.peer.heard).includes(voice));
    const heard = two.peer.heard;
    expect(new Set(heard.map(({ ssrc }) => ssrc)).size).toBe(1);
    expect(heard[0]?.ssrc).not.toBe(0xdeadbeef);
    heard.slice(1).forEach(({ sequence }, index) => {
      expect(sequence).toBe(((heard[index]?.sequence ?? 0) + 1) & 0xffff);
    });
    const passed = heard.slice(heard.findIndex(({ payload }) => payload.equals(payloads[0] ?? Buffer.alloc(0))));
    expect(passed[0]?.marker).toBe(true);
    expect((passed[29]?.timestamp ?? 0) - (passed[0]?.timestamp ?? 0)).toBe(29 * 160);
  });

  it("hear each other at once, both ways", async () => {
    const [one, two] = await joined();
    await Promise.all([say(one, sine(500, 600)), say(two, sine(900, 600))]);
    expect(share(loud(two), 500)).toBeGreaterThan(0.95);
    expect(share(loud(one), 900)).toBeGreaterThan(0.95);
  });

  it("get silence while the other side sends nothing", async () => {
    const [one, two] = await joined();
    await say(one, sine(500, 200));
    const before = two.peer.heard.length;
    const packets = (await two.peer.packets(40, before)).slice(20);
    expect(rms(decoded(packets))).toBe(0);
  });

  it("of different codecs hear each other all the same", async () => {
    const one = await test.line();
    const two = await test.line({ format: G722, accepted: [G722] }, { near: one.endpoint });
    two.endpoint.join(one.endpoint);
    const encoder = g722.createEncoder();
    const wide = inPackets16(sine(900, 1000, 8000, 16_000)).map((frame) => encoder.encode(frame).slice());
    await Promise.all([say(one, sine(500, 1000)), two.peer.send(two.local, wide, { payloadType: 9 })]);
    const decoder = g722.createDecoder();
    const narrowToWide = joinPcm(two.peer.heard.map(({ payload }) => decoder.decode(payload).slice()));
    expect(share(narrowToWide.subarray(-9600), 500, 16_000)).toBeGreaterThan(0.95);
    expect(rms(narrowToWide.subarray(-9600)) / rms(sine(500, 100))).toBeCloseTo(1, 1);
    expect(share(loud(one), 900)).toBeGreaterThan(0.95);
  });

  it.skipIf(opus === null)("of Opus and G.711 hear each other", async () => {
    if (opus === null) return;
    const format = { codec: "opus", payloadType: 96, clockRate: 48_000, ptimeMs: 20 } as const;
    const one = await test.line();
    const two = await test.line({ format, accepted: [format] }, { near: one.endpoint });
    two.endpoint.join(one.endpoint);
    const encoder = opus.createEncoder();
    const frames = Array.from({ length: 60 }, (_, i) => sine(900, 1200, 8000, 48_000).subarray(i * 960, (i + 1) * 960));
    const packets = frames.map((frame) => encoder.encode(frame).slice());
    await Promise.all([say(one, sine(500, 1200)), two.peer.send(two.local, packets, { payloadType: 96, units: 960 })]);
    const decoder = opus.createDecoder();
    const wide = joinPcm(two.peer.heard.map(({ payload }) => decoder.decode(payload).slice()));
    expect(share(wide.subarray(-28_800), 500, 48_000)).toBeGreaterThan(0.95);
    expect(share(loud(one), 900)).toBeGreaterThan(0.95);
  });

  it("that are recorded hear each other, and the recording has both", async () => {
    const [one, two] = await joined();
    const file = test.file("both.wav");
    one.endpoint.record(1, { file, what: "both", maxMs: 60_000 });
    await Promise.all([say(one, sine(500, 1000)), say(two, sine(900, 1000))]);
    one.endpoint.stopRecording();
    await one.owner.next("recorded");
    const { channels } = readPcm(await readFile(file));
    expect(share((channels[0] ?? new Int16Array(0)).subarray(1600, 7200), 500)).toBeGreaterThan(0.95);
    expect(share((channels[1] ?? new Int16Array(0)).subarray(1600, 7200), 900)).toBeGreaterThan(0.95);
    expect(share(loud(two), 500)).toBeGreaterThan(0.95);
    expect(share(loud(one), 900)).toBeGreaterThan(0.95);
  });

  it("hear what is played at one of them there alone", async () => {
    const [one, two] = await joined();
    one.endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    await Promise.all([say(one, sine(700, 800)), say(two, sine(900, 800))]);
    expect(share(loud(one), 425)).toBeGreaterThan(0.95);
    expect(share(loud(two), 700)).toBeGreaterThan(0.95);
    one.endpoint.stopPlaying();
    const from = one.peer.heard.length;
    await say(two, sine(900, 600));
    expect(share(decoded(one.peer.heard.slice(from + 2)), 900)).toBeGreaterThan(0.9);
  });

  it("do not hear each other any more when one has left, been closed, or been joined with a third", async () => {
    const [one, two] = await joined();
    one.endpoint.leave();
    await say(one, sine(700, 300));
    expect(rms(decoded(two.peer.heard))).toBe(0);
    const three = await test.line({}, { near: one.endpoint });
    one.endpoint.join(two.endpoint);
    three.endpoint.join(one.endpoint);
    await say(one, sine(700, 300));
    expect(rms(decoded(two.peer.heard))).toBe(0);
    expect(share(loud(three), 700)).toBeGreaterThan(0.9);
    three.endpoint.close();
    await one.peer.packets(5);
  });

  it("hear each other in different workers", async () => {
    const lines = [await test.line(), await test.line()] as const;
    const [one, two] = lines;
    // The worker with the fewest takes the next: so these two are apart.
    one.endpoint.join(two.endpoint);
    await Promise.all([say(one, sine(500, 800)), say(two, sine(900, 800))]);
    await one.peer.pressKey(one.local, 5);
    expect(share(loud(two), 500)).toBeGreaterThan(0.95);
    expect(share(loud(one), 900)).toBeGreaterThan(0.95);
    await until("the key", () => two.peer.heard.some(({ payloadType }) => payloadType === 101));
    two.endpoint.leave();
    const from = two.peer.heard.length;
    await say(one, sine(500, 300));
    expect(rms(decoded(two.peer.heard.slice(from + 3).filter(({ payloadType }) => payloadType === 0)))).toBe(0);
  });
});

/** What was heard that is no silence, without its first moments. */
function loud(line: Line): Int16Array {
  const packets = line.peer.heard.filter(
    ({ payloadType, payload }) => payloadType === 0 && rms(fromMuLaw(payload)) > 100,
  );
  return decoded(packets.slice(3, 25));
}

function octetsOf(packets: readonly Heard[]): Buffer {
  return Buffer.concat(packets.map(({ payload }) => payload));
}

function inPackets16(pcm: Int16Array): Int16Array[] {
  return Array.from({ length: pcm.length / 320 }, (_, i) => pcm.subarray(i * 320, (i + 1) * 320));
}
