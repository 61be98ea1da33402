/**
 * The transaction layer (RFC 3261 §17): finds the transaction that a message belongs to, or makes one. It sets no limit
 * to their number: who calls `receiveRequest` looks at `size` before, and refuses without a transaction.
 */
import type { Clock } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import type { SipRequest, SipResponse } from "../message/message.ts";
import { type Flow, isReliable } from "../transport/flow.ts";
import { ClientDriver, type ClientHost } from "./client-driver.ts";
import { cancelledKey, clientKey, serverKey, type TransactionKey } from "./key.ts";
import { ServerDriver, type ServerHost } from "./server-driver.ts";
import { rfcTiming, type Timing } from "./timing.ts";
import type { ClientTransaction, ClientUser, ServerTransaction, TransactionUser } from "./user.ts";

export type { Timing } from "./timing.ts";
export type { ClientTransaction, ClientUser, ServerTransaction, TransactionUser } from "./user.ts";

export class TransactionLayer {
  readonly #user: TransactionUser;
  readonly #clientHost: ClientHost;
  readonly #serverHost: ServerHost;
  readonly #clients = new Map<TransactionKey, ClientDriver>();
  readonly #servers = new Map<TransactionKey, ServerDriver>();
  /** Client transactions by connection, for reliable flows. */
  readonly #byConnection = new Map<number, Set<ClientDriver>>();
  /** The request whose key was needed last. */
  #keyed: { readonly request: SipRequest; readonly key: TransactionKey } | null = null;

  constructor(options: {
    readonly clock: Clock;
    send(text: string, flow: Flow): void;
    responseFlow(request: SipRequest, flow: Flow): Flow;
    readonly user: TransactionUser;
    /** @default RFC 3261: T1 500 ms, T2 4 s, T4 5 s */
    readonly timing?: Timing;
  }) {
    const { clock, user, timing = rfcTiming } = options;
    const send = (text: string, flow: Flow) => options.send(text, flow);
    this.#user = user;
    this.#clientHost = {
      clock,
      timing,
      send,
      stray: (response, flow) => user.onStrayResponse(response, flow),
      remove: (transaction) => this.#removeClient(transaction),
    };
    this.#serverHost = {
      clock,
      timing,
      send,
      responseFlow: (request, flow) => options.responseFlow(request, flow),
      pass: (transaction, request) => this.#pass(transaction, request),
      passAck: (ack, flow) => user.onAck(ack, flow),
      trying: (transaction) => user.onTrying?.(transaction),
      remove: (transaction) => this.#servers.delete(transaction.key),
    };
  }

  get size(): { client: number; server: number } {
    return { client: this.#clients.size, server: this.#servers.size };
  }

  /** Requests that have no final response of ours yet. */
  get unanswered(): number {
    let count = 0;
    for (const { state } of this.#servers.values()) if (state === "trying" || state === "proceeding") count++;
    return count;
  }

  get serverCount(): number {
    return this.#servers.size;
  }

  /** A request is asked about more than once before it is received. */
  keyOf(request: SipRequest): TransactionKey {
    if (this.#keyed?.request === request) return this.#keyed.key;
    const key = serverKey(request);
    this.#keyed = { request, key };
    return key;
  }

  /** Whether a request belongs to a transaction that exists: a retransmission, its ACK or its CANCEL. */
  knows(request: SipRequest): boolean {
    if (this.#servers.has(this.keyOf(request))) return true;
    return request.method === "CANCEL" && this.#servers.has(cancelledKey(request));
  }

  /** `waitedMs`: how long ago it was read. */
  receiveRequest(request: SipRequest, flow: Flow, waitedMs = 0): void {
    const key = this.keyOf(request);
    const known = this.#servers.get(key);
    if (request.method === "ACK") {
      if (known === undefined) this.#user.onAck(request, flow);
      else known.receiveAck(request, flow);
      return;
    }
    if (known !== undefined) {
      known.receiveAgain();
      return;
    }
    const transaction = new ServerDriver(this.#serverHost, key, request, flow, waitedMs);
    this.#servers.set(key, transaction);
    transaction.start();
  }

  receiveResponse(response: SipResponse, flow: Flow): void {
    const { method } = response.cseq;
    const { branch } = response.topVia;
    const client = branch === undefined ? undefined : this.#clients.get(clientKey(branch, method));
    if (client === undefined) this.#user.onStrayResponse(response, flow);
    // RFC 3261 §17.1.3: a response for another method than the transaction's is none of ours.
    else if (client.method === method) client.receive(response, flow);
  }

  /** A connection is gone: what was sent on it may be lost. Datagrams fail by time alone. */
  flowFailed(flow: Flow): void {
    const transactions = this.#byConnection.get(flow.connection);
    if (transactions === undefined) return;
    this.#byConnection.delete(flow.connection);
    // One user's mistake must not keep the news from the others: its error is thrown when all have been told.
    const errors: unknown[] = [];
    for (const transaction of transactions) {
      try {
        transaction.flowFailed();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Sends a request that is not ACK. `text` is serialised with its own top Via and `branch`. */
  request(
    request: { readonly method: string; readonly branch: string; readonly text: string; readonly flow: Flow },
    user: ClientUser,
  ): ClientTransaction {
    const key = clientKey(request.branch, request.method);
    const before = this.#clients.size;
    const transaction = new ClientDriver(this.#clientHost, request, user);
    this.#clients.set(key, transaction);
    if (this.#clients.size === before)
      throw new InvariantError(`Branch ${request.branch} is in use: ${request.method}`);
    if (isReliable(request.flow)) this.#index(transaction);
    transaction.start();
    if (request.method === "CANCEL") this.#clients.get(clientKey(request.branch, "INVITE"))?.cancelled();
    return transaction;
  }

  /** Goes on with a request that an earlier process has received and not answered: nobody is told of it again. */
  adoptRequest(request: SipRequest, flow: Flow): ServerTransaction {
    const key = this.keyOf(request);
    const transaction = new ServerDriver(this.#serverHost, key, request, flow);
    this.#servers.set(key, transaction);
    return transaction;
  }

  /** Goes on with an INVITE that an earlier process has sent, as if it had been heard of: it is not sent again. */
  adoptInvite(
    invite: { readonly branch: string; readonly text: string; readonly flow: Flow },
    user: ClientUser,
  ): ClientTransaction {
    const transaction = new ClientDriver(this.#clientHost, { method: "INVITE", ...invite }, user);
    this.#clients.set(clientKey(invite.branch, "INVITE"), transaction);
    if (isReliable(invite.flow)) this.#index(transaction);
    transaction.adopt();
    return transaction;
  }

  #pass(transaction: ServerDriver, request: SipRequest): void {
    if (request.method === "CANCEL") this.#user.onCancel(transaction, this.#servers.get(cancelledKey(request)));
    else this.#user.onRequest(transaction);
  }

  #index(transaction: ClientDriver): void {
    const { connection } = transaction.flow;
    const transactions = this.#byConnection.get(connection);
    if (transactions === undefined) this.#byConnection.set(connection, new Set([transaction]));
    else transactions.add(transaction);
  }

  #removeClient(transaction: ClientDriver): void {
    this.#clients.delete(clientKey(transaction.branch, transaction.method));
    if (!isReliable(transaction.flow)) return;
    const { connection } = transaction.flow;
    const transactions = this.#byConnection.get(connection);
    if (transactions?.delete(transaction) && transactions.size === 0) this.#byConnection.delete(connection);
  }
}
