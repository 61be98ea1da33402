/**
 * INVITE with Replaces (RFC 3891 §3): a phone of ours takes a call that rings elsewhere, or the place of another phone of
 * the same user in a call that is up. No script is asked: it is the call of somebody else.
 */
import { parseReplaces } from "../../sip/message/header/replaces.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Identity } from "../identity.ts";
import type { Switch } from "../switch.ts";
import { findDialog, type NamedDialog } from "../transfer/dialogs.ts";
import { referrerAt } from "../transfer/refer/referrer.ts";

export function onReplaces(sw: Switch, transaction: ServerTransaction, who: Identity): void {
  const { request } = transaction;
  const { stack } = sw.parts;
  const refuse = (status: number): void => void stack.reply(transaction, status, { toTag: stack.mint.tag() });
  const values = request.headers.all("replaces");
  const replaces = values.length === 1 ? parseReplaces(values[0] ?? "") : undefined;
  if (replaces === undefined || request.headers.has("join")) {
    refuse(400);
    return;
  }
  if (who.type !== "user") {
    refuse(403);
    return;
  }
  const named = findDialog(sw.index, replaces);
  if (named === undefined) {
    refuse(481);
    return;
  }
  const status = refusalOf(named, replaces.earlyOnly, who);
  if (status !== undefined) refuse(status);
  else named.call.guard(() => named.call.transfers.takings.begin(named, transaction, who.user));
}

function refusalOf(
  { call, side, phase, leg }: NamedDialog,
  earlyOnly: boolean,
  { user, domain }: Extract<Identity, { type: "user" }>,
): number | undefined {
  if (phase === "over") return 603;
  if (domain !== call.state.domain) return 403;
  if (call.transferring?.isBusy === true) return 491;
  // RFC 3891 §3: an early dialog that the other side has begun is not to be replaced.
  if (phase === "early" || leg !== null) return leg === null ? 481 : undefined;
  if (earlyOnly) return 486;
  if (!call.isConnected) return 481;
  return referrerAt(call, side).user === user ? undefined : 403;
}
