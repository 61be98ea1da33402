/** What strangers ask to find out who is here, and what of an answer could tell them. */

import { type Field, requestText, SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { ackRefusal } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";

export const STRANGER = "sip:joe@elsewhere.example";
/** What differs between two answers to the same question, whoever it is about. */
const CHANGING = [/;tag=[^;\s]+/g, /nonce="[^"]*"/g, /branch=[^;\s]+/g, /^Call-ID:.*$/gm, /rport=\d+/g, /^Date:.*$/gm];

export interface Question {
  readonly method: string;
  /** Whom it is about. */
  readonly to: string;
  readonly from?: string;
  readonly fields?: readonly Field[];
  /** @default the user at example.test */
  readonly uri?: string;
}

/** Sends a question; gives the first answer that fits. @default the final one */
export async function ask(phone: RawPhone, question: Question, status = "[2-6]"): Promise<SipText> {
  const asked = send(phone, question);
  const answer = await answerTo(phone, asked, status);
  if (question.method === "INVITE" && answer.status >= 300) ackRefusal(phone, asked, answer);
  return answer;
}

export function send(phone: RawPhone, question: Question): SipText {
  const { method, to, from = STRANGER, fields = [] } = question;
  const text = requestText({
    method,
    uri: question.uri ?? `sip:${to}@example.test`,
    fields: [
      ["Via", phone.via()],
      ["Max-Forwards", "70"],
      ["From", `<${from}>;tag=${freshText("f")}`],
      ["To", `<sip:${to}@example.test>`],
      ["Call-ID", freshText("ask")],
      ["CSeq", `1 ${method}`],
      ["Contact", phone.contact],
      ...fields,
    ],
  });
  phone.send(text);
  return new SipText(text);
}

export function answerTo(phone: RawPhone, asked: SipText, status = "[2-6]"): Promise<SipText> {
  return phone.expect(new RegExp(`^SIP/2\\.0 ${status}[\\s\\S]*Call-ID: ${asked.header("Call-ID")}`, "i"));
}

/** An answer without what changes by itself, and without the name that was asked for. */
export function shapeOf(answer: SipText, name: string): string {
  return CHANGING.reduce((text, pattern) => text.replace(pattern, "~"), answer.text).replaceAll(name, "NAME");
}
