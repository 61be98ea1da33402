import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { PARSE_LIMITS } from "../../../runtime/sip/message/limits.ts";
import { ARRIVAL_TIMEOUT_MS } from "../../../runtime/sip/transport/arrivals.ts";
import { INPUT_TIMEOUT_MS, MAX_QUEUED_BYTES } from "../../../runtime/sip/transport/connection.ts";
import type { Flow } from "../../../runtime/sip/transport/flow.ts";
import { readMaterial } from "../../../runtime/sip/transport/tls/material.ts";
import { NO_TLS } from "../../../runtime/sip/transport/tls/settings.ts";
import { PING_EVERY_MS } from "../../../runtime/sip/transport/ws/connection.ts";
import { createAuthority } from "../../helpers/authority.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";
import { host, rawRequest, rawResponse, startLayer, tcpClient } from "./fixture.ts";

const ws = { transport: "WS" } as const;
const via = "df7jal23ls0d.invalid;branch=z9hG4bK1";

async function startWs(options: Parameters<typeof startLayer>[0] = {}) {
  return startLayer({ listen: [{ transport: "ws", address: host, port: await freePort() }], ...options });
}

/** A browser's end; `received` are whole messages. */
async function wsClient(url: string, options: ClientOptions & { protocols?: string[] } = {}) {
  const { protocols = ["sip"], ...rest } = options;
  const socket = new WebSocket(url, protocols, rest);
  const received: { text: string; isBinary: boolean }[] = [];
  const state = { code: 0, isClosed: false };
  socket.on("message", (data: Buffer, isBinary) => received.push({ text: data.toString("latin1"), isBinary }));
  socket.on("close", (code) => Object.assign(state, { code, isClosed: true }));
  socket.on("error", () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return {
    socket,
    received,
    state,
    next: (count = 1) => until(`message ${count}`, () => received[count - 1]),
    closed: () => until("the end of the WebSocket", () => state.isClosed),
  };
}

/** The status of the answer to a request for a WebSocket. */
async function statusOf(port: number, headers: Record<string, string>): Promise<number | undefined> {
  const asked = httpRequest({ host, port, headers, agent: false });
  asked.end();
  const answered = Promise.withResolvers<number | undefined>();
  asked.on("response", (response) => {
    response.resume();
    answered.resolve(response.statusCode);
  });
  asked.on("upgrade", (response, socket) => {
    socket.destroy();
    answered.resolve(response.statusCode);
  });
  asked.on("error", (error) => answered.reject(error));
  return answered.promise;
}

const handshake = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** A client that writes its frames by hand. */
async function frameClient(port: number) {
  const client = await tcpClient(port);
  const head = Object.entries({ Host: "x", ...handshake, "Sec-WebSocket-Protocol": "sip" });
  client.send(`GET / HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`);
  await client.has("\r\n\r\n");
  return client;
}

/** A masked frame (with the mask 0) that claims `length` octets. */
function frame(opcode: number, text: string, options: { fin?: boolean; length?: number } = {}): string {
  const { fin = true, length = text.length } = options;
  const first = (fin ? 0x80 : 0) | opcode;
  const size =
    length < 126
      ? [0x80 | length]
      : length < 65_536
        ? [0xfe, length >> 8, length & 255]
        : [0xff, 0, 0, 0, 0, (length >>> 24) & 255, (length >>> 16) & 255, (length >>> 8) & 255, length & 255];
  return String.fromCharCode(first, ...size, 0, 0, 0, 0) + text;
}

describe("the handshake of a WebSocket", () => {
  it("answers the subprotocol sip, and takes no extension", async () => {
    const { port } = await startWs();
    const { socket } = await wsClient(`ws://${host}:${port}/anything`, {
      protocols: ["chat", "sip"],
      perMessageDeflate: true,
    });
    expect(socket.protocol).toBe("sip");
    expect(socket.extensions).toBe("");
  });

  it.each([
    ["without a subprotocol", {}, 400],
    ["with another subprotocol", { "Sec-WebSocket-Protocol": "xmpp" }, 400],
    ["with sip among others", { "Sec-WebSocket-Protocol": "xmpp, sip" }, 101],
    ["of another version", { "Sec-WebSocket-Protocol": "sip", "Sec-WebSocket-Version": "7" }, 400],
    ["with a key that is none", { "Sec-WebSocket-Protocol": "sip", "Sec-WebSocket-Key": "x" }, 400],
  ])("%s is answered %o with %i", async (_what, headers, status) => {
    const { port, counters } = await startWs();
    expect(await statusOf(port, { ...handshake, ...headers })).toBe(status);
    if (status !== 101) await until("the count", () => counters.handshakesFailed === 1);
  });

  it("is asked for where there is none", async () => {
    const { port } = await startWs();
    expect(await statusOf(port, {})).toBe(426);
  });

  it("is refused to pages of other origins where origins are listed, and to nobody else", async () => {
    const { port } = await startWs({ webSocket: () => ({ origins: ["https://phone.example"] }) });
    const sip = { ...handshake, "Sec-WebSocket-Protocol": "sip" };
    expect(await statusOf(port, { ...sip, Origin: "https://phone.example" })).toBe(101);
    expect(await statusOf(port, { ...sip, Origin: "https://evil.example" })).toBe(403);
    expect(await statusOf(port, { ...sip, Origin: "null" })).toBe(403);
    expect(await statusOf(port, sip)).toBe(101);
  });

  it("is refused with 400 to SIP that nobody has wrapped", async () => {
    const { port, requests } = await startWs({ answers: true });
    const client = await tcpClient(port);
    client.send(rawRequest(via, { transport: "TCP" }));
    await client.has("HTTP/1.1 400 Bad Request");
    await client.closed();
    expect(requests).toEqual([]);
  });

  it("has ten seconds, however it drips", async () => {
    const clock = new VirtualClock();
    const { port, counters } = await startWs({ clock });
    const client = await tcpClient(port);
    client.send("GET / HTTP/1.1\r\n");
    await until("the timer", () => clock.pending >= 1);
    clock.advance(ARRIVAL_TIMEOUT_MS);
    await client.closed();
    await until("the count", () => counters.handshakesFailed === 1);
  });
});

describe("a request over a WebSocket", () => {
  it("is answered over its own connection, where its Via names what nobody can resolve", async () => {
    const { port, requests, layer } = await startWs({ answers: true });
    const client = await wsClient(`ws://${host}:${port}`);
    client.socket.send(rawRequest(via, ws));
    const { text, isBinary } = await client.next();
    expect(text).toMatch(/^SIP\/2\.0 200 /);
    expect(text).toContain(`received=${host}`);
    expect(isBinary).toBe(false);
    const flow = requests[0]?.flow as Flow;
    expect(flow).toMatchObject({ transport: "ws", localAddress: host, localPort: port });
    expect(layer.sentBy(flow)).toBe(`${host}:${port}`);
  });

  it("comes in text, in binary, and in fragments, one message each", async () => {
    const { port, requests } = await startWs();
    const client = await wsClient(`ws://${host}:${port}`);
    const whole = rawRequest(via, { ...ws, callId: "c", body: "abc" });
    client.socket.send(rawRequest(via, { ...ws, callId: "a" }));
    client.socket.send(Buffer.from(rawRequest(via, { ...ws, callId: "b" }), "latin1"));
    client.socket.send(whole.slice(0, 50), { fin: false });
    client.socket.send(whole.slice(50, 51), { fin: false });
    client.socket.ping();
    client.socket.send(whole.slice(51), { fin: true });
    await until("three requests", () => requests.length === 3);
    expect(requests.map(({ request }) => request.callId)).toEqual(["a", "b", "c"]);
    expect(requests[2]?.request.body).toBe("abc");
  });

  it("needs no Content-Length, and is refused where its body is shorter than that says", async () => {
    const { port, requests } = await startWs();
    const client = await wsClient(`ws://${host}:${port}`);
    client.socket.send(rawRequest(via, { ...ws, without: "Content-Length" }));
    await until("the request", () => requests.length === 1);
    client.socket.send(rawRequest(via, { ...ws, body: "abc" }).slice(0, -1));
    expect((await client.next()).text).toMatch(/^SIP\/2\.0 400 /);
    expect(client.state.isClosed).toBe(false);
  });

  it("is answered in text where the answer is UTF-8, and in binary where it is not", async () => {
    const { port, layer, requests } = await startWs();
    const client = await wsClient(`ws://${host}:${port}`);
    client.socket.send(rawRequest(via, ws));
    const { flow } = await until("the request", () => requests[0]);
    layer.send("gr\xc3\xbcn", flow);
    layer.send("\xfc", flow);
    expect([await client.next(1), await client.next(2)]).toEqual([
      { text: "gr\xc3\xbcn", isBinary: false },
      { text: "\xfc", isBinary: true },
    ]);
  });

  it("is followed by requests of ours over the same connection, which nobody else opens", async () => {
    const { port, layer, requests, responses, failures } = await startWs();
    const client = await wsClient(`ws://${host}:${port}`);
    client.socket.send(rawRequest(via, ws));
    const { flow } = await until("the request", () => requests[0]);
    layer.send(rawRequest(`${layer.sentBy(flow)};branch=z9hG4bK9`, ws), flow);
    expect((await client.next()).text).toMatch(/^OPTIONS /);
    client.socket.send(rawResponse(`${layer.sentBy(flow)};branch=z9hG4bK9`, "WS"));
    await until("the response", () => responses.length === 1);
    expect(layer.flowTo({ transport: "ws", address: host, port: flow.remotePort })).toBeUndefined();
    client.socket.terminate();
    await until("the end", () => failures.length === 1);
    const { request } = requests[0] as { request: Parameters<typeof layer.responseFlow>[0] };
    expect(layer.responseFlow(request, flow)).toBe(flow);
    layer.send("late", flow);
    await until("the failure", () => failures[1]?.code === "closed");
  });

  it("comes over TLS as WSS", async () => {
    const authority = createAuthority();
    const identity = authority.issue("switch", "DNS:localhost", `IP:${host}`);
    const material = await readMaterial({ ...NO_TLS, identity }, Date.now());
    const listen = [{ transport: "wss", address: host, port: await freePort() } as const];
    const { port, requests } = await startLayer({ listen, tls: () => material, answers: true });
    const client = await wsClient(`wss://${host}:${port}`, { ca: readFileSync(authority.ca) });
    client.socket.send(rawRequest(via, { transport: "WSS" }));
    expect((await client.next()).text).toMatch(/^SIP\/2\.0 200 /);
    expect(requests[0]?.flow.transport).toBe("wss");
    const stranger = new WebSocket(`wss://${host}:${port}`, ["sip"]);
    const [error] = await once(stranger, "error");
    expect(String(error)).toMatch(/certificate/);
  });
});

describe("a WebSocket that is kept alive", () => {
  it("gets CRLF for CRLFCRLF, and nothing for a single CRLF", async () => {
    const { port, counters, requests } = await startWs();
    const client = await wsClient(`ws://${host}:${port}`);
    client.socket.send("\r\n");
    client.socket.send("");
    client.socket.send("\r\n\r\n");
    expect(await client.next()).toEqual({ text: "\r\n", isBinary: false });
    expect(client.received).toHaveLength(1);
    expect(counters.keepAlives).toBe(1);
    expect(requests).toEqual([]);
  });

  it("answers a ping, and is pinged where we are asked to", async () => {
    const { port, layer, requests } = await startWs();
    const client = await wsClient(`ws://${host}:${port}`);
    client.socket.ping("hello");
    const [pong] = await once(client.socket, "pong");
    expect(String(pong)).toBe("hello");
    client.socket.send(rawRequest(via, ws));
    const { flow } = await until("the request", () => requests[0]);
    const pinged = once(client.socket, "ping");
    layer.keepAlive(flow);
    await pinged;
  });

  it("ends where its peer answers no ping, and not where it does", async () => {
    const clock = new VirtualClock();
    const { port, requests, failures, closed } = await startWs({ clock });
    const [alive, dead] = [await wsClient(`ws://${host}:${port}`), await frameClient(port)];
    alive.socket.send(rawRequest(via, ws));
    dead.send(frame(1, rawRequest(via, { ...ws, callId: "dead" })));
    await until("both requests", () => requests.length === 2);
    const pinged = once(alive.socket, "ping");
    clock.advance(PING_EVERY_MS);
    await pinged;
    await dead.has("\x89\x00");
    // The pong is on its way: what follows it comes after it.
    alive.socket.send(rawRequest(via, { ...ws, callId: "after" }));
    await until("the request behind the pong", () => requests.length === 3);
    clock.advance(PING_EVERY_MS);
    await dead.closed();
    const failure = await until("the failure", () => failures[0]);
    expect(failure).toMatchObject({ code: "timeout", message: expect.stringContaining("ping") });
    expect(closed).toEqual([failure.flow]);
    expect(alive.state.isClosed).toBe(false);
  });

  it("ends where no message comes in time, or one that drips", async () => {
    const clock = new VirtualClock();
    const { port, requests, counters } = await startWs({ clock });
    const silent = await wsClient(`ws://${host}:${port}`);
    await until("the connection", () => counters.connections === 1);
    clock.advance(INPUT_TIMEOUT_MS);
    await silent.closed();
    const slow = await frameClient(port);
    slow.send(frame(1, rawRequest(via, ws)));
    await until("the request", () => requests.length === 1);
    const before = clock.pending;
    slow.send(frame(1, "OPTIONS", { fin: false }));
    await until("the deadline", () => clock.pending > before);
    for (let passedMs = 0; passedMs < INPUT_TIMEOUT_MS; passedMs += PING_EVERY_MS / 2) {
      slow.send(frame(0, "x", { fin: false }));
      clock.advance(PING_EVERY_MS / 2);
    }
    await slow.closed();
  });
});

describe("a hostile WebSocket", () => {
  it.each([
    ["a frame that claims 4 GB", frame(1, "OPTIONS", { length: 0xffff_ffff })],
    ["a frame larger than a message may be", frame(2, "x".repeat(PARSE_LIMITS.messageBytes + 1))],
    ["a text that is not UTF-8", frame(1, "\xff\xfe")],
    ["a reserved opcode", frame(3, "x")],
    ["a continuation of nothing", frame(0, "x")],
    ["a frame that is not masked", "\x81\x01x"],
    ["a fragmented ping", frame(9, "x", { fin: false })],
    ["a reserved bit", `\xc1${frame(1, "x").slice(1)}`],
    ["fragments without end", frame(1, "x", { fin: false }) + frame(0, "x", { fin: false }).repeat(2000)],
  ])("is closed: %s", async (_what, octets) => {
    const { port, failures, requests } = await startWs();
    const client = await frameClient(port);
    client.send(octets);
    await client.has("\x88");
    client.socket.end();
    await client.closed();
    expect(await until("the failure", () => failures[0])).toMatchObject({ code: "bad-input" });
    expect(requests).toEqual([]);
  });

  it("is closed where it does not read what it is sent", async () => {
    const { port, layer, requests, failures, counters } = await startWs();
    const client = await frameClient(port);
    client.send(frame(1, rawRequest(via, ws)));
    const { flow } = await until("the request", () => requests[0]);
    client.socket.pause();
    const chunk = "x".repeat(64 * 1024);
    for (let sent = 0; sent < MAX_QUEUED_BYTES * 16 && counters.queueOverflows === 0; sent += chunk.length)
      layer.send(chunk, flow);
    expect(counters.queueOverflows).toBe(1);
    expect(await until("the failure", () => failures[0])).toMatchObject({ code: "queue-full" });
  });

  it("does not take the place of others: connections of one source are bounded", async () => {
    const { port, counters } = await startWs({ maxConnectionsPerSource: 2, answers: true });
    const [first] = [await wsClient(`ws://${host}:${port}`), await wsClient(`ws://${host}:${port}`)];
    const third = new WebSocket(`ws://${host}:${port}`, ["sip"]);
    await once(third, "error");
    expect(counters.connectionsRefused).toBe(1);
    const other = await wsClient(`ws://${host}:${port}`, { localAddress: "127.0.0.2" });
    other.socket.send(rawRequest(via, ws));
    await other.next();
    first.socket.terminate();
    await until("its place to be free", () => counters.connections === 2);
    await wsClient(`ws://${host}:${port}`);
  });
});
