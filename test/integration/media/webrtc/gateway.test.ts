import { createSocket } from "node:dgram";
import nodeDataChannel from "node-datachannel";
import { afterAll, afterEach, describe, expect, it, onTestFinished } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { TimerWheel } from "../../../../runtime/base/timer-wheel.ts";
import {
  BrowserGateway,
  MAX_SESSIONS,
  OPEN_WITHIN_MS,
  type WebRtcGatewayOptions,
} from "../../../../runtime/media/webrtc/gateway.ts";
import type { BrowserLine, IceDtls, WebRtcEvent, WebRtcOwner, WebRtcSession } from "../../../../runtime/port/webrtc.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { until } from "../../../helpers/until.ts";
import { RtpPeer } from "../embedded/rtp-peer.ts";
import { BrowserPeer } from "./browser-peer.ts";
import { StunChecker } from "./stun-check.ts";

const SECOND_MS = 1000;
const gateways: BrowserGateway[] = [];
const peers: BrowserPeer[] = [];

afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
  for (const gateway of gateways.splice(0)) gateway.stop();
});
// Its threads would keep the process of the test from ending.
afterAll(() => nodeDataChannel.cleanup());

function gatewayWith(options: Partial<WebRtcGatewayOptions> = {}): BrowserGateway {
  const gateway = new BrowserGateway({ clock: new TimerWheel(), log: silentLog, ...options });
  gateways.push(gateway);
  return gateway;
}

class Owner implements WebRtcOwner {
  readonly events: WebRtcEvent[] = [];

  webRtcEvent(event: WebRtcEvent): void {
    this.events.push(event);
  }

  async line(): Promise<BrowserLine> {
    const ready = await until("a line", () => this.events.find(({ type }) => type === "ready"), 10_000);
    if (ready.type !== "ready") throw new Error("no line");
    return ready.line;
  }

  async failure(): Promise<string> {
    const failed = await until("a failure", () => this.events.find(({ type }) => type === "failed"), 40_000);
    return failed.type === "failed" ? failed.message : "";
  }
}

/** The endpoint of a side, and a session of the gateway for it. */
async function open(gateway: BrowserGateway, remote: IceDtls | null, address = "127.0.0.1", told = address) {
  const endpoint = await RtpPeer.open();
  onTestFinished(() => endpoint.close());
  const owner = new Owner();
  const session: WebRtcSession = gateway.open({ address, told, endpoint: endpoint.address, remote }, owner);
  return { endpoint, owner, session };
}

/** A browser calls, and is heard. */
async function called(gateway: BrowserGateway) {
  const browser = await BrowserPeer.offering();
  peers.push(browser);
  const side = await open(gateway, browser.ice);
  const line = await side.owner.line();
  browser.accept(line.ice);
  await browser.connected();
  return { ...side, browser, line };
}

function rtp(sequence: number, payloadType = 0, size = 160): Buffer {
  const packet = Buffer.alloc(12 + size, sequence);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(payloadType, 1);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(4711, 8);
  return packet;
}

/** RFC 3550 §6.4.2: a receiver report that reports nothing. */
const REPORT = Buffer.from([0x80, 201, 0, 1, 0, 0, 0x12, 0x67]);

describe("the gateway between browsers and plain RTP", () => {
  it("has a browser that calls and an endpoint hear each other, octet by octet, in RTP and RTCP", async () => {
    const { browser, endpoint, owner, line } = await called(gatewayWith());
    expect(line.ice).toMatchObject({ setup: "active", fingerprint: { algorithm: "sha-256" } });
    expect(line.ice.candidates).toMatchObject([{ address: "127.0.0.1", type: "host" }]);
    const sent = [rtp(1), rtp(2, 126, 4), rtp(3, 111, 60)];
    for (const packet of sent) browser.send(packet);
    const heard = await endpoint.packets(3, 0);
    expect(heard.map(({ payloadType, sequence }) => [payloadType, sequence])).toEqual([
      [0, 1],
      [126, 2],
      [111, 3],
    ]);
    expect(heard.map(({ payload }) => payload)).toEqual(sent.map((packet) => packet.subarray(12)));

    for (const packet of [...sent, REPORT]) endpoint.sendRaw(packet, line.plain);
    await until("four packets at the browser", () => browser.heard.length === 4);
    expect(browser.heard).toEqual([...sent, REPORT]);
    expect(owner.events.map(({ type }) => type)).toEqual(["ready", "connected"]);
  });

  it.each([
    ["by the one address that it has", false],
    ["by what it has, where a server does not say how others see it", true],
  ])("offers itself to a browser that is called: %s", async (_what, hasServer) => {
    const silent = createSocket("udp4");
    onTestFinished(() => void silent.close());
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    const iceServers = hasServer ? [{ hostname: "127.0.0.1", port: silent.address().port }] : [];
    const { endpoint, owner, session } = await open(gatewayWith({ iceServers }), null);
    const line = await owner.line();
    expect(line.ice.setup).toBe("actpass");
    const browser = await BrowserPeer.answering(line.ice);
    peers.push(browser);
    session.accept(browser.ice);
    await browser.connected();
    browser.send(rtp(7));
    expect((await endpoint.packets(1, 0))[0]?.sequence).toBe(7);
    endpoint.sendRaw(rtp(8), line.plain);
    await until("a packet at the browser", () => browser.heard.length === 1);
  });

  it("is deaf to a browser that is called until it has named its certificate: DTLS must not begin before", async () => {
    const { owner, session } = await open(gatewayWith(), null);
    const { ice } = await owner.line();
    const browser = await BrowserPeer.answering(ice);
    peers.push(browser);
    const checker = await StunChecker.open();
    onTestFinished(() => checker.close());
    const early = Array.from({ length: 5 }, () => checker.check(ice, browser.ice.ufrag));
    session.accept(browser.ice);
    await checker.succeeds(ice, browser.ice.ufrag);
    expect(early.filter((transaction) => checker.hasAnswerTo(transaction))).toEqual([]);
    await browser.connected();
  });

  it("reaches nobody who is called and has another certificate than the announced one", async () => {
    const { endpoint, owner, session } = await open(gatewayWith(), null);
    const browser = await BrowserPeer.answering((await owner.line()).ice);
    peers.push(browser);
    const value = browser.ice.fingerprint.value.replace(/^../, (octet) => (octet === "00" ? "01" : "00"));
    session.accept({ ...browser.ice, fingerprint: { algorithm: "sha-256", value } });
    expect(await owner.failure()).toMatch(/certificate is not the one/);
    expect(endpoint.heard).toEqual([]);
  });

  it("reaches nobody whose certificate is another than the announced one, and says so", async () => {
    const gateway = gatewayWith();
    const browser = await BrowserPeer.offering();
    peers.push(browser);
    const value = browser.ice.fingerprint.value.replace(/^../, (octet) => (octet === "00" ? "01" : "00"));
    const { endpoint, owner } = await open(gateway, {
      ...browser.ice,
      fingerprint: { algorithm: "sha-256", value },
    });
    browser.accept((await owner.line()).ice);
    expect(await owner.failure()).toMatch(/certificate is not the one/);
    expect(owner.events.map(({ type }) => type)).toEqual(["ready", "failed"]);
    expect(endpoint.heard).toEqual([]);
    expect(gateway.sessions).toBe(0);
  });

  it("takes plain packets from the endpoint alone, whoever else is on the machine", async () => {
    const { browser, endpoint, line } = await called(gatewayWith());
    const stranger = createSocket("udp4");
    onTestFinished(() => void stranger.close());
    for (let index = 0; index < 10; index++) stranger.send(rtp(666), line.plain.port, line.plain.address);
    endpoint.sendRaw(rtp(9), line.plain);
    await until("the packet of the endpoint", () => browser.heard.length > 0);
    expect(browser.heard.map((packet) => packet.readUInt16BE(2))).toEqual([9]);
  });

  it("tells a browser the address by which it knows us, and no other", async () => {
    const browser = await BrowserPeer.offering();
    peers.push(browser);
    const { owner } = await open(gatewayWith(), browser.ice, "127.0.0.1", "203.0.113.5");
    expect((await owner.line()).ice.candidates.map(({ address }) => address)).toEqual(["203.0.113.5"]);
  });

  it("listens where the operator says, whatever address the signalling of a browser comes to", async () => {
    const { owner } = await open(gatewayWith({ address: "127.0.0.2" }), null, "127.0.0.1", "203.0.113.5");
    expect((await owner.line()).ice.candidates.map(({ address }) => address)).toEqual(["127.0.0.2"]);
  });

  it("fails where no port is free, and where the address is none of this machine", async () => {
    const taken = createSocket("udp4");
    onTestFinished(() => void taken.close());
    await new Promise<void>((resolve) => taken.bind(0, "127.0.0.1", resolve));
    const { port } = taken.address();
    const narrow = await open(gatewayWith({ ports: { from: port, to: port } }), null);
    expect(await narrow.owner.failure()).toMatch(/^no port of .* is free/);
    const elsewhere = await open(gatewayWith(), null, "192.0.2.77");
    expect(await elsewhere.owner.failure()).toBe("192.0.2.77 cannot be listened on: EADDRNOTAVAIL");
  });

  it("ends the process some time after the last browser, and starts another for the next", async () => {
    const clock = new VirtualClock();
    const gateway = gatewayWith({ clock });
    expect(gateway.pid).toBeNull();
    const first = await open(gateway, null);
    await first.owner.line();
    const pid = gateway.pid;
    first.session.close();
    first.session.close();
    expect([gateway.sessions, gateway.pid]).toEqual([0, pid]);
    clock.advance(60 * SECOND_MS);
    expect(gateway.pid).toBeNull();
    const second = await open(gateway, null);
    await second.owner.line();
    expect(gateway.pid).not.toBe(pid);
  });

  it("tells every browser's call when its process dies, and goes on with another after a moment", async () => {
    const clock = new VirtualClock();
    const gateway = gatewayWith({ clock });
    const [one, two] = [await open(gateway, null), await open(gateway, null)];
    await Promise.all([one.owner.line(), two.owner.line()]);
    process.kill(gateway.pid ?? 0, "SIGKILL");
    for (const { owner } of [one, two]) expect(await owner.failure()).toMatch(/process .* has died \(SIGKILL\)/);
    expect([gateway.sessions, gateway.counters().browserProcessesLost]).toEqual([0, 1]);

    const early = await open(gateway, null);
    expect(await early.owner.failure()).toMatch(/started again in a moment/);
    clock.advance(SECOND_MS);
    await (await open(gateway, null)).owner.line();
  });

  it("gives up a process that does not answer", async () => {
    const clock = new VirtualClock();
    const gateway = gatewayWith({ clock, module: new URL("silent-child.ts", import.meta.url) });
    const { owner } = await open(gateway, null);
    clock.advance(OPEN_WITHIN_MS);
    expect(await owner.failure()).toMatch(/does not answer/);
    expect(gateway.pid).toBeNull();
  });

  it("has a bound for browsers, and says so", async () => {
    const gateway = gatewayWith({ module: new URL("silent-child.ts", import.meta.url) });
    const endpoint = { address: "127.0.0.1", port: 9 };
    const owner = new Owner();
    const request = { address: "127.0.0.1", told: "127.0.0.1", endpoint, remote: null };
    for (let index = 0; index < MAX_SESSIONS; index++) gateway.open(request, new Owner());
    gateway.open(request, owner);
    expect(await owner.failure()).toBe(`${MAX_SESSIONS} browsers have their audio here already`);
    expect(gateway.sessions).toBe(MAX_SESSIONS);
  });

  it("survives what a browser says that makes no sense", async () => {
    const gateway = gatewayWith();
    const candidate = { foundation: "1", priority: 1, address: "127.0.0.1", port: 9, type: "host" } as const;
    const odd: IceDtls = {
      ufrag: "F".repeat(256),
      pwd: "p".repeat(256),
      fingerprint: { algorithm: "sha-512", value: Array.from({ length: 64 }, () => "00").join(":") },
      setup: "passive",
      candidates: Array.from({ length: 16 }, () => candidate),
    };
    const { owner } = await open(gateway, odd);
    await until("an outcome", () => owner.events.length > 0, 10_000);
    await (await open(gateway, null)).owner.line();
    expect(gateway.counters().browserProcessesLost).toBe(0);
  });
});
