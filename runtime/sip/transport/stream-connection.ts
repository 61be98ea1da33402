/**
 * One connection over TCP or TLS (RFC 3261 §18, RFC 5626 §4.4.1): frames its input, bounds what waits to be written, and
 * ends when the peer stalls, is silent or goes away.
 */
import type { Socket } from "node:net";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import {
  CONNECT_TIMEOUT_MS,
  type Connection,
  type ConnectionUser,
  IDLE_TIMEOUT_MS,
  INPUT_TIMEOUT_MS,
  LINGER_MS,
  MAX_QUEUED_BYTES,
} from "./connection.ts";
import type { TransportCounters } from "./counters.ts";
import { type TransportFailure, toFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import { Framer } from "./framing.ts";

const PING = "\r\n\r\n";
const PONG = "\r\n";
const HANDSHAKE_ENDED: TransportFailure = {
  code: "tls-failed",
  message: "The peer closed the connection before TLS was agreed on.",
};

export class StreamConnection implements Connection, TimerOwner {
  readonly flow: Flow;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #counters: TransportCounters;
  readonly #user: ConnectionUser;
  readonly #framer = new Framer();
  /**
   * What was sent before the connection was made. It stays here until then: what a TLS socket is given early may leave
   * before its peer's certificate has been looked at.
   */
  #waiting = "";
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
    if (options.state === "connecting") {
      socket.on(flow.transport === "tls" ? "secureConnect" : "connect", () => this.#connected());
    }
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => this.#closeAfterOutput(this.#isShakingHands ? HANDSHAKE_ENDED : this.#failure));
    socket.on("error", (error) => {
      // The first reason is the true one: what we closed ourselves fails afterwards.
      if (this.#state !== "closing") this.#failure = toFailure(error, this.#isShakingHands);
      this.#state = "closing";
    });
    socket.on("close", () => this.#gone());
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isUsable(): boolean {
    return this.#state !== "closing";
  }

  send(text: string): void {
    const queued = this.#socket.writableLength + this.#waiting.length;
    if (queued + text.length > MAX_QUEUED_BYTES) {
      this.#counters.queueOverflows++;
      this.close({ code: "queue-full", message: `The peer has not read ${queued} bytes.` });
      return;
    }
    this.#lastActiveMs = this.#clock.now();
    if (this.#state === "connecting") this.#waiting += text;
    else this.#socket.write(text, "latin1");
  }

  ping(): void {
    this.send(PING);
  }

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
    if (this.#waiting !== "") this.#socket.write(this.#waiting, "latin1");
    this.#waiting = "";
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
    this.send(PONG.repeat(count));
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

  get #isShakingHands(): boolean {
    return this.#state === "connecting" && this.flow.transport === "tls";
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
