import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { TimerWheel } from "../../../../runtime/base/timer-wheel.ts";
import { freePort } from "../../../helpers/free-port.ts";
import { until } from "../../../helpers/until.ts";
import { Owner } from "./owner.ts";
import { TestPlane } from "./plane.ts";

let test: TestPlane | null = null;

afterEach(async () => {
  await test?.stop();
  test = null;
});

async function start(...args: Parameters<typeof TestPlane.start>): Promise<TestPlane> {
  test = await TestPlane.start(...args);
  return test;
}

/** A clock in which hours pass between two looks at it; its timers are true. */
class HastyClock extends TimerWheel {
  #looks = 0;

  override now(): number {
    return super.now() + 3_600_000 * this.#looks++;
  }
}

async function take(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

describe("the media plane", () => {
  it("names the codecs that it can speak and may, best first", async () => {
    const { plane } = await start({ codecs: ["PCMA", "opus", "PCMU"] });
    expect(plane.codecs.filter((codec) => codec !== "opus")).toEqual(["PCMA", "PCMU"]);
  });

  it("listens on an even port and the one above, and tells so after the call has returned", async () => {
    const { plane } = await start();
    const owner = new Owner();
    const endpoint = plane.open({ address: "127.0.0.1" }, owner);
    expect(owner.events).toEqual([]);
    expect(endpoint.local).toBeNull();
    const { local } = await owner.next("opened");
    expect(endpoint.local).toEqual(local);
    expect(local.port % 2).toBe(0);
    await expect(take(local.port)).rejects.toThrow();
    await expect(take(local.port + 1)).rejects.toThrow();
    expect(plane.endpoints).toBe(1);
    endpoint.close();
    expect(plane.endpoints).toBe(0);
    await until("the ports", async () => {
      const sockets = await Promise.all([take(local.port), take(local.port + 1)]).catch(() => []);
      for (const socket of sockets) socket.close();
      return sockets.length === 2;
    });
  }, 10_000);

  it("gives ports back: many more endpoints than there are ports come and go", async () => {
    const { plane } = await start({ clock: new HastyClock() }, 8);
    for (let round = 0; round < 30; round++) {
      const owner = new Owner();
      const endpoint = plane.open({ address: "127.0.0.1" }, owner);
      await until(`the opening of endpoint ${round}`, () => endpoint.local !== null || owner.events.length > 0);
      expect(owner.events).toMatchObject([{ type: "opened" }]);
      endpoint.close();
    }
  });

  it("fails for want of a port, says what to do, and opens again when one is free", async () => {
    const { plane } = await start({ clock: new HastyClock() }, 2);
    const [first, second] = [new Owner(), new Owner()];
    const endpoint = plane.open({ address: "127.0.0.1" }, first);
    await first.next("opened");
    const refused = plane.open({ address: "127.0.0.1" }, second);
    expect(second.events).toEqual([]);
    expect(await second.next("failed")).toMatchObject({
      reason: "no-port",
      message: expect.stringMatching(/media\.ports/),
    });
    refused.close();
    endpoint.close();
    await until("a free port", async () => {
      const owner = new Owner();
      plane.open({ address: "127.0.0.1" }, owner);
      return await until("its event", () => owner.events[0]).then(({ type }) => type === "opened");
    });
    expect(plane.counters().failedNoPort).toBeGreaterThan(0);
  });

  it.each([
    ["RTP", 0],
    ["RTCP", 1],
  ])("passes over a pair whose port for %s another program uses", async (_, offset) => {
    const from = await freePort(4);
    const other = await take(from + offset);
    const { plane, complaints } = await start({ ports: { from, to: from + 3 } });
    for (let round = 0; round < 2; round++) {
      const owner = new Owner();
      const endpoint = plane.open({ address: "127.0.0.1" }, owner);
      if (round === 0) expect((await owner.next("opened")).local.port).toBe(from + 2);
      else expect(await owner.next("failed")).toMatchObject({ reason: "no-port" });
      if (round > 0) endpoint.close();
    }
    expect(complaints).toEqual([
      `media port is in use by another program {"port":${from}}`,
      expect.stringMatching(/^All ports for audio are in use/),
    ]);
    other.close();
  });

  it("fails where it cannot listen on the address, and says which and why", async () => {
    const { plane } = await start();
    const owner = new Owner();
    plane.open({ address: "203.0.113.77" }, owner);
    const failed = await owner.next("failed");
    expect(failed).toMatchObject({
      reason: "no-port",
      message: expect.stringMatching(/203\.0\.113\.77:\d+ .*EADDRNOTAVAIL/),
    });
    expect(plane.endpoints).toBe(0);
  });

  it("speaks IPv6", async () => {
    const { plane } = await start();
    const owner = new Owner();
    plane.open({ address: "::1" }, owner);
    expect((await owner.next("opened")).local.address).toBe("::1");
  });

  it("closes endpoints in any state, once, and does nothing for them any more", async () => {
    const { plane, file } = await start();
    const peer = await test?.peer();
    if (peer === undefined) throw new Error("no peer");
    const owner = new Owner();
    const opening = plane.open({ address: "127.0.0.1" }, owner);
    opening.close();
    opening.close();
    opening.connect(peer.stream());
    opening.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    opening.record(2, { file: file.call(test, "never.wav"), what: "both", maxMs: 1000 });
    expect(await opening.stats()).toMatchObject({ packetsSent: 0 });
    const busy = await (test as TestPlane).line();
    const other = await (test as TestPlane).line({}, { near: busy.endpoint });
    busy.endpoint.join(other.endpoint);
    busy.endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    busy.endpoint.record(2, { file: file.call(test, "busy.wav"), what: "both", maxMs: 60_000 });
    busy.endpoint.sendDigits(3, "123");
    await busy.peer.packets(3);
    busy.endpoint.close();
    busy.endpoint.close();
    await busy.owner.next("recorded");
    expect(busy.owner.events.map(({ type }) => type).sort()).toEqual(["opened", "played", "recorded"]);
    other.endpoint.join(busy.endpoint);
    await other.peer.packets(3);
    expect(owner.events).toEqual([]);
    const stats = await busy.endpoint.stats();
    expect(stats.packetsSent).toBeGreaterThan(2);
  });

  it("says goodbye by RTCP when an endpoint is closed (RFC 3550 §6.6)", async () => {
    const { line } = await start().then((plane) => ({ line: () => plane.line() }));
    const { endpoint, peer } = await line();
    await peer.packets(2);
    endpoint.close();
    const packet = await until("RTCP", () => peer.rtcp[0]);
    const kinds: number[] = [];
    for (let at = 0; at < packet.length; at += 4 * (packet.readUInt16BE(at + 2) + 1))
      kinds.push(packet.readUInt8(at + 1));
    expect(kinds).toEqual([200, 202, 203]);
  });

  it("leaves no endpoint, thread or port behind when it stops, and what was recorded is whole", async () => {
    const started = await start();
    const { endpoint, owner, local } = await started.line();
    endpoint.record(1, { file: started.file("last.wav"), what: "received", maxMs: 60_000 });
    await endpoint.stats();
    await started.plane.stop();
    expect(owner.all("recorded")).toMatchObject([{ end: "stopped", message: null }]);
    expect(started.plane.endpoints).toBe(0);
    const socket = await take(local.port);
    socket.close();
    const late = new Owner();
    started.plane.open({ address: "127.0.0.1" }, late);
    expect(await late.next("failed")).toMatchObject({ reason: "lost" });
    expect(started.plane.counters()).toMatchObject({ opened: 2, failedLost: 1, workersLost: 0 });
    expect(started.complaints).toEqual([]);
  });
});
