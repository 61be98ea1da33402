import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../../helpers/authority.ts";
import { freePort } from "../../helpers/free-port.ts";
import { browserPhone, rawPhone, tlsPhone } from "../../helpers/phones.ts";
import { until } from "../../helpers/until.ts";
import { besieged, expectServed, expectUnharmed, HOSTILE } from "./besieged.ts";

/** One address may hold so many; see `limits.connections`. */
const MOST_OF_SOURCE = 100;
const ATTEMPTS = 60;
const DRIP_MS = 20;
/** Whoever takes nothing for so long reads no more. */
const STALLED_MS = 200;
/** A frame of ours with a line end in it. */
const ANSWER_OCTETS = 4;
const ENOUGH_BYTES = 64 * 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), "strowger-tls-"));
const authority = createAuthority(folder);
const identity = authority.issue("switch", "DNS:switch.example");
const [tlsPort, wsPort] = [await freePort(), await freePort()];
const strowger = await besieged({
  listen: [`tls://127.0.0.1:${tlsPort}`, `ws://127.0.0.1:${wsPort}`],
  tls: { ...identity },
  limits: { connections: { perSource: MOST_OF_SOURCE } },
});
afterAll(async () => {
  await strowger.stop();
  rmSync(folder, { recursive: true, force: true });
});

const HEAD = "OPTIONS sip:service@example.test SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.2;branch=z9hG4bK1\r\n";
const HELLO = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
const UPGRADE = [
  "GET /sip HTTP/1.1",
  "Host: x",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: sip",
].join("\r\n");

interface Victim {
  readonly socket: Socket;
  isOpen: boolean;
}

/** A connection from the hostile address, open or refused. */
function attack(port: number): Victim {
  const socket = connect({ host: "127.0.0.1", port, localAddress: HOSTILE });
  const victim: Victim = { socket, isOpen: true };
  socket.on("error", () => {});
  socket.on("close", () => {
    victim.isOpen = false;
  });
  onTestFinished(() => void socket.destroy());
  return victim;
}

/** A connection over which SIP is spoken already. */
async function opened(over: "tcp" | "tls" | "ws"): Promise<Socket> {
  const { socket } = attack(over === "tcp" ? strowger.sipPort : over === "tls" ? tlsPort : wsPort);
  await once(socket, "connect");
  if (over === "tcp") return socket;
  if (over === "ws") {
    socket.write(`${UPGRADE}\r\n\r\n`);
    await once(socket, "data");
    return socket;
  }
  const secure = connectTls({ socket, servername: "switch.example", ca: readFileSync(authority.ca) });
  secure.on("error", () => {});
  await once(secure, "secureConnect");
  return secure;
}

/** One frame, masked with zeros, that claims `length` octets. */
function frame(opcode: number, text: string, length = text.length): string {
  const size =
    length < 126
      ? [0x80 | length]
      : [0xff, 0, 0, 0, 0, 24, 16, 8, 0].map((shift, at) => (at < 5 ? shift : (length >>> shift) & 255));
  return String.fromCharCode(0x80 | opcode, ...size, 0, 0, 0, 0) + text;
}

async function servedByAll(): Promise<void> {
  await expectServed(strowger);
  await expectServed(strowger, await rawPhone(strowger, "alice", { transport: "tcp" }));
  const trust = { ca: readFileSync(authority.ca, "utf8"), serverName: "switch.example" };
  await expectServed(strowger, await tlsPhone("alice", { ...trust, port: tlsPort }));
  await expectServed(strowger, await browserPhone(strowger, "alice", { url: `ws://127.0.0.1:${wsPort}/sip` }));
}

describe("connections that drip", () => {
  it.each([
    ["half a request over TCP", () => strowger.sipPort, HEAD],
    ["a handshake of TLS", () => tlsPort, HELLO],
    ["the request of a WebSocket", () => wsPort, UPGRADE],
  ])("%s keep nobody else out, and are no more than one address may have", async (_what, port, text) => {
    const victims = Array.from({ length: MOST_OF_SOURCE + ATTEMPTS }, () => attack(port()));
    let at = 0;
    const drip = setInterval(() => {
      const octet = text[at++ % text.length] ?? "x";
      for (const { socket, isOpen } of victims) if (isOpen) socket.write(octet, "latin1");
    }, DRIP_MS);
    onTestFinished(() => clearInterval(drip));
    await until("those that are too many to be cut", () => victims.filter(({ isOpen }) => !isOpen).length >= ATTEMPTS);
    await servedByAll();
    expect(victims.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(MOST_OF_SOURCE);
    expectUnharmed(strowger);
  });
});

describe("a stream without end", () => {
  it.each([
    ["a head over TCP", "tcp", `${HEAD}X: `, "y"],
    ["lines of a head over TCP", "tcp", HEAD, "X: y\r\n"],
    ["a body over TCP", "tcp", `${HEAD}Content-Length: 2000000000\r\n\r\n`, "y"],
    ["what is no SIP over TCP", "tcp", "", "\x00\xff"],
    ["a head over TLS", "tls", `${HEAD}X: `, "y"],
    ["a body over TLS", "tls", `${HEAD}Content-Length: 2000000000\r\n\r\n`, "y"],
    ["a frame over WebSocket", "ws", frame(1, "", 0x7fff_ffff), "y"],
    ["frames of nothing over WebSocket", "ws", "", frame(0, "")],
  ] as const)("(%s) is cut off, and nobody else waits", async (_what, over, start, more) => {
    const socket = await opened(over);
    socket.resume();
    socket.write(start, "latin1");
    await flood(socket, more);
    await until("the end of the connection", () => socket.destroyed);
    await expectServed(strowger);
    expectUnharmed(strowger);
  });
});

describe("a flood of pings", () => {
  it.each([
    ["line ends over TCP", "tcp", "\r\n\r\n"],
    ["line ends over TLS", "tls", "\r\n\r\n"],
    ["pings over WebSocket", "ws", frame(9, "ping")],
  ] as const)("(%s) whose answers nobody reads is cut off, and nobody else waits", async (_what, over, ping) => {
    const socket = await opened(over);
    // What the switch answers stays with it.
    socket.pause();
    await flood(socket, ping);
    await until("the end of the connection", () => socket.destroyed);
    await servedByAll();
    expectUnharmed(strowger);
  });
});

describe("a flood of line ends over WebSocket", () => {
  it("is answered once for each piece that comes, and nobody waits", async () => {
    const socket = await opened("ws");
    let answers = 0;
    socket.on("data", (data) => {
      answers += data.length / ANSWER_OCTETS;
    });
    await flood(socket, frame(1, "\r\n\r\n"), 8 * 1024 * 1024);
    await servedByAll();
    expect(answers).toBeGreaterThan(0);
    expect(answers).toBeLessThan(10_000);
    expectUnharmed(strowger);
  });
});

/** Writes this again and again until the connection is gone, or for long enough that somebody should have minded. */
async function flood(socket: Socket, text: string, most = ENOUGH_BYTES): Promise<void> {
  const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)), "latin1");
  for (let sent = 0; !socket.destroyed && sent < most; sent += chunk.length) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stalled = setTimeout(resolve, STALLED_MS);
    socket.write(chunk, () => resolve());
    await promise;
    clearTimeout(stalled);
  }
}
