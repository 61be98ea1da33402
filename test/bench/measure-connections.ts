/** Memory per idle connection: over TCP, and as WebSockets on the port of the API. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { memoryBytesOf } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";

const OF_EACH = 5_000;
/** Connections that any process needs once are not memory per connection. */
const WARM_UP = 200;
/** Sources share their limit of 500. */
const SOURCES = 20;
const AT_ONCE = 50;
/** What a load has left behind is given back within this time. */
const SETTLE_MS = 5_000;

/** Opens one connection from an address, says OPTIONS, and resolves when that has been answered. */
type Open = (localAddress: string) => Promise<{ close(): void }>;

export async function measureConnections(peer: Peer): Promise<Measurement> {
  const began = performance.now();
  const open: { close(): void }[] = [];
  const openWs: Open = (localAddress) => openWebSocket(`${peer.url.replace("http", "ws")}/sip`, localAddress);
  try {
    open.push(...(await openMany(WARM_UP, openTcp)), ...(await openMany(WARM_UP, openWs)));
    const before = await settledMemory(peer);
    open.push(...(await openMany(OF_EACH, openTcp)));
    const between = await settledMemory(peer);
    open.push(...(await openMany(OF_EACH, openWs)));
    const after = await settledMemory(peer);
    const seconds = (performance.now() - began) / 1000;
    const counted = Number(/what="connections"\} (\d+)/.exec(await peer.api("GET", "/metrics"))?.[1]);
    const each = (bytes: number) => bytes / OF_EACH / 1024;
    const mebibytes = [before, between, after].map((bytes) => (bytes / 2 ** 20).toFixed(0));
    return {
      value: (after - before) / OF_EACH / 2 / 1024,
      unit: "KiB per idle connection",
      valid: counted === open.length && seconds < 60,
      detail:
        `${each(between - before).toFixed(1)} KiB over TCP, ${each(after - between).toFixed(1)} KiB as WebSocket; ` +
        `${mebibytes.join(", ")} MiB; ${counted} connections counted; ${seconds.toFixed(0)} s`,
    };
  } finally {
    for (const connection of open) connection.close();
  }
}

async function openMany(count: number, open: Open): Promise<{ close(): void }[]> {
  const opened: { close(): void }[] = [];
  let begun = 0;
  const work = async () => {
    while (begun < count) opened.push(await open(`127.0.0.${2 + (begun++ % SOURCES)}`));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return opened;
}

async function openTcp(localAddress: string): Promise<{ close(): void }> {
  const socket: Socket = connect({ host: "127.0.0.1", port: ports.switch, localAddress });
  await once(socket, "connect");
  socket.write(options("TCP", `${localAddress}:${socket.localPort}`));
  await once(socket, "data");
  return { close: () => socket.destroy() };
}

async function openWebSocket(url: string, localAddress: string): Promise<{ close(): void }> {
  const socket = new WebSocket(url, ["sip"], { localAddress, perMessageDeflate: false });
  await once(socket, "open");
  socket.send(options("WS", "bench.invalid"));
  await once(socket, "message");
  return { close: () => socket.terminate() };
}

let serial = 0;

function options(transport: string, sentBy: string): string {
  const id = ++serial;
  const lines = [
    `OPTIONS sip:127.0.0.1:${ports.switch} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${sentBy};branch=z9hG4bKb${id};rport`,
    "Max-Forwards: 70",
    `From: <sip:bench@bench.invalid>;tag=b${id}`,
    `To: <sip:127.0.0.1:${ports.switch}>`,
    `Call-ID: b${id}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

async function settledMemory(peer: Peer): Promise<number> {
  await sleep(SETTLE_MS);
  return memoryBytesOf(peer.pid);
}
