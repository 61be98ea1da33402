/** Which entries of a tail a client asked for. */
import type { TailQuery } from "../contract/feed-api.ts";
import type { TailEntry } from "../port/feed.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Tells whether an entry passes all filters. A deployment belongs to no call, event or outcome, so those filters hide it; a
 * log line has no outcome either.
 */
export function acceptsEntry(query: TailQuery): (entry: TailEntry) => boolean {
  const least = query.level === undefined ? 0 : LEVELS.indexOf(query.level);
  const search = query.search?.toLowerCase();
  const isChosen = chooses(query.sample);
  return (entry) => {
    if (query.type !== undefined && !query.type.includes(entry.type)) return false;
    if (search !== undefined && !textOf(entry).toLowerCase().includes(search)) return false;
    if (entry.type === "deploy") return acceptsDeploy(entry.deployment.versions, query);
    if (query.version !== undefined && entry.ref.version !== query.version) return false;
    if (query.event !== undefined && entry.handler !== query.event) return false;
    if (query.callId !== undefined && (entry.callId ?? entry.eventId) !== query.callId) return false;
    if (entry.type === "log")
      return query.outcome === undefined && LEVELS.indexOf(entry.level) >= least && isChosen(entry);
    if (query.outcome !== undefined && !hasOutcome(entry, query.outcome)) return false;
    return entry.type === "fault" || isChosen(entry);
  };
}

/** All entries of a call, or none: the share is one of calls, the same for everybody who asks for it. */
function chooses(share: number | undefined): (entry: NamedEntry) => boolean {
  if (share === undefined) return () => true;
  return ({ callId, eventId }) => fractionOf(callId ?? eventId ?? "") < share;
}

type NamedEntry = { readonly callId: string | null; readonly eventId?: string | undefined };

/** From 0 up to, and without, 1 (FNV-1a). */
function fractionOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return (hash >>> 0) / 2 ** 32;
}

function hasOutcome(
  entry: Extract<TailEntry, { readonly type: "invocation" | "fault" }>,
  wanted: NonNullable<TailQuery["outcome"]>,
): boolean {
  return wanted.includes(entry.outcome) || (entry.type === "fault" && wanted.includes("fault"));
}

function acceptsDeploy(shares: readonly { readonly version: number }[], query: TailQuery): boolean {
  if (query.event !== undefined || query.callId !== undefined || query.outcome !== undefined) return false;
  return query.version === undefined || shares.some(({ version }) => version === query.version);
}

function textOf(entry: TailEntry): string {
  switch (entry.type) {
    case "log":
      return entry.text;
    case "invocation":
      return "";
    case "fault":
      return entry.fault.message;
    case "deploy":
      return entry.deployment.message ?? "";
  }
}
