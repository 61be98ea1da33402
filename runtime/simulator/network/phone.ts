/**
 * A phone made of text. It does by itself only what every phone does: ACK to a refusal, 200 to BYE and CANCEL, 487 to what
 * was cancelled. All else is up to the test.
 */
import type { Flow } from "../../sip/transport/flow.ts";
import { SIP_PORT, type SimTransport, SWITCH_ADDRESS } from "./sim-transport.ts";
import { type AnswerParts, answerText, type Field, requestText, SipText } from "./sip-text.ts";

export interface Wire {
  send(text: string, flow: Flow): void;
  attach(address: string, port: number, receive: (text: string, flow: Flow) => void): void;
}

export interface InviteParts {
  readonly callId?: string;
  readonly tag?: string;
  readonly from?: string;
  readonly to?: string;
  readonly branch?: string;
  readonly cseq?: number;
  readonly contact?: string;
  readonly maxForwards?: number;
  readonly fields?: readonly Field[];
  readonly body?: string;
}

let fresh = 0;

export class Phone {
  readonly name: string;
  readonly address: string;
  readonly received: SipText[] = [];
  /** Turned off: the test does everything itself. */
  isPolite = true;
  /** Told of each message, when what is polite has been done about it. */
  onMessage: ((message: SipText) => void) | null = null;
  readonly #wire: Wire;
  readonly #taken = new Set<SipText>();
  /** The answer to each request, by method and branch. */
  readonly #answers = new Map<string, string>();
  readonly #flows = new Map<SipText, Flow>();
  readonly #invites = new Map<string, SipText>();
  #branches = 0;

  constructor(wire: Wire, name: string, address: string) {
    this.#wire = wire;
    this.name = name;
    this.address = address;
    wire.attach(address, SIP_PORT, (text, flow) => this.receive(text, flow));
  }

  get contact(): string {
    return `<sip:${this.name}@${this.address}:${SIP_PORT}>`;
  }

  get flow(): Flow {
    return {
      transport: "udp",
      localAddress: this.address,
      localPort: SIP_PORT,
      remoteAddress: SWITCH_ADDRESS,
      remotePort: SIP_PORT,
      connection: 0,
    };
  }

  /** Begins a call. */
  invite(uri: string, parts: InviteParts = {}): SipText {
    const number = ++fresh;
    const { body = "", fields = [], cseq = 1 } = parts;
    const text = requestText({
      method: "INVITE",
      uri,
      fields: [
        ["Via", this.via(parts.branch ?? `z9hG4bKi${number}`)],
        [
          "From",
          `${parts.from ?? `"${this.name}" <sip:${this.name}@elsewhere.example>`};tag=${parts.tag ?? `f${number}`}`,
        ],
        ["To", parts.to ?? `<${uri}>`],
        ["Call-ID", parts.callId ?? `call-${number}`],
        ["CSeq", `${cseq} INVITE`],
        ["Max-Forwards", String(parts.maxForwards ?? 70)],
        ["Contact", parts.contact ?? this.contact],
        ...(body === "" ? [] : [["Content-Type", "application/sdp"] as const]),
        ...fields,
      ],
      body,
    });
    return this.sendText(text);
  }

  cancel(invite: SipText, fields: readonly Field[] = []): SipText {
    return this.sendText(hopByHop("CANCEL", invite, invite.header("To"), fields));
  }

  /** ACK to a refusal. */
  ackRefusal(invite: SipText, response: SipText): void {
    this.sendText(hopByHop("ACK", invite, response.header("To")));
  }

  /** Answers a request, over the way it came. */
  answer(request: SipText, status: number, parts: AnswerParts = {}): void {
    const { body = "", fields = [], toTag = `t-${this.name}` } = parts;
    const makesDialog = (request.method === "INVITE" || request.method === "UPDATE") && status > 100 && status < 300;
    const text = answerText(request, status, {
      ...parts,
      toTag: status === 100 ? undefined : toTag,
      fields: [
        ...(makesDialog ? [["Contact", this.contact] as const] : []),
        ...(body === "" ? [] : [["Content-Type", "application/sdp"] as const]),
        ...fields,
      ],
    });
    this.#answers.set(keyOf(request), text);
    this.#reply(text, request);
  }

  /** The first message of this kind that no test has taken yet: `INVITE`, or `180 INVITE` for a response. */
  take(what: string): SipText {
    const found = this.received.find((message) => !this.#taken.has(message) && kindOf(message) === what);
    if (found === undefined) {
      throw new Error(`${this.name} waits for ${what} and has got: ${this.received.map(kindOf).join(", ")}`);
    }
    this.#taken.add(found);
    return found;
  }

  /** How often a message of this kind has come. */
  count(what: string): number {
    return this.received.filter((message) => kindOf(message) === what).length;
  }

  get kinds(): string[] {
    return this.received.map(kindOf);
  }

  sendText(text: string): SipText {
    this.#wire.send(text, this.flow);
    const message = new SipText(text);
    if (message.method === "INVITE" && message.status === 0) this.#invites.set(message.param("Via", "branch"), message);
    return message;
  }

  via(branch: string): string {
    return `SIP/2.0/UDP ${this.address}:${SIP_PORT};branch=${branch};rport`;
  }

  branch(): string {
    return `z9hG4bKr-${this.name}-${++this.#branches}`;
  }

  /** Takes streams as well; what comes by one is answered over it. */
  takeStreams(transport: SimTransport, takes: "at once" | "late" | "never" | "refused"): void {
    transport.acceptStreams(this.address, {
      takes,
      receive: (text, flow) =>
        this.receive(text, {
          ...flow,
          localAddress: flow.remoteAddress,
          localPort: flow.remotePort,
          remoteAddress: flow.localAddress,
          remotePort: flow.localPort,
        }),
    });
    this.#streams = transport;
  }

  #streams: SimTransport | undefined;

  receive(text: string, flow: Flow): void {
    const message = new SipText(text);
    this.received.push(message);
    this.#flows.set(message, flow);
    if (this.isPolite) this.#beHelpful(message);
    this.onMessage?.(message);
  }

  #beHelpful(message: SipText): void {
    const { method, status } = message;
    if (status >= 300 && method === "INVITE") {
      const invite = this.#invites.get(message.param("Via", "branch"));
      if (invite !== undefined) this.ackRefusal(invite, message);
      return;
    }
    if (status > 0 || method === "ACK") return;
    const known = this.#answers.get(keyOf(message));
    if (known !== undefined) {
      this.#reply(known, message);
    } else if (method === "BYE") {
      this.answer(message, 200, { reason: "OK" });
    } else if (method === "CANCEL") {
      this.answer(message, 200, { reason: "OK" });
      const invite = this.received.find(
        (other) => kindOf(other) === "INVITE" && other.param("Via", "branch") === message.param("Via", "branch"),
      );
      if (invite !== undefined && !isFinal(this.#answers.get(keyOf(invite))))
        this.answer(invite, 487, { reason: "Request Terminated" });
    }
  }

  #reply(text: string, request: SipText): void {
    const flow = this.#flows.get(request);
    if (flow?.transport === "tcp") {
      this.#streams?.receive(text, {
        ...flow,
        localAddress: flow.remoteAddress,
        localPort: flow.remotePort,
        remoteAddress: flow.localAddress,
        remotePort: flow.localPort,
      });
    } else {
      this.#wire.send(text, this.flow);
    }
  }
}

/** A CANCEL, or the ACK of a refusal: it belongs to the transaction of the INVITE (RFC 3261 §9.1, §17.1.1.3). */
export function hopByHop(method: string, invite: SipText, to: string, fields: readonly Field[] = []): string {
  return requestText({
    method,
    uri: invite.uri,
    fields: [
      ["Via", invite.header("Via")],
      ["From", invite.header("From")],
      ["To", to],
      ["Call-ID", invite.header("Call-ID")],
      ["CSeq", `${invite.cseq} ${method}`],
      ["Max-Forwards", "70"],
      ...fields,
    ],
  });
}

/** One side of a dialog, in text. */
export class Side {
  readonly phone: Phone;
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly routes: readonly string[];
  target: string;
  cseq: number;

  constructor(phone: Phone, ends: Pick<Side, "callId" | "local" | "remote" | "routes" | "target" | "cseq">) {
    this.phone = phone;
    this.callId = ends.callId;
    this.local = ends.local;
    this.remote = ends.remote;
    this.routes = ends.routes;
    this.target = ends.target;
    this.cseq = ends.cseq;
  }

  static ofCaller(phone: Phone, invite: SipText, answer: SipText): Side {
    return new Side(phone, {
      callId: invite.header("Call-ID"),
      local: invite.header("From"),
      remote: answer.header("To"),
      routes: answer.headers("Record-Route").reverse(),
      target: answer.uriOf("Contact"),
      cseq: invite.cseq,
    });
  }

  static ofCallee(phone: Phone, invite: SipText, tag = `t-${phone.name}`): Side {
    return new Side(phone, {
      callId: invite.header("Call-ID"),
      local: `${invite.header("To")};tag=${tag}`,
      remote: invite.header("From"),
      routes: invite.headers("Record-Route"),
      target: invite.uriOf("Contact"),
      cseq: 100,
    });
  }

  request(
    method: string,
    parts: { cseq?: number; fields?: readonly Field[]; body?: string; contact?: string } = {},
  ): SipText {
    const { body = "", fields = [] } = parts;
    const cseq = parts.cseq ?? (method === "ACK" ? this.cseq : ++this.cseq);
    const hasContact = method === "INVITE" || method === "UPDATE";
    const text = requestText({
      method,
      uri: this.target,
      fields: [
        ["Via", this.phone.via(this.phone.branch())],
        ...this.routes.map((route): Field => ["Route", route]),
        ["From", this.local],
        ["To", this.remote],
        ["Call-ID", this.callId],
        ["CSeq", `${cseq} ${method}`],
        ["Max-Forwards", "70"],
        ...(hasContact ? [["Contact", parts.contact ?? this.phone.contact] as const] : []),
        ...(body === "" || method === "INFO" ? [] : [["Content-Type", "application/sdp"] as const]),
        ...fields,
      ],
      body,
    });
    return this.phone.sendText(text);
  }

  /** ACK to the 2xx of the INVITE with this CSeq. */
  ack(invite: SipText, body = ""): SipText {
    return this.request("ACK", { cseq: invite.cseq, body });
  }
}

/** What a message is: its method, with the status before it where it is a response. */
export function kindOf(message: SipText): string {
  return message.status === 0 ? message.method : `${message.status} ${message.method}`;
}

function keyOf(request: SipText): string {
  return `${request.method} ${request.param("Via", "branch")}`;
}

function isFinal(answer: string | undefined): boolean {
  return answer !== undefined && !answer.startsWith("SIP/2.0 1");
}
