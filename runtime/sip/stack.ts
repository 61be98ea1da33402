/**
 * The SIP engine as the switch sees it: transports, transactions and identifiers put together. Requests go out by hop,
 * answers by server transaction; what comes in reaches the user of the stack.
 */
import { isIP } from "node:net";
import type { Clock } from "../base/clock.ts";
import {
  ClientRequest,
  type OutgoingRequest,
  type RequestPath,
  type RequestUser,
  type SentBy,
} from "./client-request.ts";
import type { FindAnswerer } from "./dialog/account.ts";
import { InviteQueue, type InviteRank, type Turns } from "./invite-queue.ts";
import type { HeaderField, SipRequest } from "./message/message.ts";
import { parseMessage } from "./message/parse.ts";
import { serializeRequest, serializeResponse } from "./message/serialize.ts";
import { parseUri } from "./message/uri.ts";
import { Mint } from "./mint.ts";
import {
  type ClientTransaction,
  type ClientUser,
  type ServerTransaction,
  TransactionLayer,
  type TransactionUser,
} from "./transaction/layer.ts";
import { DeadTargets } from "./transport/dead-targets.ts";
import { type Flow, isSecure } from "./transport/flow.ts";
import type { ListenAddress } from "./transport/listen-address.ts";
import { type ClientTransport, type Destination, locate, locateNumeric, type Resolver } from "./transport/locate.ts";
import { stampSource } from "./transport/response-route.ts";
import type { Transport } from "./transport/transport.ts";
import type { TransportUser } from "./transport/transport-layer.ts";
import { CONTACT_PARAMETERS, SIPS_PARAMETERS, VIA_PROTOCOLS } from "./transport/transport-name.ts";

/** Each lives for half a minute and holds half a kilobyte: a flood of requests must not take all memory. */
const MOST_TRANSACTIONS = 500_000;
const BUSY: Refusal = { status: 503, fields: [["Retry-After", "5"]] };

export interface StackUser extends TransactionUser {
  /**
   * Whether a request that belongs to no transaction may pass. `isFull`: the table of transactions is full. A refusal is
   * answered at once, without a transaction and without any state; `silence`: there is no answer at all.
   */
  admit(request: SipRequest, flow: Flow, isFull: boolean): Refusal | "silence" | undefined;
  /** Who is served first where the process is busy. @default nobody is known */
  rankOf?(invite: SipRequest, flow: Flow): InviteRank | "urgent";
  /** How a new call is refused, since the process is busy. */
  refuseBusy?(invite: SipRequest, flow: Flow): Refusal | "silence";
  /** Whether what comes after an INVITE is behind with its work. */
  isBehind?(): boolean;
  /** A request has got a final answer of ours. */
  onAnswered?(request: SipRequest, flow: Flow, status: number): void;
  /** A connection is gone: what was to be sent back over it needs another way. Its transactions have heard so. */
  onFlowClosed?(flow: Flow): void;
  /** A request of ours to a GRUU (RFC 5627): it goes to the contact that this stands for now. */
  retarget?(request: OutgoingRequest): OutgoingRequest;
}

export interface Refusal {
  readonly status: number;
  readonly fields: readonly HeaderField[];
}

export interface Answer {
  readonly reason?: string | undefined;
  readonly toTag?: string | undefined;
  readonly fields?: readonly HeaderField[] | undefined;
  /** User part of a Contact of ours; absent: the answer has none. */
  readonly contactUser?: string | undefined;
  readonly body?: string | undefined;
}

export class SipStack implements RequestPath {
  readonly clock: Clock;
  readonly mint: Mint;
  readonly transport: Transport;
  readonly transactions: TransactionLayer;
  readonly findAnswerer: FindAnswerer;
  readonly #user: StackUser;
  readonly #mostTransactions: number;
  readonly #resolver: Resolver;
  readonly #dead: DeadTargets;
  /** Transports and families that we listen on; `null`: not looked at yet. */
  #listening: ReadonlySet<string> | null = null;
  /** `null`: each INVITE is served at once, however many there are. */
  readonly #invites: InviteQueue | null;
  /** RFC 3261 §8.2.7: answers without state bear the same tag for every copy of a request. */
  readonly #statelessTag: string;

  constructor(options: {
    readonly clock: Clock;
    readonly user: StackUser;
    readonly resolver: Resolver;
    /** Makes the network that gives its messages to this user. */
    readonly connect: (user: TransportUser) => Transport;
    readonly mint?: Mint;
    /** Who answers challenges to requests of ours. @default nobody */
    readonly findAnswerer?: FindAnswerer;
    /** Server transactions at once. @default 500000 */
    readonly mostTransactions?: number;
    /** Turns of the event loop that new calls wait for where the process is busy. @default none waits */
    readonly turns?: Turns;
  }) {
    this.clock = options.clock;
    this.mint = options.mint ?? new Mint(() => options.clock.now());
    this.#statelessTag = this.mint.tag();
    this.findAnswerer = options.findAnswerer ?? (() => undefined);
    this.#user = options.user;
    this.#mostTransactions = options.mostTransactions ?? MOST_TRANSACTIONS;
    this.#resolver = options.resolver;
    this.#dead = new DeadTargets(() => options.clock.now());
    this.#invites = options.turns === undefined ? null : this.#createQueue(options.turns);
    const wire: TransportUser = {
      onRequest: (request, flow) => {
        this.#invites?.noteRead();
        this.#receiveRequest(request, flow);
      },
      onResponse: (response, flow) => {
        this.#invites?.noteRead();
        this.transactions.receiveResponse(response, flow);
      },
      onFlowFailed: (flow) => this.transactions.flowFailed(flow),
      onFlowClosed: (flow) => this.#user.onFlowClosed?.(flow),
    };
    this.transport = options.connect(wire);
    this.transactions = new TransactionLayer({
      clock: options.clock,
      send: (text, flow) => this.transport.send(text, flow),
      responseFlow: (request, flow) => this.transport.responseFlow(request, flow),
      user: options.user,
    });
  }

  async listen(addresses: readonly ListenAddress[]): Promise<void> {
    await this.transport.listen(addresses);
    this.#listening = null;
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  /** Sends a request in a client transaction of its own. */
  send(request: OutgoingRequest, user: RequestUser): ClientRequest {
    const sent = new ClientRequest(this, this.#retargeted(request), user);
    sent.start();
    return sent;
  }

  /** Goes on with an INVITE that an earlier process has sent: what is heard of it from now on is `user`'s. */
  adoptSent(invite: OutgoingRequest, sentBy: SentBy, user: RequestUser): ClientRequest {
    const sent = new ClientRequest(this, invite, user);
    sent.adopt(sentBy);
    return sent;
  }

  /**
   * Goes on with a request that an earlier process has received: its transaction waits for an answer. `undefined`: the
   * text is no request.
   */
  adoptReceived(text: string, flow: Flow): ServerTransaction | undefined {
    const outcome = parseMessage(text, "datagram");
    if (outcome.type !== "message" || outcome.message.type !== "request") return undefined;
    stampSource(outcome.message, flow);
    return this.transactions.adoptRequest(outcome.message, flow);
  }

  /** Sends an ACK for a 2xx: no transaction, no answer (RFC 3261 §13.2.2.4). */
  sendAck(ack: OutgoingRequest): void {
    const request = this.#retargeted(ack);
    if (request.hop.type === "flow") {
      this.#sendOnce(request, this.transport.again(request.hop.flow));
      return;
    }
    this.locate(request.hop.uri, (destinations) => {
      const destination = destinations[0];
      const flow = destination === undefined ? undefined : this.transport.flowTo(destination);
      if (flow !== undefined) this.#sendOnce(request, flow);
    });
  }

  /** Answers a request. Returns the text, for whoever has to send it again. `heard`: as in `ServerTransaction.respond`. */
  reply(transaction: ServerTransaction, status: number, answer: Answer = {}, heard?: () => void): string {
    const { request, flow } = transaction;
    const fields: HeaderField[] = [];
    if (answer.contactUser !== undefined) {
      // RFC 3261 §12.1.1: an answer that makes a dialog carries the way the request came.
      for (const route of request.headers.all("record-route")) fields.push(["Record-Route", route]);
      fields.push(["Contact", this.contact(answer.contactUser, flow, request.uri)]);
    }
    if (answer.fields !== undefined) fields.push(...answer.fields);
    const { reason, toTag, body } = answer;
    const text = serializeResponse(request, { status, reason, toTag, fields, body });
    transaction.respond(status, text, heard);
    if (status >= 300) this.#user.onAnswered?.(request, flow, status);
    return text;
  }

  /** Sends a text again as it was: a 2xx whose ACK has not come. */
  resend(text: string, flow: Flow): void {
    this.transport.send(text, flow);
  }

  /** A Contact of ours, as it is to be used over this flow. `asked`: the Request-URI that it goes with. */
  contact(user: string, flow: Flow, asked = ""): string {
    const sentBy = this.transport.sentBy(flow);
    // RFC 3261 §8.1.1.8 and §12.1.1: who asked for sips gets sips.
    if (isSecure(flow) && /^sips:/i.test(asked)) return `<sips:${user}@${sentBy}${SIPS_PARAMETERS[flow.transport]}>`;
    return `<sip:${user}@${sentBy}${CONTACT_PARAMETERS[flow.transport]}>`;
  }

  /** The address by which the other side of a flow reaches us: as it is advertised where that is a number, else our own. */
  hostFor(flow: Flow): string {
    const sentBy = this.transport.sentBy(flow);
    const host = sentBy.slice(0, sentBy.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    return isIP(host) === 0 ? flow.localAddress : host;
  }

  /** Our end of a flow as it would be in this family of addresses; the flow itself where we have none in it. */
  inFamily(flow: Flow, family: number): Flow {
    const candidates = this.transport.listeners.filter(({ address }) => isIP(address) === family);
    const end =
      candidates.find(({ address }) => isLoopback(address) === isLoopback(flow.localAddress)) ?? candidates[0];
    if (end === undefined) return flow;
    return { ...flow, transport: end.transport, localAddress: end.address, localPort: end.port };
  }

  /** Whether new calls wait until there is time for them. */
  get isBusy(): boolean {
    return this.#invites !== null && this.#invites.length > 0;
  }

  /** New calls of nobody whom we know that wait for their turn. */
  get waitingStrangers(): number {
    return this.#invites?.strangers ?? 0;
  }

  branch(): string {
    return this.mint.branch();
  }

  flowTo(destination: Destination): Flow | undefined {
    return this.transport.flowTo(destination);
  }

  again(flow: Flow): Flow {
    return this.transport.again(flow);
  }

  isOpen(flow: Flow): boolean {
    return this.transport.isOpen(flow);
  }

  begin(request: { method: string; branch: string; text: string; flow: Flow }, user: ClientUser): ClientTransaction {
    return this.transactions.request(request, user);
  }

  adopt(invite: { branch: string; text: string; flow: Flow }, user: ClientUser): ClientTransaction {
    return this.transactions.adoptInvite(invite, user);
  }

  write(request: OutgoingRequest, flow: Flow, branch: string): string {
    const sentBy = `${VIA_PROTOCOLS[flow.transport]} ${this.transport.sentBy(flow)}`;
    const alias = this.#asksForAlias(flow) ? ";alias" : "";
    const fields: HeaderField[] = [["Via", `SIP/2.0/${sentBy};branch=${branch};rport${alias}`]];
    if (request.fieldsFor !== undefined) fields.push(...request.fieldsFor(flow));
    for (const field of request.fields) fields.push(field);
    if (request.contactUser !== undefined)
      fields.push(["Contact", this.contact(request.contactUser, flow, request.uri)]);
    return serializeRequest({ method: request.method, uri: request.uri, fields, body: request.body ?? "" });
  }

  /** Finds where a URI leads; at once where there is nothing to look up. */
  locate(text: string, found: (destinations: readonly Destination[]) => void): void {
    const uri = parseUri(text);
    if (uri === undefined || uri.kind !== "sip") {
      found([]);
      return;
    }
    const options = { canOpen: this.#canOpen };
    const numeric = locateNumeric(uri, options);
    if (numeric !== undefined) {
      found(numeric);
      return;
    }
    locate(uri, this.#resolver, options).then(
      (destinations) => found(this.#dead.inOrder(destinations)),
      () => found([]),
    );
  }

  noteFailed(destination: Destination, retryAfterMs?: number): void {
    this.#dead.noteFailed(destination, retryAfterMs);
  }

  noteAlive(destination: Destination): void {
    this.#dead.noteAlive(destination);
  }

  readonly #canOpen = (transport: ClientTransport, family: 4 | 6): boolean => {
    if (this.#listensOn(transport, family)) return true;
    // Connecting over TLS needs an address and no certificate.
    return transport === "tls" && (this.#listensOn("tcp", family) || this.#listensOn("udp", family));
  };

  #listensOn(transport: ClientTransport, family: number): boolean {
    this.#listening ??= new Set(this.transport.listeners.map((listen) => listen.transport + isIP(listen.address)));
    return this.#listening.has(transport + family);
  }

  /** RFC 5923 §5: requests to us must come back over this connection, since nobody can connect to us by TLS. */
  #asksForAlias(flow: Flow): boolean {
    return flow.transport === "tls" && !this.#listensOn("tls", isIP(flow.localAddress));
  }

  /** `gr` stands in the URIs of few (RFC 5627). */
  #retargeted(request: OutgoingRequest): OutgoingRequest {
    return request.uri.includes(";gr") ? (this.#user.retarget?.(request) ?? request) : request;
  }

  #receiveRequest(request: SipRequest, flow: Flow): void {
    const { transactions } = this;
    // What was refused without any state is over.
    if (request.method === "ACK" && request.toTag === this.#statelessTag) return;
    if (request.method === "ACK" || transactions.knows(request)) {
      transactions.receiveRequest(request, flow);
      return;
    }
    const key = transactions.keyOf(request);
    if (this.#invites?.holds(key) === true) return;
    const isFull = transactions.serverCount >= this.#mostTransactions;
    const refusal = this.#user.admit(request, flow, isFull);
    if (refusal !== undefined) {
      this.#refuse(request, flow, refusal);
      return;
    }
    if (this.#invites !== null && request.method === "INVITE" && request.toTag === undefined) {
      this.#invites.offer(request, flow, key);
      return;
    }
    if (request.method === "CANCEL") this.#invites?.cancelled(request);
    transactions.receiveRequest(request, flow);
  }

  #createQueue(turns: Turns): InviteQueue {
    return new InviteQueue(turns, {
      rankOf: (invite, flow) => this.#user.rankOf?.(invite, flow) ?? "stranger",
      isBehind: () => this.#user.isBehind?.() === true,
      serve: (invite, flow, waitedMs) => this.transactions.receiveRequest(invite, flow, waitedMs),
      refuse: (invite, flow) => this.#refuse(invite, flow, this.#user.refuseBusy?.(invite, flow) ?? BUSY),
    });
  }

  /** Without any state. */
  #refuse(request: SipRequest, flow: Flow, refusal: Refusal | "silence"): void {
    if (refusal === "silence") return;
    const { status, fields } = refusal;
    const text = serializeResponse(request, { status, fields, toTag: this.#statelessTag });
    this.transport.send(text, this.transport.responseFlow(request, flow));
  }

  #sendOnce(request: OutgoingRequest, flow: Flow): void {
    this.transport.send(this.write(request, flow, this.mint.branch()), flow);
  }
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
