/** Which entries of a tail a client asked for. */
import type { TailQuery } from "../contract/feed-api.ts";
import type { TailEntry } from "../port/feed.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Tells whether an entry passes all filters. A deployment belongs to no call and no event, so those filters hide it. */
export function acceptsEntry(query: TailQuery): (entry: TailEntry) => boolean {
  const least = query.level === undefined ? 0 : LEVELS.indexOf(query.level);
  const search = query.search?.toLowerCase();
  return (entry) => {
    if (query.type !== undefined && !query.type.includes(entry.type)) return false;
    if (search !== undefined && !textOf(entry).toLowerCase().includes(search)) return false;
    if (entry.type === "deploy") return acceptsDeploy(entry.deployment.versions, query);
    if (query.version !== undefined && entry.ref.version !== query.version) return false;
    if (query.event !== undefined && entry.handler !== query.event) return false;
    if (query.callId !== undefined && entry.callId !== query.callId) return false;
    return entry.type !== "log" || LEVELS.indexOf(entry.level) >= least;
  };
}

function acceptsDeploy(shares: readonly { readonly version: number }[], query: TailQuery): boolean {
  if (query.event !== undefined || query.callId !== undefined) return false;
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
