/** A SIP peer on a bare socket: it sends text, keeps what comes, and waits for what a test expects. */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { connect, isIPv6, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { WebSocket } from "ws";
import {
  type AnswerParts,
  answerText,
  type RequestParts,
  requestText,
  SipText,
} from "../../runtime/simulator/network/sip-text.ts";
import { Ladder } from "./ladder.ts";
import { StreamText } from "./stream-text.ts";
import { within } from "./until.ts";

const EXPECT_WITHIN_MS = 4_000;

/** `"INVITE"` a request, `"200"` a status, `"200 BYE"` the status of an answer to a method, or a pattern over the whole text. */
export type Expected = string | RegExp;

let serial = 0;

/** Text that no other phone of this run has used. */
export function freshText(prefix: string): string {
  return `${prefix}${process.pid.toString(36)}x${(++serial).toString(36)}x${Date.now().toString(36)}`;
}

interface Wire {
  readonly transport: "UDP" | "TCP" | "TLS" | "WS" | "WSS";
  readonly port: number;
  /** Where the phone says that it is; @default its address */
  readonly host?: string;
  send(text: string): void;
  close(): void;
}

/** The authority of the switch's certificate, as a file would have it, and the name that it must have. */
export interface TlsTrust {
  readonly ca: string;
  readonly serverName: string;
}

export interface PhoneOptions {
  readonly name: string;
  readonly switchPort: number;
  /** The switch is called at the loopback address of the same family. @default "127.0.0.1" */
  readonly address?: string;
  /** @default one that the system picks */
  readonly port?: number;
  /** How long it waits for what is expected. @default 4 s */
  readonly patienceMs?: number;
  /** Shared by the phones of a test. @default one of its own */
  readonly ladder?: Ladder;
}

export class RawPhone {
  readonly name: string;
  readonly address: string;
  readonly switchPort: number;
  readonly ladder: Ladder;
  readonly #patienceMs: number;
  readonly #wire: Wire;
  readonly #inbox: SipText[] = [];
  readonly #seen = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  constructor(options: PhoneOptions, wire: (receive: (text: string) => void) => Wire) {
    this.name = options.name;
    this.address = options.address ?? "127.0.0.1";
    this.switchPort = options.switchPort;
    this.ladder = options.ladder ?? new Ladder();
    this.#patienceMs = options.patienceMs ?? EXPECT_WITHIN_MS;
    this.#wire = wire((text) => this.#receive(text));
  }

  static async udp(options: PhoneOptions): Promise<RawPhone> {
    const type = isIPv6(options.address ?? "") ? "udp6" : "udp4";
    const socket = createSocket({ type, recvBufferSize: 1_000_000 });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(options.port ?? 0, options.address ?? "127.0.0.1", resolve);
    });
    return new RawPhone(options, (receive) => udpWire(socket, options.switchPort, loopbackOf(options), receive));
  }

  static async tcp(options: PhoneOptions): Promise<RawPhone> {
    const socket = connect({
      host: loopbackOf(options),
      port: options.switchPort,
      localAddress: options.address ?? "127.0.0.1",
    });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new RawPhone(options, (receive) => streamWire("TCP", socket, receive));
  }

  static async tls(options: PhoneOptions & TlsTrust): Promise<RawPhone> {
    const { switchPort: port, serverName: servername, ca } = options;
    const socket = connectTls({ host: loopbackOf(options), port, servername, ca });
    await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    return new RawPhone(options, (receive) => streamWire("TLS", socket, receive));
  }

  /** A browser's phone: it has no address that anybody could call. `url` is where the switch takes WebSockets. */
  static async ws(options: PhoneOptions & { readonly url: string; readonly ca?: string }): Promise<RawPhone> {
    const socket = new WebSocket(options.url, ["sip"], options.ca === undefined ? {} : { ca: options.ca });
    await new Promise<void>((resolve, reject) => socket.once("open", () => resolve()).once("error", reject));
    return new RawPhone(options, (receive) => webSocketWire(socket, receive));
  }

  get transport(): Wire["transport"] {
    return this.#wire.transport;
  }

  get port(): number {
    return this.#wire.port;
  }

  /** Where this phone is reached: also the target of a `forward` by URI. */
  get uri(): string {
    return `sip:${this.name}@${this.#sentBy}${URI_PARAMETERS[this.transport]}`;
  }

  get contact(): string {
    return `<${this.uri}>`;
  }

  /** A Via of this phone with a fresh branch, or with the one given. */
  via(branch = freshText("z9hG4bK")): string {
    return `SIP/2.0/${this.transport} ${this.#sentBy};branch=${branch};rport`;
  }

  get #sentBy(): string {
    if (this.#wire.host !== undefined) return this.#wire.host;
    return `${isIPv6(this.address) ? `[${this.address}]` : this.address}:${this.port}`;
  }

  send(text: string): void {
    this.ladder.add(this.name, "->", text);
    this.#wire.send(text);
  }

  request(parts: RequestParts): SipText {
    const text = requestText(parts);
    this.send(text);
    return new SipText(text);
  }

  answer(request: SipText, status: number, parts: AnswerParts = {}): void {
    this.send(answerText(request, status, parts));
  }

  /** The first message not yet taken that fits. Retransmissions do not count. */
  async expect(expected: Expected, withinMs = this.#patienceMs): Promise<SipText> {
    const what = `${this.name} to receive ${expected}`;
    return this.#take(what, withinMs, () => {
      const index = this.#inbox.findIndex((message) => fits(message, expected));
      return index < 0 ? undefined : this.#inbox.splice(index, 1)[0];
    });
  }

  /** Resolves once this very message has come a second time. */
  async expectAgain(message: SipText, withinMs = EXPECT_WITHIN_MS): Promise<void> {
    const before = this.timesSeen(message);
    const what = `${this.name} to receive again: ${message.startLine}`;
    await this.#take(what, withinMs, () => (this.timesSeen(message) > before ? true : undefined));
  }

  timesSeen(message: SipText): number {
    return this.#seen.get(message.text) ?? 0;
  }

  /** What has come and was not expected so far. */
  get untaken(): readonly string[] {
    return this.#inbox.map((message) => message.startLine);
  }

  has(expected: Expected): boolean {
    return this.#inbox.some((message) => fits(message, expected));
  }

  /** Asks the switch for OPTIONS and waits for the answer: whatever it sent to this phone before has come by then. */
  async settle(): Promise<SipText> {
    const callId = freshText("settle");
    this.request({
      method: "OPTIONS",
      uri: `sip:127.0.0.1:${this.switchPort}`,
      fields: [
        ["Via", this.via()],
        ["Max-Forwards", "70"],
        ["From", `<sip:probe@probe.invalid>;tag=${freshText("p")}`],
        ["To", `<sip:127.0.0.1:${this.switchPort}>`],
        ["Call-ID", callId],
        ["CSeq", "1 OPTIONS"],
      ],
    });
    return this.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*Call-ID: ${callId}`, "i"));
  }

  close(): void {
    this.#wire.close();
  }

  #receive(text: string): void {
    if (text.trim() === "") return;
    this.ladder.add(this.name, "<-", text);
    const times = (this.#seen.get(text) ?? 0) + 1;
    this.#seen.set(text, times);
    if (times === 1) this.#inbox.push(new SipText(text));
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #take<Value>(what: string, withinMs: number, look: () => Value | undefined): Promise<Value> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await within(what, promise, deadline - performance.now()).catch((error: unknown) => {
        throw new Error(`${what}: nothing such came within ${withinMs} ms.\n${this.ladder}`, { cause: error });
      });
    }
  }
}

function fits(message: SipText, expected: Expected): boolean {
  if (expected instanceof RegExp) return expected.test(message.text);
  if (!/^\d{3}/.test(expected)) return message.status === 0 && message.method === expected;
  const [status, method] = expected.split(" ");
  return message.status === Number(status) && (method === undefined || message.method === method);
}

const URI_PARAMETERS: Readonly<Record<Wire["transport"], string>> = {
  UDP: "",
  TCP: ";transport=tcp",
  TLS: ";transport=tls",
  WS: ";transport=ws",
  WSS: ";transport=ws",
};

function loopbackOf({ address = "" }: PhoneOptions): string {
  return isIPv6(address) ? "::1" : "127.0.0.1";
}

function udpWire(socket: DatagramSocket, switchPort: number, to: string, receive: (text: string) => void): Wire {
  socket.on("message", (datagram) => receive(datagram.toString("latin1")));
  return {
    transport: "UDP",
    port: socket.address().port,
    send: (text) => socket.send(Buffer.from(text, "latin1"), switchPort, to),
    close: () => socket.close(),
  };
}

function streamWire(transport: "TCP" | "TLS", socket: Socket, receive: (text: string) => void): Wire {
  const stream = new StreamText(receive);
  socket.setNoDelay(true).on("data", (bytes) => stream.push(bytes.toString("latin1")));
  // A connection that the switch cuts is for the test to find out by what does not come.
  socket.on("error", () => socket.destroy());
  return {
    transport,
    port: socket.localPort ?? 0,
    send: (text) => socket.write(text, "latin1"),
    close: () => socket.destroy(),
  };
}

function webSocketWire(socket: WebSocket, receive: (text: string) => void): Wire {
  socket.on("message", (data: Buffer) => receive(data.toString("latin1")));
  socket.on("error", () => socket.terminate());
  return {
    transport: socket.url.startsWith("wss:") ? "WSS" : "WS",
    port: 0,
    host: `${freshText("h")}.invalid`,
    send: (text) => socket.send(Buffer.from(text, "latin1"), { binary: false }),
    close: () => socket.terminate(),
  };
}
