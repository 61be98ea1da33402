/** The attempts of a call to reach somebody: the legs that are called, how each ended, and the best of their refusals. */

import type { Forward } from "../../../sdk/decisions.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { toText } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import type { SentBy } from "../../sip/client-request.ts";
import { RELIABLE } from "../../sip/dialog/reliable.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import { mustAnchor } from "../audio/must-anchor.ts";
import { spokenOptions, withoutOption } from "../extensions.ts";
import { allowed } from "../policy/call-policy.ts";
import { firstAsk } from "../session/agree.ts";
import { type Branch, type ResolvedTarget, resolveTarget } from "../target.ts";
import { translatedNames } from "../transfer/dialog-names.ts";
import { assertedFields } from "../trunks/asserted.ts";
import { ANONYMOUS } from "../trunks/outgoing-identity.ts";
import { TrunkWay } from "../trunks/trunk-way.ts";
import type { ForwardHost } from "../verbs/forward.ts";
import { betterResponse, localResponse } from "./best-response.ts";
import type { Call } from "./call.ts";
import { type CallState, DEFAULT_MAX_BREADTH, type FinalResponse, type LegState } from "./call-state.ts";
import { type Diverted, diversionField, divertedFrom, historyFields } from "./diversion.ts";
import { tellEarlyEnded } from "./early-ended.ts";
import { Leg, type LegUser } from "./leg.ts";
import { relayedFields } from "./relayed-fields.ts";

const UNRELIABLE_OPTIONS = withoutOption(spokenOptions("call"), RELIABLE);
const GIVEN_UP = localResponse(487);
const FIRST_CSEQ = 1;
const OPEN: ReadonlySet<LegState["state"]> = new Set(["calling", "ringing", "cancelling"]);

export class Attempts implements ForwardHost {
  readonly #call: Call;
  /** Those that may have an INVITE without a final response, and some that have none any more. */
  #legs: Leg[] = [];

  constructor(call: Call) {
    this.#call = call;
  }

  get state(): CallState {
    return this.#call.state;
  }

  get from(): string {
    return this.state.invite.from;
  }

  /** `mayLeave`: whether a foreign address may be called. @default whether the caller may call one. `via`: the trunk of numbers */
  resolve(target: string, via?: readonly string[], mayLeave = this.state.mayLeave): ResolvedTarget {
    const { domain, invite, isEmergency } = this.state;
    return allowed(
      this.#call,
      resolveTarget(
        target,
        { domain, mayLeave, requestUri: invite.uri, via, isEmergency },
        this.#call.exchange.directory,
      ),
    );
  }

  relayedFields(): readonly HeaderField[] {
    const { invite } = this.#call.caller;
    if (invite === null) return [["Supported", spokenOptions("call")]];
    // RFC 3262 §5: an offer in a provisional response needs its answer in a PRACK, which is the caller's to give.
    const isReliable = this.state.invite.body !== "" || this.#call.caller.speaks(RELIABLE);
    const { headers } = invite.request;
    const fields = relayedFields(headers, isReliable ? spokenOptions("call") : UNRELIABLE_OPTIONS);
    fields.push(...translatedNames(this.#call.exchange.index, headers));
    return this.state.trunk === undefined ? fields : [...fields, ...assertedFields(this.state)];
  }

  createLeg(branch: Branch, from: string): Leg {
    return this.legTo(branch, { from, to: this.state.invite.to }, this.#call.legs);
  }

  /** A leg that reports to `user`; `from`, `to`: the parties as it is to see them. */
  legTo(branch: Branch, { from, to }: { readonly from: string; readonly to: string }, user: LegUser): Leg {
    const { state } = this;
    const { stack, index, observer, trunks } = this.#call.exchange;
    const id = `${state.id}-${state.legs.length + 1}`;
    const way =
      branch.ways === undefined || trunks === null ? null : new TrunkWay(this.#call, trunks, { branch, from, leg: id });
    const { target, uri, hop, route } = way?.branch ?? branch;
    const shown = way?.parties ?? { from: branch.isPrivate === true ? ANONYMOUS : from, to };
    const leg: LegState = {
      id,
      target,
      uri,
      hop,
      route,
      trunk: way?.trunk,
      callId: stack.mint.callId(),
      localTag: stack.mint.tag(),
      localParty: shown.from,
      remoteParty: shown.to,
      owner: branch.owner,
      diverted:
        branch.diverted === undefined
          ? divertedFrom(state, branch.owner, this.#call.exchange.directory)
          : (branch.diverted ?? undefined),
      cseq: FIRST_CSEQ,
      lastCseq: FIRST_CSEQ,
      state: "calling",
    };
    state.legs.push(leg);
    index.addLeg(leg.callId, this.#call);
    observer.legCalled(this.#call.view, leg);
    const called = new Leg(leg, this.#call, user, way);
    this.#legs.push(called);
    return called;
  }

  /** A leg that an earlier process has called. */
  adopt(state: LegState, sentBy: SentBy): Leg {
    const leg = new Leg(state, this.#call, this.#call.legs);
    leg.adopt(sentBy);
    this.#legs.push(leg);
    return leg;
  }

  /** Legs whose INVITE may have no final response yet. */
  get open(): readonly Leg[] {
    if (this.#legs.length > 0) this.#legs = this.#legs.filter(({ state }) => OPEN.has(state.state));
    return this.#legs;
  }

  callLeg(leg: Leg, fields: readonly HeaderField[], breadth: number, isAnchored: boolean): void {
    const { maxForwards, body } = this.state.invite;
    const hops: HeaderField[] = [
      ["Max-Forwards", String(maxForwards - 1)],
      ...firstAsk(this.#call.exchange.sessionTerms),
    ];
    if (breadth < DEFAULT_MAX_BREADTH) hops.push(["Max-Breadth", String(breadth)]);
    const { diverted } = leg.state;
    const told = diverted === undefined ? fields : this.#withDiversion(leg.state, diverted, fields);
    if (!isAnchored) {
      leg.call([...hops, ...told], this.#call.contactUser, body);
      return;
    }
    const foreign = told.filter(([name]) => !name.toLowerCase().startsWith("content-"));
    this.#call.audio.offerTo(leg, (offer) => {
      if (offer === null) leg.giveUp("transport");
      else leg.call([...hops, ...foreign, SDP_TYPE], this.#call.contactUser, offer);
    });
  }

  #withDiversion({ uri }: LegState, diverted: Diverted, fields: readonly HeaderField[]): readonly HeaderField[] {
    const { invite } = this.#call.caller;
    const history = invite === null ? [] : historyFields(invite.request.headers, diverted, uri);
    return [diversionField(diverted), ...fields, ...history];
  }

  cancelLeg(leg: Leg, fields?: readonly HeaderField[]): void {
    tellEarlyEnded(this.#call, leg, "given-up");
    leg.cancel(fields);
    this.#call.legs.confirmations?.abandon(leg, fields);
    if (this.#call.hasAudio) this.#call.audio.closeLeg(leg.state.id);
  }

  startRecording(): void {
    const problem = this.#call.audio.recording.start();
    if (problem !== undefined) this.#call.exchange.observer.stepFailed(this.#call.view, "forward", problem);
  }

  release(): void {
    if (this.#call.hasAudio) this.#call.audio.askRelease();
  }

  isAnchored(forward: Forward, branches: readonly Branch[]): boolean {
    return mustAnchor(this.#call, forward, branches);
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    return this.#call.startTimer(ms, owner, kind);
  }

  flowFailed(binding: BindingRow): void {
    this.#call.exchange.directory.flowFailed?.(binding);
  }

  note(target: string, uri: string | null, outcome: FinalResponse, reason = outcome.reason, trunk?: string): void {
    const { state } = this;
    this.#add(target, uri, { code: outcome.code, reason }, trunk);
    state.best = betterResponse(state.best, outcome);
  }

  noteGivenUp({ target, uri, trunk }: LegState): void {
    this.#add(target, uri, GIVEN_UP, trunk?.name);
  }

  noteRedirected({ target, uri, trunk }: LegState, response: SipResponse): void {
    this.#add(target, uri, { code: response.status, reason: response.reason }, trunk?.name);
    // RFC 3261 §21.1.3.
    const { contactUser } = this.#call;
    this.#call.caller.respond(181, { toTag: this.state.localTag, contactUser });
  }

  /** The one that was answered. */
  noteAnswered({ target, uri, trunk }: LegState, code: number, reason: string): void {
    this.#add(target, uri, { code, reason }, trunk?.name);
  }

  stepFailed(): void {
    this.#call.stepFailed();
  }

  #add(
    target: string,
    uri: string | null,
    { code, reason }: Pick<FinalResponse, "code" | "reason">,
    trunk: string | undefined,
  ): void {
    const attempt = { target, uri: uri === null ? null : toText(uri), code, reason: toText(reason) };
    this.state.attempts.push(trunk === undefined ? attempt : { ...attempt, trunk });
  }
}
