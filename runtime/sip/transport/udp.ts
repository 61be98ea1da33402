/**
 * One UDP socket on one address of ours (RFC 3261 §18). A datagram is decoded once; numeric destinations are sent to
 * without DNS and without a closure per message.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { TransportCounters } from "./counters.ts";
import { type TransportFailure, toFailure } from "./failure.ts";

/** A pause of 100 ms at 13,000 requests a second must not lose a datagram. */
export const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** What may wait in the process once the system's send buffer is full. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;
/** From so many sends without a report on, the queue is looked at: they are reported once per turn of the loop. */
const UNREPORTED_BEFORE_CHECK = 512;

export interface UdpUser {
  /** Whether what this address sends is read at all. */
  hears(address: string): boolean;
  onDatagram(text: string, address: string, port: number, socket: UdpSocket): void;
  onSendFailed(failure: TransportFailure, address: string, port: number, socket: UdpSocket): void;
  onError(error: Error, socket: UdpSocket): void;
}

/** What node adds to the error of a send. */
interface SendError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
}

export class UdpSocket {
  readonly address: string;
  readonly #user: UdpUser;
  readonly #counters: TransportCounters;
  readonly #socket: Socket;
  #port = 0;
  #unreported = 0;
  #isClosed = false;

  constructor(address: string, user: UdpUser, counters: TransportCounters) {
    this.address = address;
    this.#user = user;
    this.#counters = counters;
    this.#socket = createSocket({
      type: isIPv6(address) ? "udp6" : "udp4",
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      lookup: (host, _options, callback) => callback(null, host, 0),
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Binds the socket; rejects with the system's error. Messages may come before this resolves. */
  async open(port: number): Promise<void> {
    this.#socket.on("message", (buffer, { address, port: from }) => {
      if (this.#user.hears(address)) this.#user.onDatagram(buffer.toString("latin1"), address, from, this);
      else this.#counters.unheard++;
    });
    const listening = once(this.#socket, "listening");
    this.#socket.bind({ port, address: this.address, exclusive: true });
    try {
      await listening;
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    this.#port = this.#socket.address().port;
    this.#socket.on("error", (error) => this.#user.onError(error, this));
  }

  /** What the system gave of the receive buffer that was asked for. */
  get receiveBufferBytes(): number {
    const bytes = this.#socket.getRecvBufferSize();
    // Linux doubles what it was given, for its own book-keeping.
    return process.platform === "linux" ? bytes / 2 : bytes;
  }

  send(text: string, port: number, address: string): void {
    if (this.#unreported > UNREPORTED_BEFORE_CHECK && this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES) {
      // As if the network had lost it: what matters is sent again.
      this.#counters.queueOverflows++;
      return;
    }
    this.#unreported++;
    this.#socket.send(Buffer.from(text, "latin1"), port, address, this.#onSent);
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  readonly #onSent = (error: SendError | null): void => {
    this.#unreported--;
    if (error === null || this.#isClosed) return;
    this.#counters.sendErrors++;
    this.#user.onSendFailed(toFailure(error), error.address ?? "", error.port ?? 0, this);
  };
}
