/** The calls that are up, found by their name, by their dialogs and by the transaction of the caller's INVITE. */
import type { SipRequest } from "../sip/message/message.ts";
import type { ServerTransaction } from "../sip/transaction/layer.ts";
import type { Call } from "./call/call.ts";
import type { Relay } from "./call/relay.ts";

/** What all copies of an INVITE share. */
interface Origin {
  readonly callId: string;
  readonly fromTag: string;
  readonly cseq: number;
}

export class CallIndex {
  readonly #byName = new Map<string, Call>();
  /** By the Call-ID of a leg: ours, so it names one leg of one call. */
  readonly #byLeg = new Map<string, Call>();
  /** By the caller's Call-ID and a To tag of ours. */
  readonly #byCallerDialog = new Map<string, Call>();
  /** By the transaction of an INVITE that has no final response yet. */
  readonly #byInvite = new Map<ServerTransaction, Call>();
  /** INVITEs in progress by what all copies of a request share, whatever way they came (RFC 3261 §8.2.2.2). */
  readonly #byOrigin = new Map<string, Call>();

  /** By the transaction of an INVITE within a call. */
  readonly #relays = new Map<ServerTransaction, Relay>();

  get size(): number {
    return this.#byName.size;
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

  /** The INVITE has its final response. */
  removeInvite(origin: Origin, invite: ServerTransaction): void {
    this.#byInvite.delete(invite);
    this.#byOrigin.delete(originKey(origin));
  }

  /** The call is over, but for what still comes within its dialogs. */
  retire(call: Call): void {
    this.#byName.delete(call.state.id);
  }

  remove(call: Call): void {
    const { state } = call;
    this.retire(call);
    for (const leg of state.legs) this.#byLeg.delete(leg.callId);
    this.removeCallerDialog(state.invite.callId, state.localTag);
    for (const bridge of state.bridges) this.removeCallerDialog(state.invite.callId, bridge.caller.localTag);
  }

  addRelay(invite: ServerTransaction, relay: Relay): void {
    this.#relays.set(invite, relay);
  }

  removeRelay(invite: ServerTransaction): void {
    this.#relays.delete(invite);
  }

  relayOf(invite: ServerTransaction): Relay | undefined {
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
  byDialog(request: SipRequest): Call | undefined {
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
