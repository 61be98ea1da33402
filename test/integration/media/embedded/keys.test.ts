import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../helpers/until.ts";
import { type Line, TestPlane } from "./plane.ts";
import type { Heard } from "./rtp-peer.ts";
import { fromMuLaw, inPackets, joinPcm, rms, share, sine, toMuLaw } from "./sounds.ts";

let test: TestPlane;

beforeAll(async () => {
  test = await TestPlane.start({}, 60);
});

afterAll(() => test.stop());

const digitsOf = (line: Line) => line.owner.all("digit").map(({ digit, by }) => `${digit} ${by}`);

/** A key as a tone, and a pause. */
function tone(low: number, high: number): Int16Array {
  const [a, b] = [sine(low, 100, 5000), sine(high, 100, 6000)];
  return joinPcm([a.map((sample, i) => sample + (b[i] ?? 0)), new Int16Array(800)]);
}

/** The codes of the keys that came as events, once each, by their timestamps. */
function eventsIn(packets: readonly Heard[], payloadType = 101): number[] {
  const events = new Map<number, number>();
  for (const packet of packets) {
    if (packet.payloadType === payloadType) events.set(packet.timestamp, packet.payload[0] ?? -1);
  }
  return [...events.values()];
}

describe("keys that are received", () => {
  it("are told once each, when they begin (RFC 4733)", async () => {
    const line = await test.line();
    await line.peer.pressKey(line.local, 5);
    await line.peer.pressKey(line.local, 5);
    await line.peer.pressKey(line.local, 11);
    await until("three keys", () => line.owner.all("digit").length >= 3);
    expect(digitsOf(line)).toEqual(["5 rtp", "5 rtp", "# rtp"]);
  });

  it("are found in the audio where that was asked for, and not told twice", async () => {
    const asked = await test.line({}, { inbandDigits: true });
    const other = await test.line();
    const keys = inPackets(
      toMuLaw(joinPcm([new Int16Array(1600), tone(770, 1336), tone(941, 1477), new Int16Array(1600)])),
    );
    await Promise.all([asked, other].map(({ peer, local }) => peer.send(local, keys)));
    await until("both keys", () => asked.owner.all("digit").length >= 2);
    expect(digitsOf(asked)).toEqual(["5 inband", "# inband"]);
    expect(digitsOf(other)).toEqual([]);
    await asked.peer.pressKey(asked.local, 1);
    await asked.peer.send(asked.local, keys);
    expect(digitsOf(asked)).toEqual(["5 inband", "# inband", "1 rtp"]);
  });

  it("pass to the joined endpoint as events where it knows them, and as tones where not", async () => {
    const one = await test.line();
    const two = await test.line({ telephoneEvent: 96 }, { near: one.endpoint });
    one.endpoint.join(two.endpoint);
    await one.endpoint.stats();
    await one.peer.pressKey(one.local, 7);
    await until("the event", () => eventsIn(two.peer.heard, 96).length > 0);
    expect(eventsIn(two.peer.heard, 96)).toEqual([7]);
    const three = await test.line({ telephoneEvent: null }, { near: one.endpoint });
    one.endpoint.join(three.endpoint);
    await one.endpoint.stats();
    await one.peer.pressKey(one.local, 7);
    const tones = await until("the tone", () => {
      const loud = three.peer.heard.map(({ payload }) => fromMuLaw(payload)).filter((pcm) => rms(pcm) > 500);
      return loud.length >= 4 && joinPcm(loud);
    });
    expect(share(tones, 852) + share(tones, 1209)).toBeGreaterThan(0.9);
    expect(three.owner.all("sent")).toEqual([]);
  });
});

describe("keys that are sent", () => {
  it("go out one after the other as events, each with three ends, and it is told when the last is out", async () => {
    const line = await test.line();
    line.endpoint.sendDigits(4, "1#a");
    expect(await line.owner.next("sent")).toEqual({ type: "sent", ticket: 4 });
    await line.peer.packets(2);
    expect(eventsIn(line.peer.heard)).toEqual([1, 11, 12]);
    const ends = line.peer.heard.filter(({ payloadType, payload }) => payloadType === 101 && (payload[1] ?? 0) >= 0x80);
    expect(ends).toHaveLength(9);
    const numbers = line.peer.heard.map(({ sequence }) => sequence);
    expect(numbers.every((number, index) => index === 0 || number === (((numbers[index - 1] ?? 0) + 1) & 0xffff))).toBe(
      true,
    );
  });

  it("are tones where the other side has no events, and audio goes on behind them", async () => {
    const line = await test.line({ telephoneEvent: null });
    line.endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    await line.peer.packets(3);
    const from = line.peer.heard.length;
    line.endpoint.sendDigits(4, "5");
    await line.owner.next("sent");
    await line.peer.packets(5);
    const pcm = line.peer.heard.slice(from).map(({ payload }) => fromMuLaw(payload));
    const begin = pcm.findIndex((frame) => share(frame, 770) > 0.2);
    const key = joinPcm(pcm.slice(begin, begin + 5));
    expect(share(key, 770) + share(key, 1336)).toBeGreaterThan(0.9);
    expect(share(joinPcm(pcm.slice(-3)), 425)).toBeGreaterThan(0.95);
  });

  it("wait until there is somebody to hear them", async () => {
    const line = await test.line({ direction: "inactive" });
    line.endpoint.sendDigits(4, "9");
    await line.endpoint.stats();
    expect(line.owner.all("sent")).toEqual([]);
    line.endpoint.connect(line.peer.stream());
    await line.owner.next("sent");
    await line.peer.packets(2);
    expect(eventsIn(line.peer.heard)).toEqual([9]);
  });

  it("are over at once where there is none among them", async () => {
    const line = await test.line();
    line.endpoint.sendDigits(4, "xyz ");
    expect(await line.owner.next("sent")).toEqual({ type: "sent", ticket: 4 });
  });
});
