/** One side of a call of a `SteadyPhone`: what it believes of the call, and when it has come to believe it. */
import { hopByHop } from "../../runtime/simulator/network/phone.ts";
import { type Field, requestText, type SipText } from "../../runtime/simulator/network/sip-text.ts";
import { freshText } from "./raw-phone.ts";
import { sdp, sdpFields } from "./sdp.ts";
import type { SteadyPhone } from "./steady-phone.ts";

const [CALLER_AUDIO, CALLEE_AUDIO] = [6000, 7000];

interface Ends {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly string[];
  cseq: number;
}

export class SteadyCall {
  readonly callId: string;
  /** The user that the caller says to be. */
  readonly from: string;
  readonly side: "caller" | "callee";
  state: "calling" | "ringing" | "up" | "over" = "calling";
  /** The final response to the INVITE: 0 as long as there is none, 408 where none has come. */
  code = 0;
  /**
   * `performance.now()` when this side has answered, when the call was up for it, when its end was asked for, and when the
   * phone had that confirmed.
   */
  tookAt = 0;
  upAt = 0;
  byeAt = 0;
  overAt = 0;
  hungUpBy: "us" | "them" | null = null;
  /** The answer to our BYE; 0: none has come. */
  byeCode: number | null = null;
  /** Told once when the call is up for this side. */
  onUp: () => void = () => {};
  /** Resolves when the call is over on this side, its BYE answered. */
  readonly ended: Promise<void>;
  readonly #end: () => void;
  readonly #phone: SteadyPhone;
  readonly #invite: SipText;
  #ends: Ends;
  #ack = "";
  #isWanted = true;
  #isCancelled = false;

  private constructor(phone: SteadyPhone, side: "caller" | "callee", invite: SipText, ends: Ends) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
    this.#phone = phone;
    this.#invite = invite;
    this.side = side;
    this.#ends = ends;
    this.callId = ends.callId;
    this.from = /sip:([^@>]+)@/.exec(invite.header("From"))?.[1] ?? "";
  }

  static outgoing(
    phone: SteadyPhone,
    { to, from, patienceMs }: { readonly to: string; readonly from: string; readonly patienceMs: number },
  ): SteadyCall {
    const uri = `sip:${to}@example.test`;
    const callId = freshText("steady");
    const local = `<sip:${from}@elsewhere.invalid>;tag=${freshText("f")}`;
    const ends = { callId, local, remote: `<${uri}>`, target: uri, routes: [], cseq: 1 };
    let call: SteadyCall;
    const text = requestWithin(phone, "INVITE", ends, 1, sdpFields, sdp(CALLER_AUDIO));
    const heard = (response: SipText): void => call.#onResponse(response);
    const invite = phone.ask(text, heard, () => call.#over(408));
    call = new SteadyCall(phone, "caller", invite, ends);
    phone.later(patienceMs, () => {
      if (call.state !== "up" && call.state !== "over") call.cancel();
    });
    return call;
  }

  static incoming(phone: SteadyPhone, invite: SipText): SteadyCall {
    return new SteadyCall(phone, "callee", invite, {
      callId: invite.header("Call-ID"),
      local: `${invite.header("To")};tag=${freshText("t")}`,
      remote: invite.header("From"),
      target: invite.uriOf("Contact"),
      routes: listOf(invite),
      cseq: 100,
    });
  }

  ring(): void {
    if (this.state !== "calling") return;
    this.state = "ringing";
    this.#phone.answer(this.#invite, 180, { toTag: this.#tag, fields: this.#contact });
  }

  take(): void {
    if (this.state !== "calling" && this.state !== "ringing") return;
    this.code = 200;
    this.tookAt = performance.now();
    const confirmed = (): void => {
      if (this.state !== "over") this.#isUp();
    };
    // RFC 3261 §13.3.1.4: without an ACK the call is hung up.
    const unheard = (): void => this.bye();
    const parts = { toTag: this.#tag, fields: [...this.#contact, ...sdpFields], body: sdp(CALLEE_AUDIO) };
    this.#phone.answer(this.#invite, 200, parts, confirmed, unheard);
  }

  refuse(code: number): void {
    if (this.state !== "calling" && this.state !== "ringing") return;
    this.#phone.answer(this.#invite, code, { toTag: this.#tag });
    this.#over(code);
  }

  /** The caller gives up. */
  cancel(): void {
    if (this.state === "up") {
      this.bye();
      return;
    }
    if (this.state === "over" || this.#isCancelled) return;
    this.#isWanted = false;
    // RFC 3261 §9.1: not before something has been heard.
    if (this.state !== "ringing") return;
    this.#isCancelled = true;
    const cancel = hopByHop("CANCEL", this.#invite, this.#invite.header("To"));
    this.#phone.ask(cancel, nothing, nothing);
    this.#phone.later(this.#phone.giveUpMs, () => this.#over(487));
  }

  bye(): void {
    if (this.state === "over" || this.hungUpBy !== null) return;
    this.hungUpBy = "us";
    this.byeAt = performance.now();
    const done = (code: number): void => {
      this.byeCode = code;
      this.#over(this.code);
    };
    this.#request(
      "BYE",
      (response) => response.status >= 200 && done(response.status),
      () => done(0),
    );
  }

  onRequest(request: SipText): void {
    switch (request.method) {
      case "CANCEL":
        this.#onCancel(request);
        break;
      case "BYE":
        this.#phone.answer(request, 200, { toTag: this.#tag });
        if (this.hungUpBy !== null) return;
        this.hungUpBy = "them";
        this.byeAt = performance.now();
        this.#over(this.code);
        break;
      case "INVITE": {
        const audio = this.side === "caller" ? CALLER_AUDIO : CALLEE_AUDIO;
        this.#phone.answer(request, 200, { fields: [...this.#contact, ...sdpFields], body: sdp(audio) });
        break;
      }
      default:
        this.#phone.answer(request, this.state === "over" ? 481 : 200, { toTag: this.#tag });
    }
  }

  /** A final response to the INVITE has come again. */
  finalAgain(response: SipText): void {
    if (response.status >= 300) this.#phone.send(hopByHop("ACK", this.#invite, response.header("To")));
    else if (response.cseq === 1 && this.#ack !== "") this.#phone.send(this.#ack);
  }

  #onResponse(response: SipText): void {
    const { status } = response;
    if (status < 200) {
      if (this.state === "calling" && status > 100) {
        this.state = "ringing";
      }
      if (!this.#isWanted) this.cancel();
      return;
    }
    if (status >= 300) {
      this.#phone.send(hopByHop("ACK", this.#invite, response.header("To")));
      this.#over(status);
      return;
    }
    const { cseq, ...rest } = this.#ends;
    const target = response.uriOf("Contact");
    this.#ends = { ...rest, cseq, remote: response.header("To"), target, routes: listOf(response).reverse() };
    this.#ack = requestWithin(this.#phone, "ACK", this.#ends, 1);
    this.#phone.send(this.#ack);
    this.code = status;
    this.#isUp();
    if (!this.#isWanted) this.bye();
  }

  #isUp(): void {
    this.state = "up";
    this.upAt = performance.now();
    this.onUp();
  }

  #onCancel(cancel: SipText): void {
    const isOpen = this.state === "calling" || this.state === "ringing";
    this.#phone.answer(cancel, 200, { toTag: this.#tag });
    if (!isOpen || this.code !== 0) return;
    this.#phone.answer(this.#invite, 487, { toTag: this.#tag });
    this.#over(487);
  }

  #over(code: number): void {
    if (this.state === "over") return;
    this.state = "over";
    this.code = code;
    this.overAt = performance.now();
    this.#end();
    this.#phone.forget(this);
  }

  #request(method: string, onResponse: (response: SipText) => void, onTimeout: () => void): void {
    this.#phone.ask(requestWithin(this.#phone, method, this.#ends, ++this.#ends.cseq), onResponse, onTimeout);
  }

  get #tag(): string {
    return /tag=(.*)$/.exec(this.#ends.local)?.[1] ?? "";
  }

  get #contact(): readonly Field[] {
    return [["Contact", `<${this.#phone.uri}>`]];
  }
}

const nothing = (): void => {};

function requestWithin(
  phone: SteadyPhone,
  method: string,
  ends: Ends,
  cseq: number,
  fields: readonly Field[] = [],
  body = "",
): string {
  return requestText({
    method,
    uri: ends.target,
    fields: [
      ["Via", phone.via()],
      ["Max-Forwards", "70"],
      ...ends.routes.map((route): Field => ["Route", route]),
      ["From", ends.local],
      ["To", ends.remote],
      ["Call-ID", ends.callId],
      ["CSeq", `${cseq} ${method}`],
      ["Contact", `<${phone.uri}>`],
      ...fields,
    ],
    body,
  });
}

function listOf(message: SipText): string[] {
  return message.headers("Record-Route").flatMap((line) => line.split(",").map((value) => value.trim()));
}
