/**
 * A call for one user of ours that goes to somebody else: Diversion (RFC 5806) says who was called before and why he did
 * not take it, History-Info (RFC 7044) tells the whole way to a caller who keeps such a history. What others have written
 * passes untouched.
 */

import type { HeaderField, Headers } from "../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../sip/message/uri.ts";
import { nameOf } from "../name-of.ts";
import type { Directory, Owner } from "../target.ts";
import type { CallState } from "./call-state.ts";

/** Who was called before. */
export interface Diverted {
  readonly by: Owner;
  /** How he, or his phone, has answered; `null`: it was not even tried. */
  readonly code: number | null;
}

/** What RFC 5806 calls it. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [302, "unconditional"],
  [301, "unconditional"],
  [300, "unconditional"],
  [408, "no-answer"],
  [480, "unavailable"],
  [486, "user-busy"],
  [600, "user-busy"],
  [603, "do-not-disturb"],
]);

/** Entries of a history beyond this are no history. */
const MOST_ENTRIES = 30;
const INDEX = /;\s*index\s*=\s*([0-9]+(?:\.[0-9]+)*)/i;

/** Whether a new leg to `owner` (`undefined`: to somebody outside) takes the call away from the user it was for. */
export function divertedFrom(call: CallState, owner: Owner | undefined, directory: Directory): Diverted | undefined {
  if (call.direction === "outbound" || call.answeredAt !== null) return undefined;
  const user = calledUser(call, directory);
  if (user === undefined || (owner?.user === user && owner.domain === call.domain)) return undefined;
  return { by: { domain: call.domain, user }, code: call.attempts.at(-1)?.code ?? null };
}

/** Goes before the caller's own header fields: the last diversion stands on top (RFC 5806 §6). */
export function diversionField({ by, code }: Diverted): HeaderField {
  const reason = code === null ? "unconditional" : (REASONS.get(code) ?? "unknown");
  return ["Diversion", `<${uriOf(by)}>;reason=${reason};counter=1`];
}

/** Goes after the caller's own (RFC 7044 §10.3); nothing for a caller who keeps no history, or does not want it told. */
export function historyFields(caller: Headers, { by, code }: Diverted, uri: string): readonly HeaderField[] {
  const known = caller.has("history-info");
  if (!known && !(caller.has("supported") && caller.list("supported").some(isHistory))) return [];
  if (caller.list("privacy").some((value) => /(^|;)\s*(history|header)\s*(;|$)/i.test(value))) return [];
  const entries = known ? caller.list("history-info") : [];
  if (entries.length >= MOST_ENTRIES) return [];
  const last = entries.length === 0 ? "1" : INDEX.exec(entries.at(-1) ?? "")?.[1];
  if (last === undefined) return [];
  const cause = code === null ? "" : `?Reason=SIP%3Bcause%3D${code}`;
  const first: readonly HeaderField[] =
    entries.length === 0 ? [["History-Info", `<${uriOf(by)}${cause}>;index=1`]] : [];
  return [...first, ["History-Info", `<${uri}>;index=${last}.1;mp=${last}`]];
}

function calledUser({ invite, domain }: CallState, directory: Directory): string | undefined {
  const uri = parseUri(invite.uri);
  if (uri?.kind === "tel") return directory.findUser(domain, uri.number);
  return uri?.kind === "sip" ? directory.findUser(domain, nameOf(uri)) : undefined;
}

function isHistory(tag: string): boolean {
  return tag.toLowerCase() === "histinfo";
}

function uriOf({ user, domain }: Owner): string {
  return `sip:${escapeUser(user)}@${formatHost(domain)}`;
}
