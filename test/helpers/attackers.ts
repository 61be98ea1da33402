/** Whoever attacks a switch over the network, from loopback addresses of their own: floods, sweeps, guesses, connections. */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "./digest-answer.ts";

const BUFFER_BYTES = 4_000_000;
const TICK_MS = 2;
const DRIP_MS = 100;

export interface Target {
  readonly port: number;
  readonly domain: string;
}

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** What came of an attack, as the attackers see it. */
export interface Outcome {
  readonly sent: number;
  readonly answered: number;
  /** How often each status came. */
  readonly statuses: Readonly<Record<number, number>>;
}

export type Attack = (target: Target, pace: Pace) => Promise<Outcome>;

/** By what they do. */
export const attacks: Readonly<Record<string, Attack>> = {
  "INVITE flood from one address": (target, pace) => flood(target, pace, addresses(1, 20), inviteTo),
  "INVITE flood from many addresses": (target, pace) => flood(target, pace, addresses(250, 30), inviteTo),
  "sweep of users": (target, pace) => flood(target, pace, addresses(1, 21), registerAs),
  "sweep of numbers": (target, pace) =>
    flood(target, pace, addresses(1, 22), (index, at) => inviteTo(index, at, 1000 + index)),
  "OPTIONS probes": (target, pace) => flood(target, pace, addresses(1, 23), probe),
  "digest cracking": (target, pace) => crack(target, pace, addresses(1, 24)),
  "digest cracking from many addresses": (target, pace) => crack(target, pace, addresses(50, 40)),
  garbage: (target, pace) =>
    flood(target, pace, addresses(1, 25), (index) => `${index} garbage ${"x".repeat(400)}\r\n\r\n`),
  "flood of connections": (target, pace) => connections(target, pace, addresses(100, 50)),
  "slow streams": (target, pace) => slowStreams(target, pace, addresses(4, 60)),
};

/** So many loopback addresses of a network of their own. */
function addresses(count: number, network: number): string[] {
  return Array.from({ length: count }, (_, index) => `127.${network}.0.${index + 1}`);
}

interface From {
  readonly address: string;
  readonly port: number;
  readonly domain: string;
}

class Tally {
  sent = 0;
  answered = 0;
  readonly #statuses: Record<number, number> = {};

  hear(datagram: Buffer): void {
    this.answered++;
    const status = Number(datagram.toString("latin1", 8, 11));
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  get outcome(): Outcome {
    return { sent: this.sent, answered: this.answered, statuses: { ...this.#statuses } };
  }
}

async function flood(
  target: Target,
  pace: Pace,
  from: readonly string[],
  write: (index: number, from: From) => string,
): Promise<Outcome> {
  const tally = new Tally();
  const sockets = await Promise.all(from.map((address) => opened(address, (datagram) => tally.hear(datagram))));
  const ends = sockets.map((socket): From => ({ ...socket.address(), domain: target.domain }));
  await paced(pace, (index) => {
    const place = index % sockets.length;
    const [socket, end] = [sockets[place], ends[place]];
    if (socket === undefined || end === undefined) return;
    tally.sent++;
    socket.send(Buffer.from(write(index, end), "latin1"), target.port, "127.0.0.1");
  });
  for (const socket of sockets) socket.close();
  return tally.outcome;
}

/** Takes each challenge and answers it with another wrong password. */
async function crack(target: Target, pace: Pace, from: readonly string[]): Promise<Outcome> {
  const tally = new Tally();
  const challenges = new Map<string, readonly string[]>();
  const sockets = await Promise.all(
    from.map((address) =>
      opened(address, (datagram) => {
        tally.hear(datagram);
        const answer = new SipText(datagram.toString("latin1"));
        if (answer.status === 401) challenges.set(address, answer.headers("WWW-Authenticate"));
      }),
    ),
  );
  await paced(pace, (index) => {
    const socket = sockets[index % sockets.length];
    if (socket === undefined) return;
    const end: From = { ...socket.address(), domain: target.domain };
    const challenge = challenges.get(end.address);
    const uri = `sip:${target.domain}`;
    const guess = { user: "alice", password: `guess-${index}` };
    const proof = challenge === undefined ? [] : [digestAnswer(challenge, guess, { method: "REGISTER", uri })];
    tally.sent++;
    const text = registerAs(index, end, "alice", proof);
    socket.send(Buffer.from(text, "latin1"), target.port, "127.0.0.1");
  });
  for (const socket of sockets) socket.close();
  return tally.outcome;
}

/** Connects as fast as it can, and says nothing. */
async function connections(target: Target, pace: Pace, from: readonly string[]): Promise<Outcome> {
  const open = new Set<Socket>();
  const tally = new Tally();
  await paced(pace, (index) => {
    const localAddress = from[index % from.length] ?? "127.0.0.1";
    const socket = connect({ host: "127.0.0.1", port: target.port, localAddress });
    tally.sent++;
    open.add(socket);
    socket.on("connect", () => tally.answered++);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
  });
  for (const socket of open) socket.destroy();
  return tally.outcome;
}

/** Connections over which a request drips, one octet at a time, and never ends. */
async function slowStreams(target: Target, pace: Pace, from: readonly string[]): Promise<Outcome> {
  const tally = new Tally();
  const text = "INVITE sip:100@example.test SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKslow\r\n";
  const sockets = Array.from({ length: Math.min(400, pace.perSecond) }, (_, index) => {
    const localAddress = from[index % from.length] ?? "127.0.0.1";
    const socket = connect({ host: "127.0.0.1", port: target.port, localAddress });
    socket.on("error", () => undefined).on("connect", () => tally.answered++);
    return socket;
  });
  for (let octet = 0; octet < (pace.seconds * 1000) / DRIP_MS; octet++) {
    for (const socket of sockets) if (socket.writable) socket.write(text[octet % text.length] ?? "x");
    await sleep(DRIP_MS);
  }
  tally.sent = sockets.length;
  for (const socket of sockets) socket.destroy();
  return tally.outcome;
}

async function opened(address: string, hear: (datagram: Buffer) => void): Promise<DatagramSocket> {
  const socket = createSocket({ type: "udp4", sendBufferSize: BUFFER_BYTES, recvBufferSize: BUFFER_BYTES });
  socket.bind(0, address);
  await once(socket, "listening");
  return socket.on("message", hear);
}

/** As many as are due at each tick; what this machine cannot send in time is not made up for. */
async function paced({ perSecond, seconds }: Pace, send: (index: number) => void): Promise<void> {
  const most = Math.ceil((perSecond * TICK_MS * 10) / 1000) + 1;
  const start = performance.now();
  let sent = 0;
  for (let now = start; now < start + seconds * 1000; now = performance.now()) {
    const due = Math.floor(((now - start) * perSecond) / 1000);
    for (let count = 0; sent < due && count < most; count++) send(sent++);
    await sleep(TICK_MS);
  }
}

const run = process.pid.toString(36);

function request(
  method: string,
  uri: string,
  index: number,
  end: From,
  parts: { from: string; to: string; proof?: readonly string[] },
): string {
  const { address, port } = end;
  const id = `${run}${method.toLowerCase()}${port}x${index}`;
  return requestText({
    method,
    uri,
    fields: [
      ["Via", `SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${id};rport`],
      ["Max-Forwards", "70"],
      ["From", `<${parts.from}>;tag=${id}`],
      ["To", `<${parts.to}>`],
      ["Call-ID", id],
      ["CSeq", `1 ${method}`],
      ["Contact", `<sip:stranger@${address}:${port}>`],
      ...(parts.proof ?? []).map((value) => ["Authorization", value] as const),
    ],
  });
}

function inviteTo(index: number, end: From, number = 100): string {
  const uri = `sip:${number}@${end.domain}`;
  return request("INVITE", uri, index, end, { from: "sip:stranger@stranger.invalid", to: uri });
}

function probe(index: number, end: From): string {
  const uri = `sip:${100 + index}@${end.domain}`;
  return request("OPTIONS", uri, index, end, { from: "sip:stranger@stranger.invalid", to: uri });
}

function registerAs(index: number, end: From, user = String(1000 + index), proof: readonly string[] = []): string {
  const aor = `sip:${user}@${end.domain}`;
  return request("REGISTER", `sip:${end.domain}`, index, end, { from: aor, to: aor, proof });
}
