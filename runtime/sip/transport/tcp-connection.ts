/**
 * One TCP connection (RFC 3261 §18, RFC 5626 §4.4.1): frames its input, bounds what waits to be written, and ends when
 * the peer stalls, is silent or goes away. Its end is always told by `onGone`, once and never within a call to it.
 */
import type { Socket } from "node:net";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { TransportCounters } from "./counters.ts";
import { type TransportFailure, toFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import { type Frame, Framer } from "./framing.ts";

/** Two lost SYNs; the transaction would wait 32 s. */
export const CONNECT_TIMEOUT_MS = 5000;
/** For a message to become whole, and for a peer that has connected to say something: 64*T1, when its transaction is over. */
export const INPUT_TIMEOUT_MS = 32_000;
/** Longer than the longest registration: whoever is registered over a connection stays reachable by it. */
export const IDLE_TIMEOUT_MS = 3_900_000;
/** How long a peer may take to read the last answer and close. */
export const LINGER_MS = 2000;
/** What may wait for a peer that does not read. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

export interface ConnectionUser {
  onMessage(text: string, connection: TcpConnection): void;
  /** The stream cannot be understood any more. What is sent now still leaves; then the connection is closed. */
  onRefused(frame: Frame & { readonly type: "refused" }, connection: TcpConnection): void;
  onGone(connection: TcpConnection, failure: TransportFailure): void;
}

export class TcpConnection implements TimerOwner {
  readonly flow: Flow;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #counters: TransportCounters;
  readonly #user: ConnectionUser;
  readonly #framer = new Framer();
  #state: "connecting" | "open" | "closing";
  #failure: TransportFailure = { code: "closed", message: "The peer closed the connection." };
  /** Whether a message has come, or the connection was opened by us. */
  #isProven: boolean;
  #lastActiveMs: number;
  /** Until when we must be connected, have a whole message, or be closed. */
  #deadline: Timer | null = null;
  #idle: Timer;

  constructor(
    socket: Socket,
    flow: Flow,
    options: { state: "connecting" | "open"; clock: Clock; counters: TransportCounters; user: ConnectionUser },
  ) {
    this.flow = flow;
    this.#socket = socket;
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#user = options.user;
    this.#state = options.state;
    this.#isProven = options.state === "connecting";
    this.#lastActiveMs = this.#clock.now();
    this.#idle = this.#clock.startTimer(IDLE_TIMEOUT_MS, this, "idle");
    if (options.state === "connecting") this.#startDeadline(CONNECT_TIMEOUT_MS, "connect");
    else this.#startDeadline(INPUT_TIMEOUT_MS, "input");
    socket.on("connect", () => this.#connected());
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => this.#closeAfterOutput(this.#failure));
    socket.on("error", (error) => {
      // The first reason is the true one: what we closed ourselves fails afterwards.
      if (this.#state !== "closing") this.#failure = toFailure(error);
      this.#state = "closing";
    });
    socket.on("close", () => this.#gone());
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether what is sent now will leave, at once or when the connection is made. */
  get isUsable(): boolean {
    return this.#state !== "closing";
  }

  send(text: string): void {
    if (this.#socket.writableLength + text.length > MAX_QUEUED_BYTES) {
      this.#counters.queueOverflows++;
      this.close({ code: "queue-full", message: `The peer has not read ${this.#socket.writableLength} bytes.` });
      return;
    }
    this.#lastActiveMs = this.#clock.now();
    this.#socket.write(text, "latin1");
  }

  /** Ends the connection at once. */
  close(failure: TransportFailure): void {
    if (this.#state !== "closing") this.#failure = failure;
    this.#state = "closing";
    this.#socket.destroy();
  }

  expire(kind: string): void {
    switch (kind) {
      case "connect":
        this.close({ code: "timeout", message: `Not connected within ${CONNECT_TIMEOUT_MS} ms.` });
        break;
      case "input":
        this.close({ code: "timeout", message: `No whole message within ${INPUT_TIMEOUT_MS} ms.` });
        break;
      case "idle":
        this.#checkIdle();
        break;
      case "linger":
        this.#socket.destroy();
        break;
    }
  }

  #connected(): void {
    if (this.#state !== "connecting") return;
    this.#state = "open";
    this.#stopDeadline();
  }

  #receive(chunk: Buffer): void {
    // What comes after the end was decided is read, so that the peer gets our last answer and not a reset, and dropped.
    if (this.#state === "closing") return;
    this.#lastActiveMs = this.#clock.now();
    let hasMessage = false;
    let keepAlives = 0;
    for (const frame of this.#framer.push(chunk.toString("latin1"))) {
      if (!this.isUsable) return;
      switch (frame.type) {
        case "message":
          hasMessage = true;
          this.#user.onMessage(frame.text, this);
          break;
        case "keep-alive":
          keepAlives++;
          break;
        case "refused":
          this.#user.onRefused(frame, this);
          this.#closeAfterOutput({ code: "bad-input", message: "The peer sent what is no SIP, or too much of it." });
          return;
      }
    }
    if (keepAlives > 0) this.#answerKeepAlives(keepAlives);
    if (this.isUsable) this.#watchInput(hasMessage);
  }

  /** In one write, since a hostile chunk may hold thousands. */
  #answerKeepAlives(count: number): void {
    this.#counters.keepAlives += count;
    this.send("\r\n".repeat(count));
  }

  /** Gives each message its own time from its first octet on, however slowly it drips. */
  #watchInput(hasMessage: boolean): void {
    if (hasMessage) this.#isProven = true;
    if (!this.#isProven) return;
    if (!this.#framer.isMidMessage) this.#stopDeadline();
    else if (hasMessage || this.#deadline === null) this.#startDeadline(INPUT_TIMEOUT_MS, "input");
  }

  #checkIdle(): void {
    const leftMs = this.#lastActiveMs + IDLE_TIMEOUT_MS - this.#clock.now();
    if (leftMs > 0) this.#idle = this.#clock.startTimer(leftMs, this, "idle");
    else this.close({ code: "idle", message: `Nothing was sent or received for ${IDLE_TIMEOUT_MS} ms.` });
  }

  #closeAfterOutput(failure: TransportFailure): void {
    if (this.#state === "closing") return;
    this.#state = "closing";
    this.#failure = failure;
    this.#socket.end();
    this.#startDeadline(LINGER_MS, "linger");
  }

  #gone(): void {
    this.#state = "closing";
    this.#stopDeadline();
    this.#idle.cancel();
    this.#user.onGone(this, this.#failure);
  }

  #startDeadline(ms: number, kind: "connect" | "input" | "linger"): void {
    this.#stopDeadline();
    this.#deadline = this.#clock.startTimer(ms, this, kind);
  }

  #stopDeadline(): void {
    this.#deadline?.cancel();
    this.#deadline = null;
  }
}
