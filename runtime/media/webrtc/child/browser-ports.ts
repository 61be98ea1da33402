/**
 * A port on which a browser can be heard. It is tried before the library gets it, since the library ends the process where
 * it can not listen: that would cost the calls of all browsers.
 */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";

/** Ports in use that are passed over. */
const MAX_TRIES = 50;

export class BrowserPorts {
  readonly #range: { readonly from: number; readonly to: number };
  /** Those of sessions, from the moment on in which they were found. */
  readonly #taken = new Set<number>();

  constructor(range: { readonly from: number; readonly to: number }) {
    this.#range = range;
  }

  /** Rejects, with what to do about it, where there is none, or the address is none of this machine. */
  async take(address: string): Promise<number> {
    const { from, to } = this.#range;
    // In random order, so that nobody guesses the next (RFC 6056).
    const [first, count] = [randomInt(from, to + 1), to - from + 1];
    for (let tries = 0; tries < Math.min(MAX_TRIES, count); tries++) {
      const port = from + ((first - from + tries) % count);
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      const problem = await problemWith(address, port);
      if (problem === null) return port;
      this.#taken.delete(port);
      if (problem !== "EADDRINUSE" && problem !== "EACCES") {
        throw new Error(`${address} cannot be listened on: ${problem}`);
      }
    }
    throw new Error(`no port of ${from} to ${to} is free; \`media.webrtc.ports\` in the configuration may give more`);
  }

  release(port: number): void {
    this.#taken.delete(port);
  }
}

function problemWith(address: string, port: number): Promise<string | null> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve) => {
    socket.once("error", (error) => {
      socket.close();
      resolve("code" in error ? String(error.code) : error.message);
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}
