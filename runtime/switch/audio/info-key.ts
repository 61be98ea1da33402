/** Keys in INFO, as phones send them: `application/dtmf-relay` (Signal= and Duration= lines) and `application/dtmf`. */
import type { SipRequest } from "../../sip/message/message.ts";

const KEY = /^[0-9*#A-D]$/;
/** RFC 4733 numbers, which some send in place of the character. */
const NUMBERED = ["*", "#", "A", "B", "C", "D"];

/** The key that this INFO says was pressed; `null` where it says something else. */
export function keyOfInfo({ headers, body }: SipRequest): string | null {
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/dtmf-relay") return toKey(/^\s*Signal\s*=\s*(\S+)/im.exec(body)?.[1]);
  if (type === "application/dtmf") return toKey(body.trim());
  return null;
}

function toKey(text: string | undefined): string | null {
  if (text === undefined) return null;
  const key = text.toUpperCase();
  if (KEY.test(key)) return key;
  return /^1[0-5]$/.test(key) ? (NUMBERED[Number(key) - 10] ?? null) : null;
}
