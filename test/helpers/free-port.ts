/** Free loopback ports, below the range from which the system picks ports for outgoing connections. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const FIRST = 20_000;
const COUNT = 12_000;
const TRIES = 200;

/** Never given out twice in this process. */
const given = new Set<number>();

/** A port on which neither UDP nor TCP is in use; `width` ports in a row are free and reserved. */
export async function freePort(width = 1): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const first = FIRST + Math.floor(Math.random() * (COUNT / 2)) * 2;
    const ports = Array.from({ length: width }, (_, offset) => first + offset);
    if (ports.some((port) => given.has(port))) continue;
    const free = await Promise.all(ports.map(isFree));
    if (!free.every(Boolean)) continue;
    for (const port of ports) given.add(port);
    return first;
  }
  throw new Error(`Found no free port in ${TRIES} tries.`);
}

async function isFree(port: number): Promise<boolean> {
  return (await canBindUdp(port)) && (await canBindTcp(port));
}

function canBindUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}

function canBindTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
