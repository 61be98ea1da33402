/**
 * A phone that plays a call by chance: rings, answers, refuses, gives up, hangs up, sends INFO and re-INVITE. It sends
 * again what RFC 3261 says, reads text alone, and knows what it believes of its call.
 */

import { hopByHop } from "../../../../runtime/simulator/network/phone.ts";
import type { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { SIP_PORT, SWITCH_ADDRESS } from "../../../../runtime/simulator/network/sim-transport.ts";
import { answerText, type Field, requestText, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import type { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";

const T1_MS = 500;
const T2_MS = 4000;
const GIVE_UP_MS = 64 * T1_MS;
/** Longer than any plan of a test: only who was forgotten rings so long. */
const RING_PATIENCE_MS = 180_000;

interface OwnRequest {
  readonly text: SipText;
  isHeard: boolean;
  isDone: boolean;
}

interface OwnAnswer {
  readonly text: string;
  readonly isFinal: boolean;
  isAcknowledged: boolean;
}

interface Ends {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  cseq: number;
}

export class ActingPhone {
  readonly name: string;
  readonly address: string;
  /** What the phone believes: over is where it has to come to. */
  state: "idle" | "calling" | "ringing" | "talking" | "over" = "idle";
  readonly callIds: string[] = [];
  /** The phone has rung until it would not any more. */
  ranOut = false;
  /** It acknowledges no answer to its INVITE. */
  neverAcks = false;
  /** It has answered, and has waited in vain for the ACK. */
  wasUnheard = false;
  /** Its session description; `null`: its messages have none. */
  description: ((version: number) => string) | null = null;
  #descriptions = 0;
  readonly #net: SimNet;
  readonly #clock: VirtualClock;
  readonly #requests = new Map<string, OwnRequest>();
  readonly #answers = new Map<string, OwnAnswer>();
  readonly #hungUp = new Set<string>();
  #ends: Ends | null = null;
  #offered: SipText | null = null;
  #invite: OwnRequest | null = null;
  #reinvite: OwnRequest | null = null;
  #wantsOut = false;
  /** It takes reliable provisional responses, or sends them. */
  #isReliable = false;
  #acknowledged = new Set<string>();
  #branches = 0;

  constructor(net: SimNet, clock: VirtualClock, name: string, address: string) {
    this.#net = net;
    this.#clock = clock;
    this.name = name;
    this.address = address;
    net.attach(address, SIP_PORT, (text) => this.#receive(new SipText(text)));
  }

  /** Whether anybody has answered its INVITE, if only with 100. */
  get isHeard(): boolean {
    return this.#invite?.isHeard === true;
  }

  get uri(): string {
    return `sip:${this.name}@${this.address}:${SIP_PORT}`;
  }

  call(uri: string): void {
    const callId = `sim-${this.name}`;
    this.state = "calling";
    this.neverAcks = this.#chance() < 0.05;
    this.#isReliable = this.#chance() < 0.5;
    this.#ends = {
      callId,
      local: `<sip:${this.name}@elsewhere.example>;tag=${this.name}`,
      remote: `<${uri}>`,
      target: uri,
      cseq: 0,
    };
    this.#invite = this.#request("INVITE", this.#ends);
    if (this.#chance() < 0.35) this.#later(this.#chance() * 15_000, () => this.#giveUp());
  }

  #receive(message: SipText): void {
    if (message.status > 0) this.#onResponse(message);
    else if (message.method === "ACK") this.#onAck(message);
    else this.#onRequest(message);
  }

  #onResponse(response: SipText): void {
    const own = this.#requests.get(`${response.method} ${response.param("Via", "branch")}`);
    if (own === undefined) return;
    const { status } = response;
    own.isHeard = true;
    if (response.method === "INVITE" && status >= 300) this.#ackRefusal(own.text, response);
    if (own === this.#invite) this.#onInviteResponse(response, own);
    else if (own === this.#reinvite) this.#onReinviteResponse(response);
    // RFC 3261 §13.2.2.4: each time that it comes.
    else if (response.method === "INVITE" && status >= 200 && status < 300 && this.#ends !== null) {
      this.#ack(this.#ends, response.cseq);
    }
    if (status >= 200) own.isDone = true;
  }

  #onInviteResponse(response: SipText, own: OwnRequest): void {
    const { status } = response;
    if (status < 200) {
      if (status > 100 && this.state === "calling") this.state = "ringing";
      this.#prack(response);
      if (this.#wantsOut && !own.isDone) this.#sendCancel(own.text);
    } else if (status >= 300) {
      if (!own.isDone) this.state = "over";
    } else {
      this.#onAnswered(response, own);
    }
  }

  /** RFC 3262 §4: once for each, in its early dialog. */
  #prack(response: SipText): void {
    const rseq = response.header("RSeq");
    const key = `${response.param("To", "tag")} ${rseq}`;
    const before = this.#ends;
    if (rseq === "" || before === null || this.state === "over" || this.#acknowledged.has(key)) return;
    this.#acknowledged.add(key);
    const ends: Ends = { ...before, remote: response.header("To"), target: response.uriOf("Contact") };
    before.cseq++;
    this.#start("PRACK", this.#text("PRACK", ends, before.cseq, [["RAck", `${rseq} 1 INVITE`]]));
  }

  #onAnswered(response: SipText, own: OwnRequest): void {
    const isFirst = !own.isDone;
    const before = this.#ends;
    if (before === null) return;
    const ends: Ends = { ...before, remote: response.header("To"), target: response.uriOf("Contact") };
    if (!this.neverAcks || this.state === "over") this.#ack(ends, response.cseq);
    if (isFirst && !this.#wantsOut && this.state !== "over") {
      this.#ends = ends;
      this.state = "talking";
      this.#actSoon();
    } else if (this.#wantsOut || this.state === "over") {
      this.state = "over";
      const tag = response.param("To", "tag");
      if (this.#hungUp.has(tag)) return;
      this.#hungUp.add(tag);
      this.#request("BYE", ends);
    }
  }

  #onReinviteResponse(response: SipText): void {
    const { status } = response;
    if (this.#ends === null || status < 200) return;
    if (status < 300) this.#ack(this.#ends, response.cseq);
    else if (status === 481 || status === 408) this.state = "over";
    this.#later(0, () => {
      this.#reinvite = null;
    });
  }

  #onAck(ack: SipText): void {
    for (const key of [`INVITE ${ack.param("Via", "branch")}`, `2xx ${ack.header("Call-ID")} ${ack.cseq}`]) {
      const answer = this.#answers.get(key);
      if (answer !== undefined) answer.isAcknowledged = true;
    }
  }

  #onRequest(request: SipText): void {
    const known = this.#answers.get(keyOf(request));
    if (known !== undefined) {
      this.#send(known.text);
      return;
    }
    const isInDialog = request.param("To", "tag") !== "";
    switch (request.method) {
      case "INVITE":
        if (!isInDialog) this.#onInvite(request);
        else if (this.state !== "talking") this.#answer(request, 481);
        else this.#answer(request, this.#reinvite === null ? 200 : 491);
        break;
      case "CANCEL":
        this.#onCancel(request);
        break;
      case "BYE":
        this.#answer(request, this.state === "talking" ? 200 : 481);
        if (this.state === "talking") this.state = "over";
        break;
      default:
        this.#answer(request, this.state === "talking" || request.method === "PRACK" ? 200 : 481);
    }
  }

  #onInvite(invite: SipText): void {
    // The same again, before there is an answer.
    if (this.#offered !== null && keyOf(this.#offered) === keyOf(invite)) return;
    this.callIds.push(invite.header("Call-ID"));
    if (this.state !== "idle") {
      this.#answer(invite, 486);
      return;
    }
    this.state = "ringing";
    this.#offered = invite;
    this.#isReliable = this.#chance() < 0.5 && invite.header("Supported").includes("100rel");
    this.#later(this.#chance() * 200, () => this.#decide(invite, 100));
    this.#later(RING_PATIENCE_MS, () => {
      if (this.state === "ringing") this.ranOut = true;
      this.#decide(invite, 480);
    });
    if (this.#chance() < 0.8)
      this.#later(this.#chance() * 1000, () => this.#decide(invite, this.#chance() < 0.5 ? 180 : 183));
    const lot = this.#chance();
    const status = lot < 0.6 ? 200 : lot < 0.75 ? 486 : lot < 0.85 ? 603 : lot < 0.92 ? 503 : 0;
    if (status > 0) this.#later(this.#chance() * 15_000, () => this.#decide(invite, status));
  }

  #decide(invite: SipText, status: number): void {
    const given = this.#answers.get(keyOf(invite));
    if (this.state !== "ringing" || given?.isFinal === true || (status === 100 && given !== undefined)) return;
    this.#answer(invite, status);
    if (status === 200) {
      this.state = "talking";
      this.#ends = {
        callId: invite.header("Call-ID"),
        local: `${invite.header("To")};tag=${this.name}`,
        remote: invite.header("From"),
        target: invite.uriOf("Contact"),
        cseq: 100,
      };
      this.#actSoon();
    } else if (status > 200) {
      this.state = "over";
    }
  }

  #onCancel(cancel: SipText): void {
    const branch = cancel.param("Via", "branch");
    const invite = this.#offered;
    const isKnown = invite !== null && invite.param("Via", "branch") === branch;
    this.#answer(cancel, isKnown ? 200 : 481);
    if (!isKnown || this.#answers.get(keyOf(invite))?.isFinal === true) return;
    this.#answer(invite, 487);
    this.state = "over";
  }

  /** What the phone does once it talks. The call ends by the switch's own limit where nobody hangs up. */
  #actSoon(): void {
    const lot = this.#chance();
    const soon = this.#chance() * 3000;
    if (lot < 0.3) this.#later(soon, () => this.#whileTalking((ends) => this.#startReinvite(ends)));
    else if (lot < 0.5) this.#later(soon, () => this.#whileTalking((ends) => this.#request("INFO", ends)));
    if (this.#chance() < 0.4)
      this.#later(this.#chance() * 8000, () => this.#whileTalking((ends) => this.#hangUp(ends)));
  }

  #giveUpAnswer(ends: Ends): void {
    this.wasUnheard = true;
    this.#hangUp(ends);
  }

  #startReinvite(ends: Ends): void {
    if (this.#reinvite === null) this.#reinvite = this.#request("INVITE", ends);
  }

  #hangUp(ends: Ends): void {
    this.state = "over";
    this.#request("BYE", ends);
  }

  #whileTalking(work: (ends: Ends) => void): void {
    if (this.state === "talking" && this.#ends !== null) work(this.#ends);
  }

  #giveUp(): void {
    const invite = this.#invite;
    if (invite === null || invite.isDone || this.state === "over") return;
    this.#wantsOut = true;
    if (invite.isHeard) this.#sendCancel(invite.text);
  }

  #sendCancel(invite: SipText): void {
    if (this.#requests.has(`CANCEL ${invite.param("Via", "branch")}`)) return;
    this.#start("CANCEL", hopByHop("CANCEL", invite, invite.header("To")));
    // RFC 3261 §9.1: with no final response by then, the INVITE counts as cancelled.
    this.#later(GIVE_UP_MS, () => {
      if (this.state !== "talking") this.state = "over";
    });
  }

  #ackRefusal(invite: SipText, response: SipText): void {
    this.#send(hopByHop("ACK", invite, response.header("To")));
  }

  #ack(ends: Ends, cseq: number): void {
    this.#send(this.#text("ACK", ends, cseq));
  }

  #request(method: string, ends: Ends): OwnRequest {
    return this.#start(method, this.#text(method, ends, ++ends.cseq));
  }

  #start(method: string, text: string): OwnRequest {
    const own: OwnRequest = { text: new SipText(text), isHeard: false, isDone: false };
    this.#requests.set(`${method} ${own.text.param("Via", "branch")}`, own);
    this.#send(text);
    this.#repeat(own, T1_MS);
    this.#later(GIVE_UP_MS, () => {
      if (isWaiting(own)) this.#unanswered(own);
    });
    return own;
  }

  #unanswered(own: OwnRequest): void {
    own.isDone = true;
    if (own === this.#invite) this.state = "over";
    if (own === this.#reinvite) this.#whileTalking((ends) => this.#hangUp(ends));
  }

  #repeat(own: OwnRequest, ms: number): void {
    this.#later(ms, () => {
      if (!isWaiting(own)) return;
      this.#send(own.text.text);
      this.#repeat(own, own.text.method === "INVITE" ? ms * 2 : Math.min(ms * 2, T2_MS));
    });
  }

  #answer(request: SipText, status: number): void {
    const { method } = request;
    const fields: Field[] = status > 100 && status < 300 && method === "INVITE" ? [["Contact", `<${this.uri}>`]] : [];
    const describes = method === "INVITE" && (status === 200 || status === 183);
    if (this.#isReliable && method === "INVITE" && status > 100 && status < 200) {
      fields.push(["Require", "100rel"], ["RSeq", "1"]);
    }
    const text = answerText(request, status, {
      toTag: status === 100 ? undefined : this.name,
      fields: describes ? [...fields, ...this.#descriptionFields] : fields,
      body: describes ? this.#describe() : "",
    });
    const answer: OwnAnswer = { text, isFinal: status >= 200, isAcknowledged: false };
    this.#answers.set(keyOf(request), answer);
    this.#send(text);
    if (method !== "INVITE" || status < 200) return;
    if (status < 300) this.#answers.set(`2xx ${request.header("Call-ID")} ${request.cseq}`, answer);
    this.#answerAgain(answer, T1_MS, 0, status);
  }

  #answerAgain(answer: OwnAnswer, ms: number, waited: number, status: number): void {
    this.#later(ms, () => {
      if (answer.isAcknowledged) return;
      if (waited + ms >= GIVE_UP_MS) {
        if (status < 300) this.#whileTalking((ends) => this.#giveUpAnswer(ends));
        return;
      }
      this.#send(answer.text);
      this.#answerAgain(answer, Math.min(ms * 2, T2_MS), waited + ms, status);
    });
  }

  #text(method: string, ends: Ends, cseq: number, fields: readonly Field[] = []): string {
    const branch = `z9hG4bK${this.name}${++this.#branches}`;
    return requestText({
      method,
      uri: ends.target,
      fields: [
        ["Via", `SIP/2.0/UDP ${this.address}:${SIP_PORT};branch=${branch};rport`],
        ["From", ends.local],
        ["To", ends.remote],
        ["Call-ID", ends.callId],
        ["CSeq", `${cseq} ${method}`],
        ["Max-Forwards", "70"],
        ["Contact", `<${this.uri}>`],
        ...(method === "INVITE" ? this.#descriptionFields : []),
        ...(method === "INVITE" && this.#isReliable ? [["Supported", "100rel"] as const] : []),
        ...fields,
      ],
      body: method === "INVITE" ? this.#describe() : "",
    });
  }

  get #descriptionFields(): readonly Field[] {
    return this.description === null ? [] : [["Content-Type", "application/sdp"]];
  }

  #describe(): string {
    return this.description?.(++this.#descriptions) ?? "";
  }

  #send(text: string): void {
    this.#net.send(text, {
      transport: "udp",
      localAddress: this.address,
      localPort: SIP_PORT,
      remoteAddress: SWITCH_ADDRESS,
      remotePort: SIP_PORT,
      connection: 0,
    });
  }

  #chance(): number {
    return this.#net.random();
  }

  #later(ms: number, expire: () => void): void {
    this.#clock.startTimer(Math.round(ms), { expire }, "phone");
  }
}

function isWaiting({ text, isHeard, isDone }: OwnRequest): boolean {
  return !isDone && !(text.method === "INVITE" && isHeard);
}

function keyOf(request: SipText): string {
  return `${request.method} ${request.param("Via", "branch")}`;
}
