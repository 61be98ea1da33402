/** The calls that are up, found by their name, by their dialogs and by the transaction of the caller's INVITE. */

import { LiveMap } from "../base/live-map.ts";
import type { Dialog } from "../sip/dialog/dialog.ts";
import type { HeaderField, SipRequest } from "../sip/message/message.ts";
import type { ServerTransaction } from "../sip/transaction/layer.ts";
import type { Call } from "./call/call.ts";
import type { OpenRefusals } from "./call/last-words.ts";
import { CallNames } from "./call-names.ts";

/** What answers an INVITE that begins no call of its own. */
interface Answering {
  /** The sender has cancelled it, for these reasons. */
  cancel(reasons: readonly HeaderField[]): void;
}

/** What all copies of an INVITE share. */
interface Origin {
  readonly callId: string;
  readonly fromTag: string;
  readonly cseq: number;
}

export class CallIndex implements OpenRefusals {
  refusals = 0;
  /** Told when the last call is over. */
  onEmpty: (() => void) | null = null;
  readonly #byName = new LiveMap<string, Call>();
  /** By the Call-ID of a leg: ours, so it names one leg of one call. */
  readonly #byLeg = new CallNames();
  /** By the caller's Call-ID and a To tag of ours. */
  readonly #byCallerDialog = new CallNames();
  /** By the transaction of an INVITE that has no final response yet. */
  readonly #byInvite = new LiveMap<ServerTransaction, Call>();
  /** INVITEs in progress by what all copies of a request share, whatever way they came (RFC 3261 §8.2.2.2). */
  readonly #byOrigin = new LiveMap<string, Call>();

  /** By the transaction of an INVITE within a call, or of one that takes a place in it. */
  readonly #relays = new LiveMap<ServerTransaction, Answering>();

  get size(): number {
    return this.#byName.size;
  }

  /** Dialogs of calls, early ones as well. */
  get dialogs(): number {
    return this.#byLeg.size + this.#byCallerDialog.size;
  }

  get calls(): Iterable<Call> {
    return this.#byName.values();
  }

  add(call: Call, invite: ServerTransaction): void {
    this.#byName.set(call.state.id, call);
    this.#byInvite.set(invite, call);
    this.#byOrigin.set(originKey(call.state.invite), call);
    this.addCallerDialog(call.state.invite.callId, call.state.localTag, call);
  }

  /** A call that an earlier process has begun. `invite`: the transaction of its caller, where that is still open. */
  adopt(call: Call, invite: ServerTransaction | undefined): void {
    const { state } = call;
    if (state.end === null) this.#byName.set(state.id, call);
    if (invite !== undefined) {
      this.#byInvite.set(invite, call);
      this.#byOrigin.set(originKey(state.invite), call);
    }
    for (const leg of state.legs) if (leg.cseq > 0 && leg.state !== "ended") this.addLeg(leg.callId, call);
    this.addCallerDialog(state.invite.callId, state.localTag, call);
    for (const { caller, callee } of state.bridges) for (const dialog of [caller, callee]) this.move(dialog, call);
    if (state.own !== null) this.move(state.own.caller, call);
  }

  /** A call that the switch begins: there is no INVITE of a caller. */
  addOutbound(call: Call): void {
    this.#byName.set(call.state.id, call);
  }

  /** The side that an outbound call has called first has answered: its dialog is the caller's from now on. */
  becomeCaller(call: Call): void {
    const { invite, localTag } = call.state;
    this.#byLeg.delete(invite.callId);
    this.addCallerDialog(invite.callId, localTag, call);
  }

  addLeg(callId: string, call: Call): void {
    this.#byLeg.set(callId, call);
  }

  addCallerDialog(callId: string, localTag: string, call: Call): void {
    this.#byCallerDialog.set(dialogKey(callId, localTag), call);
  }

  removeCallerDialog(callId: string, localTag: string): void {
    this.#byCallerDialog.delete(dialogKey(callId, localTag));
  }

  /** A dialog belongs to another call from now on. */
  move({ callId, localTag }: Dialog, call: Call): void {
    if (this.#byLeg.get(callId) !== undefined) this.#byLeg.set(callId, call);
    else this.addCallerDialog(callId, localTag, call);
  }

  /** A dialog is over, and its call is not. */
  removeDialog({ callId, localTag }: Dialog): void {
    this.#byLeg.delete(callId);
    this.removeCallerDialog(callId, localTag);
  }

  /** The INVITE has its final response. */
  removeInvite(origin: Origin, invite: ServerTransaction): void {
    this.#byInvite.delete(invite);
    this.#byOrigin.delete(originKey(origin));
  }

  /** The call is over, but for what still comes within its dialogs. */
  retire(call: Call): void {
    if (this.#byName.delete(call.state.id) && this.#byName.size === 0) this.onEmpty?.();
  }

  remove(call: Call): void {
    this.retire(call);
    this.#byLeg.forget(call);
    this.#byCallerDialog.forget(call);
  }

  addRelay(invite: ServerTransaction, relay: Answering): void {
    this.#relays.set(invite, relay);
  }

  removeRelay(invite: ServerTransaction): void {
    this.#relays.delete(invite);
  }

  relayOf(invite: ServerTransaction): Answering | undefined {
    return this.#relays.get(invite);
  }

  byName(id: string): Call | undefined {
    return this.#byName.get(id);
  }

  byInvite(invite: ServerTransaction): Call | undefined {
    return this.#byInvite.get(invite);
  }

  /** The call whose INVITE is in progress and of which this request is another copy. */
  byOrigin(request: SipRequest): Call | undefined {
    const { callId, fromTag = "", cseq } = request;
    return this.#byOrigin.get(originKey({ callId, fromTag, cseq: cseq.number }));
  }

  /** The call that a request within a dialog belongs to. */
  byDialog(request: Pick<SipRequest, "callId" | "toTag">): Call | undefined {
    return this.#byLeg.get(request.callId) ?? this.#byCallerDialog.get(dialogKey(request.callId, request.toTag ?? ""));
  }

  /** The call that has a leg with this Call-ID: a call of ours that comes back to us. */
  byLegCallId(callId: string): Call | undefined {
    return this.#byLeg.get(callId);
  }
}

function dialogKey(callId: string, localTag: string): string {
  return `${callId}|${localTag}`;
}

function originKey(invite: Origin): string {
  return `${invite.callId}|${invite.fromTag}|${invite.cseq}`;
}
