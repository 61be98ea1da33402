/** Which calls are listed, and in which order. Pure. */
import type { CallBody } from "../../../contract/call-api.ts";
import type { Sort } from "../../components/table.tsx";

export interface CallFilter {
  /** Words that must all be somewhere in the call, whatever their case. */
  readonly text: string;
  /** "": any. */
  readonly state: string;
  readonly script: string;
}

export function filterCalls(calls: readonly CallBody[], { text, state, script }: CallFilter): CallBody[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return calls.filter(
    (call) =>
      (state === "" || call.state === state) &&
      (script === "" || call.script === script) &&
      (words.length === 0 || hasWords(call, words)),
  );
}

/** A call that came later goes before one that began in the same moment. */
export function sortCalls(calls: CallBody[], { column, direction }: Sort): CallBody[] {
  const sign = direction === "ascending" ? 1 : -1;
  const keyOf = keys[column] ?? ((call: CallBody) => call.startedAt);
  return calls.sort(
    (a, b) => sign * (compare(keyOf(a), keyOf(b)) || compare(a.startedAt, b.startedAt) || compare(a.id, b.id)),
  );
}

const keys: Readonly<Record<string, (call: CallBody) => string>> = {
  state: (call) => call.state,
  from: (call) => call.from,
  to: (call) => call.to,
  script: (call) => call.script,
  trunk: (call) => trunksOf(call).join(),
};

/** The trunk that it came by, and those that it leaves by. */
export function trunksOf({ trunk, legs }: CallBody): readonly string[] {
  return [...new Set([trunk, ...legs.map((leg) => leg.trunk)].filter((name) => typeof name === "string"))];
}

function hasWords(call: CallBody, words: readonly string[]): boolean {
  const { id, from, to, user, script, route, legs, tags } = call;
  const targets = legs.flatMap(({ target, uri }) => [target, uri]);
  const labels = Object.entries(tags).flat();
  const text = [id, from, to, user, script, route, ...trunksOf(call), ...targets, ...labels].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
