/**
 * Whether a gateway is there: plain data, and a pure function from what calls and probes have seen of it. A gateway that
 * nobody knows anything about is used like one that is up.
 */

/** So many attempts in a row without a word make it down: one datagram may be lost, or one call may meet a bad moment. */
const FAILURES_TO_DOWN = 2;
/** Without probes: after so long a call may try it again. */
const HOLD_MS = 30_000;
/**
 * Whatever the gateway asks for (RFC 3261 §20.33): many carriers say 503 for one destination of theirs, and the whole
 * trunk stands still meanwhile.
 */
const LONGEST_BAR_MS = 120_000;
/** A probe after the first failure comes soon, so that it is found down long before the next call. */
const CONFIRM_MS = 2_000;
/** Probes of one that is down: rarer and rarer, up to this. */
const LONGEST_PROBE_MS = 60_000;
const JITTER_SHARE = 0.1;

export type GatewayState = "up" | "down" | "unknown";

export interface GatewayHealth {
  readonly state: GatewayState;
  /** Milliseconds since 1970; `null`: it has never changed. */
  readonly since: number | null;
  /** Why it is down, for people. */
  readonly reason: string | null;
  /** Of the last answer, where it said so. */
  readonly code: number | null;
  /** Of the last probe that was answered. */
  readonly latencyMs: number | null;
  /** Attempts in a row without a word. */
  readonly failures: number;
  /** It has asked not to be asked before: milliseconds since 1970. */
  readonly barredUntil: number;
}

export const NEW_GATEWAY: GatewayHealth = {
  state: "unknown",
  since: null,
  reason: null,
  code: null,
  latencyMs: null,
  failures: 0,
  barredUntil: 0,
};

export type GatewaySign =
  /** It has answered: a probe, with whatever code but 503, or a call. `latencyMs` is `null` for a call. */
  | { readonly type: "answered"; readonly latencyMs: number | null }
  /** No answer, no connection, no address; or 503 without a time. */
  | { readonly type: "silent"; readonly code: number | null; readonly reason: string }
  /** It wants to be left alone. */
  | { readonly type: "busy"; readonly code: number; readonly retryAfterSeconds: number }
  /** Nobody probes it, and the hold is over. */
  | { readonly type: "released" };

export function noteSign(health: GatewayHealth, sign: GatewaySign, now: number): GatewayHealth {
  switch (sign.type) {
    case "answered": {
      const latencyMs = sign.latencyMs ?? health.latencyMs;
      return { ...moved(health, "up", now), reason: null, code: null, latencyMs, failures: 0, barredUntil: 0 };
    }
    case "silent": {
      const failures = health.failures + 1;
      const state = failures >= FAILURES_TO_DOWN ? "down" : health.state;
      const { code, reason } = sign;
      return { ...moved(health, state, now), failures, ...(state === "down" ? { code, reason } : {}) };
    }
    case "busy": {
      const barredUntil = now + Math.min(sign.retryAfterSeconds * 1000, LONGEST_BAR_MS);
      const reason = `it answers ${sign.code} and asks to be left alone`;
      const failures = Math.max(health.failures, FAILURES_TO_DOWN);
      return { ...moved(health, "down", now), reason, code: sign.code, failures, barredUntil };
    }
    case "released":
      if (health.state !== "down" || now < health.barredUntil) return health;
      // One failure more, and it is down again.
      return { ...moved(health, "unknown", now), failures: FAILURES_TO_DOWN - 1 };
  }
}

/** Until the next probe; `lot` is from 0 up to 1. */
export function probeMs({ state, failures, barredUntil }: GatewayHealth, everyMs: number, now: number, lot: number) {
  const jitter = 1 + JITTER_SHARE * (lot - 0.5);
  const barMs = barredUntil - now;
  if (state !== "down") {
    const waitMs = failures > 0 ? Math.min(CONFIRM_MS, everyMs) : everyMs;
    return Math.round(Math.max(waitMs * jitter, barMs));
  }
  const doubled = everyMs * 2 ** Math.min(failures - FAILURES_TO_DOWN, 8);
  return Math.round(Math.max(Math.min(LONGEST_PROBE_MS, doubled) * jitter, barMs));
}

/** Until a gateway that nobody probes is tried again. */
export function holdMs({ barredUntil }: GatewayHealth, now: number): number {
  return Math.max(HOLD_MS, barredUntil - now);
}

function moved(health: GatewayHealth, state: GatewayState, now: number): GatewayHealth {
  return state === health.state ? health : { ...health, state, since: now };
}
