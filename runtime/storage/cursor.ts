/** Cursors of lists that are ordered by time: the place of the last item seen, so that pages survive what comes in. */
import { RequestError } from "../base/errors.ts";

/** Where a page ends: the last item on it. */
export interface ListPlace {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly id: string;
}

export function formatCursor(place: ListPlace): string {
  return Buffer.from(JSON.stringify([place.at, place.id])).toString("base64url");
}

/** Throws `RequestError` for a cursor that no page gave. */
export function parseCursor(cursor: string): ListPlace {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    value = undefined;
  }
  const [at, id] = Array.isArray(value) && value.length === 2 ? value : [];
  if (typeof at === "string" && typeof id === "string") return { at, id };
  throw new RequestError(
    "invalid-request",
    "cursor: not one that a page gave as its next; leave it away to begin anew",
  );
}
