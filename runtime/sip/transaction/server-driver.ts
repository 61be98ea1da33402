/**
 * A server transaction (RFC 3261 §17.2): does what its machine says. Holds the request until there is a final response,
 * the last response while it may have to be sent again, and after a 2xx little but its key (RFC 6026).
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import type { SipRequest } from "../message/message.ts";
import { serializeResponse } from "../message/serialize.ts";
import { type Flow, isReliable } from "../transport/flow.ts";
import { responseInput, type ServerEffect, type ServerTimerEffect } from "./effect.ts";
import { inviteServer } from "./invite-server.ts";
import type { TransactionKey } from "./key.ts";
import type { AnyMachine } from "./machine.ts";
import { nonInviteServer } from "./non-invite-server.ts";
import { patience, type Timing, TRYING_AFTER_MS } from "./timing.ts";
import type { ServerTransaction } from "./user.ts";

/** What a server transaction needs of its layer. */
export interface ServerHost {
  readonly clock: Clock;
  readonly timing: Timing;
  send(text: string, flow: Flow): void;
  responseFlow(request: SipRequest, flow: Flow): Flow;
  /** The request is new. */
  pass(transaction: ServerDriver, request: SipRequest): void;
  passAck(ack: SipRequest, flow: Flow): void;
  /** It is about to say 100 by itself. */
  trying(transaction: ServerDriver): void;
  /** The transaction has come to its end. */
  remove(transaction: ServerDriver): void;
}

interface ReceivedAck {
  readonly request: SipRequest;
  readonly flow: Flow;
}

export class ServerDriver implements ServerTransaction, TimerOwner {
  readonly key: TransactionKey;
  readonly #host: ServerHost;
  readonly #machine: AnyMachine<ServerEffect>;
  #request: SipRequest | null;
  #flow: Flow;
  #state: string;
  /** The last response; empty: there is none, or it is not needed any more. */
  #response = "";
  /** Told once the ACK of a refusal has come, or is not waited for any more. */
  #heard: (() => void) | null = null;
  #intervalMs = 0;
  /** How long its request had waited when it was started. */
  readonly #waitedMs: number;
  /** Timer 100 or G. */
  #retransmission: Timer | null = null;
  /** The timer that ends the state. */
  #limit: Timer | null = null;

  constructor(host: ServerHost, key: TransactionKey, request: SipRequest, flow: Flow, waitedMs = 0) {
    this.key = key;
    this.#host = host;
    this.#machine = request.method === "INVITE" ? inviteServer : nonInviteServer;
    this.#request = request;
    this.#flow = host.responseFlow(request, flow);
    this.#waitedMs = waitedMs;
    this.#state = this.#machine.initial.next;
  }

  get request(): SipRequest {
    if (this.#request === null) {
      throw new InvariantError(
        `The request of a transaction that is ${this.#state} is gone: keep what is needed of it`,
      );
    }
    return this.#request;
  }

  get flow(): Flow {
    return this.#flow;
  }

  get state(): string {
    return this.#state;
  }

  start(): void {
    for (const effect of this.#machine.initial.effects) this.#do(effect, "", null);
  }

  respond(status: number, text: string, heard?: () => void): void {
    this.#heard ??= heard ?? null;
    this.#step(responseInput(status), text, null);
  }

  /** The request has come once more. */
  receiveAgain(): void {
    this.#step("request", "", null);
  }

  receiveAck(request: SipRequest, flow: Flow): void {
    this.#step("ack", "", { request, flow });
  }

  expire(kind: string): void {
    if (kind === "timer-g" || kind === "timer-100") this.#retransmission = null;
    else this.#limit = null;
    this.#step(kind, "", null);
  }

  #step(input: string, response: string, ack: ReceivedAck | null): void {
    const step = this.#machine.states[this.#state]?.[input];
    if (step === null || step === undefined) return;
    this.#state = step.next;
    for (const effect of step.effects) this.#do(effect, response, ack);
  }

  #do(effect: ServerEffect, response: string, ack: ReceivedAck | null): void {
    switch (effect) {
      case "pass":
        this.#host.pass(this, this.request);
        break;
      case "pass-ack":
        if (ack !== null) this.#host.passAck(ack.request, ack.flow);
        break;
      case "send-trying":
        this.#host.trying(this);
        this.#send(serializeResponse(this.request, { status: 100 }));
        break;
      case "send":
        this.#send(response);
        break;
      case "resend":
        if (this.#response !== "") this.#host.send(this.#response, this.#flow);
        break;
      case "refuse-second-final":
        throw new InvariantError(`A second final response, in a transaction that is ${this.#state}`);
      case "heard": {
        const heard = this.#heard;
        this.#heard = null;
        heard?.();
        break;
      }
      case "forget-request":
        this.#request = null;
        break;
      case "forget-response":
        this.#response = "";
        break;
      case "terminate":
        this.#host.remove(this);
        break;
      default:
        this.#doTimer(effect);
    }
  }

  #doTimer(effect: ServerTimerEffect): void {
    const { timing } = this.#host;
    switch (effect) {
      case "start-timer-100":
        this.#retransmission = this.#host.clock.startTimer(
          Math.max(TRYING_AFTER_MS - this.#waitedMs, 0),
          this,
          "timer-100",
        );
        break;
      case "start-timer-g":
        this.#startRetransmission();
        break;
      case "start-timer-h":
        this.#startLimit("timer-h", patience(timing));
        break;
      case "start-timer-l":
        this.#startLimit("timer-l", patience(timing));
        break;
      case "start-timer-i":
        this.#startLinger("timer-i", timing.t4);
        break;
      case "start-timer-j":
        this.#startLinger("timer-j", patience(timing));
        break;
      case "stop-timers":
        this.#stopTimers();
        break;
      default:
        effect satisfies never;
    }
  }

  #send(response: string): void {
    // RFC 3261 §18.2.2: the connection of the request may be gone by now, and another has to take its place.
    if (isReliable(this.#flow)) this.#flow = this.#host.responseFlow(this.request, this.#flow);
    this.#response = response;
    this.#host.send(response, this.#flow);
  }

  #startRetransmission(): void {
    if (isReliable(this.#flow)) return;
    const { t1, t2 } = this.#host.timing;
    this.#intervalMs = this.#intervalMs === 0 ? t1 : Math.min(this.#intervalMs * 2, t2);
    this.#retransmission = this.#host.clock.startTimer(this.#intervalMs, this, "timer-g");
  }

  #startLimit(kind: string, ms: number): void {
    this.#limit = this.#host.clock.startTimer(ms, this, kind);
  }

  /** Waits for retransmissions from the other side; a reliable flow has none, and the state ends at once. */
  #startLinger(kind: string, ms: number): void {
    if (isReliable(this.#flow)) this.#step(kind, "", null);
    else this.#startLimit(kind, ms);
  }

  #stopTimers(): void {
    this.#retransmission?.cancel();
    this.#retransmission = null;
    this.#limit?.cancel();
    this.#limit = null;
  }
}
