/** Makes a call of what an earlier process has written down of it: found by its dialogs from now on, and counted. */
import type { StoredEntry } from "../../port/call-journal.ts";
import { newOfferAnswer } from "../../sdp/offer-answer.ts";
import type { Account } from "../../sip/dialog/account.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import { parseUri } from "../../sip/message/uri.ts";
import { type Flow, LOST_CONNECTION } from "../../sip/transport/flow.ts";
import { Call } from "../call/call.ts";
import type { CallHead, CallState, InviteExchange } from "../call/call-state.ts";
import type { Exchange } from "../call/exchange.ts";
import type { Policing } from "../policy/policing.ts";
import { type CallTail, type WrittenTail, wholeTail } from "./call-record.ts";
import { inviteText, type Resumption } from "./resumption.ts";

/** What was sent last may not have been written down: the numbers of what comes now are beyond it. */
const CSEQ_JUMP = 1000;

export interface RebuiltCall {
  readonly call: Call;
  readonly resumption: Resumption;
}

/** Throws where the record cannot be understood. */
export function rebuild(exchange: Exchange, policing: Policing | undefined, stored: StoredEntry): RebuiltCall {
  const { head, tail } = recordOf(stored);
  const state = stateOf(head, tail);
  const invite = tail.now.isWaiting ? exchange.stack.adoptReceived(inviteText(state), state.invite.flow) : undefined;
  const gate = state.version === 0 || policing === undefined ? null : policing.gateOf(state.script);
  const call = new Call(state, invite ?? null, exchange, gate);
  call.isInherited = true;
  exchange.index.adopt(call, invite);
  if (state.end === null) {
    gate?.resume(state.id, state.answeredAt !== null);
    takeLines(call);
  }
  call.legs.resume();
  // One side has taken the place of another: the index knows of its dialog by that.
  if (state.transfers > 0) call.transfers.changed();
  if (!tail.now.isRecorded) exchange.observer.callResumed(call.view, state.invite.callId, state.legs);
  return { call, resumption: call.resumption(tail) };
}

/** Written by `CallEntry`, and whole: its checksum was right. */
function recordOf({ head, tail }: StoredEntry): { head: CallHead; tail: CallTail } {
  const record = { head: head as CallHead, tail: tail as WrittenTail };
  if (typeof record.head?.invite?.callId !== "string" || typeof record.tail?.progress?.localTag !== "string") {
    throw new Error("it is not written as this version of the switch writes");
  }
  return { head: record.head, tail: wholeTail(record.tail) };
}

function stateOf(head: CallHead, tail: CallTail): CallState {
  const invite = { ...head.invite, flow: flowOf(head.invite.flow) };
  const { bridges, own } = tail.dialogs;
  const legs = tail.legs.all;
  const state: CallState = {
    ...head,
    ...tail.progress,
    ...tail.plan,
    ...tail.memory,
    ...tail.limits,
    invite,
    legs: legs.map((leg) =>
      leg.hop.type === "flow" ? { ...leg, hop: { type: "flow", flow: flowOf(leg.hop.flow) } } : leg,
    ),
    bridges: bridges.map((bridge, index) => ({
      ...bridge,
      media: tail.media[index] ?? newOfferAnswer(),
      invite: answeredOf(tail.invites.last[index]),
      caller: dialogOf(bridge.caller, head.trunk?.account),
      callee: dialogOf(bridge.callee, legs.find(({ id }) => id === bridge.legId)?.trunk?.account),
    })),
    own: own === null ? null : { ...own, caller: dialogOf(own.caller, head.trunk?.account) },
  };
  return state;
}

/** One that has no answer yet is refused here: whoever answers it after all has nobody but us to acknowledge that. */
function answeredOf(invite: InviteExchange | null | undefined): InviteExchange | null {
  return invite === undefined || invite?.state === "pending" ? null : invite;
}

/** `account`: that of its trunk, which it shares: the credentials of one request go into the next. */
function dialogOf(dialog: Dialog, account: Account | undefined): Dialog {
  const shared = account?.name === dialog.account?.name ? account : dialog.account;
  const localCseq = dialog.localCseq + CSEQ_JUMP;
  const pinned = dialog.pinned && !canBeConnectedTo(dialog);
  return {
    ...dialog,
    localCseq,
    pinned,
    flow: flowOf(dialog.flow),
    ...(shared === undefined ? {} : { account: shared }),
  };
}

/** Whoever has said where he takes connections is called there, until he is back by himself. */
function canBeConnectedTo({ flow, remoteTarget }: Dialog): boolean {
  if (flow.transport !== "tcp") return false;
  const target = parseUri(remoteTarget);
  return target?.kind === "sip" && target.host === flow.remoteAddress && target.port !== flow.remotePort;
}

function flowOf(flow: Flow): Flow {
  return flow.connection === 0 ? flow : { ...flow, connection: LOST_CONNECTION };
}

/** The lines of trunks that the call holds: limits do not count for what is up already. */
function takeLines({ state, exchange }: Call): void {
  const { trunks } = exchange;
  if (trunks === null) return;
  const take = (name: string, holder: string): void => {
    const trunk = trunks.trunks.byName(name);
    if (trunk !== undefined) trunks.leases.take(trunk, { call: state.id, holder, isOutgoing: false, always: true });
  };
  if (state.trunk !== undefined) take(state.trunk.name, state.id);
  for (const { trunk, state: doing } of state.legs) {
    if (trunk !== undefined && trunk.line !== "" && doing !== "ended") take(trunk.name, trunk.line);
  }
}
