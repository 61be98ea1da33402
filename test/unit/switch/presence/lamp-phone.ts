/** A phone with a message lamp, made of text: it subscribes with its password and answers each NOTIFY as the test says. */

import { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { type Field, requestText, type SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { digestAnswer } from "../../../helpers/digest-answer.ts";
import type { World } from "./world.ts";

const HOME = "example.com";
let fresh = 0;

export interface SubscribeParts {
  readonly uri?: string;
  readonly to?: string;
  readonly from?: string;
  /** `null`: the header is left out, as for all below. */
  readonly event?: string | null;
  readonly accept?: string | null;
  readonly expires?: string | number | null;
  readonly contact?: string | null;
  readonly callId?: string;
  readonly fromTag?: string;
  readonly cseq?: number;
  readonly branch?: string;
  readonly fields?: readonly Field[];
  readonly password?: string;
  /** Who it says that it is to the digest. */
  readonly as?: string;
}

/** How a NOTIFY is answered: with a status and fields, or not at all. */
export type NotifyAnswer = { readonly status: number; readonly fields?: readonly Field[] } | "silence";

export class LampPhone extends Phone {
  notifyAnswer: NotifyAnswer = { status: 200 };
  readonly #world: Pick<World, "run">;
  readonly #answered = new Set<string>();

  constructor(world: Pick<World, "net" | "run">, user: string, address: string) {
    super(world.net, user, address);
    this.#world = world;
  }

  /** What the phone has been told, oldest first; a NOTIFY that has come again counts once. */
  get notifies(): SipText[] {
    const seen = new Set<string>();
    return this.received.filter((message) => {
      const isNew = message.status === 0 && message.method === "NOTIFY" && !seen.has(message.param("Via", "branch"));
      seen.add(message.param("Via", "branch"));
      return isNew;
    });
  }

  get lastNotify(): SipText {
    const last = this.notifies.at(-1);
    if (last === undefined) throw new Error(`${this.name} has got no NOTIFY: ${this.kinds.join(", ")}`);
    return last;
  }

  /** What the lamps of the phone showed: `new/saved` of each NOTIFY. */
  get shown(): string[] {
    return this.notifies.map(({ body }) => /Voice-Message: (\S+)/.exec(body)?.[1] ?? "-");
  }

  /** Sends SUBSCRIBE, answers the challenge, and gives the final answer. */
  subscribe(parts: SubscribeParts = {}): { readonly answer: SipText; readonly dialog: SubscriptionSide } {
    const number = ++fresh;
    const fixed = { callId: `sub-${number}`, fromTag: `f${number}`, cseq: 1, ...parts };
    const asked = this.ask(fixed);
    const answer = asked.status === 401 ? this.ask({ ...fixed, cseq: fixed.cseq + 1 }, asked) : asked;
    return { answer, dialog: new SubscriptionSide(this, answer, fixed) };
  }

  /** Sends one SUBSCRIBE, with credentials for a challenge where there is one, and gives the answer. */
  ask(parts: SubscribeParts & { readonly toTag?: string }, challenge?: SipText): SipText {
    const { fields = [], password = `pw-${parts.as ?? this.name}`, as = this.name } = parts;
    const uri = parts.uri ?? `sip:${this.name}@${HOME}`;
    const credentials =
      challenge === undefined
        ? []
        : [
            [
              "Authorization",
              digestAnswer(challenge.headers("WWW-Authenticate"), { user: as, password }, { method: "SUBSCRIBE", uri }),
            ] as const,
          ];
    this.sendText(subscribeText(this, uri, { ...parts, fields: [...credentials, ...fields] }));
    this.#world.run(50);
    const answer = this.received.findLast(({ status, method }) => status > 0 && method === "SUBSCRIBE");
    if (answer === undefined)
      throw new Error(`${this.name} waits for an answer to SUBSCRIBE: ${this.kinds.join(", ")}`);
    return answer;
  }

  override receive(text: string, flow: Flow): void {
    super.receive(text, flow);
    const message = this.received.at(-1);
    if (message === undefined || message.status > 0 || message.method !== "NOTIFY") return;
    const branch = message.param("Via", "branch");
    if (this.notifyAnswer === "silence" || this.#answered.has(branch)) return;
    this.#answered.add(branch);
    this.answer(message, this.notifyAnswer.status, { fields: this.notifyAnswer.fields ?? [] });
  }
}

/** The phone's side of the dialog of a subscription. */
export class SubscriptionSide {
  readonly #phone: LampPhone;
  readonly #parts: SubscribeParts;
  readonly target: string;
  readonly toTag: string;
  cseq: number;

  constructor(phone: LampPhone, answer: SipText, parts: SubscribeParts) {
    this.#phone = phone;
    this.#parts = parts;
    this.target = answer.uriOf("Contact");
    this.toTag = answer.param("To", "tag");
    this.cseq = answer.cseq;
  }

  /** SUBSCRIBE within the dialog, with credentials; gives the final answer. */
  refresh(parts: SubscribeParts = {}): SipText {
    const cseq = parts.cseq ?? this.cseq + 1;
    const within = { ...this.#parts, uri: this.target, toTag: this.toTag, ...parts };
    const asked = this.#phone.ask({ ...within, cseq });
    this.cseq = cseq;
    if (asked.status !== 401) return asked;
    this.cseq = parts.cseq ?? cseq + 1;
    return this.#phone.ask({ ...within, cseq: this.cseq }, asked);
  }

  /** One SUBSCRIBE within the dialog, without credentials. */
  askOnce(parts: SubscribeParts = {}): SipText {
    return this.#phone.ask({ ...this.#parts, uri: this.target, toTag: this.toTag, cseq: ++this.cseq, ...parts });
  }
}

function subscribeText(phone: Phone, uri: string, parts: SubscribeParts & { readonly toTag?: string }): string {
  const { to = `<${parts.uri === undefined || parts.toTag !== undefined ? `sip:${phone.name}@${HOME}` : uri}>` } =
    parts;
  const optional = (name: string, value: string | number | null | undefined, standard: string | null): Field[] => {
    const text = value === undefined ? standard : value;
    return text === null ? [] : [[name, String(text)]];
  };
  return requestText({
    method: "SUBSCRIBE",
    uri,
    fields: [
      ["Via", phone.via(parts.branch ?? phone.branch())],
      ["From", `${parts.from ?? `<sip:${phone.name}@${HOME}>`};tag=${parts.fromTag ?? "f"}`],
      ["To", parts.toTag === undefined ? to : `${to};tag=${parts.toTag}`],
      ["Call-ID", parts.callId ?? "sub"],
      ["CSeq", `${parts.cseq ?? 1} SUBSCRIBE`],
      ["Max-Forwards", "70"],
      ...optional("Contact", parts.contact, phone.contact),
      ...optional("Event", parts.event, "message-summary"),
      ...optional("Accept", parts.accept, "application/simple-message-summary"),
      ...optional("Expires", parts.expires, null),
      ...(parts.fields ?? []),
    ],
  });
}

export function registerText(
  phone: Phone,
  parts: { readonly callId?: string; readonly cseq?: number; readonly expires?: number },
): string {
  return requestText({
    method: "REGISTER",
    uri: `sip:${HOME}`,
    fields: [
      ["Via", phone.via(phone.branch())],
      ["From", `<sip:${phone.name}@${HOME}>;tag=r`],
      ["To", `<sip:${phone.name}@${HOME}>`],
      ["Call-ID", parts.callId ?? `register-${phone.address}`],
      ["CSeq", `${parts.cseq ?? ++fresh} REGISTER`],
      ["Contact", phone.contact],
      ["Expires", String(parts.expires ?? 3600)],
    ],
  });
}
