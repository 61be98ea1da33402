/** A transport layer on loopback and raw clients that do not use our parser. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../runtime/base/clock.ts";
import { type Log, silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import type { SipRequest, SipResponse } from "../../../runtime/sip/message/message.ts";
import { serializeResponse } from "../../../runtime/sip/message/serialize.ts";
import { createTransportCounters } from "../../../runtime/sip/transport/counters.ts";
import type { Flow } from "../../../runtime/sip/transport/flow.ts";
import type { TlsMaterial } from "../../../runtime/sip/transport/tls/material.ts";
import { type ListenAddress, TransportLayer } from "../../../runtime/sip/transport/transport-layer.ts";
import type { WebSocketSettings } from "../../../runtime/sip/transport/ws/settings.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";

export const host = "127.0.0.1";

/** A layer that listens until the test is over. With `answers`, each request is answered with 200 at once. */
export async function startLayer(
  options: {
    listen?: ListenAddress[];
    answers?: boolean;
    clock?: Clock;
    log?: Log;
    maxConnections?: number;
    maxConnectionsPerSource?: number;
    isExempt?: (address: string) => boolean;
    tls?: () => TlsMaterial;
    webSocket?: () => WebSocketSettings;
  } = {},
) {
  const port = await freePort();
  const listen = options.listen ?? [
    { transport: "udp", address: host, port },
    { transport: "tcp", address: host, port },
  ];
  const requests: { request: SipRequest; flow: Flow }[] = [];
  const responses: { response: SipResponse; flow: Flow }[] = [];
  const failures: { code: string; message: string; flow: Flow }[] = [];
  const closed: Flow[] = [];
  const counters = createTransportCounters();
  const { listen: _, answers: __, ...rest } = options;
  const layer = new TransportLayer({
    ...rest,
    clock: options.clock ?? new TimerWheel(),
    log: options.log ?? silentLog,
    counters,
    user: {
      onRequest: (request, flow) => {
        requests.push({ request, flow });
        if (options.answers !== true) return;
        layer.send(serializeResponse(request, { status: 200, toTag: "t" }), layer.responseFlow(request, flow));
      },
      onResponse: (response, flow) => responses.push({ response, flow }),
      onFlowFailed: (flow, failure) => failures.push({ ...failure, flow }),
      onFlowClosed: (flow) => closed.push(flow),
    },
  });
  onTestFinished(() => layer.close());
  await layer.listen(listen);
  return { layer, port: layer.listeners[0]?.port ?? 0, requests, responses, failures, closed, counters };
}

/** A UDP socket that keeps what it receives. */
export async function udpClient(address = host) {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const received: string[] = [];
  socket.on("message", (data) => received.push(data.toString("latin1")));
  socket.bind(0, address);
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  const { port } = socket.address();
  return {
    port,
    received,
    send: (text: string | Buffer, to: number) => socket.send(Buffer.from(text as string, "latin1"), to, address),
    next: (count = 1) => until(`datagram ${count} at ${port}`, () => received[count - 1]),
  };
}

/** A TCP connection that keeps what it receives. */
export async function tcpClient(to: number, options: { allowHalfOpen?: boolean } = {}) {
  const socket = connect({ port: to, host, noDelay: true, ...options });
  let text = "";
  let isClosed = false;
  socket.setEncoding("latin1");
  socket.on("data", (data) => {
    text += data;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
  });
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    port: socket.localPort ?? 0,
    get text() {
      return text;
    },
    send: (data: string) => socket.write(data, "latin1"),
    has: (part: string | RegExp) =>
      until(`${part} from ${to}`, () => (typeof part === "string" ? text.includes(part) : part.test(text))),
    closed: () => until(`the end of the connection to ${to}`, () => isClosed),
  };
}

/** A TCP server that keeps its connections and what they bring. */
export async function tcpServer() {
  const texts: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const index = sockets.push(socket) - 1;
    texts[index] = "";
    socket.setEncoding("latin1");
    socket.on("data", (data) => {
      texts[index] = `${texts[index]}${data}`;
    });
    socket.on("error", () => {});
  });
  const port = await freePort();
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, texts, sockets };
}

/** A request as raw text; `via` is what follows the transport. */
export function rawRequest(
  via: string,
  options: {
    method?: string;
    transport?: "UDP" | "TCP" | "TLS" | "WS" | "WSS";
    callId?: string;
    body?: string;
    without?: string;
  } = {},
): string {
  const { method = "OPTIONS", transport = "UDP", callId = "call-1", body = "", without } = options;
  const lines = [
    `${method} sip:service@switch.example SIP/2.0`,
    `Via: SIP/2.0/${transport} ${via}`,
    "From: <sip:caller@example.com>;tag=f1",
    "To: <sip:service@switch.example>",
    `Call-ID: ${callId}`,
    `CSeq: 7 ${method}`,
    "Max-Forwards: 70",
    `Content-Length: ${body.length}`,
  ];
  return `${lines.filter((line) => without === undefined || !line.startsWith(without)).join("\r\n")}\r\n\r\n${body}`;
}

/** A response as raw text. */
export function rawResponse(via: string, transport: "UDP" | "TCP" | "TLS" | "WS" = "UDP"): string {
  const lines = [
    "SIP/2.0 200 OK",
    `Via: SIP/2.0/${transport} ${via}`,
    "From: <sip:switch@example.com>;tag=f1",
    "To: <sip:callee@example.com>;tag=t1",
    "Call-ID: call-2",
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
