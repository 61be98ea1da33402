/** A request outside of calls from a raw phone: challenged, and sent again with credentials. */

import type { Field, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "./digest-answer.ts";
import { freshText, type RawPhone } from "./raw-phone.ts";

export interface RawRequest {
  readonly uri: string;
  /** @default the user of the phone's name at example.test */
  readonly from?: string;
  readonly fields?: readonly Field[];
  readonly body?: string;
  /** @default "pw-NAME" */
  readonly password?: string;
  readonly withinMs?: number;
}

/** Gives the final answer. */
export async function requestAs(phone: RawPhone, method: string, parts: RawRequest): Promise<SipText> {
  const { uri, fields = [], body = "", withinMs = 4_000 } = parts;
  const callId = freshText("req");
  const from = `${parts.from ?? `<sip:${phone.name}@example.test>`};tag=${freshText("f")}`;
  const send = (cseq: number, credentials: readonly Field[]): Promise<SipText> => {
    phone.request({
      method,
      uri,
      fields: [
        ["Via", phone.via()],
        ["Max-Forwards", "70"],
        ["From", from],
        ["To", `<${uri}>`],
        ["Call-ID", callId],
        ["CSeq", `${cseq} ${method}`],
        ...credentials,
        ...fields,
      ],
      body,
    });
    return phone.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*CSeq: ${cseq} ${method}`), withinMs);
  };
  const first = await send(1, []);
  if (first.status !== 401 && first.status !== 407) return first;
  const isProxy = first.status === 407;
  const challenge = first.headers(isProxy ? "Proxy-Authenticate" : "WWW-Authenticate");
  const who = { user: phone.name, password: parts.password ?? `pw-${phone.name}` };
  const answer = digestAnswer(challenge, who, { method, uri });
  return send(2, [[isProxy ? "Proxy-Authorization" : "Authorization", answer]]);
}

/** A text message. */
export function sayAs(phone: RawPhone, to: string, body: string, parts: Partial<RawRequest> = {}): Promise<SipText> {
  const uri = `sip:${to}@example.test`;
  return requestAs(phone, "MESSAGE", { uri, fields: [["Content-Type", "text/plain"]], body, ...parts });
}

/** Waits for the next message and answers it. */
export async function readBy(phone: RawPhone, status = 200): Promise<SipText> {
  const message = await phone.expect("MESSAGE");
  phone.answer(message, status, { toTag: "read" });
  return message;
}
