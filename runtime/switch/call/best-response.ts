/** Which of two final responses the caller gets when nobody answered (RFC 3261 §16.7 steps 6 and 7). */
import { reasonPhrase } from "../../sip/message/status.ts";
import { rankOf } from "../../sip/proxy/best-response.ts";
import { isStranger, tellsWhoIsHere, UNAVAILABLE } from "../stranger.ts";
import type { Nowhere } from "../target.ts";
import type { CallState, FinalResponse } from "./call-state.ts";

/** The better one; a 6xx beats all, then the lowest class. */
export function betterResponse(one: FinalResponse | null, other: FinalResponse): FinalResponse {
  if (one === null) return other;
  return rankOf(other.code) < rankOf(one.code) ? other : one;
}

/** What the caller gets when nobody has taken the call. */
export function finalForCaller(call: CallState): FinalResponse {
  return finalFor(isStranger(call), call.best ?? localResponse(UNAVAILABLE));
}

/** What is told to whoever wanted somebody called. */
export function finalFor(isStranger: boolean, best: FinalResponse): FinalResponse {
  const isSecret = isStranger && best.isAboutUs === true && tellsWhoIsHere(best.code);
  return isSecret ? localResponse(UNAVAILABLE) : presentable(best);
}

/** What is passed to the caller in place of a response that is not for him. */
export function presentable(response: FinalResponse): FinalResponse {
  const { code } = response;
  // RFC 3261 §16.7 step 6: a 503 of somebody else is not ours. Challenges of a callee are no business of the caller.
  if (code === 503 || code === 401 || code === 407) return localResponse(500);
  return response;
}

/** What the switch itself says of a target that leads nowhere. */
export function nowhereResponse({ code, isElsewhere }: Nowhere): FinalResponse {
  return isElsewhere === true ? localResponse(code) : { ...localResponse(code), isAboutUs: true };
}

/** A final response that the switch makes itself. */
export function localResponse(code: number, reason = reasonPhrase(code)): FinalResponse {
  return { code, reason, fields: [], body: "" };
}
