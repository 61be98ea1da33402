/**
 * Connections that are kept for a while, so that the next request finds one. The switch's own: no proxy, no certificate
 * of a client, no credentials. Each was made to an address that the policy has allowed.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";

const IDLE_MS = 4000;
const MOST_IDLE_OF_ONE_HOST = 4;
const MOST_IDLE = 64;

export class Pool {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  #isRetired = false;

  /** `ca`: certificates of authorities in place of the usual ones. */
  constructor(ca?: string) {
    const options = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: MOST_IDLE_OF_ONE_HOST };
    this.http = this.#bounded(new HttpAgent(options));
    this.https = this.#bounded(new HttpsAgent(ca === undefined ? options : { ...options, ca }));
  }

  /** Keeps no connection from now on. Those in use end with their requests. */
  retire(): void {
    this.#isRetired = true;
    for (const { freeSockets } of [this.http, this.https]) {
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    }
  }

  /** Ends all connections. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  /** The agent bounds what it keeps of one host; over all hosts we do. */
  #bounded<Agent extends HttpAgent>(agent: Agent): Agent {
    agent.on("free", (socket: Socket) => {
      const idle = Object.values(agent.freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
      if (idle > MOST_IDLE || this.#isRetired) socket.destroy();
    });
    return agent;
  }
}
