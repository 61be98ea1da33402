import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AudioSource } from "../../../../runtime/port/media.ts";
import { until } from "../../../helpers/until.ts";
import { wavOf } from "../../../helpers/wav.ts";
import { Owner } from "./owner.ts";
import { TestPlane } from "./plane.ts";
import { G722, type Heard, PCMA, PCMU } from "./rtp-peer.ts";
import { chirp, exact, find, fromMuLaw, joinPcm, rms, share, sine, toMuLaw } from "./sounds.ts";

let test: TestPlane;

beforeAll(async () => {
  test = await TestPlane.start();
});

afterAll(() => test.stop());

async function sound(name: string, pcm: Int16Array, rate = 8000): Promise<AudioSource> {
  await writeFile(test.file(name), wavOf(pcm, rate));
  return { type: "file", file: test.file(name) };
}

const decoded = (packets: readonly Heard[]) => joinPcm(packets.map(({ payload }) => fromMuLaw(payload)));

describe("an endpoint that plays", () => {
  it("is heard sample for sample, in packets of 20 ms with their own numbers and times (RFC 3550 §5.1)", async () => {
    const voice = exact(chirp(600));
    const file = await sound("exact.wav", voice);
    const { endpoint, owner, peer } = await test.line();
    endpoint.play(7, { sources: [file] });
    expect(await owner.next("played")).toEqual({ type: "played", ticket: 7, end: "finished", ms: 600, message: null });
    const packets = await peer.packets(5).then(() => peer.heard);
    const octets = Buffer.concat(packets.map(({ payload }) => payload));
    expect(octets.includes(toMuLaw(voice))).toBe(true);
    const [first] = packets;
    for (const [index, { sequence, timestamp, ssrc, payload }] of packets.entries()) {
      expect(sequence).toBe(((first?.sequence ?? 0) + index) & 0xffff);
      expect(timestamp).toBe(((first?.timestamp ?? 0) + index * 160) >>> 0);
      expect(ssrc).toBe(first?.ssrc);
      expect(payload).toHaveLength(160);
    }
    expect(packets.map(({ marker }) => marker).filter(Boolean)).toHaveLength(1);
    expect(first?.marker).toBe(true);
  });

  it("plays sources one after the other without a gap, and again from the first in a loop, until it is stopped", async () => {
    const [one, two] = [exact(chirp(90, 9000)), exact(sine(600, 130))];
    const sources = [await sound("one.wav", one), await sound("two.wav", two)];
    const { endpoint, owner, peer } = await test.line();
    endpoint.play(1, { sources, loop: true });
    const round = toMuLaw(joinPcm([one, two, one, two, one]));
    await until("two rounds and a half", () => octetsOf(peer.heard).includes(round));
    endpoint.stopPlaying();
    const played = await owner.next("played");
    expect(played).toMatchObject({ ticket: 1, end: "stopped" });
    expect(played.ms).toBeGreaterThanOrEqual(530);
  });

  it("ends what it plays when it is to play something else", async () => {
    const { endpoint, owner, peer } = await test.line();
    endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    await peer.packets(10);
    endpoint.play(2, {
      sources: [
        { type: "silence", ms: 40 },
        { type: "tone", tone: "beep" },
      ],
    });
    await until("both ends", () => owner.all("played").length === 2);
    expect(owner.all("played")).toMatchObject([
      { ticket: 1, end: "stopped" },
      { ticket: 2, end: "finished", ms: 290 },
    ]);
  });

  it("plays the tones of its country", async () => {
    const { endpoint, peer } = await test.line();
    endpoint.play(1, { sources: [{ type: "tone", tone: "ringback" }] });
    const pcm = decoded((await peer.packets(40)).slice(10));
    expect(share(pcm, 425)).toBeGreaterThan(0.95);
    expect(rms(pcm)).toBeGreaterThan(1000);
  });

  it("begins when it is connected, and waits while the other side does not listen", async () => {
    const voice = exact(chirp(500));
    const file = await sound("waits.wav", voice);
    const peer = await test.peer();
    const owner = new Owner();
    const endpoint = test.plane.open({ address: "127.0.0.1" }, owner);
    endpoint.play(1, { sources: [file] });
    await owner.next("opened");
    endpoint.connect(peer.stream());
    await peer.packets(10, 0);
    endpoint.connect(peer.stream({ direction: "recvonly" }));
    await settled(peer);
    const held = peer.heard.length;
    expect(owner.all("played")).toEqual([]);
    endpoint.connect(peer.stream());
    expect(await owner.next("played")).toMatchObject({ end: "finished", ms: 500 });
    expect(octetsOf(peer.heard).includes(toMuLaw(voice))).toBe(true);
    // What comes after the pause says so (RFC 3551 §4.1).
    expect(peer.heard[held]?.marker).toBe(true);
  });

  it.each([
    ["a file that is not there", () => "nowhere.wav", /nowhere\.wav cannot be played: ENOENT/],
    ["what is no file", () => ".", /cannot be played: it is no file/],
    ["what is no WAV", () => "noise.wav", /noise\.wav cannot be played: it is no WAV file/],
  ])("says so about %s, and goes on", async (_, name, message) => {
    await writeFile(test.file("noise.wav"), "this is a text, and it has some length");
    const { endpoint, owner, peer } = await test.line();
    endpoint.play(1, {
      sources: [
        { type: "tone", tone: "beep", ms: 100 },
        { type: "file", file: test.file(name()) },
      ],
    });
    const played = await owner.next("played");
    expect(played).toMatchObject({ end: "failed", ms: 100 });
    expect(played.message).toMatch(message);
    await peer.packets(5);
  });

  it("ends a loop in which there is nothing to be heard", async () => {
    const empty = await sound("empty.wav", new Int16Array(0));
    const { endpoint, owner } = await test.line();
    endpoint.play(1, { sources: [empty, { type: "silence", ms: 0 }], loop: true });
    expect(await owner.next("played")).toMatchObject({
      end: "failed",
      ms: 0,
      message: expect.stringMatching(/nothing/),
    });
  });

  it("keeps to the agreed codec and length of packets", async () => {
    const { endpoint, peer } = await test.line({ format: { ...PCMA, ptimeMs: 30 }, accepted: [PCMU, PCMA] });
    endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    const packets = await peer.packets(10);
    const [first] = packets;
    expect(new Set(packets.map(({ payloadType, payload }) => `${payloadType} ${payload.length}`))).toEqual(
      new Set(["8 240"]),
    );
    expect(packets.at(-1)?.timestamp).toBe(((first?.timestamp ?? 0) + 9 * 240) >>> 0);
  });

  it("counts the time of G.722 at 8 kHz although it samples at 16 (RFC 3551 §4.5.2)", async () => {
    const { endpoint, peer } = await test.line({ format: G722, accepted: [G722] });
    endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    const [first, second] = await peer.packets(2);
    expect(first?.payload).toHaveLength(160);
    expect((second?.timestamp ?? 0) - (first?.timestamp ?? 0)).toBe(160);
  });

  it("brings a file to the rate of the codec", async () => {
    const file = await sound("wide.wav", sine(440, 500, 8000, 44_100), 44_100);
    const { endpoint, owner, peer } = await test.line();
    endpoint.play(1, { sources: [file] });
    const { ms } = await owner.next("played");
    expect(Math.abs(ms - 500)).toBeLessThan(10);
    const { lag } = find(sine(440, 200), decoded(peer.heard));
    expect(share(decoded(peer.heard).subarray(lag, lag + 1600), 440)).toBeGreaterThan(0.99);
  });
});

describe("an endpoint that plays nothing", () => {
  it("sends silence without pause, so that the way stays open", async () => {
    const { peer } = await test.line();
    const packets = await peer.packets(25, 0);
    expect(rms(decoded(packets))).toBe(0);
    const gaps = packets.slice(1).map(({ atMs }, index) => atMs - (packets[index]?.atMs ?? 0));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(20, 0);
  });

  it.each(["recvonly", "inactive"] as const)("sends nothing while it is %s", async (direction) => {
    const { endpoint, peer } = await test.line();
    await peer.packets(3, 0);
    endpoint.connect(peer.stream({ direction }));
    await settled(peer);
  });

  it("sends nothing while the other side is on hold by address 0.0.0.0", async () => {
    const { endpoint, peer } = await test.line();
    await peer.packets(3, 0);
    endpoint.connect(peer.stream({ remote: null }));
    await settled(peer);
  });
});

function octetsOf(packets: readonly Heard[]): Buffer {
  return Buffer.concat(packets.map(({ payload }) => payload));
}

/** Resolves when nothing has come for ten packets' time. */
async function settled(peer: { readonly heard: readonly Heard[] }): Promise<void> {
  await until("silence", () => performance.now() - (peer.heard.at(-1)?.atMs ?? 0) > 200);
}
