/**
 * The transport layer (RFC 3261 §18): all sockets, and what every message passes whatever it came by. It parses, stamps
 * the source into requests, refuses what is malformed without keeping state, and drops responses that are not for us.
 */
import { networkInterfaces } from "node:os";
import type { Clock } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { randomText } from "../../base/random.ts";
import type { SipMessage, SipRequest, SipResponse } from "../message/message.ts";
import { parseMessage } from "../message/parse.ts";
import { serializeResponse } from "../message/serialize.ts";
import { formatHost } from "../message/uri.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import type { Frame } from "./framing.ts";
import { isWildcard, type ListenAddress, listenError } from "./listen-address.ts";
import { chooseListener, describeListener, type Listener, OwnAddresses } from "./listener.ts";
import { responsePort, stampSource } from "./response-route.ts";
import { TcpTransport, type TcpUser } from "./tcp.ts";
import type { Transport } from "./transport.ts";
import { RECEIVE_BUFFER_BYTES, UdpSocket, type UdpUser } from "./udp.ts";

export type { ListenAddress, TransportCounters, TransportFailure };

export interface TransportUser {
  onRequest(request: SipRequest, flow: Flow): void;
  onResponse(response: SipResponse, flow: Flow): void;
  /** A connection is gone or could not be made; what was sent on it may be lost. */
  onFlowFailed(flow: Flow, failure: TransportFailure): void;
}

/** Destinations whose listener is remembered. */
const MAX_CHOICES = 4096;

/** A listener and how to end it again. */
interface Bound {
  readonly listener: Listener;
  /** Absent: TCP. */
  readonly socket: UdpSocket | undefined;
  close(): void;
}

export class TransportLayer implements Transport {
  readonly #log: Log;
  readonly #user: TransportUser;
  readonly #counters: TransportCounters;
  readonly #tcp: TcpTransport;
  /** RFC 3261 §8.2.7: answers without state bear the same tag for every retransmission of a request. */
  readonly #statelessTag = randomText(16);
  #bound: readonly Bound[] = [];
  #listeners: readonly Listener[] = [];
  #own = new OwnAddresses([]);
  /** The listener that reaches an address, by transport and address. */
  readonly #chosen = new Map<string, Listener>();
  #isClosed = false;

  /** `maxConnections`: TCP connections, in both directions. @default 10000 */
  constructor(options: {
    readonly clock: Clock;
    readonly log: Log;
    readonly user: TransportUser;
    readonly counters: TransportCounters;
    readonly maxConnections?: number;
    /** TCP connections that one address may open. @default 500 */
    readonly maxConnectionsPerSource?: number;
    /** Sources free of per-source limits. @default none */
    readonly isExempt?: (address: string) => boolean;
  }) {
    this.#log = options.log;
    this.#user = options.user;
    this.#counters = options.counters;
    this.#tcp = new TcpTransport({ ...options, user: this.#tcpUser });
  }

  /** With real ports where 0 was asked for. */
  get listeners(): readonly ListenAddress[] {
    return this.#listeners.map((listener) => listener.listen);
  }

  /** Opens all of these or none; throws `ConfigError` for the first that cannot be opened. May be called again to add more. */
  async listen(addresses: readonly ListenAddress[]): Promise<void> {
    const before = this.#bound;
    for (const listen of addresses) {
      if (isWildcard(listen.address))
        throw new InvariantError(`${listen.address} must be expanded before it is listened on.`);
      try {
        this.#setBound([
          ...this.#bound,
          await (listen.transport === "udp" ? this.#listenUdp(listen) : this.#listenTcp(listen)),
        ]);
      } catch (error) {
        for (const bound of this.#bound) if (!before.includes(bound)) bound.close();
        this.#setBound(before);
        throw listenError(listen, error as NodeJS.ErrnoException);
      }
    }
  }

  /**
   * UDP at once. TCP over the flow's connection, or queued while that is being made. What cannot be sent is told by
   * `onFlowFailed`, never before this returns.
   */
  send(text: string, flow: Flow): void {
    this.#counters.messagesOut++;
    if (flow.transport === "tcp") {
      const connection = this.#tcp.find(flow);
      if (connection === undefined) this.#failLater(flow, { code: "closed", message: "The connection is gone." });
      else connection.send(text);
      return;
    }
    const socket = this.#boundOf(flow)?.socket;
    if (socket === undefined) {
      this.#failLater(flow, {
        code: "no-listener",
        message: `Nothing listens on ${flow.localAddress}:${flow.localPort}.`,
      });
    } else if (flow.remotePort < 1 || flow.remotePort > 65_535) {
      this.#failLater(flow, { code: "unreachable", message: `${flow.remotePort} is no port to send to.` });
    } else {
      socket.send(text, flow.remotePort, flow.remoteAddress);
    }
  }

  /**
   * A flow to a numeric destination: UDP needs no set-up; TCP re-uses a connection that we opened, or begins to connect.
   * Undefined: we listen on nothing of that transport and address family.
   */
  flowTo(destination: {
    readonly transport: "udp" | "tcp";
    readonly address: string;
    readonly port: number;
  }): Flow | undefined {
    const { transport, address, port } = destination;
    const listen = this.#listenerTo(transport, address)?.listen;
    if (listen === undefined) return undefined;
    if (transport === "tcp") return this.#tcp.flowTo(listen, address, port);
    return udpFlow(listen.address, listen.port, address, port);
  }

  /** Where a response to this request goes (RFC 3261 §18.2.2, RFC 3581 §4). */
  responseFlow(request: SipRequest, flow: Flow): Flow {
    const port = responsePort(request.topVia, flow);
    if (flow.transport === "udp") return port === flow.remotePort ? flow : { ...flow, remotePort: port };
    if (this.#tcp.find(flow) !== undefined) return flow;
    // RFC 3261 §18.2.2: the connection is closed; a new one goes to the source address and the port of sent-by.
    const listen = this.#boundOf(flow)?.listener.listen;
    return listen === undefined || port < 1 || port > 65_535
      ? flow
      : this.#tcp.flowTo(listen, flow.remoteAddress, port);
  }

  /** `host:port` for the Via sent-by and the Contact of what leaves over this flow. */
  sentBy(flow: Flow): string {
    return this.#boundOf(flow)?.listener.sentBy ?? `${formatHost(flow.localAddress)}:${flow.localPort}`;
  }

  /** Whether this is an address of ours: a listener's own or what it is advertised as. The port defaults to 5060. */
  isOurs(host: string, port: number | undefined): boolean {
    return this.#own.has(host, port);
  }

  /** Whether a message would leave over this flow now: not while a connection is still being made. */
  isOpen(flow: Flow): boolean {
    if (flow.transport === "tcp") return this.#tcp.find(flow)?.isOpen === true;
    return this.#boundOf(flow) !== undefined;
  }

  /** Ends every socket. The user hears nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const sockets = this.#bound.flatMap(({ socket }) => socket ?? []);
    this.#setBound([]);
    await Promise.all([...sockets.map((socket) => socket.close()), this.#tcp.close()]);
  }

  async #listenUdp(listen: ListenAddress): Promise<Bound> {
    const socket = new UdpSocket(listen.address, this.#udpUser, this.#counters);
    await socket.open(listen.port);
    const receiveBufferBytes = socket.receiveBufferBytes;
    if (receiveBufferBytes < RECEIVE_BUFFER_BYTES) {
      this.#counters.smallReceiveBuffers++;
      this.#log.warn(
        `The UDP receive buffer is smaller than asked for: calls may be lost under load. Raise it with "sysctl -w net.core.rmem_max=${RECEIVE_BUFFER_BYTES}".`,
        { address: listen.address, port: socket.port, receiveBufferBytes },
      );
    }
    const listener = describeListener({ ...listen, port: socket.port }, networkInterfaces());
    return { listener, socket, close: () => void socket.close() };
  }

  async #listenTcp(asked: ListenAddress): Promise<Bound> {
    const { listen, server } = await this.#tcp.listen(asked);
    const listener = describeListener(listen, networkInterfaces());
    return { listener, socket: undefined, close: () => this.#tcp.closeServer(server) };
  }

  /** Comparing networks takes longer than the rest of a send: the choice is kept. */
  #listenerTo(transport: ListenAddress["transport"], address: string): Listener | undefined {
    const key = transport + address;
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const listener = chooseListener(this.#listeners, transport, address);
    if (this.#chosen.size >= MAX_CHOICES) this.#chosen.clear();
    if (listener !== undefined) this.#chosen.set(key, listener);
    return listener;
  }

  #setBound(bound: readonly Bound[]): void {
    this.#bound = bound;
    this.#listeners = bound.map(({ listener }) => listener);
    this.#own = new OwnAddresses(this.#listeners);
    this.#chosen.clear();
  }

  #boundOf(flow: Flow): Bound | undefined {
    for (const bound of this.#bound) {
      const { listen } = bound.listener;
      if (listen.port !== flow.localPort || listen.transport !== flow.transport) continue;
      if (listen.address === flow.localAddress) return bound;
    }
    return undefined;
  }

  readonly #udpUser: UdpUser = {
    onDatagram: (text, address, port, socket) =>
      this.#receive(text, udpFlow(socket.address, socket.port, address, port), "datagram"),
    onSendFailed: (failure, address, port, socket) =>
      this.#flowFailed(udpFlow(socket.address, socket.port, address, port), failure),
    onError: (error, socket) =>
      this.#log.error("A UDP socket failed", { address: socket.address, port: socket.port, error }),
  };

  readonly #tcpUser: TcpUser = {
    onMessage: (text, connection) => this.#receive(text, connection.flow, "stream"),
    onRefused: (frame, connection) => this.#refuseFrame(frame, connection.flow),
    onFlowFailed: (flow, failure) => this.#flowFailed(flow, failure),
    onError: (error, { address, port }) => this.#log.error("A TCP server failed", { address, port, error }),
  };

  /** Nothing that a peer sends may end the process: what throws here costs that one message. */
  #receive(text: string, flow: Flow, transport: "datagram" | "stream"): void {
    if (this.#isClosed) return;
    try {
      const outcome = parseMessage(text, transport);
      if (outcome.type === "message") this.#deliver(outcome.message, flow);
      else if (outcome.type === "refused") this.#refuse(outcome.status, outcome.reason, outcome.request, flow);
      else this.#counters.ignored++;
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  #deliver(message: SipMessage, flow: Flow): void {
    if (message.type === "request") {
      this.#counters.messagesIn++;
      stampSource(message, flow);
      this.#user.onRequest(message, flow);
      return;
    }
    const { host, port } = message.topVia;
    // RFC 3261 §18.1.2: an answer to somebody else's request has come astray, or is forged.
    if (!this.#own.has(host, port)) {
      this.#counters.droppedResponses++;
      return;
    }
    this.#counters.messagesIn++;
    this.#user.onResponse(message, flow);
  }

  /** A stream that cannot be cut any more: answers its last message by what there is of the head. */
  #refuseFrame(frame: Frame & { readonly type: "refused" }, flow: Flow): void {
    if (this.#isClosed) return;
    try {
      const outcome = parseMessage(frame.head, "stream");
      const found =
        outcome.type === "message" ? outcome.message : outcome.type === "refused" ? outcome.request : undefined;
      this.#refuse(frame.status, frame.reason, found?.type === "request" ? found : undefined, flow);
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  #refuse(status: number, reason: string, request: SipRequest | undefined, flow: Flow): void {
    this.#counters.refused.set(status, (this.#counters.refused.get(status) ?? 0) + 1);
    // RFC 3261 §17.1.1.3: there is no answer to an ACK.
    if (request === undefined || request.method === "ACK") return;
    stampSource(request, flow);
    const text = serializeResponse(request, { status, reason, toTag: this.#statelessTag });
    this.send(text, this.responseFlow(request, flow));
  }

  #failLater(flow: Flow, failure: TransportFailure): void {
    setImmediate(() => this.#flowFailed(flow, failure));
  }

  #flowFailed(flow: Flow, failure: TransportFailure): void {
    if (this.#isClosed) return;
    try {
      this.#user.onFlowFailed(flow, failure);
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  #handlerFailed(error: unknown, flow: Flow): void {
    this.#counters.handlerErrors++;
    this.#log.error("A message could not be handled", {
      error,
      transport: flow.transport,
      personal: { remoteAddress: flow.remoteAddress },
    });
  }
}

function udpFlow(localAddress: string, localPort: number, remoteAddress: string, remotePort: number): Flow {
  return { transport: "udp", localAddress, localPort, remoteAddress, remotePort, connection: 0 };
}
