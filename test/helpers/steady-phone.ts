/**
 * A phone on a real UDP socket that has many calls at once, for loads: it says again what is not heard (RFC 3261 §17,
 * §13.3.1.4), answers again what it is asked again, reads text alone, and can live in bad weather.
 */
import { createSocket, type Socket } from "node:dgram";
import { type AnswerParts, answerText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { SteadyCall } from "./steady-call.ts";

const T1_MS = 500;
const T2_MS = 4_000;
const GIVE_UP_MS = 64 * T1_MS;

/** What happens to datagrams in either direction. */
export interface Weather {
  /** Chance to be lost, 0 to 1. */
  readonly loss: number;
  /** Chance to arrive twice, 0 to 1. */
  readonly duplication: number;
  /** Each is on its way for up to this, so that they overtake one another. */
  readonly maxDelayMs: number;
}

export interface SteadyPhoneOptions {
  readonly name: string;
  readonly switchPort: number;
  /** @default it is fine */
  readonly weather?: Weather & { readonly random: () => number };
  /** How long it says the same again, but for an INVITE that nobody answers. @default 64*T1 */
  readonly giveUpMs?: number;
}

/** A request of ours that waits for its final response. */
interface Asking {
  readonly text: string;
  readonly onResponse: (response: SipText) => void;
  isHeard: boolean;
}

/** A final response of ours to an INVITE, until its ACK has come. */
interface Answering {
  readonly text: string;
  readonly acknowledged: () => void;
}

let branches = 0;

export class SteadyPhone {
  readonly name: string;
  readonly port: number;
  readonly giveUpMs: number;
  /** Told of each call that comes. @default it is refused */
  onCall: (call: SteadyCall) => void = (call) => call.refuse(480);
  readonly #socket: Socket;
  /** Where it sends to. */
  switchPort: number;
  readonly #weather: SteadyPhoneOptions["weather"];
  readonly #asking = new Map<string, Asking>();
  /** What was answered to each request, by method and branch. */
  readonly #answers = new Map<string, string>();
  readonly #answering = new Map<string, Answering>();
  readonly #calls = new Map<string, SteadyCall>();
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(options: SteadyPhoneOptions, socket: Socket) {
    this.name = options.name;
    this.switchPort = options.switchPort;
    this.#weather = options.weather;
    this.giveUpMs = options.giveUpMs ?? GIVE_UP_MS;
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on("message", (datagram) => {
      this.#carry(() => this.#receive(new SipText(datagram.toString("latin1"))));
    });
  }

  static async open(options: SteadyPhoneOptions): Promise<SteadyPhone> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4_000_000 });
    await new Promise<void>((resolve, reject) => socket.once("error", reject).bind(0, "127.0.0.1", resolve));
    return new SteadyPhone(options, socket);
  }

  get uri(): string {
    return `sip:${this.name}@127.0.0.1:${this.port}`;
  }

  /** Those that are not over, or over for so short a time that something of them may still come. */
  get calls(): Iterable<SteadyCall> {
    return this.#calls.values();
  }

  /** Calls somebody in the name of `from`, which no other call of this run has. */
  call(to: string, from: string, patienceMs = this.giveUpMs): SteadyCall {
    const call = SteadyCall.outgoing(this, { to, from, patienceMs });
    this.#calls.set(call.callId, call);
    return call;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#socket.close();
  }

  via(): string {
    return `SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${process.pid.toString(36)}s${(++branches).toString(36)};rport`;
  }

  /** Sends a request until it is answered or has been waited for long enough; `onTimeout`: it was in vain. */
  ask(text: string, onResponse: (response: SipText) => void, onTimeout: () => void): SipText {
    const request = new SipText(text);
    const key = keyOf(request);
    const asking: Asking = { text, onResponse, isHeard: false };
    this.#asking.set(key, asking);
    this.send(text);
    this.#askAgain(key, asking, T1_MS, request.method === "INVITE" ? Number.POSITIVE_INFINITY : T2_MS);
    this.later(request.method === "INVITE" ? GIVE_UP_MS : this.giveUpMs, () => {
      if (this.#asking.get(key) !== asking || asking.isHeard) return;
      this.#asking.delete(key);
      onTimeout();
    });
    return request;
  }

  /** A final response to an INVITE is said again until its ACK has come; `unheard`: it never has. */
  answer(
    request: SipText,
    status: number,
    parts: AnswerParts = {},
    acknowledged = (): void => {},
    unheard = (): void => {},
  ): void {
    const text = answerText(request, status, parts);
    this.#answers.set(keyOf(request), text);
    this.later(this.giveUpMs, () => void this.#answers.delete(keyOf(request)));
    this.send(text);
    if (request.method !== "INVITE" || status < 200) return;
    const key = status < 300 ? ackKeyOf(request) : keyOf(request);
    const answering = { text, acknowledged };
    this.#answering.set(key, answering);
    this.#answerAgain(key, answering, T1_MS);
    this.later(this.giveUpMs, () => {
      if (this.#answering.get(key) !== answering) return;
      this.#answering.delete(key);
      unheard();
    });
  }

  send(text: string): void {
    this.#carry(() => this.#socket.send(Buffer.from(text, "latin1"), this.switchPort, "127.0.0.1"));
  }

  later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  /** The call is over, and so is what may still come of it. */
  forget(call: SteadyCall): void {
    this.later(this.giveUpMs, () => void this.#calls.delete(call.callId));
  }

  #receive(message: SipText): void {
    if (message.status > 0) this.#onResponse(message);
    else if (message.method === "ACK") this.#onAck(message);
    else this.#onRequest(message);
  }

  #onResponse(response: SipText): void {
    const key = keyOf(response);
    const asking = this.#asking.get(key);
    const call = this.#calls.get(response.header("Call-ID"));
    if (asking === undefined) {
      if (response.method === "INVITE" && response.status >= 200) call?.finalAgain(response);
      return;
    }
    asking.isHeard = true;
    if (response.status >= 200) this.#asking.delete(key);
    asking.onResponse(response);
  }

  #onAck(ack: SipText): void {
    for (const key of [ackKeyOf(ack), `INVITE ${ack.param("Via", "branch")}`]) {
      const answering = this.#answering.get(key);
      this.#answering.delete(key);
      answering?.acknowledged();
    }
  }

  #onRequest(request: SipText): void {
    const known = this.#answers.get(keyOf(request));
    const callId = request.header("Call-ID");
    if (known !== undefined) {
      this.send(known);
    } else if (request.param("To", "tag") !== "" || request.method === "CANCEL") {
      const call = this.#calls.get(callId);
      if (call === undefined) this.answer(request, 481);
      else call.onRequest(request);
    } else if (request.method === "INVITE") {
      if (this.#calls.has(callId)) return;
      const call = SteadyCall.incoming(this, request);
      this.#calls.set(callId, call);
      this.onCall(call);
    } else {
      this.answer(request, 200, { toTag: this.name });
    }
  }

  #askAgain(key: string, asking: Asking, ms: number, longestMs: number): void {
    this.later(ms, () => {
      const isInvite = longestMs === Number.POSITIVE_INFINITY;
      if (this.#asking.get(key) !== asking || (isInvite && asking.isHeard)) return;
      this.send(asking.text);
      this.#askAgain(key, asking, asking.isHeard ? T2_MS : Math.min(ms * 2, longestMs), longestMs);
    });
  }

  #answerAgain(key: string, answering: Answering, ms: number): void {
    this.later(ms, () => {
      if (this.#answering.get(key) !== answering) return;
      this.send(answering.text);
      this.#answerAgain(key, answering, Math.min(ms * 2, T2_MS));
    });
  }

  #carry(arrive: () => void): void {
    if (this.#weather === undefined) {
      arrive();
      return;
    }
    const { loss, duplication, maxDelayMs, random } = this.#weather;
    if (random() < loss) return;
    for (let copies = random() < duplication ? 2 : 1; copies > 0; copies--) this.later(random() * maxDelayMs, arrive);
  }
}

function keyOf(message: SipText): string {
  return `${message.method} ${message.param("Via", "branch")}`;
}

/** By which the ACK of a 2xx is known: it has a branch of its own. */
function ackKeyOf(message: SipText): string {
  return `2xx ${message.header("Call-ID")} ${message.cseq}`;
}
