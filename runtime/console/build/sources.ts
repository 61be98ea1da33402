/** What the built page is made of, as one hash: a page whose hash is another is stale. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const consoleRoot: string = join(import.meta.dirname, "..");
export const distFolder: string = join(consoleRoot, "dist");
/** In the built page, beside its files: the hash of what it was built from. */
const HASH_FILE = ".sources";

/** Packages have one version each in the lock file, so that a newer one makes the page stale as well. */
const LOCK_FILE = join(consoleRoot, "..", "..", "package-lock.json");

/** The sdk is in the page as text, for the editor. */
const SDK = "../../sdk/*.ts";

/** Types of other rooms leave nothing in the page, so that only this folder and the sdk count. */
export function hashOfSources(): string {
  const files = globSync(["**/*.{ts,tsx,css,html,svg,json}", SDK], { cwd: consoleRoot }).filter(
    (file) => !file.startsWith("dist"),
  );
  const hash = createHash("sha256");
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(consoleRoot, file)))
      .update("\0");
  return hash.update(readFileSync(LOCK_FILE)).digest("hex");
}

/** Of the page that is there; `null` where there is none. */
export function hashOfPage(folder: string = distFolder): string | null {
  try {
    return readFileSync(join(folder, HASH_FILE), "utf8");
  } catch {
    return null;
  }
}

export function isStale(): boolean {
  return hashOfPage() !== hashOfSources();
}

export const hashFile = (folder: string): string => join(folder, HASH_FILE);
