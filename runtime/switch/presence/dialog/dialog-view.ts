/**
 * The dialogs of one user as a phone of his has them, read from the state of a call (RFC 4235 §3.7.1): pure functions.
 * Call-ID and tags are those of the phone's own dialog with the switch, so that an INVITE with Replaces finds it (RFC 3891).
 */
import { parseNameAddr } from "../../../sip/message/header/name-addr.ts";
import type { Bridge, CallState, LegState } from "../../call/call-state.ts";
import type { Owner } from "../../target.ts";

export interface DialogParty {
  /** As on the wire, like all texts here. */
  readonly name: string;
  readonly uri: string;
}

export type DialogPhase = "trying" | "early" | "confirmed" | "terminated";

export interface DialogView {
  /** Names it in all documents about this user. */
  readonly id: string;
  /** User part of the Contact that the switch has in this dialog. */
  readonly contactUser: string;
  readonly direction: "initiator" | "recipient";
  readonly phase: DialogPhase;
  readonly callId: string;
  /** The phone's own tag, as far as it has one. */
  readonly localTag: string | null;
  readonly remoteTag: string;
  readonly local: DialogParty;
  readonly remote: DialogParty;
}

/** All users of ours who have a part in a call. */
export function ownersOf(call: CallState): readonly Owner[] {
  const owners: Owner[] = [];
  const caller = callerOf(call);
  if (caller !== undefined) owners.push(caller);
  for (const { owner } of call.legs) {
    if (owner !== undefined && !owners.some((other) => isSameOwner(other, owner))) owners.push(owner);
  }
  return owners;
}

/** The dialogs that phones of this user have in a call. */
export function dialogsOf(call: CallState, owner: Owner): readonly DialogView[] {
  const views: DialogView[] = [];
  const caller = callerOf(call);
  if (caller !== undefined && isSameOwner(caller, owner)) views.push(ofCaller(call));
  for (const leg of call.legs) {
    if (leg.owner === undefined || !isSameOwner(leg.owner, owner) || isCallerToo(call, leg)) continue;
    views.push(ofLeg(call, leg));
  }
  return views;
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.user === b.user && a.domain === b.domain;
}

/** The user who has called; where the switch has begun the call, its first side is among the legs until it has answered. */
function callerOf(call: CallState): Owner | undefined {
  if (call.direction === "outbound") return call.legs.find((leg) => isCallerToo(call, leg))?.owner;
  return call.user === null ? undefined : { domain: call.domain, user: call.user };
}

/** The side that the switch has called first has become the caller. */
function isCallerToo(call: CallState, leg: LegState): boolean {
  return call.direction === "outbound" && call.answeredAt !== null && leg.callId === call.invite.callId;
}

function ofCaller(call: CallState): DialogView {
  const { id, invite, direction, localTag } = call;
  const dialog = call.bridges[0]?.caller ?? call.own?.caller;
  const isOutbound = direction === "outbound";
  return {
    id: `${id}-0`,
    contactUser: id,
    direction: isOutbound ? "recipient" : "initiator",
    phase: callerPhase(call),
    callId: invite.callId,
    localTag: invite.fromTag,
    remoteTag: dialog?.localTag ?? localTag,
    local: partyOf(invite.from),
    remote: isOutbound ? partyOf(invite.to) : { ...partyOf(invite.to), uri: invite.uri },
  };
}

function callerPhase(call: CallState): DialogPhase {
  if (call.end !== null) return "terminated";
  if (call.answeredAt !== null) return "confirmed";
  return call.ringingAt === null && call.bridges.length === 0 ? "trying" : "early";
}

function ofLeg(call: CallState, leg: LegState): DialogView {
  const bridge = call.bridges.find(({ legId }) => legId === leg.id);
  return {
    id: leg.id,
    contactUser: call.id,
    direction: "recipient",
    phase: legPhase(call, leg, bridge),
    callId: leg.callId,
    localTag: bridge?.callee.remoteTag ?? leg.remoteTag ?? null,
    remoteTag: leg.localTag,
    local: partyOf(leg.remoteParty),
    remote: partyOf(leg.localParty),
  };
}

function legPhase(call: CallState, leg: LegState, bridge: Bridge | undefined): DialogPhase {
  if (call.end !== null) return "terminated";
  switch (leg.state) {
    case "calling":
      return bridge === undefined ? "trying" : "early";
    case "ringing":
      return "early";
    case "asked":
    case "answered":
      return "confirmed";
    case "cancelling":
    case "ended":
      return "terminated";
  }
}

function partyOf(text: string): DialogParty {
  const address = parseNameAddr(text);
  return { name: address?.name ?? "", uri: address?.uri ?? "" };
}
