/**
 * Texts that the switch sends by itself, for a script, a decision or the API. To a user of ours they go by way of what is kept:
 * delivered in order, and tried again while a device does not answer; to another address once, and the answer is told.
 */
import type { Clock } from "../../base/clock.ts";
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
import type { NumberPlan } from "../trunks/number-form.ts";
import { aimAt } from "./aim.ts";
import { type TextOutcome, textByTrunk } from "./by-trunk.ts";
import type { Messages } from "./messages.ts";
import { messageOfText, type NewMessage } from "./new-message.ts";
import { sendOwn } from "./own-request.ts";

/** Requests to other addresses that have had no answer yet. */
const MOST_UNDER_WAY = 1_000;

export interface TextSenderOptions {
  readonly stack: SipStack;
  readonly messages: Messages;
  readonly directory: Directory;
  readonly uriOf: (domain: string, user: string) => string;
  /** Who speaks where nobody is said to. */
  readonly ownUri: (domain: string) => string;
  readonly clock: Clock;
  /** For numbers that leave by a trunk. */
  readonly plan: NumberPlan;
}

export class LocalTextSender implements TextSender {
  readonly #options: TextSenderOptions;
  #underWay = 0;

  constructor(options: TextSenderOptions) {
    this.#options = options;
  }

  async send(text: TextMessage): Promise<SentText> {
    const { messages, directory, clock } = this.#options;
    const { domain, to, mayLeave } = text;
    const aim = aimAt([to], { domain, mayLeave }, directory);
    const message = messageOfText({ ...text, from: this.#from(text) }, clock.now());
    const [owner] = aim.owners;
    if (owner !== undefined) {
      const kept = await messages.keep(owner, message);
      if (typeof kept === "object") return { id: kept.id, state: "queued" };
      if (kept === "full") throw new RequestError("conflict", `Too many messages wait for ${owner.user}`);
    }
    const branches = [...aim.groups.flat(), ...aim.byTrunk];
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
    const answered: readonly TextOutcome[] = outcomes.filter((outcome) => typeof outcome === "object");
    if (answered.some(({ status }) => status < 300)) return { id, state: "delivered" };
    const [refusal] = answered;
    const why = refusal === undefined ? "nobody has answered" : `${refusal.status} ${refusal.reason}`;
    throw new RequestError("conflict", `The message to ${to} was not taken: ${why}`);
  }

  #sendTo(branch: Branch, message: NewMessage, id: string): Promise<TextOutcome | RequestFailure> {
    if (this.#underWay >= MOST_UNDER_WAY) {
      throw new RequestError("too-many-requests", `${MOST_UNDER_WAY} messages are under way; try again in a moment`);
    }
    this.#underWay++;
    const sent = branch.ways === undefined ? this.#sendOnce(branch, message, id) : this.#sendByTrunk(branch, message);
    return sent.finally(() => this.#underWay--);
  }

  #sendByTrunk(branch: Branch, message: NewMessage): Promise<TextOutcome> {
    return textByTrunk(this.#options, branch, message);
  }

  #sendOnce(branch: Branch, { from, fields, body }: NewMessage, callId: string): Promise<SipResponse | RequestFailure> {
    const { uri, hop, route = [] } = branch;
    const given = JSON.parse(fields) as HeaderField[]; // Written by us, field by field.
    return sendOwn(this.#options.stack, { uri, hop, route, from, to: `<${uri}>`, callId, fields: given, body });
  }
}
