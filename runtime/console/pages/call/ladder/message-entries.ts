/**
 * The messages of a call with what their neighbours say about them: how often each was sent, whether it was answered, and to
 * which of several early dialogs it belongs. Pure.
 */
import type { TimelineItemBody } from "../../../../contract/journal-api.ts";
import { type CSeq, cseqOf, headerOf, paramOf, readMessage, type SipMessage } from "../message/sip-message.ts";

export type SipItem = Extract<TimelineItemBody, { type: "sip" }>;

export interface MessageEntry {
  readonly type: "message";
  readonly item: SipItem;
  readonly message: SipMessage;
  readonly cseq: CSeq | null;
  /** The same for a request, its answers, and the ACK of an INVITE. */
  readonly transaction: string;
  /** 1 is the first; 2 is the first time that it was sent again. */
  readonly copy: number;
  /** How often it was sent in all. */
  readonly copies: number;
  /** What should have followed and has not; of the first copy alone. */
  readonly missing: Missing | null;
  /** Counts the early dialogs of its leg from 1; `null` where the leg has one alone, or none is meant. */
  readonly dialog: number | null;
}

export type Missing = "answer" | "final answer" | "ACK";

/** RFC 3261 §17: 64·T1. After this time nothing more comes. */
const WAITED_MS = 32_000;

const MOST_CHARACTERS = 40;

/** What is read of a message by itself. */
interface Draft {
  readonly item: SipItem;
  readonly message: SipMessage;
  readonly cseq: CSeq | null;
}

/** `nowMs`: how far the call has come, in milliseconds since it began. */
export function messageEntries(items: readonly SipItem[], nowMs: number): readonly MessageEntry[] {
  const drafts = items.map((item): Draft => {
    const message = readMessage(item.text);
    return { item, message, cseq: cseqOf(message) };
  });
  const copies = new Copies(items);
  const followers = new Followers(drafts);
  const dialogs = new Dialogs(drafts);
  return drafts.map((draft) => {
    const { copy, copies: all } = copies.of(draft.item);
    const mayMiss = copy === 1 && nowMs - draft.item.ms >= WAITED_MS;
    return {
      type: "message",
      ...draft,
      transaction: transactionOf(draft),
      copy,
      copies: all,
      missing: mayMiss ? followers.missingOf(draft) : null,
      dialog: dialogs.of(draft),
    };
  });
}

/** `INVITE`, `180 Ringing`; the first line where it is neither. Cut off where it is long. */
export function titleOf({ message, item }: Pick<MessageEntry, "message" | "item">): string {
  const { start, line } = message;
  if (start === null) return clipped(line || item.summary);
  return clipped(start.type === "request" ? start.method : `${start.code} ${start.reason}`.trimEnd());
}

function clipped(title: string): string {
  return title.length <= MOST_CHARACTERS ? title : `${title.slice(0, MOST_CHARACTERS)}…`;
}

function transactionOf({ item, cseq }: Draft): string {
  const method = cseq?.method === "ACK" ? "INVITE" : (cseq?.method ?? "");
  return `${item.leg} ${cseq?.number ?? `n${item.n}`} ${method}`;
}

/** The same text, the same way. */
class Copies {
  readonly #copy = new Map<number, number>();
  readonly #all = new Map<string, number>();

  constructor(items: readonly SipItem[]) {
    for (const item of items) {
      const key = keyOf(item);
      // The switch may have seen the first one before what is kept begins.
      const before = this.#all.get(key) ?? (item.isRetransmission ? 1 : 0);
      this.#all.set(key, before + 1);
      this.#copy.set(item.n, before + 1);
    }
  }

  of(item: SipItem): { readonly copy: number; readonly copies: number } {
    return { copy: this.#copy.get(item.n) ?? 1, copies: this.#all.get(keyOf(item)) ?? 1 };
  }
}

const keyOf = ({ direction, leg, peer, text }: SipItem): string => `${direction} ${leg} ${peer} ${text}`;

type Follower = "provisional" | "final" | "ACK";

/** What has come back, by who has sent what it follows. */
class Followers {
  readonly #seen = new Set<string>();

  constructor(drafts: readonly Draft[]) {
    for (const { item, message, cseq } of drafts) {
      if (cseq === null || message.start === null) continue;
      const to = item.direction === "in" ? "out" : "in";
      if (message.start.type === "response") {
        this.#seen.add(key(item.leg, to, cseq, message.start.code < 200 ? "provisional" : "final"));
      } else if (cseq.method === "ACK") {
        this.#seen.add(key(item.leg, to, { number: cseq.number, method: "INVITE" }, "ACK"));
      }
    }
  }

  missingOf({ item, message: { start }, cseq }: Draft): Missing | null {
    if (start === null || cseq === null) return null;
    const has = (follower: Follower) => this.#seen.has(key(item.leg, item.direction, cseq, follower));
    if (start.type === "response") return cseq.method === "INVITE" && start.code >= 200 && !has("ACK") ? "ACK" : null;
    if (start.method === "ACK" || has("final")) return null;
    return has("provisional") ? "final answer" : "answer";
  }
}

function key(leg: string, sentBy: SipItem["direction"], { number, method }: CSeq, follower: Follower): string {
  return `${leg} ${sentBy} ${number} ${method} ${follower}`;
}

/** Each To tag of an answer to an INVITE is a dialog of its own (RFC 3261 §12.1). */
class Dialogs {
  readonly #tags = new Map<string, string[]>();

  constructor(drafts: readonly Draft[]) {
    for (const { item, message, cseq } of drafts) {
      if (message.start?.type !== "response" || cseq?.method !== "INVITE" || message.start.code === 100) continue;
      const tag = paramOf(headerOf(message, "to"), "tag");
      const known = this.#tags.get(item.leg) ?? [];
      // An INVITE within a dialog of the other side's has our own tag there.
      if (tag !== null && !known.includes(tag) && message.start.code < 300) this.#tags.set(item.leg, [...known, tag]);
    }
  }

  of({ item, message }: Draft): number | null {
    const tags = this.#tags.get(item.leg) ?? [];
    if (tags.length < 2) return null;
    const own = [headerOf(message, "to"), headerOf(message, "from")].map((value) => paramOf(value, "tag"));
    const index = tags.findIndex((tag) => own.includes(tag));
    return index < 0 ? null : index + 1;
  }
}
