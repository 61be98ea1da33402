/**
 * A client transaction (RFC 3261 §17.1): does what its machine says. Holds the text, the flow and at most two timers, and
 * lets go of what a later state does not need: up to 100,000 of these live at a time.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { SipResponse } from "../message/message.ts";
import { type Flow, isReliable } from "../transport/flow.ts";
import { buildAck } from "./ack.ts";
import { type ClientEffect, type ClientTimerEffect, responseInput } from "./effect.ts";
import { inviteClient } from "./invite-client.ts";
import type { AnyMachine } from "./machine.ts";
import { nonInviteClient } from "./non-invite-client.ts";
import { patience, type Timing } from "./timing.ts";
import type { ClientTransaction, ClientUser } from "./user.ts";

/** What a client transaction needs of its layer. */
export interface ClientHost {
  readonly clock: Clock;
  readonly timing: Timing;
  send(text: string, flow: Flow): void;
  stray(response: SipResponse, flow: Flow): void;
  /** The transaction has come to its end. */
  remove(transaction: ClientDriver): void;
}

export class ClientDriver implements ClientTransaction, TimerOwner {
  readonly method: string;
  readonly branch: string;
  readonly flow: Flow;
  readonly #host: ClientHost;
  readonly #user: ClientUser;
  readonly #machine: AnyMachine<ClientEffect>;
  #state: string;
  #text: string;
  #ack = "";
  #intervalMs = 0;
  /** Timer A or E. */
  #retransmission: Timer | null = null;
  /** The timer that ends the state. */
  #limit: Timer | null = null;

  constructor(
    host: ClientHost,
    request: { readonly method: string; readonly branch: string; readonly text: string; readonly flow: Flow },
    user: ClientUser,
  ) {
    this.method = request.method;
    this.branch = request.branch;
    this.flow = request.flow;
    this.#host = host;
    this.#user = user;
    this.#machine = request.method === "INVITE" ? inviteClient : nonInviteClient;
    this.#state = this.#machine.initial.next;
    this.#text = request.text;
  }

  get state(): string {
    return this.#state;
  }

  get text(): string {
    return this.#text;
  }

  start(): void {
    for (const effect of this.#machine.initial.effects) this.#do(effect, null, this.flow);
  }

  /** An INVITE that an earlier process has sent: its answers are waited for. */
  adopt(): void {
    this.#state = "proceeding";
  }

  receive(response: SipResponse, flow: Flow): void {
    this.#step(responseInput(response.status), response, flow);
  }

  /** A CANCEL for this transaction has been sent. */
  cancelled(): void {
    this.#step("cancel", null, this.flow);
  }

  flowFailed(): void {
    this.#step("transport-error", null, this.flow);
  }

  expire(kind: string): void {
    if (kind === "timer-a" || kind === "timer-e") this.#retransmission = null;
    else this.#limit = null;
    this.#step(kind, null, this.flow);
  }

  /** `response`: the one that is the input; `flow`: where it came from. */
  #step(input: string, response: SipResponse | null, flow: Flow): void {
    const step = this.#machine.states[this.#state]?.[input];
    if (step === null || step === undefined) return;
    this.#state = step.next;
    for (const effect of step.effects) this.#do(effect, response, flow);
  }

  #do(effect: ClientEffect, response: SipResponse | null, flow: Flow): void {
    switch (effect) {
      case "send":
        this.#host.send(this.#text, this.flow);
        break;
      case "ack":
        if (this.#ack === "" && response !== null) this.#ack = buildAck(this.#text, response);
        this.#host.send(this.#ack, this.flow);
        break;
      case "pass":
        if (response !== null) this.#user.onResponse(response, this);
        break;
      case "stray":
        if (response !== null) this.#host.stray(response, flow);
        break;
      case "timeout":
        this.#user.onFailure("timeout", this);
        break;
      case "transport-failure":
        this.#user.onFailure("transport", this);
        break;
      case "forget-request":
        this.#text = "";
        break;
      case "terminate":
        this.#host.remove(this);
        break;
      default:
        this.#doTimer(effect);
    }
  }

  #doTimer(effect: ClientTimerEffect): void {
    const { timing } = this.#host;
    switch (effect) {
      case "start-timer-a":
        this.#startRetransmission("timer-a", this.#intervalMs === 0 ? timing.t1 : this.#intervalMs * 2);
        break;
      case "start-timer-e":
        this.#startRetransmission(
          "timer-e",
          this.#intervalMs === 0 ? timing.t1 : Math.min(this.#intervalMs * 2, timing.t2),
        );
        break;
      case "start-timer-e-at-t2":
        this.#startRetransmission("timer-e", timing.t2);
        break;
      case "start-timer-b":
        this.#startLimit("timer-b", patience(timing));
        break;
      case "start-timer-f":
        this.#startLimit("timer-f", patience(timing));
        break;
      case "start-timer-m":
        this.#startLimit("timer-m", patience(timing));
        break;
      case "start-timer-d":
        this.#startLinger("timer-d", patience(timing));
        break;
      case "start-timer-k":
        this.#startLinger("timer-k", timing.t4);
        break;
      case "stop-timers":
        this.#stopTimers();
        break;
      default:
        effect satisfies never;
    }
  }

  #startRetransmission(kind: string, ms: number): void {
    if (isReliable(this.flow)) return;
    this.#intervalMs = ms;
    this.#retransmission = this.#host.clock.startTimer(ms, this, kind);
  }

  #startLimit(kind: string, ms: number): void {
    this.#limit = this.#host.clock.startTimer(ms, this, kind);
  }

  /** Waits for retransmissions of the response; a reliable flow has none, and the state ends at once. */
  #startLinger(kind: string, ms: number): void {
    if (isReliable(this.flow)) this.#step(kind, null, this.flow);
    else this.#startLimit(kind, ms);
  }

  #stopTimers(): void {
    this.#retransmission?.cancel();
    this.#retransmission = null;
    this.#limit?.cancel();
    this.#limit = null;
  }
}
