/**
 * The switch: takes requests from the SIP stack and gives each to its method. What comes within a call goes to the call;
 * the rest is checked as RFC 3261 §8.2 says before a method sees it.
 */
import type { Decision, Forward } from "../../sdk/decisions.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CallJournal, StoredEntry } from "../port/call-journal.ts";
import type { OverloadLimit, SwitchObserver } from "../port/observer.ts";
import type { Scripts } from "../port/script.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { TextSender } from "../port/text-message.ts";
import type { OutgoingRequest } from "../sip/client-request.ts";
import type { SessionTerms } from "../sip/dialog/session-timer.ts";
import type { InviteRank } from "../sip/invite-queue.ts";
import type { SipRequest, SipResponse } from "../sip/message/message.ts";
import type { ProxyCore } from "../sip/proxy/proxy.ts";
import type { Refusal, SipStack, StackUser } from "../sip/stack.ts";
import type { ServerTransaction } from "../sip/transaction/layer.ts";
import type { Flow } from "../sip/transport/flow.ts";
import type { AudioServices } from "./audio/audio-services.ts";
import { Call } from "./call/call.ts";
import type { CallState } from "./call/call-state.ts";
import type { Exchange } from "./call/exchange.ts";
import { reasonsOf } from "./call/reasons.ts";
import { CallIndex } from "./call-index.ts";
import type { Domains } from "./domains.ts";
import type { Drain } from "./drain.ts";
import { type EmergencyNumbers, hurryScript, isEmergencyService } from "./emergency.ts";
import type { AdmissionControl } from "./guard/admission.ts";
import type { Guard } from "./guard/guard.ts";
import type { IdentityCheck } from "./identity.ts";
import { DEFAULT_LIVENESS, Liveness } from "./liveness/liveness.ts";
import type { Messages } from "./messages/messages.ts";
import { onAck } from "./methods/ack.ts";
import { outOfCalls, withinDialog } from "./methods/methods.ts";
import { type PickedScript, tellRefused } from "./policy/call-policy.ts";
import type { Policing } from "./policy/policing.ts";
import type { CallWatch } from "./presence/dialog/user-dialogs.ts";
import type { Publications } from "./presence/publish/publications.ts";
import type { Subscriptions } from "./presence/subscriptions.ts";
import { relayWithin } from "./proxy/within.ts";
import { takeLateAnswer } from "./recovery/late-answer.ts";
import { TakeOver, type TakeOverTerms } from "./recovery/take-over.ts";
import type { KeepAlive } from "./registrar/keep-alive.ts";
import type { Registrar } from "./registrar/registrar.ts";
import type { RegistrationEvents } from "./registrar/registration-events.ts";
import { retarget } from "./registrar/retarget.ts";
import type { Routes } from "./routes/routes.ts";
import { DEFAULT_TERMS } from "./session/agree.ts";
import type { Directory } from "./target.ts";
import type { TrunkServices } from "./trunks/trunk-services.ts";

/** RFC 3261 §21.5.4: when a refused caller may try again. */
const RETRY_AFTER_SECONDS = "5";
const OVERLOADED: Refusal = { status: 503, fields: [["Retry-After", RETRY_AFTER_SECONDS]] };
/** Whoever is refused has other switches to try; this one comes back with its next version. */
const DRAINING: Refusal = { status: 503, fields: [["Retry-After", "30"]] };
/** Subscriptions end after minutes, not seconds. */
const NO_SUBSCRIPTION_LEFT: Refusal = { status: 503, fields: [["Retry-After", "60"]] };

export interface SwitchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: SipStack;
  readonly scripts: Scripts;
  readonly observer: SwitchObserver;
  readonly directory: Directory;
  readonly domains: Domains;
  readonly identity: IdentityCheck;
  readonly registrar: Registrar;
  /** Absent: no script hears of registrations. */
  readonly registrations?: RegistrationEvents;
  /** Absent: nothing is sent to keep ways open. */
  readonly keepAlive?: KeepAlive;
  readonly routes: Routes;
  readonly admission: AdmissionControl;
  /** Absent: every source is like any other, and none is limited. */
  readonly guard?: Guard;
  /** Whether scripts have more to do than they can, so that no new call is taken. @default never */
  readonly isBehind?: () => boolean;
  /** Absent: it is never drained. */
  readonly drain?: Drain;
  /** Requests outside of calls that go on to somebody else. */
  readonly proxy: ProxyCore;
  /** Absent: no sound ends here, and steps that need it fail. */
  readonly audio?: AudioServices;
  /** How long calls last without a sign of life (RFC 4028). @default half an hour is asked for, 90 s are accepted */
  readonly sessionTerms?: SessionTerms;
  /** How phones are found to be gone. @default as `DEFAULT_LIVENESS` says */
  readonly liveness?: Liveness;
  /** Absent: nothing can be subscribed to. */
  readonly subscriptions?: Subscriptions;
  /** Told of what calls do, for the lamps of those who watch; absent: nobody is. */
  readonly watch?: CallWatch;
  /** Where calls are written down for the process that starts next; absent: nowhere. */
  readonly journal?: CallJournal;
  /** Absent: text messages are passed on, and none is kept. */
  readonly messages?: Messages;
  /** Absent: the switch sends no text messages by itself. */
  readonly texts?: TextSender;
  /** Absent: nothing can be published. */
  readonly publications?: Publications;
  /** Absent: no script hears of what belongs to no call. */
  readonly events?: ScriptEvents;
  /** Absent: there is no way to the telephone network, and nobody calls from there. */
  readonly trunks?: TrunkServices;
  /** Numbers that nothing may stop. @default none */
  readonly emergency?: EmergencyNumbers;
  /** Our own registrations with others. Absent: there are none. */
  readonly ownRegistrations?: { flowClosed(flow: Flow): void };
  /** Absent: no script has a policy. */
  readonly policing?: Policing;
}

export class Switch implements StackUser {
  readonly index = new CallIndex();
  #parts: SwitchParts | null = null;
  #exchange: Exchange | null = null;

  /** The stack needs its user and the switch needs the stack: the circle is closed here, before anything listens. */
  connect(parts: SwitchParts): void {
    this.#parts = parts;
    const { clock, stack, scripts, directory, observer, audio = null, trunks = null, watch, texts } = parts;
    const { sessionTerms = DEFAULT_TERMS, liveness = new Liveness(DEFAULT_LIVENESS, clock), journal } = parts;
    const { index } = this;
    const told = { observer, journal, watch, texts };
    this.#exchange = { clock, stack, scripts, directory, index, audio, trunks, sessionTerms, liveness, ...told };
  }

  /** Rebuilds the calls of an earlier process, before anything listens. */
  takeOver(calls: Iterable<StoredEntry>, terms: TakeOverTerms): TakeOver {
    if (this.#exchange === null) throw new Error("The switch is used before it is connected.");
    const { policing, log } = this.parts;
    return new TakeOver({ exchange: this.#exchange, policing, log }, calls, terms);
  }

  get parts(): SwitchParts {
    if (this.#parts === null) throw new Error("The switch is used before it is connected.");
    return this.#parts;
  }

  /** Whether no other call may begin: the limits of the switch leave no room, or it is being drained. */
  get isFull(): boolean {
    return this.parts.drain?.isDraining === true || this.parts.admission.admit(this.index.size) !== "admitted";
  }

  admit(request: SipRequest, flow: Flow, isFull: boolean): Refusal | "silence" | undefined {
    if (request.toTag !== undefined && this.index.byDialog(request) !== undefined) return undefined;
    if (isFull) return this.#refuse("transactions");
    const limited = this.#isUrgent(request, flow) ? undefined : this.parts.guard?.admit(request, flow.remoteAddress);
    if (limited !== undefined || request.toTag !== undefined) return limited;
    if (request.method === "SUBSCRIBE" && this.parts.subscriptions?.isFull === true)
      return this.#refuse("subscriptions");
    if (this.parts.drain?.refuses(request) === true && !this.#isEmergency(request)) return DRAINING;
    // Who it is that calls an emergency number is seen later.
    if (request.method !== "INVITE" || this.#isEmergency(request)) return undefined;
    const isStranger = this.parts.guard?.isStranger(flow.remoteAddress) === true;
    const { admission, stack } = this.parts;
    const verdict = admission.admit(this.index.size, isStranger, stack.waitingStrangers);
    return verdict === "admitted" ? undefined : this.#refuse(verdict);
  }

  rankOf(invite: SipRequest, flow: Flow): InviteRank | "urgent" {
    if (this.#isUrgent(invite, flow)) return "urgent";
    return this.parts.guard?.isStranger(flow.remoteAddress) === true ? "stranger" : "known";
  }

  refuseBusy(_invite: SipRequest, flow: Flow): Refusal {
    this.parts.guard?.busy(flow.remoteAddress);
    return this.#refuse("busy");
  }

  isBehind(): boolean {
    return this.parts.isBehind?.() === true;
  }

  onAnswered(request: SipRequest, { remoteAddress }: Flow, status: number): void {
    if (request.toTag === undefined) this.parts.guard?.answered(request, remoteAddress, status);
  }

  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const call = request.toTag === undefined ? undefined : this.index.byDialog(request);
    if (call !== undefined) call.guard(() => withinDialog(this, call, transaction));
    else if (request.toTag === undefined || request.method === "SUBSCRIBE") this.#outOfCalls(transaction);
    else if (!relayWithin(this, transaction)) this.parts.stack.reply(transaction, 481);
  }

  onTrying(invite: ServerTransaction): void {
    this.index.byInvite(invite)?.touch();
  }

  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void {
    const { stack } = this.parts;
    const { request } = cancel;
    if (invite === undefined) {
      stack.reply(cancel, 481, { toTag: stack.mint.tag() });
      return;
    }
    const call = this.index.byInvite(invite);
    // RFC 3261 §9.2: the same To tag as in the answer to the INVITE.
    stack.reply(cancel, 200, { toTag: call?.state.localTag ?? stack.mint.tag() });
    if (call !== undefined) call.guard(() => call.ending.onCancel(request));
    else this.index.relayOf(invite)?.cancel(reasonsOf(request));
  }

  onAck(request: SipRequest): void {
    const call = request.toTag === undefined ? undefined : this.index.byDialog(request);
    if (call !== undefined) call.guard(() => onAck(call, request));
  }

  /** A late answer to something that nobody waits for any more, or one of a phone that was asked whether it is there. */
  onStrayResponse(response: SipResponse): void {
    if (this.#parts === null) return;
    this.#parts.keepAlive?.onResponse(response);
    takeLateAnswer(this.index, this.#parts.stack, response);
  }

  onFlowClosed(flow: Flow): void {
    this.#parts?.registrar.flowClosed(flow);
    this.#parts?.ownRegistrations?.flowClosed(flow);
  }

  retarget(request: OutgoingRequest): OutgoingRequest {
    return retarget(request, this.parts);
  }

  /** Starts a call that has passed all checks. */
  begin(state: CallState, invite: ServerTransaction, { fault, gate, refused }: PickedScript): void {
    if (this.#exchange === null) throw new Error("The switch is used before it is connected.");
    const call = new Call(state, invite, this.#exchange, gate);
    this.index.add(call, invite);
    this.parts.admission.note();
    gate?.enter(state.id);
    call.begin(fault);
    if (state.isEmergency === true) hurryScript(call);
    if (refused !== null) call.guard(() => tellRefused(call, refused));
  }

  /** Begins a call of ours that has passed all checks; `then`: what is done once `first` has brought the caller. */
  originate(state: CallState, first: Forward, then: readonly Decision[] | null): Call {
    if (this.#exchange === null) throw new Error("The switch is used before it is connected.");
    const gate = state.version === 0 ? null : (this.#parts?.policing?.gateOf(state.script) ?? null);
    const call = new Call(state, null, this.#exchange, gate);
    this.index.addOutbound(call);
    this.parts.admission.note();
    gate?.enter(state.id);
    call.guard(() => call.originate(first, then));
    return call;
  }

  #isEmergency({ requestUri }: SipRequest): boolean {
    const { emergency } = this.parts;
    if (emergency === undefined) return false;
    if (isEmergencyService(requestUri)) return true;
    if (requestUri?.kind === "sip") return emergency.has(requestUri.user ?? "");
    return requestUri?.kind === "tel" && emergency.has(requestUri.number);
  }

  /** An emergency call of somebody whom we know: strangers would flood us in its name. */
  #isUrgent(request: SipRequest, { remoteAddress }: Flow): boolean {
    if (request.method !== "INVITE" || !this.#isEmergency(request)) return false;
    return this.parts.guard?.isStranger(remoteAddress) !== true;
  }

  #refuse(limit: OverloadLimit): Refusal {
    this.parts.observer.overload(limit);
    return limit === "subscriptions" ? NO_SUBSCRIPTION_LEFT : OVERLOADED;
  }

  /** A bug of ours costs the request it happens in, and no other. */
  #outOfCalls(transaction: ServerTransaction): void {
    const { method } = transaction.request;
    try {
      outOfCalls(this, transaction);
    } catch (error) {
      this.parts.log.error("A request could not be handled", { error, method });
      if (isOpen(transaction)) this.parts.stack.reply(transaction, 500, { toTag: this.parts.stack.mint.tag() });
    }
  }
}

/** Whether a request still waits for its final response. */
function isOpen(transaction: ServerTransaction): boolean {
  return transaction.state === "trying" || transaction.state === "proceeding";
}
