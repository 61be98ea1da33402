/**
 * One request of ours on its way to whoever will take it: finds the destinations (RFC 3263), tries them in turn while
 * nobody has answered, prefers a stream for what is too large for a datagram (RFC 3261 §18.1.1), and can be cancelled
 * (RFC 3261 §9.1).
 */
import type { Clock, Timer } from "../base/clock.ts";
import type { Hop } from "./hop.ts";
import type { HeaderField, SipResponse } from "./message/message.ts";
import type { ClientTransaction, ClientUser } from "./transaction/layer.ts";
import { type Flow, isReliable } from "./transport/flow.ts";
import type { Destination } from "./transport/locate.ts";

/** Above this a request found by RFC 3263 is tried over TCP first: the path may not carry so large a datagram. */
const LARGEST_DATAGRAM_BYTES = 1300;
const CONNECT_PATIENCE_MS = 1000;

export interface OutgoingRequest {
  readonly method: string;
  readonly uri: string;
  readonly hop: Hop;
  /** Everything but Via, Contact and Content-Length. */
  readonly fields: readonly HeaderField[];
  /** User part of a Contact of ours; absent: the request has none. */
  readonly contactUser?: string | undefined;
  readonly body?: string | undefined;
}

/** What a request needs of the stack. */
export interface RequestPath {
  readonly clock: Clock;
  branch(): string;
  locate(uri: string, found: (destinations: readonly Destination[]) => void): void;
  flowTo(destination: Destination): Flow | undefined;
  isOpen(flow: Flow): boolean;
  /** The text of a request as it leaves over a flow. */
  write(request: OutgoingRequest, flow: Flow, branch: string): string;
  begin(request: { method: string; branch: string; text: string; flow: Flow }, user: ClientUser): ClientTransaction;
}

export interface RequestUser {
  onResponse(response: SipResponse, request: ClientRequest): void;
  /**
   * Nobody has answered: no destination, no connection, or no final response in time. Nothing follows but the 2xx of an
   * INVITE whose stream came up too late.
   */
  onFailure(failure: RequestFailure, request: ClientRequest): void;
}

export type RequestFailure = "unreachable" | "timeout" | "transport";

/** A destination; `datagram`: the stream to it has failed already. */
interface Candidate extends Destination {
  readonly datagram?: boolean;
}

export class ClientRequest implements ClientUser {
  readonly #stack: RequestPath;
  readonly #method: string;
  /** Let go of with the final response: transactions outlive their calls by half a minute. */
  #request: OutgoingRequest | null;
  #user: RequestUser;
  #transaction: ClientTransaction | null = null;
  /** Attempts over streams that did not come up in time; the request may still leave by them. True: cancelled. */
  #abandoned: Map<ClientTransaction, boolean> | null = null;
  /** Destinations still to be tried. */
  #remaining: readonly Candidate[] = [];
  #cancelFields: readonly HeaderField[] | null = null;
  #state: "locating" | "calling" | "proceeding" | "done" = "locating";
  #patience: Timer | null = null;

  constructor(stack: RequestPath, request: OutgoingRequest, user: RequestUser) {
    this.#stack = stack;
    this.#method = request.method;
    this.#request = request;
    this.#user = user;
  }

  /** The flow of the attempt that is under way or has been answered. */
  get flow(): Flow | undefined {
    return this.#transaction?.flow;
  }

  start(): void {
    const hop = this.#request?.hop;
    if (hop === undefined) return;
    if (hop.type === "flow") {
      this.#attempt(hop.flow);
      return;
    }
    this.#stack.locate(hop.uri, (destinations) => {
      this.#remaining = destinations;
      this.#tryNext("unreachable");
    });
  }

  /** Gives an INVITE up: CANCEL at once where the other side has answered provisionally, else as soon as it does. */
  cancel(fields: readonly HeaderField[] = []): void {
    if (this.#cancelFields !== null || this.#state === "done") return;
    this.#cancelFields = fields;
    if (this.#state === "proceeding" && this.#transaction !== null) this.#sendCancel(this.#transaction);
  }

  /** Nobody waits for what still comes: a 2xx again, for the most part. */
  release(): void {
    this.#user = NOBODY;
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    if (this.#abandoned?.has(transaction)) {
      this.#onLateResponse(response, transaction);
      return;
    }
    if (transaction !== this.#transaction) return;
    if (response.status >= 200) {
      this.#state = "done";
      if (this.#abandoned === null) this.#request = null;
    } else if (this.#state === "calling") {
      this.#state = "proceeding";
      this.#remaining = [];
      if (this.#cancelFields !== null) this.#sendCancel(transaction);
    }
    this.#user.onResponse(response, this);
  }

  onFailure(failure: "timeout" | "transport", transaction: ClientTransaction): void {
    if (transaction !== this.#transaction || this.#state === "done") return;
    this.#tryNext(failure);
  }

  /** The stream has not come up in time. */
  expire(): void {
    this.#patience = null;
    const flow = this.#transaction?.flow;
    if (this.#state !== "calling" || flow === undefined || this.#stack.isOpen(flow)) return;
    this.#abandon();
    this.#tryNext("transport");
  }

  /** The attempt that is under way is given up, though its request may still leave. */
  #abandon(): void {
    if (this.#transaction === null) return;
    this.#abandoned ??= new Map();
    this.#abandoned.set(this.#transaction, false);
  }

  /** An attempt that was given up has been heard after all: it goes on in place of one that has not, or is called off. */
  #onLateResponse(response: SipResponse, transaction: ClientTransaction): void {
    const { status } = response;
    // Two copies of a request meet where they end; the second one is refused there (RFC 3261 §8.2.2.2).
    if (status >= 300) return;
    if (this.#state === "calling") {
      this.#abandon();
      this.#abandoned?.delete(transaction);
      this.#transaction = transaction;
      this.onResponse(response, transaction);
    } else if (status >= 200) {
      if (this.#method === "INVITE") this.#user.onResponse(response, this);
    } else if (this.#abandoned?.get(transaction) === false) {
      this.#abandoned.set(transaction, true);
      this.#sendCancel(transaction);
    }
  }

  #tryNext(failure: RequestFailure): void {
    this.#patience?.cancel();
    this.#patience = null;
    const destination = this.#cancelFields === null ? this.#remaining[0] : undefined;
    if (destination === undefined) {
      this.#state = "done";
      this.#user.onFailure(failure, this);
      return;
    }
    this.#remaining = this.#remaining.slice(1);
    const flow = this.#stack.flowTo(destination);
    if (flow === undefined) {
      this.#tryNext("unreachable");
      return;
    }
    this.#attempt(flow, destination);
  }

  #attempt(flow: Flow, destination?: Candidate): void {
    const request = this.#request;
    if (request === null) return;
    this.#state = "calling";
    const branch = this.#stack.branch();
    const text = this.#stack.write(request, flow, branch);
    if (
      destination !== undefined &&
      !destination.datagram &&
      text.length > LARGEST_DATAGRAM_BYTES &&
      !isReliable(flow)
    ) {
      const stream = this.#stack.flowTo({ ...destination, transport: "tcp" });
      if (stream !== undefined) {
        this.#remaining = [{ ...destination, datagram: true }, ...this.#remaining];
        if (!this.#stack.isOpen(stream)) {
          this.#patience = this.#stack.clock.startTimer(CONNECT_PATIENCE_MS, this, "connect");
        }
        this.#begin(stream, branch, this.#stack.write(request, stream, branch));
        return;
      }
    }
    this.#begin(flow, branch, text);
  }

  #begin(flow: Flow, branch: string, text: string): void {
    this.#transaction = this.#stack.begin({ method: this.#method, branch, text, flow }, this);
  }

  #sendCancel(transaction: ClientTransaction): void {
    // RFC 3261 §9.1: nothing else takes long enough.
    const sent = this.#request;
    if (this.#method !== "INVITE" || sent === null) return;
    // RFC 3261 §9.1: the same Request-URI, Call-ID, From, To, Route and CSeq number, and the same top Via.
    const fields: HeaderField[] = [];
    for (const field of sent.fields) {
      const [name, value] = field;
      if (name === "CSeq") fields.push(["CSeq", `${value.slice(0, value.indexOf(" "))} CANCEL`]);
      else if (CANCEL_COPIES.has(name)) fields.push(field);
    }
    fields.push(["Max-Forwards", "70"], ...(this.#cancelFields ?? []));
    const { contactUser: _, body: __, ...request } = sent;
    const cancel: OutgoingRequest = { ...request, method: "CANCEL", fields };
    const text = this.#stack.write(cancel, transaction.flow, transaction.branch);
    this.#stack.begin({ method: "CANCEL", branch: transaction.branch, text, flow: transaction.flow }, CANCEL_USER);
  }
}

const NOBODY: RequestUser = { onResponse() {}, onFailure() {} };

const CANCEL_COPIES: ReadonlySet<string> = new Set(["From", "To", "Call-ID", "Route"]);

/** What becomes of a CANCEL is seen by what becomes of its INVITE. */
const CANCEL_USER: ClientUser = { onResponse() {}, onFailure() {} };
