/**
 * The response context of a forwarded request that is no INVITE (RFC 3261 §16.7): which copies leave when, and which
 * answer goes back. Pure: inputs in, effects out.
 *
 * Nothing cancels a request that is no INVITE, so a dead phone among living ones would hold every answer back until the
 * sender has given up (RFC 4321 §1). Deviation: a group is waited for as long as `GROUP_PATIENCE_MS` where something else
 * can be done or said, and the sender has an answer before its own time is up (RFC 4320 §4.2 forbids a 408 after it).
 */
import type { SipResponse } from "../message/message.ts";
import { rankOf } from "./best-response.ts";
import type { Copy } from "./breadth.ts";

/** A living phone answers a request that is no INVITE at once. */
export const GROUP_PATIENCE_MS = 8_000;
/** From the request on: 4 s before Timer F of its sender. */
export const ANSWER_WITHIN_MS = 28_000;

/** How one copy has ended. */
export interface CopyEnd {
  readonly status: number;
  /** Absent: it was not answered, and the status says why. */
  readonly response: SipResponse | null;
}

export interface Fork {
  /** Groups that have not left yet. */
  readonly waiting: readonly (readonly Copy[])[];
  /** Copies under way. */
  readonly open: number;
  readonly best: CopyEnd | null;
  /** Every 401 and 407: their challenges go back together. */
  readonly challenges: readonly SipResponse[];
  readonly isDone: boolean;
}

export type ForkInput =
  | { readonly type: "start" }
  | { readonly type: "copy-ended"; readonly end: CopyEnd }
  | { readonly type: "group-overdue" }
  | { readonly type: "answer-overdue" };

export type ForkEffect =
  | { readonly type: "send"; readonly copies: readonly Copy[] }
  | { readonly type: "answer"; readonly end: CopyEnd; readonly challenges: readonly SipResponse[] };

export interface ForkStep {
  readonly fork: Fork;
  readonly effect: ForkEffect | null;
}

export function newFork(groups: readonly (readonly Copy[])[]): Fork {
  return { waiting: groups, open: 0, best: null, challenges: [], isDone: false };
}

export function stepFork(fork: Fork, input: ForkInput): ForkStep {
  if (fork.isDone) return { fork, effect: null };
  switch (input.type) {
    case "start":
      return sendNext(fork) ?? answer(fork);
    case "copy-ended":
      return copyEnded(fork, input.end);
    case "group-overdue":
      return sendNext(fork) ?? (fork.best === null ? { fork, effect: null } : answer(fork));
    case "answer-overdue":
      return answer(fork);
  }
}

function copyEnded(fork: Fork, end: CopyEnd): ForkStep {
  const isFirst = fork.best === null || rankOf(end.status) < rankOf(fork.best.status);
  const isChallenge = end.response !== null && (end.status === 401 || end.status === 407);
  const next: Fork = {
    // RFC 3261 §16.7 step 5: after a 6xx nobody else is asked.
    waiting: end.status >= 600 ? [] : fork.waiting,
    open: fork.open - 1,
    best: isFirst ? end : fork.best,
    challenges: isChallenge && end.response !== null ? [...fork.challenges, end.response] : fork.challenges,
    isDone: false,
  };
  // RFC 3261 §16.7 step 5: a 2xx goes back at once.
  if (end.status < 300) return answer({ ...next, best: end });
  if (next.open > 0) return { fork: next, effect: null };
  return sendNext(next) ?? answer(next);
}

function sendNext(fork: Fork): ForkStep | undefined {
  const [copies, ...waiting] = fork.waiting;
  if (copies === undefined) return undefined;
  return { fork: { ...fork, waiting, open: fork.open + copies.length }, effect: { type: "send", copies } };
}

/** RFC 3261 §16.7 step 6; without any response, nobody was there. */
function answer(fork: Fork): ForkStep {
  const end = fork.best ?? { status: 480, response: null };
  return { fork: { ...fork, isDone: true }, effect: { type: "answer", end, challenges: fork.challenges } };
}
