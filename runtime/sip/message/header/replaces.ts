/**
 * Replaces (RFC 3891 §6.1): names a dialog that a new one takes the place of. The tags are as whoever gets the header has
 * them: `toTag` is his own, `fromTag` that of the other side. Join (RFC 3911 §7.1) has the same form.
 */
import { ParamScanner } from "./params.ts";

export interface DialogName {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
}

export interface Replaces extends DialogName {
  /** Only as long as the dialog is an early one. */
  readonly earlyOnly: boolean;
}

/** Whatever was escaped in a URI must not become more than the word it stands for. */
const CALL_ID = /^[^\x00-\x20\x7f,;]+$/;
const TAG = /^[^\x00-\x20\x7f",;<>]+$/;

/** `undefined`: malformed, or a tag is missing or there twice. */
export function parseReplaces(text: string): Replaces | undefined {
  const semicolon = text.indexOf(";");
  if (semicolon < 0) return undefined;
  const callId = text.slice(0, semicolon).replace(/^[ \t]+|[ \t]+$/g, "");
  if (!CALL_ID.test(callId)) return undefined;
  const tags = new Map<string, string>();
  let earlyOnly = false;
  const scanner = new ParamScanner(text, semicolon, text.length);
  while (scanner.next()) {
    const name = text.slice(scanner.nameStart, scanner.nameEnd).toLowerCase();
    const value = scanner.value();
    if (name === "early-only") earlyOnly = true;
    if (name !== "to-tag" && name !== "from-tag") continue;
    if (value === true || !TAG.test(value) || tags.has(name)) return undefined;
    tags.set(name, value);
  }
  const toTag = tags.get("to-tag");
  const fromTag = tags.get("from-tag");
  if (scanner.malformed || scanner.pos < text.length || toTag === undefined || fromTag === undefined) return undefined;
  return { callId, toTag, fromTag, earlyOnly };
}

export function formatReplaces({
  callId,
  toTag,
  fromTag,
  earlyOnly = false,
}: DialogName & { earlyOnly?: boolean }): string {
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ";early-only" : ""}`;
}
