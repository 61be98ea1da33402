/** Reads what an earlier process has written down of calls: of each that has not ended what was written last. */
import type { StoredEntry } from "../port/call-journal.ts";
import { type LineKind, readLine } from "./entry-line.ts";
import { decodeFrames } from "./frame.ts";

/** As each file begins: what is written differently is not understood. */
export const FORMAT_LINE = '{"format":2}';

export interface StoredCalls {
  readonly calls: readonly StoredEntry[];
  /** Octets that could not be read, and files of another version of the switch. */
  readonly damagedBytes: number;
  readonly foreignFiles: number;
}

interface Lines {
  readonly whole: string;
  /** The last one stands. */
  readonly changes: string[];
}

/** `files`: in the order in which they were written. */
export function readCalls(files: Iterable<Buffer>): StoredCalls {
  const found = new Map<string, Lines>();
  let damagedBytes = 0;
  let foreignFiles = 0;
  for (const bytes of files) {
    const decoded = decodeFrames(bytes);
    damagedBytes += decoded.damagedBytes;
    if (decoded.lines.some(isForeign)) foreignFiles++;
    else for (const line of decoded.lines) take(found, line);
  }
  const calls = [...found].flatMap(([id, lines]) => callOf(id, lines) ?? []);
  return { calls, damagedBytes, foreignFiles };
}

/** Whether this version can read a file that begins so. */
export function isOurFormat(head: Buffer): boolean {
  return !decodeFrames(head).lines.some(isForeign);
}

function isForeign(line: string): boolean {
  return line.startsWith('{"format":') && line !== FORMAT_LINE;
}

function take(found: Map<string, Lines>, line: string): void {
  const about = readLine(line);
  if (about !== undefined) note(found, about, line);
}

function note(found: Map<string, Lines>, { id, kind }: { readonly id: string; readonly kind: LineKind }, line: string) {
  if (kind === "end") found.delete(id);
  else if (kind === "whole") found.set(id, { whole: line, changes: [] });
  // Where what it is a change of has been damaged: half of a call is none.
  else found.get(id)?.changes.push(line);
}

/** The sections as they were written last, each. */
function callOf(id: string, { whole, changes }: Lines): StoredEntry | undefined {
  const first = parse(whole);
  if (first === undefined) return undefined;
  const tails = [first, ...changes.map(parse)].map((line) => line?.tail);
  return { id, head: first.head, tail: Object.assign({}, ...tails) };
}

function parse(line: string): { readonly head?: unknown; readonly tail?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
