/**
 * The side that called: one INVITE server transaction, answered provisionally per early dialog, then once and for all
 * (RFC 3261 §13.3). A 2xx, also one to a later INVITE of either side, is sent again until its ACK has come.
 */
import { type RAck, RELIABLE, rseqOf } from "../../sip/dialog/reliable.ts";
import type { HeaderField, SipRequest, SipResponse } from "../../sip/message/message.ts";
import type { Answer, SipStack } from "../../sip/stack.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { CallIndex } from "../call-index.ts";
import { spokenOptions } from "../extensions.ts";
import type { Bridge, CallState, FinalResponse } from "./call-state.ts";
import type { LastWords } from "./last-words.ts";
import { PendingAnswer } from "./pending-answer.ts";
import { relayedFields } from "./relayed-fields.ts";
import { ReliableResponses } from "./reliable-responses.ts";

export interface CallerLegUser {
  readonly state: CallState;
  readonly contactUser: string;
  readonly lastWords: LastWords;
  /** The ACK has not come in 64·T1. */
  ackMissing(): void;
  /** The INVITE is answered with 2xx now: what the answer says of the session (RFC 4028). */
  sessionFields(invite: SipRequest): readonly HeaderField[];
  /** The PRACK for a reliable provisional response has not come in 64·T1. */
  prackMissing(): void;
}

/** A 2xx of ours that waits for its ACK: plain data. */
export interface AwaitedAnswer {
  readonly text: string;
  readonly flow: Flow;
  /** Of the INVITE. */
  readonly cseq: number;
}

export class CallerLeg {
  readonly #stack: SipStack;
  readonly #index: CallIndex;
  readonly #user: CallerLegUser;
  /** The caller's INVITE, until it has its final response; `null` where the switch has called him. */
  #invite: ServerTransaction | null;
  #pendingAnswer: PendingAnswer | null = null;
  #awaited: AwaitedAnswer | null = null;
  #reliable: ReliableResponses | null = null;
  /** Our 2xx, which waits for a PRACK: sends it. */
  #held: (() => void) | null = null;

  /** `invite`: `null` where the switch has called this side: it waits for no answer. */
  constructor(invite: ServerTransaction | null, stack: SipStack, index: CallIndex, user: CallerLegUser) {
    this.#invite = invite;
    this.#stack = stack;
    this.#index = index;
    this.#user = user;
  }

  /** The caller's INVITE, while it waits for a final response. */
  get invite(): ServerTransaction | null {
    return this.#invite;
  }

  /** Whether a 2xx of ours waits for its ACK, or to be sent. */
  get awaitsAck(): boolean {
    return this.#pendingAnswer !== null || this.#held !== null;
  }

  /** What waits for its ACK. */
  get awaited(): AwaitedAnswer | null {
    return this.#awaited;
  }

  /** Goes on waiting for the ACK of a 2xx of an earlier process. `isAgain`: it is sent once more at once. */
  resume(awaited: AwaitedAnswer, isAgain: boolean): void {
    const { text, flow } = awaited;
    if (isAgain) this.#stack.resend(text, flow);
    this.#awaited = awaited;
    this.#pendingAnswer = new PendingAnswer(this.#stack, text, flow, this.#user);
  }

  trying(): void {
    if (this.#invite !== null) this.#stack.reply(this.#invite, 100);
  }

  /** 180 by ourselves. */
  ring(): void {
    this.respond(180, { toTag: this.#user.state.localTag, contactUser: this.#user.contactUser });
  }

  /** Passes a provisional or a 2xx response of a callee on. */
  pass(response: SipResponse, bridge: Bridge): void {
    const answer: Answer = {
      reason: response.reason,
      toTag: bridge.caller.localTag,
      contactUser: this.#user.contactUser,
      fields: relayedFields(response.headers, response.status < 200 ? "" : spokenOptions("call")),
      body: response.body,
    };
    if (response.status < 200) this.#tell(response.status, answer, rseqOf(response) ?? null);
    else this.#answer(response.status, answer);
  }

  /** Answers the INVITE by ourselves: provisionally, or with a 2xx. */
  respond(status: number, answer: Answer): void {
    if (status < 200) this.#tell(status, answer, null);
    else this.#answer(status, answer);
  }

  /** Whether the caller takes an extension for his call. */
  speaks(tag: string): boolean {
    const headers = this.#invite?.request.headers;
    return headers !== undefined && (names(headers.list("supported"), tag) || names(headers.list("require"), tag));
  }

  /** A PRACK of the caller: RSeq of the callee's response that it is for, `null` where that is ours, `undefined`: none. */
  acknowledge(tag: string, rack: RAck): number | null | undefined {
    const { cseq } = this.#user.state.invite;
    if (rack.cseq !== cseq || rack.method !== "INVITE") return undefined;
    const acknowledged = this.#reliable?.acknowledge(tag, rack);
    if (acknowledged === undefined) return undefined;
    return acknowledged.far;
  }

  /** The PRACK has been answered: a 2xx that has waited for it can go. */
  goOn(): void {
    const held = this.#held;
    this.#held = null;
    held?.();
  }

  refuse(response: FinalResponse): void {
    const invite = this.#invite;
    if (invite === null) return;
    this.#held = null;
    this.refuseAs(invite, response);
    this.#settle(invite);
  }

  /** Refuses this INVITE: the caller's, or what an earlier process has had of it. */
  refuseAs(invite: ServerTransaction, { code, reason, fields, body }: FinalResponse): void {
    const { state, lastWords } = this.#user;
    this.#stack.reply(invite, code, { reason, toTag: state.localTag, fields, body }, lastWords.refusal());
  }

  /** Sends a 2xx again until its ACK has come. `cseq`: of the INVITE. */
  expectAck(text: string, invite: ServerTransaction, cseq: number): void {
    this.stopWaiting();
    this.#awaited = { text, flow: invite.flow, cseq };
    this.#pendingAnswer = new PendingAnswer(this.#stack, text, invite.flow, this.#user);
  }

  /** Whether an ACK with this CSeq number is the one that is waited for. */
  isAwaiting(cseq: number): boolean {
    return this.#awaited?.cseq === cseq;
  }

  /** The ACK has come, or nobody waits for it any more. */
  stopWaiting(): void {
    this.#pendingAnswer?.stop();
    this.#pendingAnswer = null;
    this.#awaited = null;
  }

  /** `far`: RSeq of the callee's response that is passed on. */
  #tell(status: number, answer: Answer, far: number | null): void {
    const invite = this.#invite;
    if (invite === null) return;
    const { headers } = invite.request;
    // RFC 3262 §3: what is required is done for each response; else the callee decides.
    const isRequired = headers.has("require") && names(headers.list("require"), RELIABLE);
    if (status > 100 && (isRequired || (far !== null && this.speaks(RELIABLE)))) {
      this.#reliable ??= new ReliableResponses(this.#stack, invite, this.#user);
      this.#reliable.send({ status, answer, far });
    } else this.#stack.reply(invite, status, answer);
  }

  #answer(status: number, answer: Answer): void {
    const invite = this.#invite;
    if (invite === null) return;
    if (this.#reliable?.holdsAnswer(answer.toTag ?? "") === true) {
      this.#held = () => this.#answer(status, answer);
      return;
    }
    const session = this.#user.sessionFields(invite.request);
    const whole = session.length === 0 ? answer : { ...answer, fields: [...(answer.fields ?? []), ...session] };
    const text = this.#stack.reply(invite, status, whole);
    this.#settle(invite);
    this.expectAck(text, invite, this.#user.state.invite.cseq);
  }

  #settle(invite: ServerTransaction): void {
    this.#reliable?.settle();
    this.#invite = null;
    this.#index.removeInvite(this.#user.state.invite, invite);
  }
}

function names(list: readonly string[], tag: string): boolean {
  return list.some((element) => element.toLowerCase() === tag);
}
