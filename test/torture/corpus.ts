/** Published messages that lie beside the checkout. Missing ones skip their tests, but fail them where a CI runs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { corpusRoot } from "../helpers/repo-root.ts";

/** Whether this part of the corpus is there; says so where it is not. */
export function hasCorpus(part: string): boolean {
  if (existsSync(join(corpusRoot, part))) return true;
  if (process.env.CI !== undefined) throw new Error(`The published messages are missing: ${join(corpusRoot, part)}`);
  console.log(`skipped: no ${part} in ${corpusRoot}`);
  return false;
}

/** One character per octet, as from the wire. */
export function readWireText(...path: string[]): string {
  return readFileSync(join(corpusRoot, ...path), "latin1");
}

export function readCorpusText(...path: string[]): string {
  return readFileSync(join(corpusRoot, ...path), "utf8");
}
