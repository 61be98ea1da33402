/** The messages of phones in text, valid as they are: what is changed in them is up to the steps. */

import type { Side } from "../../../runtime/simulator/network/phone.ts";
import { answerText, type Field, requestText, SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { escapeUser } from "../../../runtime/sip/message/uri.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import type { LampPhone } from "../../unit/switch/presence/lamp-phone.ts";
import { DOMAIN, type Office } from "../../unit/switch/presence/office.ts";
import { bodyOf, chosen, DIALLED, fieldsOf, METHODS_WITHIN, STATUSES, USUAL_STATUSES } from "./material.ts";

const CHALLENGES: Readonly<Record<number, readonly [challenge: string, answer: string]>> = {
  401: ["WWW-Authenticate", "Authorization"],
  407: ["Proxy-Authenticate", "Proxy-Authorization"],
};

export function dialledUri(which: number): string {
  return `sip:${escapeUser(chosen(DIALLED, which))}@${DOMAIN}`;
}

/** Requests out of dialogs, each with a Call-ID of its own. */
export class Requests {
  readonly #office: Office;
  #count = 0;

  constructor(office: Office) {
    this.#office = office;
  }

  get count(): number {
    return this.#count;
  }

  /** `uri` is for methods that are about somebody else. */
  plain(phone: LampPhone, method: string, uri: string): string {
    return compose(phone, { method, uri, callId: this.#next(), cseq: 1, credentials: [] });
  }

  /** As after a challenge, with the password of whoever's phone it is. */
  known(phone: LampPhone, method: string, uri: string, body?: string): string {
    const parts = { method, uri, callId: this.#next(), ...(body === undefined ? {} : { body }) };
    const first = phone.sendText(compose(phone, { ...parts, cseq: 1, credentials: [] }));
    this.#office.run(20);
    const challenge = phone.received.findLast(
      (message) => CHALLENGES[message.status] !== undefined && message.header("Call-ID") === parts.callId,
    );
    const [header, answer] = CHALLENGES[challenge?.status ?? 0] ?? [];
    if (challenge === undefined || header === undefined || answer === undefined) {
      return compose(phone, { ...parts, cseq: 2, credentials: [] });
    }
    const who = { user: phone.name, password: `pw-${phone.name}` };
    const credentials = digestAnswer(challenge.headers(header), who, { method, uri: first.uri });
    return compose(phone, { ...parts, cseq: 2, credentials: [[answer, credentials]] });
  }

  #next(): string {
    return `request-${++this.#count}`;
  }
}

function compose(
  phone: LampPhone,
  parts: {
    readonly method: string;
    readonly uri: string;
    readonly callId: string;
    readonly cseq: number;
    readonly credentials: readonly Field[];
    readonly body?: string;
  },
): string {
  const { method, callId, cseq, credentials, body = bodyOf(method) } = parts;
  const own = `sip:${phone.name}@${DOMAIN}`;
  const isAboutItself = method === "REGISTER" || method === "PUBLISH";
  const uri = method === "REGISTER" ? `sip:${DOMAIN}` : isAboutItself ? own : parts.uri;
  return requestText({
    method,
    uri,
    fields: [
      ["Via", phone.via(phone.branch())],
      ["From", `<${own}>;tag=r${callId}`],
      ["To", `<${isAboutItself ? own : uri}>`],
      ["Call-ID", callId],
      ["CSeq", `${cseq} ${method}`],
      ["Max-Forwards", "70"],
      ["Contact", phone.contact],
      ...credentials,
      ...fieldsOf(method),
    ],
    body,
  });
}

export function requestWithin(side: Side, which: number): string {
  const method = chosen(METHODS_WITHIN, which);
  const isHold = which % 3 === 0;
  return requestText({
    method,
    uri: side.target,
    fields: [
      ["Via", side.phone.via(side.phone.branch())],
      ["From", side.local],
      ["To", side.remote],
      ["Call-ID", side.callId],
      ["CSeq", `${++side.cseq} ${method}`],
      ["Max-Forwards", "70"],
      ["Contact", side.phone.contact],
      ...fieldsOf(method),
    ],
    body: method === "INVITE" ? sdp(4004, isHold ? "sendonly" : "sendrecv", which) : bodyOf(method),
  });
}

/** An answer to the last request that has come; `undefined`: none has. */
export function answerToLast(phone: LampPhone, which: number): string | undefined {
  const request = phone.received.findLast(({ status, method }) => status === 0 && method !== "ACK");
  if (request === undefined) return undefined;
  const status = chosen(which % 2 === 0 ? STATUSES : USUAL_STATUSES, which);
  const hasBody = request.method === "INVITE" && status > 100 && status < 300 && which % 3 > 0;
  const contact = status < 300 ? phone.contact : `<${dialledUri(which)}>`;
  return answerText(request, status, {
    toTag: `t-${which % 3}`,
    fields: [["Contact", contact], ...(hasBody ? sdpFields : [])],
    ...(hasBody ? { body: sdp(4006) } : {}),
  });
}

/** ACK or CANCEL for an INVITE; `undefined`: it was none. */
export function afterInvite(phone: LampPhone, sent: string, method: "ACK" | "CANCEL"): string | undefined {
  if (!sent.startsWith("INVITE ")) return undefined;
  const invite = new SipText(sent);
  const callId = invite.header("Call-ID");
  const answer = phone.received.findLast((message) => message.status > 0 && message.header("Call-ID") === callId);
  const to = method === "ACK" ? answer?.header("To") : undefined;
  return requestText({
    method,
    uri: invite.uri,
    fields: [
      ["Via", invite.header("Via")],
      ["From", invite.header("From")],
      ["To", to ?? invite.header("To")],
      ["Call-ID", callId],
      ["CSeq", `${invite.cseq} ${method}`],
      ["Max-Forwards", "70"],
    ],
  });
}
