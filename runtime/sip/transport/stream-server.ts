/**
 * One listener of a stream transport: a TCP server, and what its connections pass before SIP is spoken on them: a TLS
 * handshake, the request of a WebSocket, or both.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { WebSocket } from "ws";
import { handleOf, type SocketHandle } from "../../base/handed-sockets.ts";
import type { Arrivals } from "./arrivals.ts";
import { KEEP_ALIVE_MS } from "./connection.ts";
import type { TransportName } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import { TlsDoor } from "./tls/door.ts";
import type { TlsMaterial } from "./tls/material.ts";
import { WebSocketDoor } from "./ws/door.ts";
import type { WebSocketSettings } from "./ws/settings.ts";

export interface StreamServerUser {
  /** Whether this peer may connect at all; one that may not has been cut off. */
  admit(socket: Socket): boolean;
  onStream(socket: Socket, listen: ListenAddress): void;
  onWebSocket(socket: WebSocket, stream: Socket, listen: ListenAddress): void;
  onError(error: Error, listen: ListenAddress): void;
}

export interface StreamServerOptions {
  readonly arrivals: Arrivals;
  readonly tls: () => TlsMaterial;
  readonly webSocket: () => WebSocketSettings;
  readonly user: StreamServerUser;
}

export class StreamServer {
  readonly #server: Server;
  readonly #options: StreamServerOptions;
  #listen: ListenAddress;

  constructor(listen: ListenAddress, options: StreamServerOptions) {
    this.#listen = listen;
    this.#options = options;
    const accept = this.#acceptorFor(listen.transport);
    this.#server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    this.#server.on("connection", (socket) => {
      // What goes wrong with a peer before SIP is spoken is told by the end of its socket.
      if (options.user.admit(socket)) accept(socket);
    });
  }

  /** With its real port. */
  get listen(): ListenAddress {
    return this.#listen;
  }

  /** Another process may be given it. `null`: it is closed. */
  get handle(): SocketHandle | null {
    return handleOf(this.#server);
  }

  /** Rejects with the system's error. `inherited`: the server of the process before. @default one of our own */
  async open(inherited?: SocketHandle): Promise<void> {
    const { address: host, port } = this.#listen;
    const listening = once(this.#server, "listening");
    this.#server.listen(inherited ?? { host, port, exclusive: true });
    await listening;
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#listen = { ...this.#listen, port: address.port };
    this.#server.on("error", (error) => this.#options.user.onError(error, this.#listen));
  }

  /** Listens no more, and leaves the connections it has accepted; resolves when they are gone. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #acceptorFor(transport: TransportName): (socket: Socket) => void {
    const { arrivals, tls: material, webSocket, user } = this.#options;
    const onStream = (socket: Socket) => user.onStream(socket, this.#listen);
    if (transport === "tcp") return onStream;
    const arrived = (socket: Socket) => {
      arrivals.end(socket);
      onStream(socket);
    };
    const web = new WebSocketDoor(webSocket, (socket, stream) => {
      arrivals.end(stream);
      user.onWebSocket(socket, stream, this.#listen);
    });
    const tls = new TlsDoor(material, transport === "tls" ? arrived : (socket) => web.accept(socket));
    return (socket) => {
      socket.on("error", () => socket.destroy());
      if (!arrivals.begin(socket)) return;
      if (transport === "ws") web.accept(socket);
      else tls.accept(socket);
    };
  }
}
