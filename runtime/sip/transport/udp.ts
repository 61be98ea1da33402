/**
 * One UDP socket on one address of ours (RFC 3261 §18). A datagram is decoded once; numeric destinations are sent to
 * without DNS and without a closure per message.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { handleOf, type SocketHandle } from "../../base/handed-sockets.ts";
import type { TransportCounters } from "./counters.ts";
import { type TransportFailure, toFailure } from "./failure.ts";
import { type OnDatagram, type ReadAhead, udpOptions } from "./inherited.ts";

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
  readonly #inherited: ReadAhead | undefined;
  #port = 0;
  #unreported = 0;
  #isClosed = false;

  /** `inherited`: the socket of the process before. @default one of our own */
  constructor(address: string, user: UdpUser, counters: TransportCounters, inherited?: ReadAhead) {
    this.address = address;
    this.#user = user;
    this.#counters = counters;
    this.#inherited = inherited;
    this.#socket = inherited?.socket ?? createSocket({ ...udpOptions(address), recvBufferSize: RECEIVE_BUFFER_BYTES });
  }

  get port(): number {
    return this.#port;
  }

  /** Another process may be given it. `null`: it is closed. */
  get handle(): SocketHandle | null {
    return handleOf(this.#socket);
  }

  /**
   * Binds the socket; rejects with the system's error. Messages may come before this resolves, but those of a socket of
   * the process before wait for `proceed`.
   */
  async open(port: number): Promise<void> {
    if (this.#inherited === undefined) await this.#bind(port);
    this.#port = this.#socket.address().port;
    this.#socket.on("error", (error) => this.#user.onError(error, this));
  }

  /** What has come since the process before has ended is handled, and what comes from now on (`ReadAhead.proceed`). */
  async proceed(next: () => Promise<void>): Promise<void> {
    await this.#inherited?.proceed(this.#onDatagram, next);
  }

  async #bind(port: number): Promise<void> {
    this.#socket.on("message", this.#onDatagram);
    const listening = once(this.#socket, "listening");
    this.#socket.bind({ port, address: this.address, exclusive: true });
    try {
      await listening;
    } catch (error) {
      this.#socket.close();
      throw error;
    }
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

  readonly #onDatagram: OnDatagram = (buffer, { address, port }) => {
    if (this.#user.hears(address)) this.#user.onDatagram(buffer.toString("latin1"), address, port, this);
    else this.#counters.unheard++;
  };

  readonly #onSent = (error: SendError | null): void => {
    this.#unreported--;
    if (error === null || this.#isClosed) return;
    this.#counters.sendErrors++;
    this.#user.onSendFailed(toFailure(error), error.address ?? "", error.port ?? 0, this);
  };
}
