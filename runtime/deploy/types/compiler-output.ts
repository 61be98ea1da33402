/** Reads what the compiler prints: `path(line,column): error TS1234: message`, and beneath it, indented, why. */
import type { Diagnostic } from "../../base/errors.ts";
import { errorAt } from "../build/place.ts";

export const MAX_DIAGNOSTICS = 100;

const HEAD = /^(.+?)\((\d+),(\d+)\): (?:error|warning) (TS\d+): (.*)$/;
/** A type that nobody has written and that cannot be told: it may be right. */
const IMPLICIT_ANY = /^TS7\d{3}$/;
/** An explanation of many steps ends with the one that names the field. */
const MAX_REASON = 300;

/** What it says of `files`, by their paths behind `prefix`. */
export function parseOutput(output: string, prefix: string, files: ReadonlySet<string>): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const block of output.split(/\n(?!\s)/)) {
    const [head = "", ...reasons] = block.split("\n").filter((line) => line.trim() !== "");
    const match = HEAD.exec(head);
    if (match === null) continue;
    const [, path = "", line = "", column = "", code = "", message = ""] = match;
    const file = path.startsWith(prefix) ? path.slice(prefix.length) : "";
    if (!files.has(file)) continue;
    const reason = reasons.at(-1)?.trim().slice(0, MAX_REASON);
    const text = advised(reason === undefined ? message : `${message} ${reason}`);
    const place = { line: Number(line), column: Number(column) };
    const diagnostic = errorAt(file, place, code, text);
    found.push(IMPLICIT_ANY.test(code) ? { ...diagnostic, severity: "warning" } : diagnostic);
    if (found.length === MAX_DIAGNOSTICS) break;
  }
  return found;
}

/** The compiler takes whoever misses a name for somebody who wants Node, or a browser. */
function advised(message: string): string {
  return message.replace(
    / Do you need to (?:install type definitions|change your target library).*$/,
    ' A script has ECMAScript and what "strowger" offers: neither Node nor a browser.',
  );
}
