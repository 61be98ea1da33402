/**
 * Bridges of a call: a dialog with the caller joined to one with a callee. Each early dialog of a callee gets a To tag of
 * ours towards the caller, since one dialog may carry one answer (RFC 3261 §13.2.1, RFC 6337 §3.1.1).
 */
import { newOfferAnswer, otherSide, passDescription, type Side } from "../../sdp/offer-answer.ts";
import { type Dialog, dialogOfRequest, requestWithin } from "../../sip/dialog/dialog.ts";
import type { SipRequest, SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { Call } from "./call.ts";
import type { Bridge, CallState, InviteExchange } from "./call-state.ts";
import { hasDescription } from "./description.ts";
import type { Leg } from "./leg.ts";

/** More early dialogs of one leg than this are not told to the caller. */
const MOST_EARLY_DIALOGS = 32;

/**
 * The bridge of the early dialog that a provisional response belongs to; made at its first response. `undefined`: the leg
 * has too many.
 */
export function earlyBridge(call: Call, leg: Leg, response: SipResponse, invite: SipRequest): Bridge | undefined {
  const ofLeg = call.state.bridges.filter(({ legId }) => legId === leg.state.id);
  const isKnown = ofLeg.some(({ callee }) => callee.remoteTag === (response.toTag ?? ""));
  return isKnown || ofLeg.length < MOST_EARLY_DIALOGS ? bridgeFor(call, leg, response, invite) : undefined;
}

/** The bridge of a call that is answered now; the early dialogs that lost are gone. */
export function answerBridge(call: Call, leg: Leg, response: SipResponse, invite: SipRequest): Bridge {
  const { state, exchange } = call;
  const early = bridgeFor(call, leg, response, invite);
  const { localCseq, remoteCseq } = early.callee;
  // RFC 3261 §13.2.2.4: the 2xx decides on the route set and the target.
  const bridge: Bridge = {
    ...early,
    callee: { ...leg.dialogOf(response), localCseq: Math.max(localCseq, leg.state.lastCseq), remoteCseq },
    invite: { by: "caller", cseqIn: state.invite.cseq, cseqOut: leg.state.cseq, state: "answered", ack: null },
  };
  for (const other of state.bridges) {
    if (other !== early) exchange.index.removeCallerDialog(state.invite.callId, other.caller.localTag);
  }
  state.bridges = [bridge];
  return bridge;
}

/** The bridge of a call whose audio passes through us: both dialogs are with us, and the callee's INVITE was our own offer. */
export function anchorBridge(call: Call, leg: Leg, response: SipResponse): Bridge | undefined {
  const { state } = call;
  if (state.own === null) return undefined;
  const bridge: Bridge = {
    legId: leg.state.id,
    caller: state.own.caller,
    callee: leg.dialogOf(response),
    media: newOfferAnswer(),
    invite: {
      by: "caller",
      cseqIn: state.invite.cseq,
      cseqOut: leg.state.cseq,
      state: "acknowledged",
      ack: null,
    },
    isAnchored: true,
  };
  state.bridges = [bridge];
  state.own = null;
  return bridge;
}

/** The bridge that a request within a dialog belongs to, and the side it comes from. */
export function findBridge(call: CallState, request: SipRequest): { bridge: Bridge; side: Side } | undefined {
  for (const bridge of call.bridges) {
    if (isWithin(bridge.callee, request)) return { bridge, side: "callee" };
    if (isWithin(bridge.caller, request)) return { bridge, side: "caller" };
  }
  return undefined;
}

function isWithin({ callId, localTag, remoteTag }: Dialog, request: SipRequest): boolean {
  return callId === request.callId && localTag === request.toTag && remoteTag === (request.fromTag ?? "");
}

/** Sends the ACK for the 2xx of an INVITE across the bridge, once the side that sent the INVITE has sent its own. */
export function acknowledge(stack: SipStack, bridge: Bridge, invite: InviteExchange | null): void {
  if (invite === null || invite.state !== "acknowledged") return;
  const ack = requestWithin(bridge[otherSide(invite.by)], "ACK", invite.cseqOut);
  const { method, uri, hop, fields } = ack;
  fields.push(["Max-Forwards", "70"]);
  if (invite.ack !== null) fields.push(...invite.ack.fields);
  stack.sendAck({ method, uri, hop, fields, body: invite.ack?.body });
}

function bridgeFor(call: Call, leg: Leg, response: SipResponse, invite: SipRequest): Bridge {
  const { state } = call;
  const known = state.bridges.find(
    ({ legId, callee }) => legId === leg.state.id && callee.remoteTag === (response.toTag ?? ""),
  );
  const bridge = known ?? makeBridge(call, leg, response, invite);
  if (known === undefined) {
    state.bridges.push(bridge);
    call.exchange.index.addCallerDialog(state.invite.callId, bridge.caller.localTag, call);
  }
  // RFC 3261 §13.2.1: once the first offer is answered, descriptions in later responses to the INVITE say the same again.
  const isAnswered = bridge.media.caller !== null && bridge.media.callee !== null;
  if (hasDescription(response) && !isAnswered) passDescription(bridge.media, "callee", response.body);
  return bridge;
}

function makeBridge(call: Call, leg: Leg, response: SipResponse, invite: SipRequest): Bridge {
  const { state, exchange } = call;
  const localTag = state.bridges.length === 0 ? state.localTag : exchange.stack.mint.tag();
  const media = newOfferAnswer();
  if (state.invite.body !== "") passDescription(media, "caller", state.invite.body);
  return {
    legId: leg.state.id,
    caller: dialogOfRequest(invite, localTag, state.invite.flow, state.trunk?.account),
    callee: leg.dialogOf(response),
    media,
    invite: null,
    isAnchored: false,
  };
}
