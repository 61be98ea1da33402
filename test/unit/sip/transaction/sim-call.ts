/**
 * Two ends that call each other over a bad network: what a dialog does above the transactions, as little of it as a call
 * needs. The callee sends its 2xx again until the ACK comes; the caller acknowledges, hangs up, or cancels.
 */
import type { TimerOwner } from "../../../../runtime/base/clock.ts";
import type { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import type { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { SipRequest, SipResponse } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { serializeResponse } from "../../../../runtime/sip/message/serialize.ts";
import {
  type ClientTransaction,
  type ClientUser,
  type ServerTransaction,
  TransactionLayer,
  type TransactionUser,
} from "../../../../runtime/sip/transaction/layer.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { requestText, udp } from "./world.ts";

const T2_MS = 4000;
const GIVE_UP_MS = 32_000;
const RING_LIMIT_MS = 60_000;

export const fromCaller: Flow = { ...udp, localAddress: "192.0.2.9", remoteAddress: "192.0.2.1" };

function join(net: SimNet, address: string, clock: VirtualClock, user: TransactionUser): TransactionLayer {
  const layer = new TransactionLayer({
    clock,
    send: (text, flow) => net.send(text, flow),
    responseFlow: (_request, flow) => flow,
    user,
  });
  net.attach(address, 5060, (text, flow) => {
    const outcome = parseMessage(text, "datagram");
    if (outcome.type !== "message") throw new Error(`the network carries what is no message: ${text}`);
    if (outcome.message.type === "request") layer.receiveRequest(outcome.message, flow);
    else layer.receiveResponse(outcome.message, flow);
  });
  return layer;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Sends INVITE, CANCEL, BYE and the ACK of a 2xx. Calls are named by their Call-ID. */
export class Caller implements TransactionUser, ClientUser, TimerOwner {
  readonly layer: TransactionLayer;
  /** Final responses and failures by call and method; retransmissions of a 2xx are not counted. */
  readonly outcomes = new Map<string, string[]>();
  readonly #clock: VirtualClock;
  readonly #net: SimNet;
  readonly #calls = new Map<string, string>();
  readonly #acks = new Map<string, string>();

  constructor(clock: VirtualClock, net: SimNet) {
    this.#clock = clock;
    this.#net = net;
    this.layer = join(net, fromCaller.localAddress, clock, this);
  }

  invite(callId: string): void {
    this.#send("INVITE", callId);
    const patience = this.#net.random() < 0.3 ? this.#net.random() * 10_000 : RING_LIMIT_MS;
    this.#clock.startTimer(patience, this, `give-up ${callId}`);
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    if (response.status < 200) return;
    const { callId } = response;
    const isAnswer = transaction.method === "INVITE" && response.status < 300;
    const isFirst = !this.#acks.has(callId);
    if (!isAnswer || isFirst) this.#note(callId, transaction.method, String(response.status));
    if (!isAnswer) return;
    if (isFirst) {
      this.#acks.set(callId, requestText("ACK", { callId, branch: `z9hG4bK-ack-${callId}` }));
      this.#clock.startTimer(this.#net.random() * 5000, this, `hang-up ${callId}`);
    }
    this.#net.send(this.#acks.get(callId) ?? "", fromCaller);
  }

  onFailure(failure: string, transaction: ClientTransaction): void {
    const callId = transaction.branch.replace(/^.*-/, "");
    this.#note(callId, transaction.method, failure);
  }

  expire(kind: string): void {
    const [what, callId = ""] = kind.split(" ");
    if (what === "hang-up") this.#send("BYE", callId);
    else if (this.#calls.get(callId) === "proceeding") this.#send("CANCEL", callId);
    else if (!this.outcomes.has(`${callId} INVITE`)) this.#clock.startTimer(500, this, kind);
  }

  onRequest(): void {}
  onCancel(): void {}
  onAck(): void {}
  onStrayResponse(): void {}

  #send(method: string, callId: string): void {
    const branch = `z9hG4bK-${method === "BYE" ? "bye" : "call"}-${callId}`;
    const text = requestText(method, { callId, branch, cseq: method === "BYE" ? 2 : 1 });
    const user: ClientUser = {
      onResponse: (response, transaction) => {
        if (method === "INVITE") this.#calls.set(callId, response.status < 200 ? "proceeding" : "over");
        this.onResponse(response, transaction);
      },
      onFailure: (failure, transaction) => this.onFailure(failure, transaction),
    };
    this.layer.request({ method, branch, text, flow: fromCaller }, user);
  }

  #note(callId: string, method: string, outcome: string): void {
    const key = `${callId} ${method}`;
    this.outcomes.set(key, [...(this.outcomes.get(key) ?? []), outcome]);
  }
}

/** Rings, answers, refuses: by chance. */
export class Callee implements TransactionUser, TimerOwner {
  readonly layer: TransactionLayer;
  /** How often each request has been seen, by call and method. */
  readonly seen = new Map<string, number>();
  /** The final response to each INVITE, by call. */
  readonly finals = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #net: SimNet;
  readonly #invites = new Map<string, { transaction: ServerTransaction; request: SipRequest; flow: Flow }>();
  /** 2xx without ACK: the text and the time until it is sent again. */
  readonly #unacknowledged = new Map<string, { text: string; ms: number; since: number }>();

  constructor(clock: VirtualClock, net: SimNet) {
    this.#clock = clock;
    this.#net = net;
    this.layer = join(net, fromCaller.remoteAddress, clock, this);
  }

  onRequest(transaction: ServerTransaction): void {
    const { request, flow } = transaction;
    count(this.seen, `${request.callId} ${request.method}`);
    if (request.method !== "INVITE") {
      transaction.respond(200, serializeResponse(request, { status: 200, toTag: "callee" }));
      return;
    }
    this.#invites.set(request.callId, { transaction, request, flow });
    if (this.#net.random() < 0.2) {
      this.#answer(request.callId, 486);
      return;
    }
    this.#clock.startTimer(this.#net.random() * 1000, this, `180 ${request.callId}`);
    const status = this.#net.random() < 0.6 ? 200 : 603;
    this.#clock.startTimer(1000 + this.#net.random() * 10_000, this, `${status} ${request.callId}`);
  }

  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void {
    const { request } = cancel;
    count(this.seen, `${request.callId} CANCEL`);
    const status = invite === undefined ? 481 : 200;
    cancel.respond(status, serializeResponse(request, { status, toTag: "callee" }));
    this.#answer(request.callId, 487);
  }

  onAck(request: SipRequest): void {
    count(this.seen, `${request.callId} ACK`);
    this.#unacknowledged.delete(request.callId);
  }

  onStrayResponse(): void {}

  expire(kind: string): void {
    const [what, callId = ""] = kind.split(" ");
    if (what === "again") this.#answerAgain(callId);
    else this.#answer(callId, Number(what));
  }

  #answer(callId: string, status: number): void {
    const invite = this.#invites.get(callId);
    if (invite === undefined || this.finals.has(callId)) return;
    const text = serializeResponse(invite.request, { status, toTag: "callee" });
    invite.transaction.respond(status, text);
    if (status < 200) return;
    this.finals.set(callId, status);
    if (status !== 200) return;
    this.#unacknowledged.set(callId, { text, ms: 500, since: this.#clock.now() });
    this.#clock.startTimer(500, this, `again ${callId}`);
  }

  #answerAgain(callId: string): void {
    const waiting = this.#unacknowledged.get(callId);
    const flow = this.#invites.get(callId)?.flow;
    if (waiting === undefined || flow === undefined || this.#clock.now() - waiting.since > GIVE_UP_MS) return;
    this.#net.send(waiting.text, flow);
    waiting.ms = Math.min(waiting.ms * 2, T2_MS);
    this.#clock.startTimer(waiting.ms, this, `again ${callId}`);
  }
}
