/**
 * How a call begins that the switch makes by itself: whoever counts as the caller is called first, each of his phones with
 * an offer of ours (RFC 3725 §4, with the switch as the other end). Once one has answered, this is a call like any other
 * whose caller the switch has answered with audio.
 */
import type { Decision, Forward } from "../../../sdk/decisions.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import { toText } from "../../base/text.ts";
import type { RequestFailure } from "../../sip/client-request.ts";
import { type Dialog, requestWithin } from "../../sip/dialog/dialog.ts";
import type { Hop } from "../../sip/hop.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import { LegAudio } from "../audio/leg-audio.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import { type CallState, DEFAULT_MAX_BREADTH, type FinalResponse, type LegState } from "../call/call-state.ts";
import type { Leg, LegUser } from "../call/leg.ts";
import type { PlanRun } from "../call/plan-run.ts";
import { spokenOptions } from "../extensions.ts";
import { ALLOW } from "../methods/checks.ts";
import { firstAsk, noteSession } from "../session/agree.ts";
import type { Branch, ResolvedTarget } from "../target.ts";
import { type ForwardHost, ForwardStep } from "../verbs/forward.ts";

const MAX_FORWARDS: HeaderField = ["Max-Forwards", "70"];
const SUPPORTED: HeaderField = ["Supported", spokenOptions("call")];
/** It is part of each event of the call, which has a limit. */
const LARGEST_DESCRIPTION = 8_192;

export class Origination implements ForwardHost, LegUser {
  readonly #call: Call;
  readonly #plan: PlanRun;
  /** What is done once the caller has answered; `null`: the script says. */
  readonly #then: readonly Decision[] | null;
  readonly #audio: LegAudio;
  #answered: { readonly leg: Leg; readonly dialog: Dialog } | null = null;

  constructor(call: Call, plan: PlanRun, then: readonly Decision[] | null) {
    const { audio } = call.exchange;
    if (audio === null) throw new InvariantError("A switch without a media plane has begun a call.");
    this.#call = call;
    this.#plan = plan;
    this.#then = then;
    this.#audio = new LegAudio(call.audio, audio.plane);
  }

  start(first: Forward): void {
    this.#plan.begin(new ForwardStep(this, first));
  }

  guard(work: () => void): void {
    this.#call.guard(work);
  }

  get state(): CallState {
    return this.#call.state;
  }

  /** Whoever is called first sees who he is going to talk to. */
  get from(): string {
    return this.state.invite.to;
  }

  resolve(target: string, via?: readonly string[]): ResolvedTarget {
    return this.#call.attempts.resolve(target, via);
  }

  relayedFields(): readonly HeaderField[] {
    return [];
  }

  createLeg(branch: Branch, from: string): Leg {
    return this.#call.attempts.legTo(branch, { from, to: this.state.invite.from }, this);
  }

  callLeg(leg: Leg, fields: readonly HeaderField[], breadth: number): void {
    const { stack, audio, sessionTerms } = this.#call.exchange;
    const { id, hop, trunk } = leg.state;
    const hops: HeaderField[] = breadth < DEFAULT_MAX_BREADTH ? [["Max-Breadth", String(breadth)]] : [];
    this.#findFlow(hop, (flow) => {
      if (leg.state.state !== "calling") return;
      if (flow === undefined) {
        this.#fail(leg, "unreachable");
        return;
      }
      const inbandDigits = audio?.inbandDigits === true;
      const address = {
        listen: flow.localAddress,
        told: stack.hostFor(flow),
        near: null,
        inbandDigits,
        codecs: trunk?.codecs,
      };
      this.#audio.offer(id, address, null, (offer) => {
        if (offer === null) this.#fail(leg, "transport");
        else
          leg.call(
            [MAX_FORWARDS, ...hops, ALLOW, SUPPORTED, ...firstAsk(sessionTerms), ...fields, SDP_TYPE],
            this.#call.contactUser,
            offer,
          );
      });
    });
  }

  cancelLeg(leg: Leg, fields?: readonly HeaderField[]): void {
    leg.cancel(fields);
    this.#audio.close(leg.state.id);
  }

  isAnchored(): boolean {
    return true;
  }

  /** Nothing of the sort is asked for: nobody talks yet. */
  startRecording(): void {}
  release(): void {}

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    return this.#call.startTimer(ms, owner, kind);
  }

  note(target: string, uri: string | null, outcome: FinalResponse, reason?: string): void {
    this.#call.attempts.note(target, uri, outcome, reason);
  }

  noteGivenUp(leg: LegState): void {
    this.#call.attempts.noteGivenUp(leg);
  }

  noteRedirected(leg: LegState, response: SipResponse): void {
    this.#call.attempts.noteRedirected(leg, response);
  }

  /** No phone of the caller has answered: the call is over before it could begin. */
  stepFailed(): void {
    const { state } = this;
    const response = state.best ?? localResponse(480);
    const { code, reason } = response;
    state.failedRaised = true;
    this.#call.emit({ type: "failed", code, reason: toText(reason), attempts: [...state.attempts] });
    this.#call.refuse(response, state.best === null ? "switch" : "caller");
  }

  legProgressed(leg: Leg, response: SipResponse): void {
    const { state, exchange } = this.#call;
    if (state.end !== null || this.#answered !== null) return;
    leg.prack(response);
    // What it says early counts where its 200 says nothing.
    this.#audio.answered(leg.state.id, response);
    if (response.status === 183 || state.ringingAt !== null) return;
    state.ringingAt = exchange.clock.now();
    exchange.observer.callRinging(this.#call.view);
  }

  legAnswered(leg: Leg, response: SipResponse): void {
    const { state } = this;
    const { id } = leg.state;
    const isWanted = state.end === null && this.#answered === null;
    if (!isWanted || !this.#audio.answered(id, response) || isTooLarge(response)) {
      leg.drop(response);
      if (isWanted) this.#fail(leg, "transport");
      return;
    }
    this.#answered = { leg, dialog: leg.dialogOf(response) };
    this.#acknowledge();
    noteSession(this.#call, "caller", response);
    this.#plan.release()?.legAnswered?.(leg);
    this.#call.attempts.noteAnswered(leg.state, response.status, response.reason);
    state.best = null;
    this.#becomeCaller(leg, this.#answered.dialog, response.body);
    this.#call.legs.answeredHere();
    if (this.#then === null) this.#call.askScript();
    else this.#call.perform(this.#then);
  }

  answerRepeated(): void {
    this.#acknowledge();
  }

  legFailed(leg: Leg, outcome: SipResponse | RequestFailure): void {
    this.#audio.close(leg.state.id);
    this.#plan.step?.legFailed?.(leg, outcome);
  }

  /** The call is over: the leg that was answered hears of nothing any more. */
  forget(): void {
    this.#answered?.leg.release();
  }

  #fail(leg: Leg, failure: RequestFailure): void {
    leg.state.state = "ended";
    this.legFailed(leg, failure);
  }

  /** From here on nothing tells this side from one that has called us. */
  #becomeCaller({ state: { id, callId, localTag } }: Leg, dialog: Dialog, body: string): void {
    const { state } = this;
    const side = this.#audio.take(id);
    if (side === undefined) throw new InvariantError("A side has answered that has no audio.");
    state.invite = { ...state.invite, callId, fromTag: dialog.remoteTag, body, flow: dialog.flow };
    state.localTag = localTag;
    state.own = { caller: dialog, inviteCseq: 0 };
    this.#call.exchange.index.becomeCaller(this.#call);
    this.#call.audio.caller.adopt(side);
  }

  #acknowledge(): void {
    if (this.#answered === null) return;
    const { leg, dialog } = this.#answered;
    const ack = requestWithin(dialog, "ACK", leg.state.cseq);
    ack.fields.push(MAX_FORWARDS);
    this.#call.exchange.stack.sendAck(ack);
  }

  /** The flow that a request will take: audio is to be expected at the same address of ours. */
  #findFlow(hop: Hop, found: (flow: Flow | undefined) => void): void {
    const { stack } = this.#call.exchange;
    if (hop.type === "flow") {
      found(hop.flow);
      return;
    }
    stack.locate(hop.uri, ([first]) => this.guard(() => found(first === undefined ? undefined : stack.flowTo(first))));
  }
}

function isTooLarge({ body }: SipResponse): boolean {
  return JSON.stringify(toText(body)).length > LARGEST_DESCRIPTION;
}
