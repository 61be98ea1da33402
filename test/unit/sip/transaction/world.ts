/** A transaction layer between a recording network and recording users, on virtual time; and messages to feed it. */

import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
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

export const udp: Flow = {
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "192.0.2.9",
  remotePort: 5060,
  connection: 0,
};

export const tcp: Flow = { ...udp, transport: "tcp", connection: 7 };

/** Records what the layer tells its users and the network, with the time since the start. */
export class World implements TransactionUser {
  readonly clock = new VirtualClock();
  readonly layer: TransactionLayer;
  readonly #start = this.clock.now();
  readonly sent: { readonly at: number; readonly text: string; readonly flow: Flow }[] = [];
  /** One word for each call of a user. */
  readonly told: string[] = [];
  /** How many messages had been sent each time that 100 was about to be. */
  readonly trying: number[] = [];
  readonly servers: ServerTransaction[] = [];
  readonly cancelled: (ServerTransaction | undefined)[] = [];
  /** Where responses go instead of back over the flow of the request. */
  detour: Flow | undefined;

  constructor() {
    this.layer = new TransactionLayer({
      clock: this.clock,
      send: (text, flow) => this.sent.push({ at: this.now, text, flow }),
      responseFlow: (_request, flow) => this.detour ?? flow,
      user: this,
    });
  }

  get now(): number {
    return this.clock.now() - this.#start;
  }

  onRequest(transaction: ServerTransaction): void {
    this.told.push(transaction.request.method);
    this.servers.push(transaction);
  }

  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void {
    this.told.push("CANCEL");
    this.servers.push(cancel);
    this.cancelled.push(invite);
  }

  onTrying(): void {
    this.trying.push(this.sent.length);
  }

  onAck(request: SipRequest): void {
    this.told.push(request.method);
  }

  onStrayResponse(response: SipResponse): void {
    this.told.push(`stray ${response.status}`);
  }

  /** A user of client transactions that writes down what it hears. */
  readonly caller: ClientUser = {
    onResponse: (response: SipResponse) => {
      this.told.push(String(response.status));
    },
    onFailure: (failure: string) => {
      this.told.push(failure);
    },
  };

  /** Feeds a request and returns the newest server transaction. */
  receive(text: string, flow: Flow = udp): ServerTransaction {
    this.layer.receiveRequest(parseRequest(text), flow);
    return this.newest;
  }

  get newest(): ServerTransaction {
    const newest = this.servers.at(-1);
    if (newest === undefined) throw new Error("no request has come");
    return newest;
  }

  /** Answers the newest server transaction. */
  answer(status: number, transaction: ServerTransaction = this.newest): string {
    const text = serializeResponse(transaction.request, { status, toTag: "callee" });
    transaction.respond(status, text);
    return text;
  }

  /** Sends a request by a client transaction. */
  call(text: string, flow: Flow = udp, user: ClientUser = this.caller): ClientTransaction {
    const { method, topVia } = parseRequest(text);
    return this.layer.request({ method, branch: topVia.branch ?? "", text, flow }, user);
  }

  /** Feeds a response to a request of ours. */
  reply(request: string, status: number, changes: { method?: string; toTag?: string } = {}): void {
    const text = serializeResponse(parseRequest(request), { status, toTag: changes.toTag ?? "callee" });
    const { method } = changes;
    const changed = method === undefined ? text : text.replace(/^(CSeq: \d+) .*$/m, `$1 ${method}`);
    this.layer.receiveResponse(parseResponse(changed), udp);
  }

  /** Start lines of what has been sent, with the time of their going. */
  get ladder(): string[] {
    return this.sent.map(({ at, text }) => `${at} ${text.split(" SIP/2.0")[0]?.split("\r\n")[0]}`);
  }
}

export interface RequestParts {
  readonly branch?: string;
  readonly sentBy?: string;
  readonly uri?: string;
  readonly to?: string;
  readonly cseq?: number;
  readonly callId?: string;
  readonly fields?: readonly string[];
}

export function requestText(method: string, parts: RequestParts = {}): string {
  const { branch = "z9hG4bK1", sentBy = "192.0.2.9", uri = "sip:bob@192.0.2.1", cseq = 1 } = parts;
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${sentBy};branch=${branch}`,
    "From: Alice <sip:alice@192.0.2.9>;tag=caller",
    `To: ${parts.to ?? "<sip:bob@192.0.2.1>"}`,
    `Call-ID: ${parts.callId ?? "call-1"}`,
    `CSeq: ${cseq} ${method}`,
    ...(parts.fields ?? ["Max-Forwards: 70"]),
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

export function parseRequest(text: string): SipRequest {
  const outcome = parseMessage(text, "datagram");
  if (outcome.type === "message" && outcome.message.type === "request") return outcome.message;
  throw new Error(`not a request: ${JSON.stringify(outcome)}`);
}

export function parseResponse(text: string): SipResponse {
  const outcome = parseMessage(text, "datagram");
  if (outcome.type === "message" && outcome.message.type === "response") return outcome.message;
  throw new Error(`not a response: ${JSON.stringify(outcome)}`);
}
