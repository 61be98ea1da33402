/** Shows diagnostics as compilers do: `file:line:column: message`, the line of source, and a caret under the place. */
import { join, relative } from "node:path";
import type { DiagnosticBody, Problem } from "../contract/problem.ts";
import { CommandFailure } from "./failure.ts";
import type { Output } from "./output.ts";
import type { ScriptFiles } from "./script-files.ts";
import { printable } from "./table.ts";

const MAX_SOURCE_CHARACTERS = 160;

/** `sources` has the text of each file by the path in the upload; `shown` says how a path is written for people. */
export function formatDiagnostics(
  diagnostics: readonly DiagnosticBody[],
  sources: Readonly<Record<string, string>>,
  shown: (path: string) => string = (path) => path,
): string {
  return diagnostics.map((diagnostic) => formatOne(diagnostic, sources[diagnostic.file], shown)).join("\n");
}

/** Of a script on disk, with paths that an editor or a terminal can open from the current folder. */
export function showDiagnostics(diagnostics: readonly DiagnosticBody[], script: ScriptFiles): string {
  return formatDiagnostics(diagnostics, script.files, (file) =>
    Object.hasOwn(script.files, file) ? relative(process.cwd(), join(script.folder, file)) : file,
  );
}

/** Waits for what the switch does with a script on disk; where it does not take it, the places are shown. */
export async function explained<Value>(out: Output, script: ScriptFiles, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    const diagnostics = error instanceof CommandFailure ? diagnosticsOf(error.problem) : [];
    if (diagnostics.length > 0) out.note(showDiagnostics(diagnostics, script));
    throw error;
  }
}

/** The diagnostics among the errors of a problem. */
export function diagnosticsOf(problem: Problem | undefined): readonly DiagnosticBody[] {
  return (problem?.errors ?? []).filter((error) => "line" in error);
}

function formatOne(diagnostic: DiagnosticBody, source: string | undefined, shown: (path: string) => string): string {
  const { file, line, column, severity, message } = diagnostic;
  const warning = severity === "warning" ? "warning: " : "";
  const head = `${shown(file)}:${line}:${column}: ${warning}${printable(message)}`;
  const text = source?.split(/\r?\n/)[line - 1];
  if (text === undefined || text.length > MAX_SOURCE_CHARACTERS) return head;
  const number = String(line);
  // Tabs stay tabs above the caret, so that it stands under its place whatever their width.
  const indent = text.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, " ");
  return `${head}\n  ${number} | ${text}\n  ${" ".repeat(number.length)} | ${indent}^`;
}
