/** The transport layer (RFC 3261 §18): all sockets, which of them a message leaves by, and the names by which we are reached. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { Clock } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import type { SharedSocket, SocketHandle } from "../../base/handed-sockets.ts";
import type { Log } from "../../base/log.ts";
import type { SipRequest } from "../message/message.ts";
import { formatHost } from "../message/uri.ts";
import { Connections, type ConnectionsUser } from "./connections.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import { Inbound, type TransportUser } from "./inbound.ts";
import type { InheritedSockets } from "./inherited.ts";
import { isWildcard, type ListenAddress, listenError } from "./listen-address.ts";
import { chooseWayOut, describeListener, type Listener, OwnAddresses } from "./listener.ts";
import type { Destination } from "./locate.ts";
import { responsePort } from "./response-route.ts";
import { HEARS_EVERYBODY, type SourceGuard } from "./source-guard.ts";
import type { StreamServer } from "./stream-server.ts";
import { answerStun, isStun } from "./stun.ts";
import { NO_MATERIAL, type TlsMaterial } from "./tls/material.ts";
import type { Transport } from "./transport.ts";
import { RECEIVE_BUFFER_BYTES, UdpSocket, type UdpUser } from "./udp.ts";
import type { WebSocketSettings } from "./ws/settings.ts";

export type { ListenAddress, TransportCounters, TransportFailure, TransportUser };

/** Destinations whose listener is remembered. */
const MAX_CHOICES = 4096;
/** RFC 5626 §4.4.1, and what phones themselves send over UDP. */
const KEEP_ALIVE = "\r\n\r\n";

/** A listener and how to end it again. */
interface Bound {
  readonly listener: Listener;
  /** Absent: no UDP. */
  readonly socket: UdpSocket | undefined;
  handle(): SocketHandle | null;
  close(): void;
}

export class TransportLayer implements Transport {
  readonly #log: Log;
  readonly #inbound: Inbound;
  readonly #guard: SourceGuard;
  readonly #counters: TransportCounters;
  readonly #connections: Connections;
  readonly #inherited: InheritedSockets | undefined;
  #bound: readonly Bound[] = [];
  #listeners: readonly Listener[] = [];
  #hosted: readonly Listener[] = [];
  #own = new OwnAddresses([]);
  /** The listener that an address is reached from, by transport and address. */
  readonly #chosen = new Map<string, Listener>();
  #isClosed = false;

  constructor(options: {
    readonly clock: Clock;
    readonly log: Log;
    readonly user: TransportUser;
    readonly counters: TransportCounters;
    /** For TLS and WSS, as it is now. @default no certificate; servers are verified */
    readonly tls?: () => TlsMaterial;
    /** As they are now. @default pages of any origin may connect */
    readonly webSocket?: () => WebSocketSettings;
    /** Connections in both directions. @default 20000 */
    readonly maxConnections?: number;
    /** Connections that one address may open. @default 500 */
    readonly maxConnectionsPerSource?: number;
    /** Sources free of per-source limits. @default none */
    readonly isExempt?: (address: string) => boolean;
    /** @default every source is heard */
    readonly guard?: SourceGuard;
    /** What the process before has left. @default nothing */
    readonly inherited?: InheritedSockets | undefined;
  }) {
    this.#log = options.log;
    this.#inherited = options.inherited;
    this.#guard = options.guard ?? HEARS_EVERYBODY;
    this.#inbound = new Inbound({
      ...options,
      guard: this.#guard,
      isOurs: (host, port) => this.#own.has(host, port),
      answer: (text, request, flow) => this.send(text, this.responseFlow(request, flow)),
    });
    this.#counters = options.counters;
    this.#connections = new Connections({
      ...options,
      hears: (address) => this.#guard.hears(address),
      tls: options.tls ?? (() => NO_MATERIAL),
      webSocket: options.webSocket ?? (() => ({ origins: null })),
      user: this.#connectionsUser,
    });
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
          await (listen.transport === "udp" ? this.#listenUdp(listen) : this.#listenStream(listen)),
        ]);
      } catch (error) {
        for (const bound of this.#bound) if (!before.includes(bound)) bound.close();
        this.#setBound(before);
        throw listenError(listen, error as NodeJS.ErrnoException);
      }
    }
  }

  /** What has come since the process before has ended is handled (`ReadAhead.proceed`): whatever it needs is there. */
  async proceed(next: () => Promise<void>): Promise<void> {
    this.#inherited?.closeRest();
    await Promise.all(this.#bound.map(({ socket }) => socket?.proceed(next)));
  }

  /** What listens here, for a process that is to take our place. */
  get shared(): readonly SharedSocket[] {
    return this.#bound.flatMap(({ listener, handle: find }) => {
      const { transport, address, port } = listener.listen;
      const handle = find();
      return handle === null ? [] : [{ name: { transport, address, port }, handle }];
    });
  }

  /** A datagram that another process has read in our place. */
  handOn(text: string, flow: Flow): void {
    this.#inbound.receive(text, flow, "datagram");
  }

  /** Counts these among our own addresses: somebody else listens there, and hands over what is ours by `upgrade`. */
  host(addresses: readonly ListenAddress[]): void {
    this.#hosted = addresses.map((listen) => describeListener(listen, networkInterfaces()));
    this.#setBound(this.#bound);
  }

  /** Takes a WebSocket that was asked for where somebody else listens. */
  upgrade(request: IncomingMessage, stream: Socket, head: Buffer): void {
    if (this.#isClosed) stream.destroy();
    else this.#connections.upgrade(request, stream, head);
  }

  /**
   * UDP at once. Else over the flow's connection, or queued while that is being made. What cannot be sent is told by
   * `onFlowFailed`, never before this returns.
   */
  send(text: string, flow: Flow): void {
    this.#counters.messagesOut++;
    if (flow.transport !== "udp") {
      const connection = this.#connections.find(flow);
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
   * A flow to a numeric destination: UDP needs no set-up; TCP and TLS re-use a connection that we opened, or begin to
   * connect. Undefined: we listen on nothing of that transport and address family, or nobody but browsers opens it.
   */
  flowTo(destination: Destination): Flow | undefined {
    const { transport, address, port } = destination;
    // RFC 7118 §5: a client of WebSockets is reached over the connection that it has made.
    if (isWebSocket(destination)) return undefined;
    const listen = this.#listenerTo(transport, address)?.listen;
    if (listen === undefined) return undefined;
    if (transport !== "udp") return this.#connections.flowTo(listen, destination);
    return udpFlow(listen.address, listen.port, address, port);
  }

  /**
   * The flow itself where it can be used; where it was a connection that we had opened and that is lost, another one to the
   * same destination, which must prove the same name.
   */
  again(flow: Flow): Flow {
    return flow.transport === "udp" ? flow : this.#connections.again(flow);
  }

  /** Where a response to this request goes (RFC 3261 §18.2.2, RFC 3581 §4). */
  responseFlow(request: SipRequest, flow: Flow): Flow {
    const port = responsePort(request.topVia, flow);
    if (flow.transport === "udp") return port === flow.remotePort ? flow : { ...flow, remotePort: port };
    if (isWebSocket(flow)) return flow;
    if (this.#connections.find(flow) !== undefined) return flow;
    // RFC 3261 §18.2.2: the connection is closed; a new one goes to the source address and the port of sent-by.
    const listen = this.#boundOf(flow)?.listener.listen;
    if (listen === undefined || port < 1 || port > 65_535) return flow;
    const { transport, remoteAddress: address } = flow;
    return this.#connections.flowTo(listen, { transport, address, port, name: request.topVia.host });
  }

  /** `host:port` for the Via sent-by and the Contact of what leaves over this flow. */
  sentBy(flow: Flow): string {
    const listener = this.#boundOf(flow)?.listener ?? this.#hosted.find(({ listen }) => isOf(flow, listen));
    return (listener ?? this.#lenderOf(flow))?.sentBy ?? `${formatHost(flow.localAddress)}:${flow.localPort}`;
  }

  /** Whether this is an address of ours: a listener's own or what it is advertised as. The port defaults to 5060. */
  isOurs(host: string, port: number | undefined): boolean {
    return this.#own.has(host, port);
  }

  /** Whether a message would leave over this flow now: not while a connection is still being made. */
  isOpen(flow: Flow): boolean {
    if (flow.transport !== "udp") return this.#connections.find(flow)?.isOpen === true;
    return this.#boundOf(flow) !== undefined;
  }

  keepAlive(flow: Flow): void {
    if (flow.transport !== "udp") this.#connections.find(flow)?.ping();
    else this.#boundOf(flow)?.socket?.send(KEEP_ALIVE, flow.remotePort, flow.remoteAddress);
  }

  /** Cuts the connections of sources that are not heard any more. */
  cutUnheard(): void {
    this.#connections.cutUnheard();
  }

  /** Ends every socket. The user hears nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#inbound.close();
    const sockets = this.#bound.flatMap(({ socket }) => socket ?? []);
    this.#setBound([]);
    await Promise.all([...sockets.map((socket) => socket.close()), this.#connections.close()]);
  }

  async #listenUdp(listen: ListenAddress): Promise<Bound> {
    const inherited = this.#inherited?.udp(listen.address, listen.port);
    const socket = new UdpSocket(listen.address, this.#udpUser, this.#counters, inherited);
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
    return { listener, socket, handle: () => socket.handle, close: () => void socket.close() };
  }

  async #listenStream(asked: ListenAddress): Promise<Bound> {
    const server: StreamServer = await this.#connections.listen(asked, this.#inherited?.server(asked));
    const listener = describeListener(server.listen, networkInterfaces());
    const close = () => this.#connections.closeServer(server);
    return { listener, socket: undefined, handle: () => server.handle, close };
  }

  /** Comparing networks takes longer than the rest of a send: the choice is kept. */
  #listenerTo(transport: ListenAddress["transport"], address: string): Listener | undefined {
    const key = transport + address;
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const listener = chooseWayOut(this.#listeners, transport, address);
    if (this.#chosen.size >= MAX_CHOICES) this.#chosen.clear();
    if (listener !== undefined) this.#chosen.set(key, listener);
    return listener;
  }

  #setBound(bound: readonly Bound[]): void {
    this.#bound = bound;
    this.#listeners = bound.map(({ listener }) => listener);
    this.#own = new OwnAddresses([...this.#listeners, ...this.#hosted]);
    this.#chosen.clear();
  }

  #boundOf(flow: Flow): Bound | undefined {
    for (const bound of this.#bound) if (isOf(flow, bound.listener.listen)) return bound;
    return undefined;
  }

  /** Of a connection over TLS that has left from an address where nobody listens for TLS. */
  #lenderOf(flow: Flow): Listener | undefined {
    if (flow.transport !== "tls") return undefined;
    const isLender = ({ listen: { transport, address, port } }: Listener) =>
      (transport === "tcp" || transport === "udp") && address === flow.localAddress && port === flow.localPort;
    return this.#listeners.find(isLender);
  }

  readonly #udpUser: UdpUser = {
    hears: (address) => this.#guard.hears(address),
    onDatagram: (text, address, port, socket) => {
      if (isStun(text)) this.#answerStun(text, address, port, socket);
      else this.#inbound.receive(text, udpFlow(socket.address, socket.port, address, port), "datagram");
    },
    onSendFailed: (failure, address, port, socket) =>
      this.#inbound.flowFailed(udpFlow(socket.address, socket.port, address, port), failure),
    onError: (error, socket) =>
      this.#log.error("A UDP socket failed", { address: socket.address, port: socket.port, error }),
  };

  readonly #connectionsUser: ConnectionsUser = {
    // RFC 7118 §5.3: each message has a frame of its own, as it has a datagram.
    onMessage: (text, { flow }) => this.#inbound.receive(text, flow, isWebSocket(flow) ? "datagram" : "stream"),
    onRefused: (frame, { flow }) => this.#inbound.refuse(frame, flow),
    onFlowFailed: (flow, failure) => this.#inbound.flowFailed(flow, failure),
    onFlowClosed: (flow) => this.#inbound.flowClosed(flow),
    onError: (error, { transport, address, port }) =>
      this.#log.error("A SIP server failed", { transport, address, port, error }),
  };

  #answerStun(text: string, address: string, port: number, socket: UdpSocket): void {
    const answer = this.#isClosed ? undefined : answerStun(text, address, port);
    if (answer === undefined) {
      this.#counters.ignored++;
      return;
    }
    this.#counters.stunRequests++;
    socket.send(answer, port, address);
  }

  #failLater(flow: Flow, failure: TransportFailure): void {
    setImmediate(() => this.#inbound.flowFailed(flow, failure));
  }
}

function udpFlow(localAddress: string, localPort: number, remoteAddress: string, remotePort: number): Flow {
  return { transport: "udp", localAddress, localPort, remoteAddress, remotePort, connection: 0 };
}

function isOf(flow: Flow, listen: ListenAddress): boolean {
  return listen.port === flow.localPort && listen.transport === flow.transport && listen.address === flow.localAddress;
}

function isWebSocket({ transport }: Pick<Flow, "transport">): boolean {
  return transport === "ws" || transport === "wss";
}
