/** Seeds, which every run begins with, and failures, which may become seeds. A file holds the octets of one input. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { repoRoot } from "../../helpers/repo-root.ts";

const root = join(repoRoot, "test", "fuzz");

export interface SeedFile {
  readonly file: string;
  readonly input: string;
}

/** The files of a target, in the order of their names. */
export function readSeeds(target: string): SeedFile[] {
  const folder = join(root, "seeds", target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ file: relative(repoRoot, join(folder, name)), input: readInput(join(folder, name)) }));
}

export function readInput(path: string): string {
  return readFileSync(path, "latin1");
}

/** Writes the input down; gives its file, as a command in the root of the repository takes it. */
export function keepFailure(target: string, input: string): string {
  const folder = join(root, "failures", target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, createHash("sha256").update(input, "latin1").digest("hex").slice(0, 12));
  writeFileSync(path, input, "latin1");
  return relative(repoRoot, path);
}
