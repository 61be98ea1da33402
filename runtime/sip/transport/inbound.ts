/**
 * What every message passes that comes in, whatever it came by (RFC 3261 §18): it is parsed, its source is stamped into
 * requests, what is malformed is refused without keeping state, and responses that are not for us are dropped.
 */
import type { Log } from "../../base/log.ts";
import { randomText } from "../../base/random.ts";
import type { SipMessage, SipRequest, SipResponse } from "../message/message.ts";
import { parseMessage } from "../message/parse.ts";
import { serializeResponse } from "../message/serialize.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import type { Frame } from "./framing.ts";
import { stampSource } from "./response-route.ts";
import type { SourceGuard } from "./source-guard.ts";

export interface TransportUser {
  onRequest(request: SipRequest, flow: Flow): void;
  onResponse(response: SipResponse, flow: Flow): void;
  /** A connection is gone or could not be made; what was sent on it may be lost. */
  onFlowFailed(flow: Flow, failure: TransportFailure): void;
  /** A connection that was there is gone, whether anything was under way on it or not; `onFlowFailed` has told so before. */
  onFlowClosed?(flow: Flow): void;
}

/** Whatever is answered is long enough to be no keep-alive. */
const MALFORMED_REQUEST = Number.POSITIVE_INFINITY;

export interface InboundOptions {
  readonly log: Log;
  readonly user: TransportUser;
  readonly counters: TransportCounters;
  readonly guard: SourceGuard;
  isOurs(host: string, port: number | undefined): boolean;
  /** Sends the answer to a request that nobody else has seen. */
  answer(text: string, request: SipRequest, flow: Flow): void;
}

/** Nothing that a peer sends may end the process: what throws while it is handled costs that one message. */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #user: TransportUser;
  readonly #counters: TransportCounters;
  /** RFC 3261 §8.2.7: answers without state bear the same tag for every retransmission of a request. */
  readonly #statelessTag = randomText(16);
  #isClosed = false;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#user = options.user;
    this.#counters = options.counters;
  }

  /** The user hears nothing more. */
  close(): void {
    this.#isClosed = true;
  }

  receive(text: string, flow: Flow, transport: "datagram" | "stream"): void {
    if (this.#isClosed) return;
    try {
      const outcome = parseMessage(text, transport);
      if (outcome.type === "message") this.#deliver(outcome.message, flow);
      else if (outcome.type === "refused") this.#refuse(outcome.status, outcome.reason, outcome.request, flow);
      else {
        this.#counters.ignored++;
        if (outcome.why !== "keep-alive") this.#options.guard.malformed(flow.remoteAddress, text.length);
      }
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  /** A stream that cannot be cut any more: answers its last message by what there is of the head. */
  refuse(frame: Frame & { readonly type: "refused" }, flow: Flow): void {
    if (this.#isClosed) return;
    try {
      const outcome = parseMessage(frame.head, "stream");
      const found =
        outcome.type === "message" ? outcome.message : outcome.type === "refused" ? outcome.request : undefined;
      this.#refuse(frame.status, frame.reason, found?.type === "request" ? found : undefined, flow);
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  flowFailed(flow: Flow, failure: TransportFailure): void {
    if (this.#isClosed) return;
    if (failure.code === "tls-failed") this.#tellOperator(flow, failure);
    try {
      this.#user.onFlowFailed(flow, failure);
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  flowClosed(flow: Flow): void {
    if (this.#isClosed) return;
    try {
      this.#user.onFlowClosed?.(flow);
    } catch (error) {
      this.#handlerFailed(error, flow);
    }
  }

  #deliver(message: SipMessage, flow: Flow): void {
    if (message.type === "request") {
      this.#counters.messagesIn++;
      stampSource(message, flow);
      this.#user.onRequest(message, flow);
      return;
    }
    const { host, port } = message.topVia;
    // RFC 3261 §18.1.2: an answer to somebody else's request has come astray, or is forged.
    if (!this.#options.isOurs(host, port)) {
      this.#counters.droppedResponses++;
      return;
    }
    this.#counters.messagesIn++;
    this.#user.onResponse(message, flow);
  }

  #refuse(status: number, reason: string, request: SipRequest | undefined, flow: Flow): void {
    this.#counters.refused.set(status, (this.#counters.refused.get(status) ?? 0) + 1);
    this.#options.guard.malformed(flow.remoteAddress, MALFORMED_REQUEST);
    // RFC 3261 §17.1.1.3: there is no answer to an ACK.
    if (request === undefined || request.method === "ACK") return;
    stampSource(request, flow);
    const text = serializeResponse(request, { status, reason, toTag: this.#statelessTag });
    this.#options.answer(text, request, flow);
  }

  /** Whoever set up a trunk or a phone has to know: nothing on the wire says why. */
  #tellOperator({ remoteAddress, remotePort }: Flow, { message }: TransportFailure): void {
    const fields = { why: message, port: remotePort, personal: { remoteAddress } };
    this.#options.log.warn("A TLS connection could not be made", fields);
  }

  #handlerFailed(error: unknown, flow: Flow): void {
    this.#counters.handlerErrors++;
    this.#options.log.error("A message could not be handled", {
      error,
      transport: flow.transport,
      personal: { remoteAddress: flow.remoteAddress },
    });
  }
}
