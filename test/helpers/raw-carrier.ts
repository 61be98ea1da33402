/**
 * A carrier on bare sockets, UDP and TCP at one port: it answers each request as the test says, in text, and can go away
 * and come back.
 */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { answerText, type Field, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "./digest-answer.ts";
import { freePort } from "./free-port.ts";
import { StreamText } from "./stream-text.ts";
import { until } from "./until.ts";

export interface CarrierReply {
  readonly status: number;
  readonly fields?: readonly Field[];
  readonly body?: string;
}

/** `undefined`: no answer. */
export type CarrierManner = (request: SipText) => CarrierReply | undefined;

export class RawCarrier {
  readonly port: number;
  /** Every request that has come, copies as well. */
  readonly requests: SipText[] = [];
  manner: CarrierManner;
  #udp: DatagramSocket | null = null;
  #server: Server | null = null;
  readonly #connections = new Set<Socket>();

  private constructor(port: number, manner: CarrierManner) {
    this.port = port;
    this.manner = manner;
  }

  static async start(manner: CarrierManner = obliging): Promise<RawCarrier> {
    const carrier = new RawCarrier(await freePort(), manner);
    await carrier.comeBack();
    return carrier;
  }

  get uri(): string {
    return `sip:127.0.0.1:${this.port}`;
  }

  async comeBack(): Promise<void> {
    const udp = createSocket("udp4");
    udp.on("message", (data, { port, address }) =>
      this.#receive(data.toString("latin1"), (text) => udp.send(Buffer.from(text, "latin1"), port, address)),
    );
    const server = createServer((socket) => this.#accept(socket));
    this.#udp = udp;
    this.#server = server;
    await Promise.all([
      new Promise<void>((resolve, reject) => {
        udp.once("error", reject);
        udp.bind(this.port, "127.0.0.1", resolve);
      }),
      new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(this.port, "127.0.0.1", resolve);
      }),
    ]);
  }

  async goAway(): Promise<void> {
    const [udp, server] = [this.#udp, this.#server];
    this.#udp = null;
    this.#server = null;
    this.dropConnections();
    await Promise.all([
      udp === null ? undefined : new Promise<void>((resolve) => udp.close(resolve)),
      server === null ? undefined : new Promise((resolve) => server.close(resolve)),
    ]);
  }

  dropConnections(): void {
    for (const socket of this.#connections) socket.destroy();
    this.#connections.clear();
  }

  /** Requests of a method, each once. */
  of(method: string): readonly SipText[] {
    const found = new Map<string, SipText>();
    for (const request of this.requests) {
      const branch = request.param("Via", "branch");
      if (request.method === method && !found.has(branch)) found.set(branch, request);
    }
    return [...found.values()];
  }

  /** The request of a method by its number, from 1. */
  request(method: string, number: number, withinMs = 10_000): Promise<SipText> {
    return until(`${method} number ${number} at the carrier`, () => this.of(method)[number - 1], withinMs);
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    const stream = new StreamText((text) => this.#receive(text, (answer) => void socket.write(answer, "latin1")));
    socket.on("error", () => {});
    socket.on("close", () => this.#connections.delete(socket));
    socket.on("data", (data) => stream.push(data.toString("latin1")));
  }

  #receive(text: string, send: (text: string) => void): void {
    const request = new SipText(text);
    if (request.status > 0) return;
    this.requests.push(request);
    const reply = request.method === "ACK" ? undefined : this.manner(request);
    if (reply !== undefined) send(answerText(request, reply.status, { toTag: "carrier", ...reply }));
  }
}

/** Takes every registration as it is asked for, and answers all else with 200. */
export function obliging(request: SipText): CarrierReply {
  if (request.method !== "REGISTER") return { status: 200 };
  return { status: 200, fields: [["Contact", `${request.header("Contact")};expires=${request.header("Expires")}`]] };
}

/** Asks each REGISTER for this password. */
export function asking(user: string, password: string, algorithm = "MD5"): CarrierManner {
  const challenge = `Digest realm="carrier", nonce="f00d", qop="auth", algorithm=${algorithm}`;
  return (request) => {
    if (request.method !== "REGISTER") return { status: 200 };
    const given = request.header("Authorization");
    const count = Number.parseInt(/\bnc=([0-9a-f]+)/.exec(given)?.[1] ?? "0", 16);
    const cnonce = /cnonce="([^"]*)"/.exec(given)?.[1] ?? "";
    const asked = { method: "REGISTER", uri: request.uri, count, cnonce };
    const expected = digestAnswer([challenge], { user, password }, asked);
    const response = (value: string) => /response="([0-9a-f]+)"/.exec(value)?.[1];
    if (given === "" || response(given) !== response(expected)) {
      return { status: 401, fields: [["WWW-Authenticate", challenge]] };
    }
    return obliging(request);
  };
}
