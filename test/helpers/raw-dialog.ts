/** One side of a SIP dialog (RFC 3261 §12) in text: it keeps tags, CSeq, target and route set, and no state machine. */

import { type Field, type RequestParts, requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import type { Expected, RawPhone } from "./raw-phone.ts";
import { freshText } from "./raw-phone.ts";
import { sdpFields } from "./sdp.ts";

interface Ends {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly string[];
  readonly cseq: number;
}

interface InDialog {
  readonly fields?: readonly Field[];
  readonly body?: string;
  readonly cseq?: number;
  readonly contact?: string;
}

export class RawDialog {
  readonly phone: RawPhone;
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  target: string;
  readonly routes: readonly string[];
  cseq: number;

  constructor(phone: RawPhone, ends: Ends) {
    this.phone = phone;
    this.callId = ends.callId;
    this.local = ends.local;
    this.remote = ends.remote;
    this.target = ends.target;
    this.routes = ends.routes;
    this.cseq = ends.cseq;
  }

  /** The caller's side, from the INVITE it sent and the answer it got. */
  static ofCaller(phone: RawPhone, invite: SipText, answer: SipText): RawDialog {
    return new RawDialog(phone, {
      callId: invite.header("Call-ID"),
      local: invite.header("From"),
      remote: answer.header("To"),
      target: answer.uriOf("Contact"),
      routes: listOf(answer, "Record-Route").reverse(),
      cseq: invite.cseq,
    });
  }

  /** The callee's side, from the INVITE it got and the tag it answered with. */
  static ofCallee(phone: RawPhone, invite: SipText, tag: string): RawDialog {
    return new RawDialog(phone, {
      callId: invite.header("Call-ID"),
      local: `${invite.header("To")};tag=${tag}`,
      remote: invite.header("From"),
      target: invite.uriOf("Contact"),
      routes: listOf(invite, "Record-Route"),
      cseq: 0,
    });
  }

  /** Sends a request in the dialog with the next CSeq. */
  request(method: string, options: InDialog = {}): SipText {
    this.cseq = options.cseq ?? this.cseq + 1;
    return this.phone.request(this.#parts(method, this.cseq, options));
  }

  reinvite(body: string, options: InDialog = {}): SipText {
    return this.request("INVITE", { ...options, body, fields: [...(options.fields ?? []), ...sdpFields] });
  }

  /** The ACK for a 2xx to the INVITE with this CSeq. */
  ack(invite: SipText, body = ""): SipText {
    const fields = body === "" ? [] : sdpFields;
    return this.phone.request(this.#parts("ACK", invite.cseq, { fields, body }));
  }

  /** Hangs up and waits for the answer. */
  async bye(expected: Expected = "200 BYE"): Promise<SipText> {
    this.request("BYE");
    return this.phone.expect(expected);
  }

  #parts(method: string, cseq: number, options: InDialog): RequestParts {
    return {
      method,
      uri: this.target,
      fields: [
        ["Via", this.phone.via()],
        ["Max-Forwards", "70"],
        ...this.routes.map((route): Field => ["Route", route]),
        ["From", this.local],
        ["To", this.remote],
        ["Call-ID", this.callId],
        ["CSeq", `${cseq} ${method}`],
        ["Contact", options.contact ?? this.phone.contact],
        ...(options.fields ?? []),
      ],
      body: options.body,
    };
  }
}

export interface InviteOptions {
  /** @default the number or user at example.test */
  readonly uri?: string;
  /** @default an anonymous caller of a foreign domain */
  readonly from?: string;
  readonly fields?: readonly Field[];
  readonly body?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  readonly fromTag?: string;
  readonly maxForwards?: number;
  readonly method?: string;
}

/** A request that begins a dialog, as text. */
export function inviteText(phone: RawPhone, to: string, options: InviteOptions = {}): string {
  const uri = options.uri ?? `sip:${to}@example.test`;
  const method = options.method ?? "INVITE";
  return requestText({
    method,
    uri,
    fields: [
      ["Via", phone.via(options.branch)],
      ["Max-Forwards", String(options.maxForwards ?? 70)],
      ["From", `<${options.from ?? "sip:+49301234@elsewhere.invalid"}>;tag=${options.fromTag ?? freshText("f")}`],
      ["To", `<${uri}>`],
      ["Call-ID", options.callId ?? freshText("call")],
      ["CSeq", `${options.cseq ?? 1} ${method}`],
      ["Contact", phone.contact],
      ...(options.fields ?? []),
      ...(options.body === undefined ? [] : sdpFields),
    ],
    body: options.body,
  });
}

export function invite(phone: RawPhone, to: string, options: InviteOptions = {}): SipText {
  const text = inviteText(phone, to, options);
  phone.send(text);
  return new SipText(text);
}

/** CANCEL of an INVITE (RFC 3261 §9.1): its Via, From, To, Call-ID and CSeq number. */
export function cancel(phone: RawPhone, pending: SipText, fields: readonly Field[] = []): SipText {
  return phone.request({
    method: "CANCEL",
    uri: pending.uri,
    fields: [...sameTransaction(pending, "CANCEL"), ...fields],
  });
}

/** ACK of a non-2xx answer (RFC 3261 §17.1.1.3): hop by hop, in the INVITE's own transaction. */
export function ackRefusal(phone: RawPhone, pending: SipText, refusal: SipText): void {
  const fields = sameTransaction(pending, "ACK").map((field): Field => {
    return field[0] === "To" ? ["To", refusal.header("To")] : field;
  });
  phone.request({ method: "ACK", uri: pending.uri, fields });
}

/** Waits for the refusal of an INVITE and acknowledges it. */
export async function expectRefusal(phone: RawPhone, pending: SipText, status: number): Promise<SipText> {
  const refusal = await phone.expect(`${status} INVITE`);
  ackRefusal(phone, pending, refusal);
  return refusal;
}

function sameTransaction(pending: SipText, method: string): Field[] {
  return [
    ["Via", pending.header("Via")],
    ["Max-Forwards", "70"],
    ["From", pending.header("From")],
    ["To", pending.header("To")],
    ["Call-ID", pending.header("Call-ID")],
    ["CSeq", `${pending.cseq} ${method}`],
  ];
}

function listOf(message: SipText, name: string): string[] {
  return message.headers(name).flatMap((line) => line.split(",").map((value) => value.trim()));
}
