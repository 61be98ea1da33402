/**
 * Takes a side out of another call, which ends with that: its dialog, its audio and its place in the index belong to this
 * one from then on. Each call keeps its own record.
 */
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Call } from "../call/call.ts";
import { legTrunkOf } from "../trunks/leg-trunk.ts";
import type { JoinedMedia } from "./media/joining.ts";
import { isOurs } from "./media/quiet.ts";
import { legOf, type Newcomer } from "./reseat.ts";

export interface Adopted {
  readonly newcomer: Newcomer;
  /** The dialog with whoever has handed the other call over. */
  readonly left: Dialog;
}

/** `undefined`: the other call is over already. */
export function adopt(call: Call, other: Call, side: Side, media: JoinedMedia): Adopted | undefined {
  const [bridge] = other.state.bridges;
  if (bridge === undefined || other.state.end !== null) return undefined;
  const { state, exchange } = call;
  const dialog = bridge[side];
  const left = bridge[otherSide(side)];
  const before = other.state.legs.find(({ callId, localTag }) => {
    return callId === dialog.callId && localTag === dialog.localTag;
  });
  const { user, domain } = other.state;
  const leg = legOf(dialog, {
    id: `${state.id}-${state.legs.length + 1}`,
    target: before?.target ?? user ?? dialog.remoteTarget,
    isOurs: isOurs(other, dialog),
    trunk: before === undefined ? legTrunkOf(other) : before.trunk,
    owner: before === undefined ? (user === null ? undefined : { domain, user }) : before.owner,
  });
  if (media.audio !== null && other.hasAudio && other.audio.of(side) === media.audio) {
    other.audio.give(side);
    media.audio.serve(call.audio);
  }
  state.legs.push(leg);
  if (leg.trunk !== undefined) exchange.trunks?.leases.move(leg.trunk.line, state.id);
  exchange.observer.legCalled(call.view, leg);
  call.attempts.noteAnswered(leg, 200, "OK");
  for (const moved of [dialog, left]) exchange.index.move(moved, call);
  // It ends without a word to its sides: both live on here.
  other.state.bridges = [];
  other.hangUp(otherSide(side), "Transferred");
  return { newcomer: { dialog, leg, session: other.state.sessions[side], ...media }, left };
}
