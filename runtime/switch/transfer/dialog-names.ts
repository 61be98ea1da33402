/**
 * Join (RFC 3911) and Target-Dialog (RFC 4538) of an INVITE that goes on: whoever sends it names a dialog with us, and
 * whoever gets it has another one, which is the other side of the same call. What names no dialog of ours does not go on.
 */
import { otherSide } from "../../sdp/offer-answer.ts";
import { type DialogName, formatReplaces, parseReplaces } from "../../sip/message/header/replaces.ts";
import type { HeaderField, Headers } from "../../sip/message/message.ts";
import type { CallIndex } from "../call-index.ts";
import { findDialog } from "./dialogs.ts";

const NONE: readonly HeaderField[] = [];

export function translatedNames(index: CallIndex, headers: Headers): readonly HeaderField[] {
  if (!headers.has("join") && !headers.has("target-dialog")) return NONE;
  const fields: HeaderField[] = [];
  const join = translated(index, parseReplaces(headers.get("join") ?? ""));
  if (join !== undefined) fields.push(["Join", formatReplaces(join)]);
  const target = translated(index, parseReplaces(asReplaces(headers.get("target-dialog") ?? "")));
  if (target !== undefined) {
    fields.push(["Target-Dialog", `${target.callId};local-tag=${target.toTag};remote-tag=${target.fromTag}`]);
  }
  return fields;
}

/** RFC 4538 §7: the local tag is that of whoever gets the request, as the To tag is in Replaces. */
function asReplaces(targetDialog: string): string {
  return targetDialog.replace(/;\s*local-tag\b/i, ";to-tag").replace(/;\s*remote-tag\b/i, ";from-tag");
}

/** The same call as the far side knows it. */
function translated(index: CallIndex, name: DialogName | undefined): DialogName | undefined {
  const named = name === undefined ? undefined : findDialog(index, name);
  const far = named?.call.state.bridges[0]?.[otherSide(named.side)];
  return far === undefined ? undefined : { callId: far.callId, toTag: far.remoteTag, fromTag: far.localTag };
}
