/**
 * One WebSocket (RFC 7118): a message of its own for each message of SIP, text or binary; pings that find out whether the
 * peer is still there; the keep-alive of RFC 5626 §4.4.1 for clients that know no ping.
 */
import { isUtf8 } from "node:buffer";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import {
  type Connection,
  type ConnectionUser,
  IDLE_TIMEOUT_MS,
  INPUT_TIMEOUT_MS,
  MAX_QUEUED_BYTES,
} from "../connection.ts";
import type { TransportCounters } from "../counters.ts";
import type { TransportFailure } from "../failure.ts";
import type { Flow } from "../flow.ts";

/** Answers to keep-alives that may wait for a peer that does not read: each costs much more than its few octets. */
const MAX_QUEUED_PONGS = 64;
/** Proxies in front of us forget a silent connection after a minute. */
export const PING_EVERY_MS = 30_000;
const LINE_ENDS = /^(?:\r\n)*$/;
const PING = "\r\n\r\n";
const PONG = "\r\n";
/** RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;

export class WebSocketConnection implements Connection, TimerOwner {
  readonly flow: Flow;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #counters: TransportCounters;
  readonly #user: ConnectionUser;
  #failure: TransportFailure = { code: "closed", message: "The peer closed the connection." };
  #isClosing = false;
  /** Whether a message has come. */
  #isProven = false;
  /** Whether something has become whole since octets came last: a message, or a frame of control. */
  #isWhole = false;
  /** Whether the peer has shown itself since the last ping. */
  #isHeard = true;
  #lastActiveMs: number;
  /** Whether a keep-alive waits for its answer. */
  #isAsked = false;
  #queuedPongs = 0;
  /** Until when we must have a whole message, or be closed. */
  #deadline: Timer | null = null;
  #nextPing: Timer;

  constructor(
    socket: WebSocket,
    stream: Socket,
    flow: Flow,
    options: { clock: Clock; counters: TransportCounters; user: ConnectionUser },
  ) {
    this.flow = flow;
    this.#socket = socket;
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#user = options.user;
    this.#lastActiveMs = this.#clock.now();
    this.#nextPing = this.#clock.startTimer(PING_EVERY_MS, this, "ping");
    this.#startDeadline();
    socket.on("message", (data: Buffer) => this.#receive(data.toString("latin1")));
    socket.on("ping", this.#heardControl);
    socket.on("pong", this.#heardControl);
    // Behind the listener of the WebSocket: what this chunk has made whole is known by now.
    stream.on("data", () => this.#chunkRead());
    socket.on("error", (error) => {
      if (!this.#isClosing) this.#failure = { code: "bad-input", message: error.message };
      this.#isClosing = true;
    });
    socket.on("close", () => this.#gone());
  }

  get isOpen(): boolean {
    return this.isUsable;
  }

  get isUsable(): boolean {
    return !this.#isClosing && this.#socket.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    if (!this.isUsable) return;
    const queued = this.#socket.bufferedAmount;
    if (queued + text.length > MAX_QUEUED_BYTES) {
      this.#counters.queueOverflows++;
      this.close({ code: "queue-full", message: `The peer has not read ${queued} bytes.` });
      return;
    }
    this.#lastActiveMs = this.#clock.now();
    const bytes = Buffer.from(text, "latin1");
    // RFC 6455 §8.1: a text frame that is not UTF-8 ends the connection.
    this.#socket.send(bytes, { binary: !isUtf8(bytes) });
  }

  ping(): void {
    if (this.isUsable) this.#socket.ping();
  }

  close(failure: TransportFailure): void {
    if (!this.#isClosing) this.#failure = failure;
    this.#isClosing = true;
    this.#socket.close(GOING_AWAY);
    this.#socket.terminate();
  }

  expire(kind: string): void {
    switch (kind) {
      case "input":
        this.close({ code: "timeout", message: `No whole message within ${INPUT_TIMEOUT_MS} ms.` });
        break;
      case "ping":
        this.#pingOrEnd();
        break;
    }
  }

  #pingOrEnd(): void {
    if (this.#isClosing) return;
    if (!this.#isHeard) {
      this.close({ code: "timeout", message: `The peer has not answered a ping within ${PING_EVERY_MS} ms.` });
    } else if (this.#clock.now() - this.#lastActiveMs >= IDLE_TIMEOUT_MS) {
      this.close({ code: "idle", message: `Nothing was sent or received for ${IDLE_TIMEOUT_MS} ms.` });
    } else {
      this.#isHeard = false;
      this.#socket.ping();
      this.#nextPing = this.#clock.startTimer(PING_EVERY_MS, this, "ping");
    }
  }

  #receive(text: string): void {
    if (this.#isClosing) return;
    this.#isWhole = true;
    this.#isHeard = true;
    this.#lastActiveMs = this.#clock.now();
    if (!LINE_ENDS.test(text)) {
      this.#isProven = true;
      this.#user.onMessage(text, this);
    } else if (text === PING) {
      this.#counters.keepAlives++;
      this.#isAsked = true;
    }
  }

  #chunkRead(): void {
    this.#watchInput();
    if (this.#isAsked && this.isUsable) this.#answerKeepAlive();
    this.#isAsked = false;
  }

  /** Once for all that one chunk has brought, which may be thousands. */
  #answerKeepAlive(): void {
    this.#queuedPongs = this.#socket.bufferedAmount === 0 ? 0 : this.#queuedPongs + 1;
    if (this.#queuedPongs <= MAX_QUEUED_PONGS) this.send(PONG);
    else this.close({ code: "queue-full", message: `The peer has not read ${MAX_QUEUED_PONGS} keep-alives.` });
  }

  readonly #heardControl = (): void => {
    this.#isWhole = true;
    this.#isHeard = true;
  };

  /** Gives each message its own time from its first octets on, however slowly it drips. */
  #watchInput(): void {
    if (this.#isClosing || !this.#isProven) return;
    if (this.#isWhole) this.#stopDeadline();
    else if (this.#deadline === null) this.#startDeadline();
    this.#isWhole = false;
  }

  #gone(): void {
    this.#isClosing = true;
    this.#stopDeadline();
    this.#nextPing.cancel();
    this.#user.onGone(this, this.#failure);
  }

  #startDeadline(): void {
    this.#deadline = this.#clock.startTimer(INPUT_TIMEOUT_MS, this, "input");
  }

  #stopDeadline(): void {
    this.#deadline?.cancel();
    this.#deadline = null;
  }
}
