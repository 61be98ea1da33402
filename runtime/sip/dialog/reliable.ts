/**
 * Reliable provisional responses (RFC 3262), pure. Sending: one at a time per dialog, again at T1, 2·T1, 4·T1 … until its
 * PRACK, given up after 64·T1. Receiving: by the order of RSeq. Who sends and who keeps time lives outside.
 */
import type { SipResponse } from "../message/message.ts";
import { decimalAt, skipSpace, tokenEnd } from "../message/token.ts";

export const RELIABLE = "100rel";
const T1_MS = 500;
const GIVE_UP_MS = 64 * T1_MS;
const LARGEST_NUMBER = 0xffff_ffff;
/** RFC 3262 §3: room to count up to the largest. */
const LARGEST_FIRST = 0x7fff_ffff;
/** Responses that wait for the PRACK of the one before; what comes beyond is news of the day before. */
const MOST_WAITING = 16;

/** RAck: which response is acknowledged (RFC 3262 §7.2). */
export interface RAck {
  readonly rseq: number;
  readonly cseq: number;
  readonly method: string;
}

/** One dialog's responses on their way; `Item` is whatever describes a response. */
export interface ReliableSending<Item> {
  /** RSeq of the last response that was sent. */
  readonly rseq: number;
  /** The one that has no PRACK yet. */
  readonly open: { readonly item: Item; readonly intervalMs: number; readonly waitedMs: number } | null;
  readonly waiting: readonly Item[];
  /** The final response has been sent: nothing is repeated, and a late PRACK is known all the same. */
  readonly isSettled: boolean;
}

export type ReliableInput<Item> =
  | { readonly type: "send"; readonly item: Item }
  | { readonly type: "prack"; readonly rseq: number }
  | { readonly type: "timer" }
  | { readonly type: "final" };

export type ReliableEffect<Item> =
  | { readonly type: "send"; readonly item: Item; readonly rseq: number }
  | { readonly type: "resend" }
  | { readonly type: "start-timer"; readonly ms: number }
  | { readonly type: "stop-timer" }
  /** The PRACK is the right one. */
  | { readonly type: "acknowledged"; readonly item: Item }
  /** No PRACK in 64·T1: the request gets a 5xx. */
  | { readonly type: "give-up" };

type Step<Item> = readonly [ReliableSending<Item>, readonly ReliableEffect<Item>[]];

/** `chance`: from 0 up to 1. */
export function newReliableSending<Item>(chance: number): ReliableSending<Item> {
  return { rseq: Math.floor(chance * LARGEST_FIRST), open: null, waiting: [], isSettled: false };
}

export function stepReliable<Item>(state: ReliableSending<Item>, input: ReliableInput<Item>): Step<Item> {
  switch (input.type) {
    case "send":
      if (state.isSettled || state.waiting.length >= MOST_WAITING) return [state, []];
      return state.open === null
        ? sendNext({ ...state, waiting: [input.item] })
        : [{ ...state, waiting: [...state.waiting, input.item] }, []];
    case "prack":
      return acknowledge(state, input.rseq);
    case "timer":
      return repeat(state);
    case "final":
      return [{ ...state, waiting: [], isSettled: true }, state.open === null ? [] : [{ type: "stop-timer" }]];
  }
}

function acknowledge<Item>(state: ReliableSending<Item>, rseq: number): Step<Item> {
  const { open } = state;
  if (open === null || rseq !== state.rseq) return [state, []];
  const [next, effects] = sendNext({ ...state, open: null });
  return [next, [{ type: "stop-timer" }, { type: "acknowledged", item: open.item }, ...effects]];
}

function sendNext<Item>(state: ReliableSending<Item>): Step<Item> {
  const [item, ...waiting] = state.waiting;
  if (item === undefined) return [state, []];
  const rseq = state.rseq + 1;
  return [
    { ...state, rseq, waiting, open: { item, intervalMs: T1_MS, waitedMs: 0 } },
    [
      { type: "send", item, rseq },
      { type: "start-timer", ms: T1_MS },
    ],
  ];
}

function repeat<Item>(state: ReliableSending<Item>): Step<Item> {
  const { open } = state;
  if (open === null || state.isSettled) return [state, []];
  const waitedMs = open.waitedMs + open.intervalMs;
  if (waitedMs >= GIVE_UP_MS) return [{ ...state, open: null, isSettled: true }, [{ type: "give-up" }]];
  const intervalMs = Math.min(open.intervalMs * 2, GIVE_UP_MS - waitedMs);
  return [
    { ...state, open: { item: open.item, intervalMs, waitedMs } },
    [{ type: "resend" }, { type: "start-timer", ms: intervalMs }],
  ];
}

/** RSeq of a response that wants a PRACK. */
export function rseqOf({ status, headers }: SipResponse): number | undefined {
  if (status <= 100 || status >= 200) return undefined;
  const value = headers.get("rseq");
  if (value === undefined || !headers.list("require").some((tag) => tag.toLowerCase() === RELIABLE)) return undefined;
  const rseq = decimalAt(value, 0, value.length, LARGEST_NUMBER);
  return rseq < 1 ? undefined : rseq;
}

/**
 * Whether a reliable response is the next one of its dialog (RFC 3262 §4). `last`: RSeq of the one before it, absent for
 * the first. One that comes too early is left alone: it comes again.
 */
export function arrivalOf(last: number | undefined, rseq: number): "new" | "again" | "early" {
  if (last === undefined || rseq === last + 1) return "new";
  return rseq <= last ? "again" : "early";
}

export function parseRAck(value: string): RAck | undefined {
  const rseqEnd = tokenEnd(value, 0, value.length);
  const cseqStart = skipSpace(value, rseqEnd, value.length);
  const cseqEnd = tokenEnd(value, cseqStart, value.length);
  const methodStart = skipSpace(value, cseqEnd, value.length);
  const rseq = decimalAt(value, 0, rseqEnd, LARGEST_NUMBER);
  const cseq = decimalAt(value, cseqStart, cseqEnd, LARGEST_NUMBER);
  const isWhole =
    methodStart > cseqEnd &&
    methodStart < value.length &&
    cseqStart > rseqEnd &&
    tokenEnd(value, methodStart, value.length) === value.length;
  return rseq < 1 || cseq < 0 || !isWhole ? undefined : { rseq, cseq, method: value.slice(methodStart) };
}
