/**
 * The connections of a server, so that it can end soon: those that wait for a request (also for their first one, which
 * `closeIdleConnections` takes for busy) at once, the others with the answer that they are waiting for.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

export class Connections {
  /** How many requests each connection has running. */
  readonly #running = new Map<Socket, number>();
  /** What they run over, where that is TLS: also those whose handshake has not ended. */
  readonly #raw = new Set<Socket>();
  #isClosing = false;

  /** `opened`: the event that tells of a connection on which HTTP is spoken. */
  constructor(server: Server, opened: "connection" | "secureConnection") {
    server.on(opened, (socket: Socket) => {
      this.#running.set(socket, 0);
      socket.on("close", () => this.#running.delete(socket));
    });
    server.on("connection", (socket) => {
      this.#raw.add(socket);
      socket.on("close", () => this.#raw.delete(socket));
    });
    server.on("request", ({ socket }, response) => {
      this.#count(socket, 1);
      response.on("close", () => this.#count(socket, -1));
    });
  }

  close(): void {
    this.#isClosing = true;
    for (const [socket, running] of this.#running) if (running === 0) socket.destroy();
  }

  /** Ends all of them, whatever they are waiting for. */
  destroy(): void {
    for (const socket of this.#raw) socket.destroy();
  }

  #count(socket: Socket, change: number): void {
    const running = this.#running.get(socket);
    if (running === undefined) return;
    this.#running.set(socket, running + change);
    // The answer is still on its way out: only what comes after it is not wanted.
    if (this.#isClosing && running + change === 0) socket.destroySoon();
  }
}
