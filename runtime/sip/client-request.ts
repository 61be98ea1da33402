/**
 * One request of ours on its way to whoever will take it: finds the destinations (RFC 3263), tries them in turn while
 * nobody has answered, prefers a stream for what is too large for a datagram (RFC 3261 §18.1.1), and can be cancelled
 * (RFC 3261 §9.1).
 */
import type { Clock, Timer } from "../base/clock.ts";
import type { Account, ChallengeAnswerer, FindAnswerer } from "./dialog/account.ts";
import type { Hop } from "./hop.ts";
import { withLongerSession } from "./longer-session.ts";
import type { HeaderField, SipResponse } from "./message/message.ts";
import { withCredentials } from "./resent.ts";
import type { ClientTransaction, ClientUser } from "./transaction/layer.ts";
import { type Flow, isReliable } from "./transport/flow.ts";
import type { Destination } from "./transport/locate.ts";

/** Above this a request found by RFC 3263 is tried over TCP first: the path may not carry so large a datagram. */
const LARGEST_DATAGRAM_BYTES = 1300;
const CONNECT_PATIENCE_MS = 1000;
/**
 * Whoever is alive says something within this (RFC 3261 §17.2.1: 100 after 200 ms; anything but an INVITE is answered at
 * once). Deviation: RFC 3263 §4.3 waits for Timer B or F, 32 s, before the next destination is tried; no caller does. What is
 * heard later than this still counts.
 */
const SILENCE_PATIENCE_MS = 4000;
/** Times that one request is sent again with credentials: a server and a proxy, each with a nonce that has run out. */
const MOST_CHALLENGES = 4;

export interface OutgoingRequest {
  readonly method: string;
  readonly uri: string;
  readonly hop: Hop;
  /** Everything but Via, Contact and Content-Length. */
  readonly fields: readonly HeaderField[];
  /** User part of a Contact of ours; absent: the request has none. */
  readonly contactUser?: string | undefined;
  readonly body?: string | undefined;
  /** What each branch ends with: a proxy knows its loops by it. */
  readonly branchSuffix?: string | undefined;
  /** Fields that depend on the way which the request takes: the Record-Route of a proxy. */
  readonly fieldsFor?: ((flow: Flow) => readonly HeaderField[]) | undefined;
  /** Answers challenges to it; absent: a challenge is an answer like any other. */
  readonly account?: Account | undefined;
  /** Whose CSeq number goes up with each time that it is sent again. */
  readonly dialog?: { localCseq: number } | undefined;
}

/** What a request needs of the stack. */
export interface RequestPath {
  readonly clock: Clock;
  /** Who answers the challenges to requests of an account. */
  readonly findAnswerer: FindAnswerer;
  branch(): string;
  locate(uri: string, found: (destinations: readonly Destination[]) => void): void;
  flowTo(destination: Destination): Flow | undefined;
  /** Another flow to the same destination where this was a connection of ours that is lost. */
  again(flow: Flow): Flow;
  isOpen(flow: Flow): boolean;
  /** Others are tried before this destination for a while; `retryAfterMs`: as long as it has asked for. */
  noteFailed(destination: Destination, retryAfterMs?: number): void;
  noteAlive(destination: Destination): void;
  /** The text of a request as it leaves over a flow. */
  write(request: OutgoingRequest, flow: Flow, branch: string): string;
  begin(request: { method: string; branch: string; text: string; flow: Flow }, user: ClientUser): ClientTransaction;
  /** Goes on with the transaction of an INVITE that an earlier process has sent. */
  adopt(invite: { branch: string; text: string; flow: Flow }, user: ClientUser): ClientTransaction;
}

/** How a request has left: what another process needs to go on with it. */
export interface SentBy {
  readonly branch: string;
  readonly flow: Flow;
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
  /** Of the attempt that is under way; absent where a flow was given. */
  #destination: Candidate | undefined;
  #cancelFields: readonly HeaderField[] | null = null;
  #state: "locating" | "calling" | "proceeding" | "done" = "locating";
  #patience: Timer | null = null;
  #answerer: ChallengeAnswerer | undefined;
  #challenges = 0;
  #attemptedAt = 0;

  constructor(stack: RequestPath, request: OutgoingRequest, user: RequestUser) {
    this.#stack = stack;
    this.#method = request.method;
    this.#request = request;
    this.#user = user;
  }

  /** Goes on with an INVITE that an earlier process has sent in this way. */
  adopt({ branch, flow }: SentBy): void {
    if (this.#request === null) return;
    this.#state = "proceeding";
    const text = this.#stack.write(this.#request, flow, branch);
    this.#transaction = this.#stack.adopt({ branch, text, flow }, this);
  }

  /** How the attempt has left that waits for its final response; `null`: none does. */
  get sentBy(): SentBy | null {
    const transaction = this.#state === "calling" || this.#state === "proceeding" ? this.#transaction : null;
    return transaction === null ? null : { branch: transaction.branch, flow: transaction.flow };
  }

  /** The flow of the attempt that is under way or has been answered. */
  get flow(): Flow | undefined {
    return this.#transaction?.flow;
  }

  /** Whether it has been sent again as another request, one CSeq number higher. */
  get wasResent(): boolean {
    return this.#challenges > 0;
  }

  start(): void {
    const hop = this.#request?.hop;
    if (hop === undefined) return;
    if (hop.type === "flow") {
      this.#attempt(this.#stack.again(hop.flow));
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
    this.#stopWaiting();
    if (this.#destination !== undefined && response.status !== 503) this.#stack.noteAlive(this.#destination);
    // RFC 3263 §4.3: whoever has said more than 100 has taken the request.
    if (response.status > 100 && response.status < 200) this.#remaining = [];
    if (response.status >= 200) {
      if (response.status === 503 && this.#failOver(response)) return;
      if (isChallenge(response) && this.#answerChallenge(response, transaction)) return;
      if (response.status === 422 && this.#lengthenSession(response, transaction)) return;
      this.#state = "done";
      if (this.#abandoned === null) this.#request = null;
    } else if (this.#state === "calling") {
      this.#state = "proceeding";
      if (this.#cancelFields !== null) this.#sendCancel(transaction);
    }
    this.#user.onResponse(response, this);
  }

  /** RFC 3263 §4.3: a 503 is for that destination alone. `false`: there is no other. */
  #failOver(response: SipResponse): boolean {
    if (this.#destination === undefined) return false;
    this.#stack.noteFailed(this.#destination, retryAfterMs(response));
    this.#remaining = this.#others;
    if (this.#remaining.length === 0 || this.#cancelFields !== null) return false;
    this.#tryNext("unreachable");
    return true;
  }

  /** How long ago the attempt began that is under way. */
  get attemptMs(): number {
    return this.#stack.clock.now() - this.#attemptedAt;
  }

  /** Nobody has answered for too long: goes on to the next destination. `false`: there is none. */
  hurry(): boolean {
    if (this.#state !== "calling" || this.#others.length === 0 || this.#cancelFields !== null) return false;
    this.#remaining = this.#others;
    if (this.#destination !== undefined) this.#stack.noteFailed(this.#destination);
    this.#abandon();
    this.#tryNext("timeout");
    return true;
  }

  /** RFC 3261 §22.2: the same request again, over the same flow. */
  #answerChallenge(response: SipResponse, { flow }: ClientTransaction): boolean {
    const request = this.#request;
    if (request?.account === undefined || this.#cancelFields !== null) return false;
    if (++this.#challenges > MOST_CHALLENGES) return false;
    this.#answerer ??= this.#stack.findAnswerer(request.account.name);
    const again = this.#answerer === undefined ? undefined : withCredentials(request, response, this.#answerer);
    if (again === undefined) return false;
    this.#request = again;
    this.#attempt(flow);
    return true;
  }

  /** RFC 4028 §7.3: once more with as long a session as the other side asks for. */
  #lengthenSession(response: SipResponse, { flow }: ClientTransaction): boolean {
    const again = this.#request === null ? undefined : withLongerSession(this.#request, response);
    if (again === undefined || this.#cancelFields !== null || ++this.#challenges > MOST_CHALLENGES) return false;
    this.#request = again;
    this.#attempt(flow);
    return true;
  }

  onFailure(failure: "timeout" | "transport", transaction: ClientTransaction): void {
    if (transaction !== this.#transaction || this.#state === "done") return;
    if (this.#destination !== undefined) this.#stack.noteFailed(this.#destination);
    this.#tryNext(failure);
  }

  /** The stream has not come up in time, or nobody has said anything. */
  expire(kind: string): void {
    this.#patience = null;
    const flow = this.#transaction?.flow;
    if (kind === "silence") {
      this.hurry();
      return;
    }
    if (this.#state !== "calling" || flow === undefined) return;
    if (this.#stack.isOpen(flow)) {
      this.#waitForWord(SILENCE_PATIENCE_MS - CONNECT_PATIENCE_MS);
      return;
    }
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

  /** Those still to be tried that are not the same one by another transport. */
  get #others(): readonly Candidate[] {
    return this.#remaining[0]?.datagram === true ? this.#remaining.slice(1) : this.#remaining;
  }

  #waitForWord(ms: number): void {
    if (this.#others.length > 0) this.#patience = this.#stack.clock.startTimer(ms, this, "silence");
  }

  #stopWaiting(): void {
    this.#patience?.cancel();
    this.#patience = null;
  }

  #tryNext(failure: RequestFailure): void {
    this.#stopWaiting();
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
    this.#attemptedAt = this.#stack.clock.now();
    this.#state = "calling";
    this.#destination = destination;
    const branch = this.#stack.branch() + (request.branchSuffix ?? "");
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
        this.#destination = { ...destination, transport: "tcp" };
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
    if (this.#patience === null && this.#destination !== undefined) this.#waitForWord(SILENCE_PATIENCE_MS);
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
    const { contactUser: _, body: __, fieldsFor: ___, ...request } = sent;
    const cancel: OutgoingRequest = { ...request, method: "CANCEL", fields };
    const text = this.#stack.write(cancel, transaction.flow, transaction.branch);
    this.#stack.begin({ method: "CANCEL", branch: transaction.branch, text, flow: transaction.flow }, CANCEL_USER);
  }
}

/** RFC 3261 §20.33: seconds, and what may follow them. */
function retryAfterMs({ headers }: SipResponse): number {
  const seconds = /^\s*(\d{1,9})/.exec(headers.get("retry-after") ?? "")?.[1];
  return seconds === undefined ? 0 : Number(seconds) * 1000;
}

function isChallenge({ status }: SipResponse): boolean {
  return status === 401 || status === 407;
}

const NOBODY: RequestUser = { onResponse() {}, onFailure() {} };

const CANCEL_COPIES: ReadonlySet<string> = new Set(["From", "To", "Call-ID", "Route"]);

/** What becomes of a CANCEL is seen by what becomes of its INVITE. */
const CANCEL_USER: ClientUser = { onResponse() {}, onFailure() {} };
