/**
 * A subscription as it is written down. That is done when it begins, is refreshed and ends, not with each NOTIFY: who goes on
 * with it counts from far beyond what was sent meanwhile.
 */
import type { Journaled, StoredEntry } from "../../port/call-journal.ts";
import { newPace } from "./pace.ts";
import type { Subscription } from "./subscription.ts";

const KIND = "subscription";
const HEAD = { kind: KIND };
/** More NOTIFYs than leave until a subscription is refreshed. */
const JUMP = 100_000;

export function subscriptionEntry(state: Subscription, isGone: () => boolean): Journaled {
  return {
    id: `subscription-${state.id}`,
    head: HEAD,
    get isOver() {
      return isGone();
    },
    tail: () => ({ state }),
    changes: () => ({ state }),
    recordStored() {},
  };
}

export function isStoredSubscription({ head }: StoredEntry): boolean {
  return typeof head === "object" && head !== null && "kind" in head && head.kind === KIND;
}

/** `undefined`: it has run out, or cannot be understood. */
export function restoredSubscription({ tail }: StoredEntry, now: number): Subscription | undefined {
  // Written by `subscriptionEntry`, and whole: its checksum was right.
  const stored = (tail as { readonly state?: Subscription } | null)?.state;
  if (typeof stored?.dialog?.callId !== "string" || stored.expiresAt <= now || stored.ending !== null) return undefined;
  // Its connection has died with the process; the phone subscribes anew over the next one.
  if (stored.dialog.flow.connection !== 0) return undefined;
  const dialog = { ...stored.dialog, localCseq: stored.dialog.localCseq + JUMP };
  return { ...stored, dialog, version: stored.version + JUMP, pace: newPace() };
}
