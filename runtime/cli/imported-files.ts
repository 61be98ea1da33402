/**
 * The files that a file imports, and those that they import: what belongs to a script of one file and its helpers. What
 * is found is uploaded, and looked at there; so it is enough to find every import, and a path in a comment does no harm.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** `import … from "./x.ts"`, `export … from "../x.ts"`, `import "./x.ts"`. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*(["'])(\.{1,2}\/[^"'\n]+\.(?:ts|js))\1/g;

/** `entry` and all that it leads to, at most `limit` of them and one. What is imported and not there is left out. */
export function importedFiles(entry: string, limit: number): readonly string[] {
  const found = new Set([entry]);
  // A set grows while it is walked.
  for (const path of found) {
    for (const [, , specifier] of readFileSync(path, "utf8").matchAll(RELATIVE_IMPORT)) {
      const imported = join(dirname(path), specifier ?? "");
      if (found.size <= limit && statSync(imported, { throwIfNoEntry: false })?.isFile()) found.add(imported);
    }
  }
  return [...found];
}
