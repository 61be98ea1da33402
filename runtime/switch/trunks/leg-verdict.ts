/**
 * What the end of a leg says about the gateway it was sent to, and whether the call goes on to the next one: only where the
 * gateway has failed, never where somebody has been reached, or where the number itself was refused.
 */
import type { SipResponse } from "../../sip/message/message.ts";
import type { LegOutcome } from "../call/step.ts";
import type { GatewayOutcome } from "./gateway-order.ts";

export interface LegVerdict {
  /** `null`: nothing. */
  readonly outcome: GatewayOutcome | null;
  readonly goesOn: boolean;
  /** It does not take our credentials. */
  readonly isUnauthorised: boolean;
}

const LONGEST_RETRY_AFTER_SECONDS = 3600;

export function verdictOf(outcome: LegOutcome): LegVerdict {
  if (outcome === "not-taken") return { outcome: null, goesOn: false, isUnauthorised: false };
  if (typeof outcome === "string") return { outcome: "unreachable", goesOn: true, isUnauthorised: false };
  const { status } = outcome;
  if (status === 401 || status === 407) return { outcome: "answered", goesOn: true, isUnauthorised: true };
  if (status !== 408 && (status < 500 || status >= 600)) {
    return { outcome: "answered", goesOn: false, isUnauthorised: false };
  }
  return { outcome: retryAfterOf(outcome) ?? "failed", goesOn: true, isUnauthorised: false };
}

/** RFC 3261 §20.33: a comment, or a duration, may follow. */
function retryAfterOf({ status, headers }: SipResponse): GatewayOutcome | undefined {
  if (status !== 503 && status !== 500) return undefined;
  const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  if (!Number.isInteger(seconds) || seconds <= 0) return undefined;
  return { retryAfterSeconds: Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS) };
}
