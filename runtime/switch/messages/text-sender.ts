/**
 * Texts that the switch sends by itself, for a script, a decision or the API. To a user of ours they go by way of what is kept:
 * delivered in order, and tried again while a device does not answer; to another address once, and the answer is told.
 */
import { RequestError } from "../../base/errors.ts";
import { toWire } from "../../base/text.ts";
import type { SentText, TextMessage, TextSender } from "../../port/text-message.ts";
import type { RequestFailure } from "../../sip/client-request.ts";
import { formatNameAddr } from "../../sip/message/header/name-addr.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { reasonPhrase } from "../../sip/message/status.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { Branch, Directory } from "../target.ts";
import { aimAt } from "./aim.ts";
import type { Messages } from "./messages.ts";
import { messageOfText, type NewMessage } from "./new-message.ts";

/** Requests to other addresses that have had no answer yet. */
const MOST_UNDER_WAY = 1_000;

export interface TextSenderOptions {
  readonly stack: SipStack;
  readonly messages: Messages;
  readonly directory: Directory;
  readonly uriOf: (domain: string, user: string) => string;
  /** Who speaks where nobody is said to. */
  readonly ownUri: (domain: string) => string;
  readonly now: () => number;
}

export class LocalTextSender implements TextSender {
  readonly #options: TextSenderOptions;
  #underWay = 0;

  constructor(options: TextSenderOptions) {
    this.#options = options;
  }

  async send(text: TextMessage): Promise<SentText> {
    const { messages, directory, now } = this.#options;
    const { domain, to, mayLeave } = text;
    const aim = aimAt([to], { domain, mayLeave }, directory);
    const message = messageOfText({ ...text, from: this.#from(text) }, now());
    const [owner] = aim.owners;
    if (owner !== undefined) {
      const kept = await messages.keep(owner, message);
      if (typeof kept === "object") return { id: kept.id, state: "queued" };
      if (kept === "full") throw new RequestError("conflict", `Too many messages wait for ${owner.user}`);
    }
    const branches = aim.groups.flat();
    if (branches.length === 0) throw new RequestError("not-found", `${to}: ${aim.code} ${reasonPhrase(aim.code)}`);
    return await this.#sendNow(branches, message, to);
  }

  /** A user of ours, a URI, or the switch itself. */
  #from({ from, domain }: TextMessage): string {
    const { directory, uriOf, ownUri } = this.#options;
    if (from === null) return formatNameAddr({ uri: ownUri(domain) });
    const user = directory.findUser(domain, from);
    if (user !== undefined) return formatNameAddr({ uri: uriOf(domain, user) });
    const uri = toWire(from);
    const kind = parseUri(uri)?.kind;
    if (kind === "sip" || kind === "tel") return formatNameAddr({ uri });
    throw new RequestError("invalid-request", `from: expected a user or a URI, found ${JSON.stringify(from)}`);
  }

  async #sendNow(branches: readonly Branch[], message: NewMessage, to: string): Promise<SentText> {
    const id = this.#options.stack.mint.callId();
    const outcomes = await Promise.all(branches.map((branch) => this.#sendTo(branch, message, id)));
    const answered = outcomes.filter((outcome) => typeof outcome === "object");
    if (answered.some(({ status }) => status < 300)) return { id, state: "delivered" };
    const [refusal] = answered;
    const why = refusal === undefined ? "nobody has answered" : `${refusal.status} ${refusal.reason}`;
    throw new RequestError("conflict", `The message to ${to} was not taken: ${why}`);
  }

  #sendTo(branch: Branch, { from, fields, body }: NewMessage, id: string): Promise<SipResponse | RequestFailure> {
    if (this.#underWay >= MOST_UNDER_WAY) {
      throw new RequestError("too-many-requests", `${MOST_UNDER_WAY} messages are under way; try again in a moment`);
    }
    this.#underWay++;
    const { promise, resolve } = Promise.withResolvers<SipResponse | RequestFailure>();
    const settle = (outcome: SipResponse | RequestFailure): void => {
      this.#underWay--;
      resolve(outcome);
    };
    const { stack } = this.#options;
    const route = (branch.route ?? []).map((value): HeaderField => ["Route", value]);
    const own: HeaderField[] = [
      ...route,
      ["From", `${from};tag=${stack.mint.tag()}`],
      ["To", `<${branch.uri}>`],
      ["Call-ID", id],
      ["CSeq", "1 MESSAGE"],
      ["Max-Forwards", "70"],
      ...(JSON.parse(fields) as HeaderField[]), // Written by us, field by field.
    ];
    stack.send(
      { method: "MESSAGE", uri: branch.uri, hop: branch.hop, fields: own, body },
      {
        onResponse(response) {
          if (response.status >= 200) settle(response);
        },
        onFailure: settle,
      },
    );
    return promise;
  }
}
