/** Plain RTP and RTCP between a browser's session and its endpoint: one UDP socket on loopback, which hears the endpoint alone. */
import { createSocket, type Socket } from "node:dgram";
import type { MediaAddress } from "../../../port/media.ts";

const LOOPBACK = "127.0.0.1";

export interface PlainSocketUser {
  /** RTP or RTCP; the octets are free again on return. */
  plainArrived(packet: Buffer): void;
  plainFailed(message: string): void;
}

export class PlainSocket {
  readonly #socket: Socket;
  readonly #endpoint: MediaAddress;
  #isOpen = true;

  /** `then`: it listens there. */
  constructor(endpoint: MediaAddress, user: PlainSocketUser, then: (local: MediaAddress) => void) {
    this.#endpoint = endpoint;
    // The address is one already: nothing is looked up, and each packet leaves at once.
    this.#socket = createSocket({ type: "udp4", lookup: (host, _options, callback) => callback(null, host, 4) });
    let isBound = false;
    this.#socket.on("message", (packet, from) => {
      // Whoever else is on this machine has no voice in a call.
      if (from.port === endpoint.port && from.address === endpoint.address) user.plainArrived(packet);
    });
    this.#socket.on("error", (error) => {
      if (!isBound && this.#isOpen) user.plainFailed(`no port on ${LOOPBACK}: ${error.message}`);
    });
    this.#socket.bind({ address: LOOPBACK, port: 0, exclusive: true }, () => {
      isBound = true;
      if (this.#isOpen) then({ address: LOOPBACK, port: this.#socket.address().port });
    });
  }

  send(packet: Buffer): void {
    if (this.#isOpen) this.#socket.send(packet, this.#endpoint.port, this.#endpoint.address);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close();
  }
}
