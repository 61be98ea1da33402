/**
 * The target of a transfer as it is called: by the rules of whoever wants the transfer, in the name of the party that
 * stays, with an offer of ours where audio ends here, else without one (`connection.ts`).
 */
import type { Forward } from "../../../sdk/decisions.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { toWire } from "../../base/text.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import { RELIABLE } from "../../sip/dialog/reliable.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../sip/message/uri.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import { mustAnchor } from "../audio/must-anchor.ts";
import { betterResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import { type CallState, DEFAULT_MAX_BREADTH, type FinalResponse, type LegState } from "../call/call-state.ts";
import type { Leg, LegUser } from "../call/leg.ts";
import { spokenOptions, withoutOption } from "../extensions.ts";
import { ALLOW } from "../methods/checks.ts";
import { firstAsk } from "../session/agree.ts";
import type { Branch, ResolvedTarget } from "../target.ts";
import type { ForwardHost } from "../verbs/forward.ts";

/** RFC 3262 §5: an offer in a reliable provisional response would have to be answered before anybody has answered the call. */
const OPTIONS = withoutOption(spokenOptions("call"), RELIABLE);

export interface CalledTargetUser extends LegUser {
  /** Nobody has taken the call. */
  notReached(): void;
}

export interface TargetTerms {
  /** The side that stays. */
  readonly kept: Side;
  readonly mayLeave: boolean;
  /** Header fields of the INVITE. */
  readonly fields: readonly HeaderField[];
}

export class CalledTarget implements ForwardHost {
  readonly #call: Call;
  readonly #terms: TargetTerms;
  readonly #user: CalledTargetUser;
  /** The best refusal so far. */
  best: FinalResponse | null = null;

  constructor(call: Call, terms: TargetTerms, user: CalledTargetUser) {
    this.#call = call;
    this.#terms = terms;
    this.#user = user;
  }

  get state(): CallState {
    return this.#call.state;
  }

  get from(): string {
    return this.#kept?.remoteParty ?? this.state.invite.from;
  }

  resolve(target: string, via?: readonly string[]): ResolvedTarget {
    return this.#call.attempts.resolve(target, via, this.#terms.mayLeave);
  }

  relayedFields(): readonly HeaderField[] {
    return [ALLOW, ["Supported", OPTIONS], ...this.#terms.fields];
  }

  createLeg(branch: Branch, from: string): Leg {
    return this.#call.attempts.legTo(branch, { from, to: `<${this.#uriOf(branch.target)}>` }, this.#user);
  }

  callLeg(leg: Leg, fields: readonly HeaderField[], breadth: number, isAnchored: boolean): void {
    const maxForwards = String(Math.max(0, this.state.invite.maxForwards - 1));
    const hops: HeaderField[] = [["Max-Forwards", maxForwards], ...firstAsk(this.#call.exchange.sessionTerms)];
    if (breadth < DEFAULT_MAX_BREADTH) hops.push(["Max-Breadth", String(breadth)]);
    const { contactUser } = this.#call;
    if (!isAnchored) {
      leg.call([...hops, ...fields], contactUser, "");
      return;
    }
    this.#call.audio.offerBeside(leg, this.#call.audio.of(this.#terms.kept) ?? null, (offer) => {
      if (offer === null) leg.giveUp("transport");
      else leg.call([...hops, ...fields, SDP_TYPE], contactUser, offer);
    });
  }

  cancelLeg(leg: Leg, fields?: readonly HeaderField[]): void {
    this.#call.attempts.cancelLeg(leg, fields);
  }

  /** Both are done when the target has taken the place of whoever leaves. */
  startRecording(): void {}
  release(): void {}

  isAnchored(forward: Forward, branches: readonly Branch[]): boolean {
    const [bridge] = this.state.bridges;
    const kept = this.#kept;
    if (bridge === undefined || kept === undefined || bridge.isAnchored) return true;
    return mustAnchor(this.#call, forward, branches, {
      flow: kept.flow,
      body: bridge.media[this.#terms.kept] ?? "",
    });
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    return this.#call.startTimer(ms, owner, kind);
  }

  note(target: string, uri: string | null, outcome: FinalResponse, reason?: string): void {
    this.#call.attempts.note(target, uri, outcome, reason);
    this.best = betterResponse(this.best, outcome);
  }

  noteGivenUp(leg: LegState): void {
    this.#call.attempts.noteGivenUp(leg);
  }

  noteRedirected(leg: LegState, response: SipResponse): void {
    this.#call.attempts.noteRedirected(leg, response);
  }

  stepFailed(): void {
    this.#user.notReached();
  }

  get #kept() {
    return this.state.bridges[0]?.[this.#terms.kept];
  }

  #uriOf(target: string): string {
    const wire = toWire(target);
    if (target.includes(":") && parseUri(wire) !== undefined) return wire;
    return `sip:${escapeUser(wire)}@${formatHost(this.state.domain)}`;
  }
}
