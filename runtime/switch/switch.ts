/**
 * The switch: takes requests from the SIP stack and gives each to its method. What comes within a call goes to the call;
 * the rest is checked as RFC 3261 §8.2 says before a method sees it.
 */
import type { Decision, Forward } from "../../sdk/decisions.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { OverloadLimit, SwitchObserver } from "../port/observer.ts";
import type { Scripts } from "../port/script.ts";
import type { SipRequest } from "../sip/message/message.ts";
import type { Refusal, SipStack, StackUser } from "../sip/stack.ts";
import type { ServerTransaction } from "../sip/transaction/layer.ts";
import type { AudioServices } from "./audio/audio-services.ts";
import { Call } from "./call/call.ts";
import type { CallState } from "./call/call-state.ts";
import type { Exchange } from "./call/exchange.ts";
import { CallIndex } from "./call-index.ts";
import type { Domains } from "./domains.ts";
import type { AdmissionControl } from "./guard/admission.ts";
import type { IdentityCheck } from "./identity.ts";
import { onAck } from "./methods/ack.ts";
import { outOfCalls, withinDialog } from "./methods/methods.ts";
import { type PickedScript, tellRefused } from "./policy/call-policy.ts";
import type { Policing } from "./policy/policing.ts";
import type { Subscriptions } from "./presence/subscriptions.ts";
import type { Registrar } from "./registrar/registrar.ts";
import type { Routes } from "./routes/routes.ts";
import type { Directory } from "./target.ts";

/** RFC 3261 §21.5.4: when a refused caller may try again. */
const RETRY_AFTER_SECONDS = "5";
const OVERLOADED: Refusal = { status: 503, fields: [["Retry-After", RETRY_AFTER_SECONDS]] };
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
  readonly routes: Routes;
  readonly admission: AdmissionControl;
  /** Absent: no sound ends here, and steps that need it fail. */
  readonly audio?: AudioServices;
  /** Absent: nothing can be subscribed to. */
  readonly subscriptions?: Subscriptions;
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
    const { clock, stack, scripts, directory, observer, audio = null } = parts;
    this.#exchange = { clock, stack, scripts, directory, observer, index: this.index, audio };
  }

  get parts(): SwitchParts {
    if (this.#parts === null) throw new Error("The switch is used before it is connected.");
    return this.#parts;
  }

  admit(request: SipRequest, isFull: boolean): Refusal | undefined {
    if (request.toTag !== undefined && this.index.byDialog(request) !== undefined) return undefined;
    if (isFull) return this.#refuse("transactions");
    if (request.method === "SUBSCRIBE" && this.parts.subscriptions?.isFull === true)
      return this.#refuse("subscriptions");
    if (request.method !== "INVITE") return undefined;
    const verdict = this.parts.admission.admit(this.index.size);
    return verdict === "admitted" ? undefined : this.#refuse(verdict);
  }

  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const call = request.toTag === undefined ? undefined : this.index.byDialog(request);
    if (call !== undefined) call.guard(() => withinDialog(this, call, transaction));
    else if (request.toTag === undefined || request.method === "SUBSCRIBE") this.#outOfCalls(transaction);
    else this.parts.stack.reply(transaction, 481);
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
    if (call !== undefined) call.guard(() => call.onCancel(request));
    else this.index.relayOf(invite)?.cancel();
  }

  onAck(request: SipRequest): void {
    const call = request.toTag === undefined ? undefined : this.index.byDialog(request);
    if (call !== undefined) call.guard(() => onAck(call, request));
  }

  /** A late answer to something that nobody waits for any more. */
  onStrayResponse(): void {}

  /** Starts a call that has passed all checks. */
  begin(state: CallState, invite: ServerTransaction, { fault, gate, refused }: PickedScript): void {
    if (this.#exchange === null) throw new Error("The switch is used before it is connected.");
    const call = new Call(state, invite, this.#exchange, gate);
    this.index.add(call, invite);
    this.parts.admission.note();
    gate?.enter(state.id);
    call.guard(() => call.begin(fault));
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
