/** A request that is sent again with credentials: one CSeq number higher, all else as it was (RFC 3261 §22.2). */

import type { OutgoingRequest } from "./client-request.ts";
import type { ChallengeAnswerer } from "./dialog/account.ts";
import type { HeaderField, SipResponse } from "./message/message.ts";

const CREDENTIALS: ReadonlySet<string> = new Set(["Authorization", "Proxy-Authorization"]);

/** `undefined`: the challenge cannot be answered. */
export function withCredentials(
  request: OutgoingRequest,
  response: SipResponse,
  answerer: ChallengeAnswerer,
): OutgoingRequest | undefined {
  const { method, uri, body = "", account, dialog } = request;
  const server = response.headers.all("www-authenticate");
  const proxy = response.headers.all("proxy-authenticate");
  const credentials = answerer.answer({ server, proxy }, { method, uri, body });
  if (credentials === undefined) return undefined;
  const cseq = cseqOf(request) + 1;
  const kept = request.fields.filter(([name]) => !CREDENTIALS.has(name));
  const fields = kept.map((field): HeaderField => (field[0] === "CSeq" ? ["CSeq", `${cseq} ${method}`] : field));
  if (dialog !== undefined) dialog.localCseq = Math.max(dialog.localCseq, cseq);
  if (account !== undefined && method === "INVITE") account.credentials = credentials;
  return { ...request, fields: [...fields, ...credentials] };
}

function cseqOf({ fields }: OutgoingRequest): number {
  const value = fields.find(([name]) => name === "CSeq")?.[1] ?? "";
  return Number.parseInt(value, 10);
}
