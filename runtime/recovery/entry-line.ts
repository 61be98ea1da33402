/** A line of the journal of calls: a call as a whole, what of it has changed, or its end. */
import type { Sections } from "../port/call-journal.ts";

/** Names of calls are letters, digits and dots of our own making. */
const LINE = /^\{"id":"([\w.-]{1,64})"(,"head":|,"tail":|\}$)/;

export type LineKind = "whole" | "change" | "end";

export function wholeLine(id: string, head: object, tail: Sections): string {
  return JSON.stringify({ id, head, tail });
}

export function changeLine(id: string, tail: Sections): string {
  return JSON.stringify({ id, tail });
}

export function endLine(id: string): string {
  return JSON.stringify({ id });
}

/** Which call a line is about, without reading all of it; `undefined`: about none. */
export function readLine(line: string): { readonly id: string; readonly kind: LineKind } | undefined {
  const [, id, next] = LINE.exec(line) ?? [];
  if (id === undefined) return undefined;
  return { id, kind: next === "}" ? "end" : next === ',"head":' ? "whole" : "change" };
}
