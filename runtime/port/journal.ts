/**
 * What is written down of a call, so that one can see what happened and have its script decide again: messages, events
 * with all that they consist of, decisions, operations. Tellers hand over what exists anyway; it is made readable later.
 */
import type { ScriptFault, ScriptOutcome, ScriptRef, ScriptRun } from "./script.ts";

/** The two ends of a message. */
export interface MessagePeer {
  readonly transport: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** Every message of the wire, whole and in order. Texts hold one octet a character. */
export interface WireTap {
  received(text: string, callId: string, isInvite: boolean, peer: MessagePeer): void;
  /** What was received last has been dealt with, but for what takes time. */
  handled(): void;
  sent(text: string, peer: MessagePeer): void;
}

/** One event of a script on its way through the sandbox: with what is told here it can be run again exactly. */
export interface RunTrace {
  /** It goes to a host. A second time where the first host was lost before it began: then all begins anew. */
  sent(given: FixedChance): void;
  /** The script asks for an operation; `args` is JSON. */
  asked(number: number, name: string, args: string): void;
  /** What came of it: `r` and the value as JSON, or nothing for `undefined`; or `f` and the problem as JSON. */
  answered(number: number, result: string): void;
  /** The trace that an operation belongs to (W3C Trace Context), for whom it asks. @default none */
  traceparent?(number: number): string | undefined;
  printed(level: string, text: string): void;
  /** `text`: of a return, the decision as JSON, a line feed, and the state where it changed. */
  ended(outcome: ScriptOutcome, text: string, times: { readonly wallMs: number; readonly cpuMs: number }): void;
  /** Nobody waits for it any more. */
  abandoned(): void;
}

/** What an event has of the outer world: its time, and where its random numbers begin (16 characters, an octet each). */
export interface FixedChance {
  readonly now: number;
  readonly seed: string;
}

/** An operation of an event, as it was asked for and answered. */
export interface RecordedOperation {
  readonly number: number;
  readonly name: string;
  /** JSON. */
  readonly args: string;
  /** As in `RunTrace.answered`; `null`: none came while the event lasted. */
  readonly result: string | null;
  /** Counts the answers of the event in the order in which they came; `null` without one. */
  readonly answeredAs: number | null;
}

/** An event of a call, and what its script made of it. */
export interface RecordedEvent {
  /** Counts the events of a call from 1. */
  readonly number: number;
  readonly ref: ScriptRef;
  readonly handler: ScriptRun["handler"];
  readonly domain: string;
  /** As in `ScriptRun`. */
  readonly json: string;
  readonly state: string;
  /** `null`: it has reached no host. */
  readonly given: FixedChance | null;
  readonly operations: readonly RecordedOperation[];
  readonly outcome: RecordedOutcome;
}

export type RecordedOutcome =
  | { readonly type: "returned"; readonly decision: string; readonly state: string | undefined }
  | { readonly type: "fault"; readonly fault: ScriptFault }
  /** The call had gone on before the handler was done. */
  | { readonly type: "abandoned" };

/** What replay and shadow read of a call. */
export interface RecordedCall {
  readonly id: string;
  readonly script: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Entries that were too many to be kept: events may be missing. */
  readonly dropped: number;
  readonly events: readonly RecordedEvent[];
}

export interface CallHead {
  readonly id: string;
  readonly domain: string;
  readonly script: string;
  readonly version: number;
  readonly from: string;
  readonly to: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** `null` while the call is up. */
  readonly result: "answered" | "failed" | "cancelled" | null;
  readonly code: number | null;
}

/** One line of a timeline. `n` counts from 1; `ms`: milliseconds since the call began. Long texts are clipped. */
export type TimelineItem = { readonly n: number; readonly ms: number } & (
  | {
      readonly type: "sip";
      readonly direction: "in" | "out";
      /** `caller`, or the id of a leg. */
      readonly leg: string;
      /** `udp 192.0.2.4:5060`. */
      readonly peer: string;
      readonly summary: string;
      /** Whether the same text went the same way before. */
      readonly isRetransmission: boolean;
      readonly text: string;
    }
  | {
      readonly type: "event";
      /** The number of the event within its call. */
      readonly event: number;
      readonly handler: string;
      readonly version: number;
      /** The event as the script got it, and `call.state` before, as JSON data. */
      readonly data: unknown;
      readonly state: unknown;
    }
  | {
      readonly type: "decision";
      readonly event: number;
      readonly handler: string;
      readonly outcome: string;
      /** What the handler returned, as JSON data; `null` for nothing. */
      readonly decision: unknown;
      /** `call.state` where it changed. */
      readonly state?: unknown;
      readonly message?: string;
      readonly wallMs: number;
      readonly cpuMs: number;
    }
  | {
      readonly type: "operation";
      readonly event: number;
      readonly number: number;
      readonly name: string;
      readonly args: unknown;
      readonly outcome: "ok" | "failed" | "unanswered";
      readonly result: unknown;
      readonly durationMs: number | null;
    }
  | { readonly type: "console"; readonly event: number; readonly level: string; readonly text: string }
  | { readonly type: "fault"; readonly handler: string; readonly fault: ScriptFault }
  /** What the switch did or came to grief over: `ringing`, `answered`, `ended`, `step-failed`, `audio-failed`, … */
  | { readonly type: "fact"; readonly what: string; readonly text: string }
);

export interface Timeline {
  readonly call: CallHead;
  readonly items: readonly TimelineItem[];
  /** Entries that were too many to be kept. */
  readonly dropped: number;
}

/** Hears of events whose script is done with them. */
export interface EventListener {
  /** Whether it wants to hear of events of this version: asked before each. */
  wants(ref: ScriptRef): boolean;
  /** `number`: within its call. `read` gives the event, masked; nothing where it was not kept. */
  eventEnded(callId: string, ref: ScriptRef, number: number, read: () => RecordedEvent | undefined): void;
}

/** What the API and the replay need of the journal. */
export interface Journal {
  /** `undefined`: it knows nothing of such a call. */
  timeline(id: string): Promise<Timeline | undefined>;
  /** The messages of a call as a capture file (pcap), masked as its timeline is. */
  capture(id: string): Promise<Uint8Array | undefined>;
  recorded(id: string): Promise<RecordedCall | undefined>;
  /** Ids of ended calls of a script that began at `since` or later (milliseconds since 1970), the newest first. */
  callsOf(script: string, since: number, most: number): Promise<readonly string[]>;
}
