/** Call detail records as CSV (RFC 4180), written page by page as fast as it is taken. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Cdr } from "../../sdk/events.ts";
import type { CdrQuery, Store } from "../port/store.ts";

const PAGE = 1000;
/** What no spreadsheet opens any more. */
const MOST_ROWS = 1_000_000;
/** What a spreadsheet would take for a formula, though a caller has written it. */
const FORMULA = /^[=+\-@\t\r]/;

const COLUMNS = [
  "id",
  "domain",
  "startedAt",
  "ringingAt",
  "answeredAt",
  "endedAt",
  "seconds",
  "direction",
  "from",
  "to",
  "user",
  "trunk",
  "script",
  "version",
  "result",
  "code",
  "reason",
  "endedBy",
  "legs",
  "tags",
] as const satisfies readonly (keyof Cdr)[];

export async function writeCdrs(
  response: ServerResponse,
  cdrs: Pick<Store["cdrs"], "search">,
  filter: Omit<CdrQuery, "limit" | "cursor">,
): Promise<void> {
  response.write(`${COLUMNS.join(",")}\r\n`);
  let cursor: string | null = null;
  let rows = 0;
  do {
    const page = await cdrs.search({ ...filter, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    rows += page.items.length;
    cursor = page.next;
    if (!response.write(page.items.map(csvLine).join(""))) await drained(response);
  } while (cursor !== null && rows < MOST_ROWS && !response.destroyed);
  response.end();
}

export function csvLine(cdr: Cdr): string {
  return `${COLUMNS.map((column) => cell(cdr[column])).join(",")}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The client has taken what was written, or has gone away. */
async function drained(response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  const { signal } = gone;
  if (response.destroyed) return;
  await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]).finally(() =>
    gone.abort(),
  );
}
