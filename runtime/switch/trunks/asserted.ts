/** What a trunk that we trust says about who calls, for the phones of our own domain (RFC 3325 §5, §7). */
import type { HeaderField } from "../../sip/message/message.ts";
import type { CallState } from "../call/call-state.ts";

/** Nothing where the caller is not to be known. */
export function assertedFields({ trunk, invite }: Pick<CallState, "trunk" | "invite">): readonly HeaderField[] {
  const identity = trunk?.identity ?? null;
  if (identity === null || wantsPrivacy(invite.head)) return [];
  return [["P-Asserted-Identity", identity]];
}

/** Whether the caller has asked not to be known (RFC 3323 §4.2, RFC 3325 §9.3). `head`: of the INVITE. */
export function wantsPrivacy(head: string): boolean {
  const line = /(?:^|\r\n)Privacy[ \t]*:([^\r\n]*)/i.exec(head)?.[1];
  return line !== undefined && /\b(id|user|header)\b/i.test(line);
}
