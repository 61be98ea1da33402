/** Where messages of a call make, refresh or end the session of a side (RFC 4028). A call without sessions pays one look. */
import type { Side } from "../../sdp/offer-answer.ts";
import {
  askedFields,
  mayHaveSession,
  refreshFields,
  type Session,
  type SessionTerms,
  SHORTEST_SECONDS,
  sessionOfRequest,
  sessionOfResponse,
  shortestFor,
} from "../../sip/dialog/session-timer.ts";
import type { HeaderField, SipRequest, SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Call } from "../call/call.ts";
import { SessionTimers } from "./session-timers.ts";

export const DEFAULT_TERMS: SessionTerms = { sessionExpires: 1800, minSE: SHORTEST_SECONDS };

const NO_FIELDS: readonly HeaderField[] = [];
/** Made once for the terms of a switch: every call asks for the same. */
const asked = new WeakMap<SessionTerms, readonly HeaderField[]>();

/** Answers 422 where a request asks for a session that is too short (RFC 4028 §9). */
export function sessionTooShort(stack: SipStack, terms: SessionTerms, transaction: ServerTransaction): boolean {
  const { headers } = transaction.request;
  const minSE = headers.has("session-expires") ? shortestFor(headers, terms) : null;
  if (minSE === null) return false;
  stack.reply(transaction, 422, { toTag: stack.mint.tag(), fields: [["Min-SE", String(minSE)]] });
  return true;
}

/** What the INVITE to a called side asks for. */
export function firstAsk(terms: SessionTerms): readonly HeaderField[] {
  let fields = asked.get(terms);
  if (fields === undefined) {
    fields = askedFields(terms);
    asked.set(terms, fields);
  }
  return fields;
}

/** What a later INVITE or UPDATE to a side says: it refreshes the session of that side as well. */
export function laterAsk(call: Call, side: Side): readonly HeaderField[] {
  const session = call.state.sessions[side];
  return session === null ? NO_FIELDS : refreshFields(session);
}

/** An INVITE or UPDATE of a side is answered with 2xx now: what the answer says. */
export function acceptSession(call: Call, side: Side, { headers }: SipRequest): readonly HeaderField[] {
  const before = call.state.sessions[side];
  if (before === null && !mayHaveSession(headers)) return NO_FIELDS;
  const { clock, sessionTerms } = call.exchange;
  const { session, fields } = sessionOfRequest(headers, sessionTerms, clock.now(), before);
  agree(call, side, session);
  return fields;
}

/** A side has answered an INVITE or UPDATE with 2xx. */
export function noteSession(call: Call, side: Side, { headers }: SipResponse): void {
  const before = call.state.sessions[side];
  if (before === null && !headers.has("session-expires")) return;
  const { clock, sessionTerms } = call.exchange;
  agree(call, side, sessionOfResponse(headers, sessionTerms, clock.now(), before));
}

/** Somebody takes the place of a side, with the session that he has agreed on with us, if any. */
export function moveSession(call: Call, side: Side, session: Session | null): void {
  agree(call, side, session);
}

function agree(call: Call, side: Side, session: Session | null): void {
  if (session === null && call.state.sessions[side] === null) return;
  call.sessionTimers ??= new SessionTimers(call);
  call.sessionTimers.agree(side, session);
}
