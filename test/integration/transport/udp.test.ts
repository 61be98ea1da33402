import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { createTransportCounters } from "../../../runtime/sip/transport/counters.ts";
import { TransportLayer } from "../../../runtime/sip/transport/transport-layer.ts";
import { readUdpDrops } from "../../../runtime/sip/transport/udp-drops.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";
import { host, rawRequest, rawResponse, startLayer, udpClient } from "./fixture.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"));

describe("a request over UDP", () => {
  it("is answered to its source address and port where rport is asked for, from the socket that received it", async () => {
    const { port } = await startLayer({ answers: true });
    const client = await udpClient();
    client.send(rawRequest("192.0.2.1:5099;rport;branch=z9hG4bK1"), port);
    const answer = await client.next();
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    expect(answer).toContain(`rport=${client.port}`);
    expect(answer).toContain(`received=${host}`);
  });

  it("is answered to the port of its sent-by without rport", async () => {
    const { port } = await startLayer({ answers: true });
    const [sender, listener] = [await udpClient(), await udpClient()];
    sender.send(rawRequest(`192.0.2.1:${listener.port};branch=z9hG4bK1`), port);
    const answer = await listener.next();
    expect(answer).toContain(`received=${host}`);
    expect(answer).not.toContain("rport");
    expect(sender.received).toEqual([]);
  });

  it("gets received where its sent-by is a name, and not where it is the source address", async () => {
    const { port, requests } = await startLayer();
    const client = await udpClient();
    client.send(rawRequest("localhost:5099;branch=z9hG4bK1"), port);
    client.send(rawRequest(`${host}:5099;branch=z9hG4bK2`), port);
    await until("both requests", () => requests.length === 2);
    expect(requests.map(({ request }) => request.topVia.received)).toEqual([host, undefined]);
  });

  it("comes with the flow it came by", async () => {
    const { port, requests } = await startLayer();
    const client = await udpClient();
    client.send(rawRequest("192.0.2.1;branch=z9hG4bK1"), port);
    await until("the request", () => requests.length === 1);
    expect(requests[0]?.flow).toEqual({
      transport: "udp",
      localAddress: host,
      localPort: port,
      remoteAddress: host,
      remotePort: client.port,
      connection: 0,
    });
  });

  it("may begin with line ends and go on after its body", async () => {
    const { port, requests } = await startLayer();
    const client = await udpClient();
    client.send(`\r\n\r\n${rawRequest("192.0.2.1;branch=z9hG4bK1", { body: "abc" })}more octets`, port);
    await until("the request", () => requests.length === 1);
    expect(requests[0]?.request.body).toBe("abc");
  });

  it("keeps every octet of its body", async () => {
    const { port, requests } = await startLayer();
    const client = await udpClient();
    const body = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)).toString("latin1");
    client.send(rawRequest("192.0.2.1;branch=z9hG4bK1", { method: "MESSAGE", body }), port);
    await until("the request", () => requests.length === 1);
    expect(requests[0]?.request.body).toBe(body);
  });
});

describe("what is malformed over UDP", () => {
  it("is refused with 400 and a To tag, the same for each retransmission", async () => {
    const { port, requests, counters } = await startLayer();
    const client = await udpClient();
    const broken = rawRequest("192.0.2.1;rport;branch=z9hG4bK1", { body: "abc" }).slice(0, -2);
    client.send(broken, port);
    client.send(broken, port);
    const answer = await client.next();
    expect(answer).toMatch(/^SIP\/2\.0 400 /);
    expect(answer).toMatch(/\r\nTo: <sip:service@switch\.example>;tag=\w+\r\n/);
    expect(await client.next(2)).toBe(answer);
    expect(counters.refused.get(400)).toBe(2);
    expect(requests).toEqual([]);
  });

  it("is refused with 505 where the version is another", async () => {
    const { port } = await startLayer();
    const client = await udpClient();
    client.send(rawRequest("192.0.2.1;rport;branch=z9hG4bK1").replace("SIP/2.0\r\n", "SIP/3.0\r\n"), port);
    expect(await client.next()).toMatch(/^SIP\/2\.0 505 /);
  });

  it("is never answered when it is an ACK", async () => {
    const { port, counters } = await startLayer({ answers: true });
    const client = await udpClient();
    client.send(rawRequest("192.0.2.1;rport;branch=z9hG4bK1", { method: "ACK", body: "abc" }).slice(0, -2), port);
    client.send(rawRequest("192.0.2.1;rport;branch=z9hG4bK2"), port);
    expect(await client.next()).toMatch(/^SIP\/2\.0 200 /);
    expect(client.received).toHaveLength(1);
    expect(counters.messagesIn).toBe(1);
  });

  it("does no harm and gets no answer: nothing, keep-alives, broken STUN, garbage, 64 KB", async () => {
    const { port, requests, counters } = await startLayer({ answers: true });
    const client = await udpClient();
    const hostile = [
      "",
      "\r\n\r\n",
      "\0\0\0\0",
      "\x00\x01\x00\x04\x21\x12\xa4\x42abcdefghijkl",
      "\x01\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl",
      `\x01${rawRequest("192.0.2.1;rport;branch=z9hG4bK2")}`,
      "\x16\x03\x01\xff\xfe",
      "\xff".repeat(65_507),
      "A".repeat(65_507),
      "INVITE\r\n\r\n",
      "SIP/2.0 200 OK\r\n\r\n",
      "\r\n".repeat(30_000),
    ];
    for (const datagram of hostile) client.send(datagram, port);
    client.send(rawRequest("192.0.2.1;rport;branch=z9hG4bK1"), port);
    await client.next();
    expect(client.received).toHaveLength(1);
    expect(requests).toHaveLength(1);
    const refused = [...counters.refused.values()].reduce((sum, count) => sum + count, 0);
    expect(counters.ignored + refused).toBe(hostile.length);
    expect(counters.handlerErrors).toBe(0);
  });
});

describe("a phone behind a NAT, over UDP", () => {
  it("hears its own address by STUN from the port of SIP", async () => {
    const { port, requests, counters } = await startLayer();
    const client = await udpClient();
    client.send("\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl", port);
    const answer = Buffer.from(await client.next(), "latin1");
    expect(answer.toString("latin1", 0, 20)).toBe("\x01\x01\x00\x0c\x21\x12\xa4\x42abcdefghijkl");
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(client.port);
    expect(answer.readUInt32BE(28) ^ 0x2112a442).toBe(0x7f000001);
    expect(counters.stunRequests).toBe(1);
    expect(requests).toEqual([]);
  });

  it("is sent what keeps its way open, where we are asked to", async () => {
    const { port, layer, requests, counters } = await startLayer();
    const client = await udpClient();
    client.send(rawRequest("192.0.2.1;branch=z9hG4bK1"), port);
    const { flow } = await until("the request", () => requests[0]);
    layer.keepAlive(flow);
    expect(await client.next()).toBe("\r\n\r\n");
    expect(counters.messagesOut).toBe(0);
  });
});

describe("a response over UDP", () => {
  it("reaches the user where its top Via is ours, and is dropped where it is not", async () => {
    const port = await freePort();
    const listen = [{ transport: "udp" as const, address: host, port, advertise: "Switch.example:7000" }];
    const { responses, counters } = await startLayer({ listen });
    const client = await udpClient();
    client.send(rawResponse("switch.example:7001;branch=z9hG4bK1"), port);
    client.send(rawResponse(`192.0.2.9:${port};branch=z9hG4bK1`), port);
    client.send(rawResponse("SWITCH.example:7000;branch=z9hG4bK2"), port);
    client.send(rawResponse(`${host}:${port};branch=z9hG4bK3`), port);
    await until("two responses", () => responses.length === 2);
    expect(responses.map(({ response }) => response.topVia.branch)).toEqual(["z9hG4bK2", "z9hG4bK3"]);
    expect(counters.droppedResponses).toBe(2);
  });
});

describe("sending over UDP", () => {
  it("goes to a numeric destination from the listener, within the call", async () => {
    const { layer, port, counters } = await startLayer();
    const client = await udpClient();
    const flow = layer.flowTo({ transport: "udp", address: host, port: client.port });
    if (flow === undefined) throw new Error("no flow");
    expect(layer.isOpen(flow)).toBe(true);
    expect(layer.sentBy(flow)).toBe(`${host}:${port}`);
    layer.send("caf\xe9", flow);
    expect(await client.next()).toBe("caf\xe9");
    expect(counters.messagesOut).toBe(1);
  });

  it("tells later, and not within the call, what cannot be sent", async () => {
    const { layer, port, failures, counters } = await startLayer();
    const to = (address: string, remotePort: number, localPort = port) => ({
      transport: "udp" as const,
      localAddress: host,
      localPort,
      remoteAddress: address,
      remotePort,
      connection: 0,
    });
    layer.send("x".repeat(70_000), to(host, 40_000));
    layer.send("x", to("::1", 40_001));
    layer.send("x", to(host, 0));
    layer.send("x", to(host, 40_002, port + 1));
    expect(failures).toEqual([]);
    await until("four failures", () => failures.length === 4);
    const told = Object.fromEntries(failures.map(({ code, flow }) => [flow.remotePort, code]));
    expect(told).toEqual({ 40000: "message-too-large", 40001: "unreachable", 0: "unreachable", 40002: "no-listener" });
    expect(counters.sendErrors).toBe(2);
  });

  it("has no flow where we listen on nothing of that transport or family", async () => {
    const listen = [{ transport: "udp" as const, address: host, port: 0 }];
    const { layer } = await startLayer({ listen });
    expect(layer.flowTo({ transport: "tcp", address: host, port: 40_000 })).toBeUndefined();
    expect(layer.flowTo({ transport: "udp", address: "::1", port: 40_000 })).toBeUndefined();
  });
});

describe("UDP listeners", () => {
  it("are told with their real ports", async () => {
    const { layer } = await startLayer({ listen: [{ transport: "udp", address: host, port: 0 }] });
    expect(layer.listeners).toEqual([{ transport: "udp", address: host, port: expect.toSatisfy((port) => port > 0) }]);
    expect(layer.isOurs(host, layer.listeners[0]?.port)).toBe(true);
  });

  it("each have their own name on a host with several addresses", async () => {
    const port = await freePort();
    const listen = ["127.0.0.1", "127.0.0.2"].map((address) => ({ transport: "udp" as const, address, port }));
    const { layer, requests } = await startLayer({ listen });
    const client = await udpClient("127.0.0.2");
    client.send(rawRequest("192.0.2.1;branch=z9hG4bK1"), port);
    const { flow } = await until("the request", () => requests[0]);
    expect(layer.sentBy(flow)).toBe(`127.0.0.2:${port}`);
  });

  it.skipIf(!hasIpv6)("answer over IPv6 and are named in brackets", async () => {
    const { layer, port, requests } = await startLayer({
      listen: [{ transport: "udp", address: "::1", port: 0 }],
      answers: true,
    });
    const client = await udpClient("::1");
    client.send(rawRequest("[2001:db8::9]:5099;rport;branch=z9hG4bK1"), port);
    expect(await client.next()).toContain("received=::1");
    const { flow } = await until("the request", () => requests[0]);
    expect(layer.sentBy(flow)).toBe(`[::1]:${port}`);
  });

  it("report a port in use with transport, address, port and what to do, and leave nothing open", async () => {
    const { port } = await startLayer();
    const other = await freePort();
    const listen = [
      { transport: "udp" as const, address: host, port: other },
      { transport: "udp" as const, address: host, port },
    ];
    const message = expect.stringMatching(new RegExp(`udp://${host}:${port} is in use already.*another port`));
    await expect(startLayer({ listen })).rejects.toMatchObject({ name: "ConfigError", code: "port-in-use", message });
    await startLayer({ listen: listen.slice(0, 1) });
  });

  it("report an address that no interface has", async () => {
    const listen = [{ transport: "udp" as const, address: "192.0.2.1", port: 0 }];
    await expect(startLayer({ listen })).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringMatching(/no interface/),
    });
  });

  it("warn where the kernel gives less of a receive buffer than 4 MB, and say how to raise it", async () => {
    const warnings: string[] = [];
    const log = { debug() {}, info() {}, warn: (text: string) => void warnings.push(text), error() {} };
    const { counters } = await startLayer({ log });
    const path = "/proc/sys/net/core/rmem_max";
    const isSmall = existsSync(path) && Number(readFileSync(path, "latin1")) < 4 * 1024 * 1024;
    expect(warnings).toEqual(isSmall ? [expect.stringContaining("net.core.rmem_max=4194304")] : []);
    expect(counters.smallReceiveBuffers).toBe(warnings.length);
  });

  it.skipIf(!existsSync("/proc/net/udp"))("show how many datagrams the kernel has dropped at them", async () => {
    const { layer, port } = await startLayer({ listen: [{ transport: "udp", address: host, port: await freePort() }] });
    const client = await udpClient();
    expect(await readUdpDrops(layer.listeners)).toBe(0);
    // More than any receive buffer holds, in one turn of the loop in which nobody can read.
    const datagram = "A".repeat(60_000);
    for (let sent = 0; sent < 400; sent++) client.send(datagram, port);
    await until("dropped datagrams", async () => (await readUdpDrops(layer.listeners)) > 0);
  });

  it("say nothing more once the layer is closed, and free their ports", async () => {
    const { layer, port, failures } = await startLayer();
    const flow = layer.flowTo({ transport: "udp", address: host, port: 40_000 });
    await layer.close();
    if (flow !== undefined) layer.send("x", flow);
    await startLayer({ listen: [{ transport: "udp", address: host, port }] });
    expect(failures).toEqual([]);
  });
});

describe("a bug in the handling of a message", () => {
  it("is logged and counted, and costs that message alone", async () => {
    const logged: unknown[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (_text: string, fields?: object) => logged.push(fields) };
    const counters = createTransportCounters();
    let calls = 0;
    const onRequest = () => {
      calls++;
      throw new Error("a bug");
    };
    const user = { onRequest, onResponse() {}, onFlowFailed() {} };
    const layer = new TransportLayer({ clock: new TimerWheel(), log, counters, user });
    await layer.listen([{ transport: "udp", address: host, port: 0 }]);
    const client = await udpClient();
    for (const branch of [1, 2])
      client.send(rawRequest(`192.0.2.1;branch=z9hG4bK${branch}`), layer.listeners[0]?.port ?? 0);
    await until("both requests", () => calls === 2);
    await layer.close();
    expect(counters.handlerErrors).toBe(2);
    expect(logged[0]).toMatchObject({ error: new Error("a bug"), personal: { remoteAddress: host } });
  });
});
