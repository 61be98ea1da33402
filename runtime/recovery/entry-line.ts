/** A line of the journal of calls: a call as a whole, what of it has changed, or its end. */

/** Names of calls are letters, digits and dots of our own making. */
const LINE = /^\{"id":"([\w.-]{1,64})"(,"head":|,"tail":|\}$)/;

export type LineKind = "whole" | "change" | "end";

/** Both are JSON. */
export function wholeLine(id: string, head: string, tail: string): string {
  return `{"id":"${id}","head":${head},"tail":${tail}}`;
}

export function changeLine(id: string, tail: string): string {
  return `{"id":"${id}","tail":${tail}}`;
}

export function endLine(id: string): string {
  return `{"id":"${id}"}`;
}

/** Which call a line is about, without reading all of it; `undefined`: about none. */
export function readLine(line: string): { readonly id: string; readonly kind: LineKind } | undefined {
  const [, id, next] = LINE.exec(line) ?? [];
  if (id === undefined) return undefined;
  return { id, kind: next === "}" ? "end" : next === ',"head":' ? "whole" : "change" };
}
