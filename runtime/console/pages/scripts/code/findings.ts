/** What is wrong with a draft: what TypeScript says here, and what the switch has said. */
import type { Files, Finding } from "../check/protocol.ts";
import { offsetOf } from "./place.ts";

/** A place and a sentence, as the API tells of it. */
interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
}

export function findingsOfSwitch(diagnostics: readonly object[], files: Files): Finding[] {
  return diagnostics.filter(isDiagnostic).map(({ file, line, column, severity, code, message }) => {
    const at = offsetOf(files[file] ?? "", { line, column });
    return { file, from: at, to: at, severity, code, message };
  });
}

/** Without what both say of the same place. */
export function together(ours: readonly Finding[], ofSwitch: readonly Finding[]): Finding[] {
  const known = new Set(ours.map(nameOf));
  return [...ours, ...ofSwitch.filter((finding) => !known.has(nameOf(finding)))];
}

function nameOf({ file, from, code }: Finding): string {
  return `${code} ${from} ${file}`;
}

function isDiagnostic(value: object): value is Diagnostic {
  return "file" in value && "line" in value;
}
