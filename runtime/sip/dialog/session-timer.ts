/**
 * Session timers (RFC 4028), pure: what two sides agree on, in both roles, and what the clock brings next. A session lasts
 * as long as one of the two refreshes it; whoever keeps time and sends requests lives outside.
 */
import { paramMap } from "../message/header/params.ts";
import type { HeaderField, Headers } from "../message/message.ts";
import { decimalAt, tokenEnd } from "../message/token.ts";

export const TIMER = "timer";
/** RFC 4028 §4: nobody may ask for less, unless the configuration of both sides says otherwise. */
export const SHORTEST_SECONDS = 90;
/** What is longer guards nothing. */
const LONGEST_SECONDS = 86_400;
const LARGEST_NUMBER = 0xffff_ffff;
/** RFC 4028 §10: how long before its end a session is given up. */
const LAST_SECONDS = 32;

/** What this switch asks for and accepts, in seconds. */
export interface SessionTerms {
  /** What it asks for by itself; `null`: it keeps the sessions of those who ask. */
  readonly sessionExpires: number | null;
  readonly minSE: number;
}

/** What has been agreed on with one side: plain data. */
export interface Session {
  readonly seconds: number;
  /** The refreshing is ours. */
  readonly isRefresher: boolean;
  /** The other side takes UPDATE. */
  readonly takesUpdate: boolean;
  /** When it was agreed on or refreshed, in milliseconds since 1970. */
  readonly refreshedAt: number;
}

/** A request of the other side, answered with 2xx: the session, if any, and the fields of the answer. */
export interface AgreedSession {
  readonly session: Session | null;
  readonly fields: readonly HeaderField[];
}

interface SessionExpires {
  readonly seconds: number;
  readonly refresher: "uac" | "uas" | null;
}

const NOTHING: AgreedSession = { session: null, fields: [] };

/** Whether the headers of a request speak of a session at all: one look, for the many that do not. */
export function mayHaveSession(headers: Headers): boolean {
  return headers.has("session-expires") || speaksTimer(headers);
}

/** RFC 4028 §9: the Min-SE of a 422, where a request asks for a session that is too short. */
export function shortestFor(headers: Headers, { minSE }: SessionTerms): number | null {
  const asked = readExpires(headers);
  // Who does not know the extension cannot try again: a proxy has asked in its stead.
  return asked !== null && asked.seconds < minSE && speaksTimer(headers) ? minSE : null;
}

/** The other side has sent a request that makes or refreshes a session (RFC 4028 §9). */
export function sessionOfRequest(
  headers: Headers,
  terms: SessionTerms,
  now: number,
  before: Session | null = null,
): AgreedSession {
  const asked = readExpires(headers);
  const speaks = speaksTimer(headers);
  if (asked === null && (!speaks || terms.sessionExpires === null)) return NOTHING;
  const shortest = Math.max(terms.minSE, readNumber(headers.get("min-se")) ?? 0);
  const seconds = bounded(Math.max(asked?.seconds ?? terms.sessionExpires ?? 0, shortest));
  // Who has asked refreshes, unless he says otherwise; who has not is not relied on.
  const refresher = speaks && asked !== null ? (asked.refresher ?? "uac") : "uas";
  const expires: HeaderField = ["Session-Expires", `${seconds};refresher=${refresher}`];
  return {
    session: { seconds, isRefresher: refresher === "uas", takesUpdate: takesUpdate(headers, before), refreshedAt: now },
    // RFC 4028 §9: required of a refresher, so that he knows.
    fields: refresher === "uac" ? [expires, ["Require", TIMER]] : [expires],
  };
}

/**
 * The other side has answered a request of ours with 2xx (RFC 4028 §7.2); `null`: it keeps no session. It may not ask for
 * less than the least that we allow (§9): nobody has us send two requests a second.
 */
export function sessionOfResponse(
  headers: Headers,
  { minSE }: SessionTerms,
  now: number,
  before: Session | null = null,
): Session | null {
  const agreed = readExpires(headers);
  if (agreed === null) return null;
  const seconds = bounded(Math.max(agreed.seconds, minSE));
  const isRefresher = agreed.refresher !== "uas";
  return { seconds, isRefresher, takesUpdate: takesUpdate(headers, before), refreshedAt: now };
}

/** What the first request to a side asks for (RFC 4028 §7.1): the refreshing is ours, since not everybody is good at it. */
export function askedFields({ sessionExpires, minSE }: SessionTerms): readonly HeaderField[] {
  if (sessionExpires === null) return [];
  const expires: HeaderField = ["Session-Expires", `${Math.max(sessionExpires, minSE)};refresher=uac`];
  return minSE === SHORTEST_SECONDS ? [expires] : [expires, ["Min-SE", String(minSE)]];
}

/** What a later request to a side says of the session (RFC 4028 §7.4): who refreshes stays the same. */
export function refreshFields({ seconds, isRefresher }: Session): readonly HeaderField[] {
  return [["Session-Expires", `${seconds};refresher=${isRefresher ? "uac" : "uas"}`]];
}

/** What is due next, and in how many milliseconds. */
export function nextOf(
  { seconds, isRefresher, refreshedAt }: Session,
  now: number,
): { due: "refresh" | "end"; ms: number } {
  const left = (at: number) => Math.max(0, refreshedAt + at * 1000 - now);
  // RFC 4028 §10: half of the time is over, or nearly all of it.
  return isRefresher ? { due: "refresh", ms: left(seconds / 2) } : { due: "end", ms: left(endOf(seconds)) };
}

/** What becomes of a session whose refresh has failed. */
export type AfterFailure =
  /** The other side knows nothing of the call, or is gone. */
  | { readonly type: "end" }
  /** The other side does not take UPDATE. */
  | { readonly type: "by-invite" }
  | { readonly type: "longer"; readonly seconds: number }
  | { readonly type: "again"; readonly ms: number };

/** `status`: 408 where nobody has answered. `glareMs`: when to try again after a 491 (RFC 3261 §14.1). */
export function afterFailure(
  { seconds, refreshedAt, takesUpdate }: Session,
  failure: { readonly status: number; readonly headers: Headers | null; readonly method: string },
  { now, glareMs }: { readonly now: number; readonly glareMs: number },
): AfterFailure {
  const { status, headers, method } = failure;
  // RFC 4028 §10.
  if (status === 408 || status === 481) return { type: "end" };
  if ((status === 405 || status === 501) && method === "UPDATE" && takesUpdate) return { type: "by-invite" };
  const longer = status === 422 ? readNumber(headers?.get("min-se")) : null;
  if (longer !== null && longer > seconds && longer <= LONGEST_SECONDS) return { type: "longer", seconds: longer };
  const ms = status === 491 ? glareMs : Math.max(1000, Math.min(30_000, seconds * 100));
  return now + ms >= refreshedAt + endOf(seconds) * 1000 ? { type: "end" } : { type: "again", ms };
}

function endOf(seconds: number): number {
  return seconds - Math.min(LAST_SECONDS, seconds / 3);
}

function bounded(seconds: number): number {
  return Math.min(seconds, LONGEST_SECONDS);
}

function speaksTimer(headers: Headers): boolean {
  return names(headers, "supported", TIMER) || names(headers, "require", TIMER);
}

function takesUpdate(headers: Headers, before: Session | null): boolean {
  return headers.has("allow") ? headers.list("allow").includes("UPDATE") : before?.takesUpdate === true;
}

function names(headers: Headers, header: string, tag: string): boolean {
  return headers.has(header) && headers.list(header).some((element) => element.toLowerCase() === tag);
}

/** One that cannot be read counts as none. */
function readExpires(headers: Headers): SessionExpires | null {
  const value = headers.get("session-expires");
  const seconds = value === undefined ? null : readNumber(value);
  if (value === undefined || seconds === null) return null;
  const role = String(paramMap(value, tokenEnd(value, 0, value.length), value.length).get("refresher")).toLowerCase();
  return { seconds, refresher: role === "uac" || role === "uas" ? role : null };
}

function readNumber(value: string | undefined): number | null {
  if (value === undefined) return null;
  const number = decimalAt(value, 0, tokenEnd(value, 0, value.length), LARGEST_NUMBER);
  return number < 1 ? null : number;
}
