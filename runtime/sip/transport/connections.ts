/**
 * All connections: those that peers have opened, and those that we open (RFC 3261 §18.1.1, §18.2.2). A connection that a
 * peer opened carries what belongs to its own flow and nothing else: its address does not prove that the peer may have
 * the requests for that address (RFC 5923 §9.3). What we opened is used for every request to its far end.
 */
import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../../base/clock.ts";
import type { SocketHandle } from "../../base/handed-sockets.ts";
import { Arrivals } from "./arrivals.ts";
import { type Connection, type ConnectionUser, KEEP_ALIVE_MS } from "./connection.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportFailure } from "./failure.ts";
import { type Flow, LOST_CONNECTION } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Destination } from "./locate.ts";
import { SourceCounts } from "./source-counts.ts";
import { StreamConnection } from "./stream-connection.ts";
import { StreamServer, type StreamServerUser } from "./stream-server.ts";
import { connectTls } from "./tls/connect.ts";
import type { TlsMaterial } from "./tls/material.ts";
import { WebSocketConnection } from "./ws/connection.ts";
import { WebSocketDoor } from "./ws/door.ts";
import type { WebSocketSettings } from "./ws/settings.ts";

export const MAX_CONNECTIONS = 20_000;
/** Of those that one address may have opened. Phones behind one NAT share an address. */
export const MAX_CONNECTIONS_PER_SOURCE = 500;
/** Lost connections of ours that can be made again, the latest. */
const MAX_LOST = 1000;
const IPV4_MAPPED = "::ffff:";

export interface ConnectionsUser extends Pick<ConnectionUser, "onMessage" | "onRefused"> {
  onFlowFailed(flow: Flow, failure: TransportFailure): void;
  onFlowClosed(flow: Flow): void;
  onError(error: Error, listen: ListenAddress): void;
}

export class Connections implements ConnectionUser, StreamServerUser {
  readonly #options: {
    readonly clock: Clock;
    readonly counters: TransportCounters;
    readonly tls: () => TlsMaterial;
    readonly webSocket: () => WebSocketSettings;
    hears(address: string): boolean;
  };
  readonly #user: ConnectionsUser;
  readonly #maxConnections: number;
  readonly #arrivals: Arrivals;
  /** For what comes from elsewhere: each server of ours has its own. */
  readonly #door: WebSocketDoor;
  readonly #servers = new Set<StreamServer>();
  readonly #connections = new Map<number, Connection>();
  /** What we opened, by both ends. */
  readonly #opened = new Map<string, Connection>();
  /** What we had opened, by the number of the connection. */
  readonly #lost = new Map<number, Lost>();
  /** Sockets that peers have opened, whatever has become of them. */
  readonly #sources: SourceCounts;
  #accepted = 0;
  #lastNumber = 0;
  /** Whoever waits for the last connection to end. */
  #onNoneLeft: (() => void) | null = null;

  constructor(options: {
    readonly clock: Clock;
    readonly counters: TransportCounters;
    readonly user: ConnectionsUser;
    readonly tls: () => TlsMaterial;
    readonly webSocket: () => WebSocketSettings;
    readonly maxConnections?: number | undefined;
    readonly maxConnectionsPerSource?: number | undefined;
    /** Sources free of that limit. */
    readonly isExempt?: ((address: string) => boolean) | undefined;
    /** Whether an address may connect at all. */
    hears(address: string): boolean;
  }) {
    this.#options = options;
    this.#user = options.user;
    this.#maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    const isExempt = options.isExempt ?? (() => false);
    this.#sources = new SourceCounts(options.maxConnectionsPerSource ?? MAX_CONNECTIONS_PER_SOURCE, isExempt);
    this.#door = new WebSocketDoor(options.webSocket, (socket, stream) => {
      const { localAddress = "", localPort = 0 } = stream;
      const transport = "encrypted" in stream ? "wss" : "ws";
      this.onWebSocket(socket, stream, { transport, address: plain(localAddress), port: localPort });
    });
    this.#arrivals = new Arrivals({ clock: options.clock, counters: options.counters, isExempt });
  }

  /** Opens a server, or goes on with that of the process before; rejects with the system's error. */
  async listen(listen: ListenAddress, inherited?: SocketHandle): Promise<StreamServer> {
    const server = new StreamServer(listen, { ...this.#options, arrivals: this.#arrivals, user: this });
    await server.open(inherited);
    this.#servers.add(server);
    return server;
  }

  /** The flow of an open connection that we made to this destination, or of one that begins now. */
  flowTo(listen: ListenAddress, destination: Destination): Flow {
    const { transport, address, port, name = address } = destination;
    const key = keyOf(listen, transport, address, port, name);
    const open = this.#opened.get(key);
    if (open?.isUsable) return open.flow;
    const flow = this.#nextFlow(transport, listen, address, port);
    if (this.#isFull) {
      this.#options.counters.connectionsRefused++;
      const message = `There are ${this.#maxConnections} connections already.`;
      setImmediate(() => this.#user.onFlowFailed(flow, { code: "too-many-connections", message }));
      return flow;
    }
    const ends = { address, port, name, localAddress: listen.address };
    const socket = transport === "tls" ? connectTls(ends, this.#options.tls()) : connectTcp(ends);
    const connection = new StreamConnection(socket, flow, { ...this.#options, state: "connecting", user: this });
    this.#add(connection);
    this.#opened.set(key, connection);
    socket.on("close", () => {
      if (this.#opened.get(key) === connection) this.#opened.delete(key);
      this.#remember({ flow, listen, destination });
    });
    return flow;
  }

  /** This flow, or where it was a connection of ours that is lost, one to the same destination. */
  again(flow: Flow): Flow {
    if (this.find(flow) !== undefined) return flow;
    if (flow.connection === LOST_CONNECTION) return this.#openedTo(flow) ?? flow;
    const lost = this.#lost.get(flow.connection);
    return lost !== undefined && isSameFlow(lost.flow, flow) ? this.flowTo(lost.listen, lost.destination) : flow;
  }

  /** A connection of ours that leads where one of an earlier process has led. */
  #openedTo({ transport, remoteAddress, remotePort }: Flow): Flow | undefined {
    for (const { flow, isUsable } of this.#opened.values()) {
      const isThere = flow.remoteAddress === remoteAddress && flow.remotePort === remotePort;
      if (isUsable && isThere && flow.transport === transport) return flow;
    }
    return undefined;
  }

  /** The connection of a flow that can still be sent on. */
  find(flow: Flow): Connection | undefined {
    const connection = this.#connections.get(flow.connection);
    if (connection === undefined || !connection.isUsable) return undefined;
    return isSameFlow(connection.flow, flow) ? connection : undefined;
  }

  /** Takes a WebSocket that somebody else's HTTP server was asked for, or refuses it. */
  upgrade(request: IncomingMessage, stream: Socket, head: Buffer): void {
    if (this.admit(stream)) this.#door.upgrade(request, stream, head);
  }

  /** Cuts what comes from sources that are not heard any more. */
  cutUnheard(): void {
    for (const connection of [...this.#connections.values()]) {
      if (this.#options.hears(connection.flow.remoteAddress)) continue;
      connection.close({ code: "closed", message: "The source has been banned." });
    }
  }

  /** Ends a server and leaves the connections it has accepted. */
  closeServer(server: StreamServer): void {
    this.#servers.delete(server);
    void server.close();
  }

  async close(): Promise<void> {
    const closed = [...this.#servers].map((server) => server.close());
    this.#servers.clear();
    this.#arrivals.close();
    const gone = Promise.withResolvers<void>();
    this.#onNoneLeft = gone.resolve;
    if (this.#connections.size === 0) gone.resolve();
    for (const connection of this.#connections.values())
      connection.close({ code: "closed", message: "We are closing." });
    await Promise.all([...closed, gone.promise]);
  }

  onMessage(text: string, connection: Connection): void {
    this.#user.onMessage(text, connection);
  }

  onRefused(...refused: Parameters<ConnectionUser["onRefused"]>): void {
    this.#user.onRefused(...refused);
  }

  onGone(connection: Connection, failure: TransportFailure): void {
    const { flow } = connection;
    this.#connections.delete(flow.connection);
    this.#options.counters.connections = this.#connections.size;
    this.#user.onFlowFailed(flow, failure);
    this.#user.onFlowClosed(flow);
    if (this.#connections.size === 0) this.#onNoneLeft?.();
  }

  onError(error: Error, listen: ListenAddress): void {
    this.#user.onError(error, listen);
  }

  admit(socket: Socket): boolean {
    const { remoteAddress } = socket;
    if (remoteAddress !== undefined && !this.#options.hears(plain(remoteAddress))) {
      this.#options.counters.unheard++;
      socket.destroy();
      return false;
    }
    if (remoteAddress === undefined || this.#isFull || !this.#sources.add(remoteAddress)) {
      // Without an address it is gone again already.
      if (remoteAddress !== undefined) this.#options.counters.connectionsRefused++;
      socket.destroy();
      return false;
    }
    this.#accepted++;
    socket.on("close", () => {
      this.#accepted--;
      this.#sources.remove(remoteAddress);
    });
    return true;
  }

  onStream(socket: Socket, listen: ListenAddress): void {
    const flow = this.#acceptedFlow(socket, listen);
    if (flow !== undefined)
      this.#add(new StreamConnection(socket, flow, { ...this.#options, state: "open", user: this }));
  }

  onWebSocket(socket: WebSocket, stream: Socket, listen: ListenAddress): void {
    const flow = this.#acceptedFlow(stream, listen);
    if (flow !== undefined) this.#add(new WebSocketConnection(socket, stream, flow, { ...this.#options, user: this }));
  }

  get #isFull(): boolean {
    return this.#accepted + this.#opened.size >= this.#maxConnections;
  }

  #add(connection: Connection): void {
    this.#connections.set(connection.flow.connection, connection);
    this.#options.counters.connections = this.#connections.size;
    this.#options.counters.connectionsOpened++;
  }

  #remember(lost: Lost): void {
    this.#lost.set(lost.flow.connection, lost);
    if (this.#lost.size <= MAX_LOST) return;
    for (const oldest of this.#lost.keys()) {
      this.#lost.delete(oldest);
      return;
    }
  }

  #acceptedFlow(socket: Socket, listen: ListenAddress): Flow | undefined {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress !== undefined && remotePort !== undefined) {
      return this.#nextFlow(listen.transport, listen, plain(remoteAddress), remotePort);
    }
    // Gone again already.
    socket.destroy();
    return undefined;
  }

  #nextFlow(transport: Flow["transport"], listen: ListenAddress, remoteAddress: string, remotePort: number): Flow {
    const { address: localAddress, port: localPort } = listen;
    return { transport, localAddress, localPort, remoteAddress, remotePort, connection: ++this.#lastNumber };
  }
}

/** A connection of ours that is gone, and where it led. */
interface Lost {
  readonly flow: Flow;
  readonly listen: ListenAddress;
  readonly destination: Destination;
}

/** Numbers begin anew with each process: a flow from before a restart may bear the number of another. */
function isSameFlow(one: Flow, other: Flow): boolean {
  const { remoteAddress, remotePort, transport } = one;
  return remoteAddress === other.remoteAddress && remotePort === other.remotePort && transport === other.transport;
}

function connectTcp(to: { readonly address: string; readonly port: number; readonly localAddress: string }): Socket {
  const { address: host, port, localAddress } = to;
  return connect({ host, port, localAddress, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
}

function keyOf(listen: ListenAddress, transport: string, address: string, port: number, name: string): string {
  const ends = `${transport} ${listen.address} ${listen.port} ${address} ${port}`;
  // What a certificate has proved for one name proves nothing for another at the same address (RFC 5923 §5).
  return transport === "tls" ? `${ends} ${name}` : ends;
}

/** A socket for both families tells IPv4 addresses in the way of IPv6 (RFC 4291 §2.5.5.2). */
function plain(address: string): string {
  return address.startsWith(IPV4_MAPPED) ? address.slice(IPV4_MAPPED.length) : address;
}
