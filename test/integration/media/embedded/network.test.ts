import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../helpers/until.ts";
import { type Line, TestPlane } from "./plane.ts";
import { fromMuLaw, inPackets, joinPcm, rms, sine, toMuLaw } from "./sounds.ts";

let test: TestPlane;

beforeAll(async () => {
  test = await TestPlane.start({}, 60);
});

afterAll(() => test.stop());

const received = async (line: Line) => (await line.endpoint.stats()).packetsReceived;

describe("symmetric RTP (RFC 4961)", () => {
  it("sends to where packets come from, when that is not what the SDP says", async () => {
    const line = await test.line();
    const behindNat = await test.peer();
    await behindNat.send(line.local, inPackets(toMuLaw(sine(500, 400))));
    await behindNat.packets(5, 0);
    const before = line.peer.heard.length;
    await behindNat.packets(5);
    expect(line.peer.heard.length).toBeLessThanOrEqual(before + 1);
  });

  it("neither hears nor answers a stranger once the other side is known", async () => {
    const line = await test.line();
    const stranger = await test.peer();
    await line.peer.send(line.local, inPackets(toMuLaw(sine(500, 200))));
    const before = await received(line);
    await stranger.send(line.local, inPackets(toMuLaw(sine(900, 600))));
    await stranger.pressKey(line.local, 3);
    expect(await received(line)).toBe(before);
    expect(stranger.heard).toEqual([]);
    expect(line.owner.all("digit")).toEqual([]);
    await line.peer.packets(3);
  });

  it("goes to the new address when the other side moves by a new agreement", async () => {
    const line = await test.line();
    const moved = await test.peer();
    await line.peer.packets(3);
    line.endpoint.connect(moved.stream());
    await moved.packets(3, 0);
  });
});

describe("what comes over the network", () => {
  it("may be anything: it is counted and dropped, and the call goes on", async () => {
    const line = await test.line();
    await line.peer.send(line.local, inPackets(toMuLaw(sine(500, 100))));
    const before = await received(line);
    for (let size = 0; size < 300; size++) {
      const noise = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + size * 17) & 255));
      line.peer.sendRaw(noise, line.local);
      if (size > 1) noise.writeUInt16BE(0x80c8, 0);
      line.peer.sendRtcp(noise, { ...line.local, port: line.local.port + 1 });
    }
    await line.peer.send(line.local, inPackets(toMuLaw(sine(500, 100))), { payloadType: 77 });
    await line.peer.send(line.local, inPackets(toMuLaw(sine(500, 100))));
    await until("the last packets", async () => (await received(line)) >= before + 5);
    await line.peer.packets(3);
    expect(line.owner.events.map(({ type }) => type)).toEqual(["opened"]);
  });

  it("is measured: packets, losses and jitter (RFC 3550 §6.4)", async () => {
    const line = await test.line();
    const packets = inPackets(toMuLaw(sine(500, 1000)));
    await line.peer.send(line.local, packets, {
      fate: (index) => (index % 10 === 5 ? "lost" : index % 2 === 0 ? 0 : 10),
    });
    await until("the last packet", async () => (await received(line)) === 45);
    const stats = await line.endpoint.stats();
    expect(stats).toMatchObject({ packetsReceived: 45, packetsLost: 5 });
    expect(stats.jitterMs).toBeGreaterThan(3);
    expect(stats.jitterMs).toBeLessThan(25);
    expect(stats.packetsSent).toBeGreaterThan(45);
  });

  it("is missed when nothing comes for ten seconds although it should, and welcomed when it does again", async () => {
    const [silent, held] = [await test.line(), await test.line({ direction: "sendonly" })];
    expect(await silent.owner.next("lost", 15_000)).toMatchObject({ silentMs: expect.closeTo(10_000, -2) });
    expect(silent.owner.all("resumed")).toEqual([]);
    expect((await silent.endpoint.stats()).silentMs).toBeGreaterThanOrEqual(10_000);
    expect((await held.endpoint.stats()).silentMs).toBeLessThan(100);
    // A report is a sign of life, and no audio (RFC 3550 §6.4.2: an empty RR).
    silent.peer.sendRtcp(Buffer.from("80c9000100000007", "hex"), { ...silent.local, port: silent.local.port + 1 });
    await until("the report to count", async () => (await silent.endpoint.stats()).silentMs < 5_000);
    expect(silent.owner.all("resumed")).toEqual([]);
    await silent.peer.send(silent.local, inPackets(toMuLaw(sine(500, 60))));
    await silent.owner.next("resumed");
    expect(held.owner.all("lost")).toEqual([]);
  }, 20_000);
});

describe("SRTP with keys of SDES (RFC 4568)", () => {
  it("protects both ways, keys pressed too", async () => {
    const [a, b] = ["WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz", "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"];
    const suite = "AES_CM_128_HMAC_SHA1_80";
    const one = await test.line({ direction: "inactive" });
    const two = await test.line({ direction: "inactive" });
    const [toOne, toTwo] = [one.local, two.local];
    one.endpoint.connect(one.peer.stream({ remote: toTwo, remoteRtcp: null, srtp: { suite, local: a, remote: b } }));
    two.endpoint.connect(two.peer.stream({ remote: toOne, remoteRtcp: null, srtp: { suite, local: b, remote: a } }));
    one.endpoint.sendDigits(1, "42");
    await until("the keys", () => two.owner.all("digit").length === 2);
    expect(await received(one)).toBeGreaterThan(5);
    expect(await received(two)).toBeGreaterThan(5);
  });

  it("gives the endpoint up where the keys cannot be used", async () => {
    const line = await test.line({ srtp: { suite: "AES_CM_128_HMAC_SHA1_80", local: "c2hvcnQ=", remote: "c2hvcnQ=" } });
    expect(await line.owner.next("failed")).toMatchObject({
      reason: "lost",
      message: expect.stringMatching(/SRTP keys/),
    });
  });
});

describe("the pace", () => {
  it("is kept although the main thread is blocked half of the time", async () => {
    const line = await test.line();
    const from = line.peer.heard.length;
    const endMs = performance.now() + 1500;
    while (performance.now() < endMs) {
      const bite = performance.now() + 30;
      while (performance.now() < bite);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const heard = line.peer.heard.slice(from);
    expect(Math.abs(heard.length - 75)).toBeLessThan(6);
    expect(rms(joinPcm(heard.map(({ payload }) => fromMuLaw(payload))))).toBe(0);
  });
});
