/**
 * `forward`: calls the targets in waves. The branches of a wave ring at once; the next wave begins when the last branch of
 * one has failed or its time is up. The first 2xx wins; a 6xx ends it all (RFC 3261 §16.7).
 */
import type { Confirm, Forward } from "../../../sdk/decisions.ts";
import type { Timer } from "../../base/clock.ts";
import { toWire } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import { formatNameAddr, parseNameAddr } from "../../sip/message/header/name-addr.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { escapeUser, formatHost } from "../../sip/message/uri.ts";
import { localResponse, nowhereResponse } from "../call/best-response.ts";
import type { CallState, FinalResponse, LegState } from "../call/call-state.ts";
import type { Leg } from "../call/leg.ts";
import { relayedFields } from "../call/relayed-fields.ts";
import type { LegOutcome, Step } from "../call/step.ts";
import type { Branch, ResolvedTarget } from "../target.ts";
import { Redirections } from "./redirections.ts";
import { FLOW_FAILED, SpareFlows } from "./spare-flows.ts";

const DEFAULT_RING_SECONDS = 60;
export const DEFAULT_MAX_SECONDS = 4 * 3600;
/** More contacts than this are not called at once, whatever Max-Breadth allows. */
const WIDEST_WAVE = 30;

/** What `forward` needs of the call. */
export interface ForwardHost {
  readonly state: CallState;
  /** What From says, unless the decision says otherwise. */
  readonly from: string;
  /** `via`: the trunks that numbers are to leave by, best first. */
  resolve(target: string, via?: readonly string[]): ResolvedTarget;
  /** The header fields of the caller's INVITE that go on. */
  relayedFields(): readonly HeaderField[];
  /** A leg that has not been called yet. It reports to the call, which hands it on to the running step. */
  createLeg(branch: Branch, from: string): Leg;
  /** `isAnchored`: the audio passes through the switch. */
  callLeg(leg: Leg, fields: readonly HeaderField[], breadth: number, isAnchored: boolean): void;
  cancelLeg(leg: Leg, fields?: readonly HeaderField[]): void;
  /** Records both parties from now on. */
  startRecording(): void;
  /** The decision lets the phones talk directly, as soon as they can. */
  release(): void;
  isAnchored(decision: Forward, branches: readonly Branch[]): boolean;
  startTimer(ms: number, owner: { expire(kind: string): void }, kind: string): Timer;
  /** How an attempt ended. `reason`: what the script is told of it, where that is not for the caller. */
  note(target: string, uri: string | null, outcome: FinalResponse, reason?: string, trunk?: string): void;
  /** The way to a registered contact is broken. */
  flowFailed?(binding: BindingRow): void;
  /** A branch that nobody waits for any more; it says nothing about why the call came to nothing. */
  noteGivenUp(leg: LegState): void;
  /** A branch whose answer leads elsewhere is followed there. */
  noteRedirected(leg: LegState, response: SipResponse): void;
  /** Nobody took the call: the plan goes on. */
  stepFailed(): void;
}

export class ForwardStep implements Step {
  readonly #host: ForwardHost;
  readonly #decision: Forward;
  readonly #waves: (readonly Branch[])[];
  #next = 0;
  #ringing: Leg[] = [];
  #timer: Timer | null = null;
  /** Made for the first flow that is called. */
  #spares: SpareFlows | null = null;
  /** Made for the first redirection that is followed. */
  #redirections: Redirections | null = null;

  /** `called`: legs that an earlier process has called; they ring for the whole of their time once more. @default none */
  constructor(host: ForwardHost, decision: Forward, called: readonly Leg[] = []) {
    this.#host = host;
    this.#decision = decision;
    this.#ringing = [...called];
    this.#waves = this.#planWaves(called.length > 0);
    const uris = new Set(called.map(({ state }) => state.uri));
    this.#next = this.#waves.findLastIndex((wave) => wave.some(({ uri }) => uris.has(uri))) + 1;
  }

  get confirm(): Confirm | undefined {
    return this.#decision.confirm;
  }

  start(): void {
    if (this.#ringing.length === 0) this.#startWave();
    else this.#startTimer();
  }

  /** A leg of this step has failed. */
  legFailed(leg: Leg, outcome: LegOutcome): void {
    const index = this.#ringing.indexOf(leg);
    if (index < 0) return;
    this.#ringing.splice(index, 1);
    if (this.#follows(leg, outcome) || this.#triesSpare(leg, outcome)) return;
    const { target, uri, trunk, owner } = leg.state;
    const other = owner === undefined ? finalOf(outcome) : finalOfUser(outcome);
    const final = trunk === undefined ? other : finalOfTrunk(outcome);
    this.#host.note(target, uri, final, undefined, trunk?.name);
    const gateway = leg.way?.next(outcome);
    if (gateway !== undefined) this.#callInstead(gateway);
    if (gateway !== undefined) return;
    if (final.code >= 600) this.#fail();
    else if (this.#ringing.length === 0) this.#startWave();
  }

  /** A leg of this step has answered: the others are given up. */
  legAnswered(leg: Leg): number {
    this.#timer?.cancel();
    const others = this.#ringing.filter((other) => other !== leg);
    this.#ringing = [];
    for (const other of others) {
      this.#host.cancelLeg(other, [["Reason", 'SIP;cause=200;text="Call completed elsewhere"']]);
      this.#host.noteGivenUp(other.state);
    }
    return this.#decision.maxSeconds ?? DEFAULT_MAX_SECONDS;
  }

  /** The leg that has answered is joined with the caller. */
  joined(): void {
    if (this.#decision.record === true) this.#host.startRecording();
    else if (this.#decision.media === "release") this.#host.release();
  }

  /** The call has something else to do: nobody waits for these legs any more. */
  abandon(fields: readonly HeaderField[] = []): void {
    this.#timer?.cancel();
    const legs = this.#ringing;
    this.#ringing = [];
    for (const leg of legs) {
      this.#host.cancelLeg(leg, fields);
      this.#host.noteGivenUp(leg.state);
    }
  }

  /** The time to ring is up. Whoever has answered and is asked yet has the time for that. */
  expire(): void {
    this.#timer = null;
    const legs = this.#ringing;
    this.#ringing = legs.filter(({ state }) => state.state === "asked");
    for (const leg of legs) {
      if (leg.state.state === "asked") continue;
      this.#host.cancelLeg(leg);
      this.#host.note(leg.state.target, leg.state.uri, localResponse(408));
    }
    if (this.#ringing.length === 0) this.#startWave();
  }

  /** A 3xx is followed where the decision says so, and where a phone of one of our users sends it. */
  #follows(leg: Leg, outcome: LegOutcome): boolean {
    const { redirects = leg.state.owner === undefined ? "pass" : "follow" } = this.#decision;
    if (redirects === "pass" || !Redirections.isRedirection(outcome)) return false;
    this.#redirections ??= new Redirections(this.#host);
    const groups = this.#redirections.groupsOf(leg, outcome);
    if (groups === undefined) return false;
    this.#host.noteRedirected(leg.state, outcome);
    const [first = [], ...others] = groups;
    if (this.#ringing.length === 0) {
      this.#waves.splice(this.#next, 0, ...groups);
      this.#startWave();
    } else {
      this.#waves.splice(this.#next, 0, ...others);
      for (const branch of first) this.#callInstead(branch);
    }
    return true;
  }

  /** The flow to a registered device has failed: it is called over another one, where it has one. */
  #triesSpare(leg: Leg, outcome: LegOutcome): boolean {
    const failed = this.#spares?.failedBinding(leg, outcome);
    if (failed === undefined) return false;
    this.#host.flowFailed?.(failed);
    const spare = this.#spares?.next(leg);
    if (spare !== undefined) this.#callInstead(spare);
    return spare !== undefined;
  }

  /** Calls a branch in place of one that has failed, in the time that is left. */
  #callInstead(branch: Branch): void {
    const leg = this.#createLeg(branch, this.#from());
    this.#ringing.push(leg);
    const share = Math.floor(this.#host.state.invite.maxBreadth / this.#ringing.length);
    this.#host.callLeg(leg, this.#fields(), share, this.#host.isAnchored(this.#decision, [branch]));
  }

  #createLeg(branch: Branch, from: string): Leg {
    const isPrivate = this.#decision.privacy ?? false;
    const told = this.#decision.diversion === false ? { ...branch, diverted: null } : branch;
    const leg = this.#host.createLeg(isPrivate ? { ...told, isPrivate } : told, from);
    if (SpareFlows.concern(branch)) {
      this.#spares ??= new SpareFlows();
      this.#spares.note(leg, branch);
    }
    return leg;
  }

  #fail(): void {
    this.abandon();
    this.#next = this.#waves.length;
    this.#host.stepFailed();
  }

  #startWave(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const wave = this.#waves[this.#next++];
    if (wave === undefined) {
      this.#host.stepFailed();
      return;
    }
    this.#startTimer();
    this.#callAll(wave);
  }

  #startTimer(): void {
    const ringMs = (this.#decision.ringSeconds ?? DEFAULT_RING_SECONDS) * 1000;
    this.#timer = this.#host.startTimer(ringMs, this, "ring");
  }

  #callAll(wave: readonly Branch[]): void {
    // RFC 5393 §5.3.3: the branches share the breadth that is left; what exceeds it is refused.
    const breadth = this.#host.state.invite.maxBreadth;
    const width = Math.min(wave.length, breadth, WIDEST_WAVE);
    for (const branch of wave.slice(width)) {
      this.#host.note(branch.target, branch.uri, localResponse(440, "Max-Breadth Exceeded"));
    }
    if (width === 0) {
      this.#startWave();
      return;
    }
    const fields = this.#fields();
    const from = this.#from();
    const share = Math.floor(breadth / width);
    const legs = wave.slice(0, width).map((branch) => this.#createLeg(branch, from));
    this.#ringing = legs;
    const isAnchored = this.#host.isAnchored(this.#decision, wave);
    for (const leg of [...legs]) this.#host.callLeg(leg, fields, share, isAnchored);
  }

  /** Targets that lead nowhere are noted at once; the rest is put in order. */
  #planWaves(isNoted: boolean): (readonly Branch[])[] {
    const waves: Branch[][] = [];
    const { via } = this.#decision;
    for (const target of this.#decision.targets) {
      const resolved = this.#host.resolve(target, typeof via === "string" ? [via] : via);
      if (resolved.type === "nowhere") {
        if (!isNoted) this.#host.note(target, null, nowhereResponse(resolved), resolved.reason);
        continue;
      }
      const first = this.#decision.strategy === "serial" ? waves.length : 0;
      for (const [index, group] of resolved.groups.entries()) {
        const wave = waves[first + index];
        if (wave === undefined) waves.push([...group]);
        else wave.push(...group);
      }
    }
    return waves;
  }

  /** The caller's header fields and those of the decision, which win. */
  #fields(): readonly HeaderField[] {
    const { headers = {}, privacy } = this.#decision;
    const added = Object.entries(privacy === true ? { Privacy: "id", ...headers } : headers);
    const copied = this.#host.relayedFields();
    if (added.length === 0) return copied;
    const names = new Set(added.map(([name]) => name.toLowerCase()));
    const kept = copied.filter(([name]) => !names.has(name.toLowerCase()));
    return [...kept, ...added.map(([name, value]): HeaderField => [name, toWire(value)])];
  }

  /** From as the called side sees it. */
  #from(): string {
    const { callerId, callerName } = this.#decision;
    const { from } = this.#host;
    if (callerId === undefined && callerName === undefined) return from;
    const original = parseNameAddr(from);
    const uri =
      callerId === undefined
        ? (original?.uri ?? "sip:anonymous@anonymous.invalid")
        : `sip:${escapeUser(toWire(callerId))}@${formatHost(this.#host.state.domain)}`;
    return formatNameAddr({ name: callerName === undefined ? (original?.name ?? "") : toWire(callerName), uri });
  }
}

/** That our credentials are refused is our business, not the caller's (RFC 3261 §16.7 has no say in it). */
function finalOfTrunk(outcome: LegOutcome): FinalResponse {
  const isChallenge = typeof outcome === "object" && (outcome.status === 401 || outcome.status === 407);
  return isChallenge ? localResponse(500, "Trunk Credentials Refused") : finalOf(outcome);
}

/** What a phone says of its user is not for everybody. */
function finalOfUser(outcome: LegOutcome): FinalResponse {
  return { ...finalOf(outcome), isAboutUs: true };
}

function finalOf(outcome: LegOutcome): FinalResponse {
  if (outcome === "not-taken") return localResponse(480, "Not Taken");
  if (outcome === "no-line") return localResponse(480, "No Free Line");
  if (outcome === "timeout") return localResponse(408);
  if (outcome === "unreachable" || outcome === "transport") return localResponse(503);
  const { status, reason, headers, body } = outcome;
  // RFC 5626 §11.5: between the proxy next to the phone and us; it says nothing to a caller.
  if (status === FLOW_FAILED) return localResponse(480);
  const fields = relayedFields(headers);
  // RFC 3261 §21.3: a redirection is of use only with its contacts.
  if (status < 400) for (const contact of headers.all("contact")) fields.push(["Contact", contact]);
  return { code: status, reason, fields, body };
}
