/**
 * What a module of the sdk declares. It is read by the layout that the formatter gives the sources: a declaration begins and
 * ends at the margin, a member two blanks in.
 */
import { docText } from "./doc-comment.ts";

export interface Declaration {
  readonly kind: "interface" | "type" | "function" | "const" | "class";
  readonly name: string;
  /** What its docstring says. */
  readonly doc: string;
  /** Without `export`. */
  readonly lines: readonly string[];
}

/** A line of an interface, a type or a class, or a function of a module that is an object. */
export interface Member {
  readonly doc: string;
  readonly text: string;
}

const DECLARED = /^(?:export )?(?:async )?(interface|type|function|const|class) (\w+)/;

/** Those that are exported, and those that they are made of. */
export function declarationsOf(source: string): readonly Declaration[] {
  const found: Declaration[] = [];
  let doc = "";
  for (let lines = source.split("\n"); lines.length > 0; ) {
    const taken = lines.slice(0, lengthOf(lines));
    lines = lines.slice(taken.length);
    const [first = ""] = taken;
    if (first.startsWith("/**")) doc = docText(taken);
    else if (!first.startsWith("//")) {
      const [, kind, name = ""] = DECLARED.exec(first) ?? [];
      const text = taken.map((line) => line.replace(/^export /, ""));
      // The pattern knows no other kinds.
      if (kind !== undefined) found.push({ kind: kind as Declaration["kind"], name, doc, lines: text });
      doc = "";
    }
  }
  return found;
}

/** What stands above the imports of a module. */
export function headOf(source: string): string {
  const lines = source.split("\n");
  return lines[0]?.startsWith("/**") ? docText(lines.slice(0, lengthOf(lines))) : "";
}

/** The members of an interface or a class, and the functions of an object, each with its docstring. */
export function membersOf({ kind, lines }: Declaration): readonly Member[] {
  const members: Member[] = [];
  let doc = "";
  for (let rest = lines.slice(1, -1); rest.length > 0; ) {
    const [first = ""] = rest;
    const isDoc = first.startsWith("  /**");
    const taken = isDoc ? rest.slice(0, commentLength(rest)) : [first];
    rest = rest.slice(taken.length);
    if (isDoc) doc = docText(taken);
    else if (/^ {2}[\w[]/.test(first)) {
      const isFunction = kind === "const";
      if (!isFunction || /^ {2}(?:async )?\w+[<(]/.test(first)) {
        const whole = [first, ...rest];
        members.push({ doc, text: isFunction ? signatureOf(whole) : fieldOf(whole) });
      }
      doc = "";
    }
  }
  return members;
}

/** Of a function: up to the brace of its body. */
export function signatureOf(lines: readonly string[]): string {
  return lines
    .slice(0, lines.findIndex((line) => / \{$/.test(line)) + 1)
    .map((line) => line.trim())
    .join(" ")
    .replace(/ \{$/, "")
    .replace(/^async /, "")
    .replace("( ", "(")
    .replace(/,? \)/, ")")
    .replaceAll("readonly ", "")
    .replaceAll(/(\w+): (\w+) = \{\}/g, "$1?: $2")
    .replace(/Promise<(.*)>$/, "$1");
}

/** A field with its type, which may go over several lines. */
function fieldOf(lines: readonly string[]): string {
  return lines
    .slice(0, lines.findIndex((line) => line.endsWith(";")) + 1)
    .map((line) => line.trim())
    .join(" ")
    .replace(": |", ":")
    .replaceAll("readonly ", "");
}

/** Of what begins here: one line, or all up to the one at the margin that ends it. */
function lengthOf(lines: readonly string[]): number {
  const [first = ""] = lines;
  if (first.startsWith("/**")) return commentLength(lines);
  if (first === "" || /[;}]$/.test(first) || first.startsWith("//")) return 1;
  const isOpen = /[{(]$/.test(first);
  const end = lines.findIndex((line, index) => index > 0 && (/^[}\])]/.test(line) || (!isOpen && line.endsWith(";"))));
  if (end < 0) return 1;
  // A signature of several lines ends with the brace of its body, and the body with the next one.
  return /^\).*\{$/.test(lines[end] ?? "") ? lines.indexOf("}", end) + 1 : end + 1;
}

function commentLength(lines: readonly string[]): number {
  return lines.findIndex((line) => line.trimEnd().endsWith("*/")) + 1;
}
