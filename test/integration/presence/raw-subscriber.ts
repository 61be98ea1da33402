/** SUBSCRIBE from a raw phone: challenged, and sent again with credentials. */

import type { Field, SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";

export interface RawSubscribe {
  readonly uri?: string;
  readonly event?: string;
  readonly expires?: number;
  /** @default "application/simple-message-summary" */
  readonly accept?: string;
}

export class RawSubscriber {
  readonly #phone: RawPhone;
  readonly #callId = freshText("sub");
  readonly #tag = freshText("f");
  #to: string;
  #target: string;
  #cseq = 0;

  constructor(phone: RawPhone) {
    this.#phone = phone;
    this.#to = `<sip:${phone.name}@example.test>`;
    this.#target = `sip:${phone.name}@example.test`;
  }

  /** The first one makes the dialog; those that follow are within it. Gives the final answer. */
  async subscribe(parts: RawSubscribe = {}): Promise<SipText> {
    const { uri = this.#target } = parts;
    this.#send(uri, parts, []);
    const challenge = await this.#answer();
    if (challenge.status !== 401) return challenge;
    const who = { user: this.#phone.name, password: `pw-${this.#phone.name}` };
    const authorization = digestAnswer(challenge.headers("WWW-Authenticate"), who, { method: "SUBSCRIBE", uri });
    this.#send(uri, parts, [["Authorization", authorization]]);
    const answer = await this.#answer();
    if (answer.status !== 200) return answer;
    this.#to = answer.header("To");
    this.#target = answer.uriOf("Contact");
    return answer;
  }

  /** Waits for the next NOTIFY and answers it. */
  async notified(status = 200): Promise<SipText> {
    const notify = await this.#phone.expect("NOTIFY", 8_000);
    this.#phone.answer(notify, status);
    return notify;
  }

  #send(uri: string, parts: RawSubscribe, fields: readonly Field[]): void {
    const { event = "message-summary", expires = 600, accept = "application/simple-message-summary" } = parts;
    this.#phone.request({
      method: "SUBSCRIBE",
      uri,
      fields: [
        ["Via", this.#phone.via()],
        ["Max-Forwards", "70"],
        ["From", `<sip:${this.#phone.name}@example.test>;tag=${this.#tag}`],
        ["To", this.#to],
        ["Call-ID", this.#callId],
        ["CSeq", `${++this.#cseq} SUBSCRIBE`],
        ["Contact", this.#phone.contact],
        ["Event", event],
        ["Accept", accept],
        ["Expires", String(expires)],
        ...fields,
      ],
    });
  }

  #answer(): Promise<SipText> {
    return this.#phone.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*CSeq: ${this.#cseq} SUBSCRIBE`));
  }
}
