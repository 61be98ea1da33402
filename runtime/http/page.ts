/** Cuts a page out of a list held in memory. A cursor is the key of the last item seen, so that pages survive changes. */
import type { Page } from "../port/page.ts";
import { RequestProblem } from "./problem.ts";

/** `keyOf` gives each item a key of its own, and the order of the keys is the order of the list. */
export function paginate<Item>(
  items: readonly Item[],
  query: { readonly limit: number; readonly cursor?: string | undefined },
  keyOf: (item: Item) => string,
): Page<Item> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const keyed = items.map((item) => ({ key: keyOf(item), item }));
  const rest = after === undefined ? keyed : keyed.filter(({ key }) => key > after);
  rest.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const page = rest.slice(0, query.limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return { items: page.map(({ item }) => item), next: last === undefined ? null : encodeCursor(last.key) };
}

/** A number as text that sorts as the number does. */
export function sortable(number: number): string {
  return String(number).padStart(16, "0");
}

function encodeCursor(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (encodeCursor(key) !== cursor) {
    throw new RequestProblem("invalid-request", "The cursor is not one of ours: use `next` of the page before.");
  }
  return key;
}
