/** A search of CDRs as asked over the API, checked and made ready for the tables: cursor, times, caller and called. */
import type { Cdr } from "../../sdk/events.ts";
import { RequestError } from "../base/errors.ts";
import type { Page } from "../port/page.ts";
import type { CdrQuery } from "../port/store.ts";
import { formatCursor, type ListPlace, parseCursor } from "./cursor.ts";

const MAX_PAGE = 500;
const SCHEME = /^(?:sips?|tel):/i;

export interface CdrParty {
  readonly user: string;
  /** Where a whole URI was asked for. */
  readonly uri?: string;
}

export interface CdrTrunk {
  readonly name: string;
  /** A pattern of LIKE that the JSON of the legs matches where one of them left by it; `\` escapes. */
  readonly inLegs: string;
}

export interface CdrSearch {
  readonly limit: number;
  readonly after?: ListPlace;
  readonly from?: CdrParty;
  readonly to?: CdrParty;
  readonly script?: string;
  readonly trunk?: CdrTrunk;
  readonly result?: Cdr["result"];
  readonly since?: string;
  readonly until?: string;
}

/** Throws `RequestError` for a cursor or a time that is none. */
export function parseCdrQuery(query: CdrQuery): CdrSearch {
  return {
    limit: Math.min(MAX_PAGE, Math.max(1, Math.trunc(query.limit))),
    ...(query.cursor !== undefined && { after: parseCursor(query.cursor) }),
    ...(query.from !== undefined && { from: toParty(query.from) }),
    ...(query.to !== undefined && { to: toParty(query.to) }),
    ...(query.script !== undefined && { script: query.script }),
    ...(query.trunk !== undefined && { trunk: toTrunk(query.trunk) }),
    ...(query.result !== undefined && { result: query.result }),
    ...(query.since !== undefined && { since: toUtc("since", query.since) }),
    ...(query.until !== undefined && { until: toUtc("until", query.until) }),
  };
}

/** Makes a page of what the search found, which is one record more than `limit` where there are more. */
export function toCdrPage(found: readonly Cdr[], limit: number): Page<Cdr> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items, next: more ? formatCursor({ at: last.startedAt, id: last.id }) : null };
}

/** The user part of a URI, the number of a TEL URI; text that is no URI stands for itself. */
export function userOf(uri: string): string {
  const rest = uri.replace(SCHEME, "");
  if (rest.length === uri.length) return uri;
  const at = rest.indexOf("@");
  if (at !== -1) return rest.slice(0, at);
  return /^tel:/i.test(uri) ? (rest.split(";", 1)[0] ?? "") : "";
}

function toParty(text: string): CdrParty {
  return SCHEME.test(text) ? { user: userOf(text), uri: text } : { user: text };
}

function toTrunk(name: string): CdrTrunk {
  const field = JSON.stringify({ trunk: name }).slice(1, -1);
  return { name, inLegs: `%${field.replace(/[\\%_]/g, "\\$&")}%` };
}

function toUtc(name: string, text: string): string {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new RequestError("invalid-request", `${name}: ${JSON.stringify(text.slice(0, 64))} is no ISO 8601 time`);
}
