/**
 * Which transaction a message belongs to: RFC 3261 §17.1.3 for responses, §17.2.3 for requests, the latter with the
 * rules of RFC 2543 for senders whose branches are not unique. Keys are opaque: made here, compared by the tables.
 */
import type { SipRequest } from "../message/message.ts";

declare const opaque: unique symbol;
export type TransactionKey = string & { readonly [opaque]: true };

/** RFC 3261 §8.1.1.7: says that a branch is unique in space and time. */
const MAGIC_COOKIE = "z9hG4bK";

/** Key of a client transaction: our branches are unique, but for a CANCEL, which has that of its INVITE. */
export function clientKey(branch: string, method: string): TransactionKey {
  return toKey(method === "CANCEL" ? `CANCEL\n${branch}` : branch);
}

/** Key of the server transaction that a request creates or belongs to. An ACK belongs to its INVITE. */
export function serverKey(request: SipRequest): TransactionKey {
  return keyOf(request, request.method === "ACK" ? "INVITE" : request.method);
}

/** Key of the INVITE server transaction that a CANCEL names (RFC 3261 §9.2). */
export function cancelledKey(cancel: SipRequest): TransactionKey {
  return keyOf(cancel, "INVITE");
}

function keyOf(request: SipRequest, method: string): TransactionKey {
  const via = request.topVia;
  const { branch } = via;
  if (branch !== undefined && isUnique(branch)) {
    return toKey(`${method}\n${branch}\n${via.host}:${via.port ?? ""}`);
  }
  // Deviation: RFC 3261 §17.2.3 compares the To tag too. It is left out, since the ACK for our answer carries the tag
  // that the answer added, and the rest tells transactions apart already.
  const { number } = request.cseq;
  return toKey(`${method}\n${number}\n${request.fromTag ?? ""}\n${request.callId}\n${request.uri}\n${via.text}`);
}

function isUnique(branch: string): boolean {
  if (branch.length <= MAGIC_COOKIE.length) return false;
  return branch.startsWith(MAGIC_COOKIE) || branch.toLowerCase().startsWith(MAGIC_COOKIE.toLowerCase());
}

/** What was read last; without a reader the compiler leaves the reading out. */
export let lastRead = 0;

/**
 * Reading a character makes the engine copy the parts into one string of its own. Without it the key would keep the
 * messages alive that its parts are slices of.
 */
function toKey(text: string): TransactionKey {
  lastRead = text.charCodeAt(text.length - 1);
  // A key is a string like any other; the type alone says that it was made here.
  return text as TransactionKey;
}
