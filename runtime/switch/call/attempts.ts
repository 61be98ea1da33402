/** The attempts of a call to reach somebody: the legs that are called, how each ended, and the best of their refusals. */

import type { Forward } from "../../../sdk/decisions.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { toText } from "../../base/text.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import { mustAnchor } from "../audio/must-anchor.ts";
import { allowed } from "../policy/call-policy.ts";
import { type Branch, type ResolvedTarget, resolveTarget } from "../target.ts";
import type { ForwardHost } from "../verbs/forward.ts";
import { betterResponse, localResponse } from "./best-response.ts";
import type { Call } from "./call.ts";
import { type CallState, DEFAULT_MAX_BREADTH, type FinalResponse, type LegState } from "./call-state.ts";
import { Leg, type LegUser } from "./leg.ts";
import { relayedFields } from "./relayed-fields.ts";

const GIVEN_UP = localResponse(487);
const FIRST_CSEQ = 1;

export class Attempts implements ForwardHost {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get state(): CallState {
    return this.#call.state;
  }

  get from(): string {
    return this.state.invite.from;
  }

  resolve(target: string): ResolvedTarget {
    const { domain, mayLeave } = this.state;
    return allowed(this.#call, resolveTarget(target, { domain, mayLeave }, this.#call.exchange.directory));
  }

  relayedFields(): readonly HeaderField[] {
    const { invite } = this.#call.caller;
    return invite === null ? [] : relayedFields(invite.request.headers);
  }

  createLeg(branch: Branch, from: string): Leg {
    return this.legTo(branch, { from, to: this.state.invite.to }, this.#call.legs);
  }

  /** A leg that reports to `user`; `from`, `to`: the parties as it is to see them. */
  legTo(branch: Branch, { from, to }: { readonly from: string; readonly to: string }, user: LegUser): Leg {
    const { state } = this;
    const { stack, index, observer } = this.#call.exchange;
    const leg: LegState = {
      id: `${state.id}-${state.legs.length + 1}`,
      target: branch.target,
      uri: branch.uri,
      hop: branch.hop,
      callId: stack.mint.callId(),
      localTag: stack.mint.tag(),
      localParty: from,
      remoteParty: to,
      cseq: FIRST_CSEQ,
      state: "calling",
    };
    state.legs.push(leg);
    index.addLeg(leg.callId, this.#call);
    observer.legCalled(this.#call.view, leg);
    return new Leg(leg, stack, user);
  }

  callLeg(leg: Leg, fields: readonly HeaderField[], breadth: number, isAnchored: boolean): void {
    const { maxForwards, body } = this.state.invite;
    const hops: HeaderField[] = [["Max-Forwards", String(maxForwards - 1)]];
    if (breadth < DEFAULT_MAX_BREADTH) hops.push(["Max-Breadth", String(breadth)]);
    if (!isAnchored) {
      leg.call([...hops, ...fields], this.#call.contactUser, body);
      return;
    }
    const foreign = fields.filter(([name]) => !name.toLowerCase().startsWith("content-"));
    this.#call.audio.offerTo(leg, (offer) => {
      if (offer === null) this.#call.legs.legFailed(leg, "transport");
      else leg.call([...hops, ...foreign, SDP_TYPE], this.#call.contactUser, offer);
    });
  }

  cancelLeg(leg: Leg, fields?: readonly HeaderField[]): void {
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

  note(target: string, uri: string | null, outcome: FinalResponse, reason = outcome.reason): void {
    const { state } = this;
    this.#add(target, uri, { code: outcome.code, reason });
    state.best = betterResponse(state.best, outcome);
  }

  noteGivenUp({ target, uri }: LegState): void {
    this.#add(target, uri, GIVEN_UP);
  }

  /** The one that was answered. */
  noteAnswered({ target, uri }: LegState, code: number, reason: string): void {
    this.#add(target, uri, { code, reason });
  }

  stepFailed(): void {
    this.#call.stepFailed();
  }

  #add(target: string, uri: string | null, { code, reason }: Pick<FinalResponse, "code" | "reason">): void {
    this.state.attempts.push({ target, uri: uri === null ? null : toText(uri), code, reason: toText(reason) });
  }
}
