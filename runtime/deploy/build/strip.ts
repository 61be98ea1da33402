/**
 * Strips the types with Node's own stripper: what is left keeps line and column. Its errors have no fields for the place;
 * it is read from their stack: `:<line>`, then the source line and a row of carets, or, where more than one line is
 * meant, these lines with the first marked by `>`.
 */
import { stripTypeScriptTypes } from "node:module";
import type { Diagnostic } from "../../base/errors.ts";
import { BuildEnd } from "./build-end.ts";
import { errorAt, FIRST_PLACE, lineText, type Place } from "./place.ts";

/** How deep the stripper, which is recursive, is let go. */
export const MAX_NESTING = 500;

const LINE = /^:(\d+)\n/;
const CARETS = /^( *)\^+$/m;
const TAB_COLUMNS = 4;
/** What is not erasable, as the stripper names it, and how it begins in the source. */
const KEYWORDS: readonly (readonly [RegExp, RegExp])[] = [
  [/\benum\b/, /\b(?:declare\s+|const\s+)*enum\b/],
  [/\bnamespace\b|\bmodule\b/, /\b(?:namespace|module)\b/],
  [/\bimport equals\b/, /\bimport\b/],
  [/\bexport assignment\b/, /\bexport\b/],
  [/\bangle-bracket\b/, /</],
];

export type Stripped = { readonly code: string } | { readonly problem: Diagnostic };

export function stripTypes(file: string, source: string): Stripped {
  // JavaScript is left as it is: its errors are V8's.
  if (file.endsWith(".js")) return { code: source };
  try {
    return { code: stripTypeScriptTypes(source, { mode: "strip" }) };
  } catch (error) {
    return { problem: toDiagnostic(file, source, error) };
  }
}

function toDiagnostic(file: string, source: string, error: unknown): Diagnostic {
  const { code, message, stack } = error as { code?: string; message: string; stack?: string };
  const place = placeInStack(source, message, stack ?? "");
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    const advice = "only syntax that can be erased is allowed, and this is compiled to code";
    return errorAt(file, place, "unsupported-syntax", `${message}: ${advice}`);
  }
  if (code === "ERR_INVALID_TYPESCRIPT_SYNTAX") return errorAt(file, place, "invalid-syntax", message);
  // The stripper is recursive, and has run out of stack: it is broken from here on, also for other files.
  const problem = "the types cannot be stripped: something in this file is nested or chained thousands of times";
  throw new BuildEnd("refused", [errorAt(file, FIRST_PLACE, "too-deep", problem)]);
}

export function placeInStack(source: string, message: string, stack: string): Place {
  const head = stack.split("\n    at ", 1)[0] ?? "";
  const line = Number(LINE.exec(head)?.[1] ?? 1);
  const text = lineText(source, line);
  const carets = CARETS.exec(head)?.[1];
  if (carets !== undefined) return { line, column: columnAtWidth(text, carets.length) };
  if (head.includes("\n  > ")) {
    const keyword = KEYWORDS.find(([inMessage]) => inMessage.test(message))?.[1];
    const at = keyword === undefined ? -1 : text.search(keyword);
    return { line, column: (at === -1 ? text.search(/\S|$/) : at) + 1 };
  }
  // Neither: the end of the file came too early.
  return { line, column: text.length + 1 };
}

/** The carets stand under the line as a terminal shows it: tabs go to the next stop, some characters are wide, some have no width. */
function columnAtWidth(text: string, width: number): number {
  let shown = 0;
  let column = 1;
  for (const character of text) {
    if (shown >= width && widthOf(character, shown) > 0) break;
    shown += widthOf(character, shown);
    column += character.length;
  }
  return column;
}

function widthOf(character: string, shown: number): number {
  if (character === "\t") return TAB_COLUMNS - (shown % TAB_COLUMNS);
  if (/[\p{Mn}\p{Me}\p{Cc}\p{Cf}]/u.test(character)) return 0;
  const point = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

/** East Asian wide and full-width characters, and emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];
