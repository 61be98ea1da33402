/**
 * TCP: servers, and the table of connections (RFC 3261 §18.1.1, §18.2.2). A connection that a peer opened carries what
 * belongs to its own flow and nothing else: its address does not prove that the peer may have the requests for that
 * address (RFC 5923 §9.3). What we opened is used for every request to its far end.
 */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import { type ConnectionUser, TcpConnection } from "./tcp-connection.ts";

export const MAX_CONNECTIONS = 10_000;
/** Of those that one address may have opened. Phones behind one NAT share an address. */
const MAX_CONNECTIONS_PER_SOURCE = 500;
/** After so much silence the kernel asks whether the peer is still there. */
const KEEP_ALIVE_MS = 60_000;

export interface TcpUser extends Pick<ConnectionUser, "onMessage" | "onRefused"> {
  onFlowFailed(flow: Flow, failure: TransportFailure): void;
  onError(error: Error, listen: ListenAddress): void;
}

export class TcpTransport implements ConnectionUser {
  readonly #clock: Clock;
  readonly #counters: TransportCounters;
  readonly #user: TcpUser;
  readonly #maxConnections: number;
  readonly #servers = new Set<Server>();
  readonly #connections = new Map<number, TcpConnection>();
  /** What we opened, by both ends. */
  readonly #opened = new Map<string, TcpConnection>();
  /** How many connections each address has opened to us, where it has any. */
  readonly #accepted = new Map<string, number>();
  readonly #maxConnectionsPerSource: number;
  readonly #isExempt: (address: string) => boolean;
  #lastNumber = 0;
  /** Whoever waits for the last connection to end. */
  #onNoneLeft: (() => void) | null = null;

  constructor(options: {
    readonly clock: Clock;
    readonly counters: TransportCounters;
    readonly user: TcpUser;
    readonly maxConnections?: number;
    readonly maxConnectionsPerSource?: number;
    /** Sources free of that limit. */
    readonly isExempt?: (address: string) => boolean;
  }) {
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#user = options.user;
    this.#maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#maxConnectionsPerSource = options.maxConnectionsPerSource ?? MAX_CONNECTIONS_PER_SOURCE;
    this.#isExempt = options.isExempt ?? (() => false);
  }

  /** Opens a server; rejects with the system's error. Gives the address with its real port. */
  async listen(listen: ListenAddress): Promise<{ readonly listen: ListenAddress; readonly server: Server }> {
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    let bound = listen;
    server.on("connection", (socket) => this.#accept(socket, bound));
    const listening = once(server, "listening");
    server.listen({ host: listen.address, port: listen.port, exclusive: true });
    await listening;
    const address = server.address();
    if (address !== null && typeof address === "object") bound = { ...listen, port: address.port };
    server.on("error", (error) => this.#user.onError(error, bound));
    this.#servers.add(server);
    return { listen: bound, server };
  }

  /** The flow of an open connection that we made to this address, or of one that begins now. */
  flowTo(listen: ListenAddress, address: string, port: number): Flow {
    const key = keyOf(listen.address, listen.port, address, port);
    const open = this.#opened.get(key);
    if (open?.isUsable) return open.flow;
    const flow = this.#nextFlow(listen, address, port);
    if (this.#connections.size >= this.#maxConnections) {
      this.#counters.connectionsRefused++;
      const message = `There are ${this.#maxConnections} connections already.`;
      setImmediate(() => this.#user.onFlowFailed(flow, { code: "too-many-connections", message }));
      return flow;
    }
    const socket = connect({
      host: address,
      port,
      localAddress: listen.address,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    this.#opened.set(key, this.#add(socket, flow, "connecting"));
    return flow;
  }

  /** The connection of a flow that can still be sent on. */
  find(flow: Flow): TcpConnection | undefined {
    const connection = this.#connections.get(flow.connection);
    if (connection === undefined || !connection.isUsable) return undefined;
    // Numbers begin anew with each process: a flow from before a restart may bear the number of another.
    const { remoteAddress, remotePort } = connection.flow;
    return remoteAddress === flow.remoteAddress && remotePort === flow.remotePort ? connection : undefined;
  }

  /** Ends a server and leaves the connections it has accepted. */
  closeServer(server: Server): void {
    this.#servers.delete(server);
    server.close();
  }

  async close(): Promise<void> {
    const closed: Promise<unknown>[] = [];
    for (const server of this.#servers) {
      closed.push(once(server, "close"));
      server.close();
    }
    this.#servers.clear();
    const gone = Promise.withResolvers<void>();
    this.#onNoneLeft = gone.resolve;
    if (this.#connections.size === 0) gone.resolve();
    for (const connection of this.#connections.values())
      connection.close({ code: "closed", message: "We are closing." });
    await Promise.all([...closed, gone.promise]);
  }

  onMessage(text: string, connection: TcpConnection): void {
    this.#user.onMessage(text, connection);
  }

  onRefused(...refused: Parameters<ConnectionUser["onRefused"]>): void {
    this.#user.onRefused(...refused);
  }

  onGone(connection: TcpConnection, failure: TransportFailure): void {
    const { flow } = connection;
    this.#connections.delete(flow.connection);
    this.#counters.connections = this.#connections.size;
    const key = keyOf(flow.localAddress, flow.localPort, flow.remoteAddress, flow.remotePort);
    if (this.#opened.get(key) === connection) this.#opened.delete(key);
    else this.#release(flow.remoteAddress);
    this.#user.onFlowFailed(flow, failure);
    if (this.#connections.size === 0) this.#onNoneLeft?.();
  }

  #accept(socket: Socket, listen: ListenAddress): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) {
      // Gone again already.
      socket.destroy();
      return;
    }
    const accepted = this.#accepted.get(remoteAddress) ?? 0;
    const isGreedy = accepted >= this.#maxConnectionsPerSource && !this.#isExempt(remoteAddress);
    if (isGreedy || this.#connections.size >= this.#maxConnections) {
      this.#counters.connectionsRefused++;
      socket.destroy();
      return;
    }
    this.#accepted.set(remoteAddress, accepted + 1);
    this.#add(socket, this.#nextFlow(listen, remoteAddress, remotePort), "open");
  }

  /** A connection that was accepted from this address is gone. */
  #release(address: string): void {
    const accepted = this.#accepted.get(address) ?? 0;
    if (accepted > 1) this.#accepted.set(address, accepted - 1);
    else this.#accepted.delete(address);
  }

  #add(socket: Socket, flow: Flow, state: "connecting" | "open"): TcpConnection {
    const options = { state, clock: this.#clock, counters: this.#counters, user: this };
    const connection = new TcpConnection(socket, flow, options);
    this.#connections.set(flow.connection, connection);
    this.#counters.connections = this.#connections.size;
    this.#counters.connectionsOpened++;
    return connection;
  }

  #nextFlow(listen: ListenAddress, remoteAddress: string, remotePort: number): Flow {
    return {
      transport: "tcp",
      localAddress: listen.address,
      localPort: listen.port,
      remoteAddress,
      remotePort,
      connection: ++this.#lastNumber,
    };
  }
}

function keyOf(localAddress: string, localPort: number, remoteAddress: string, remotePort: number): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
