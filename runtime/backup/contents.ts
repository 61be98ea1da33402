/** Which files of the data folder belong into a backup. What nobody has said anything about does. */
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { isPathWithin } from "../contract/backup-manifest.ts";
import type { BackupWishes } from "../port/backup.ts";

export const DATABASE = "strowger.sqlite";
/** Where a backup puts what it makes before it is written out. */
export const STAGING = ".backup";
export const KEY_FILES: readonly string[] = ["token", "secret.key", "accounts.json"];

/** What is made again, or is of this very process: the calls that are up do not outlive it. */
const NEVER: ReadonlySet<string> = new Set(["speech-cache", "types", "calls", "calls.aside"]);
const RECORDINGS = "recordings";
const JOURNAL = "journal";

/** Paths of files, relative to the data folder and without the database. What is no plain file is passed over. */
export async function* filesOf(data: string, wishes: BackupWishes): AsyncGenerator<string> {
  for await (const entry of await opendir(data)) {
    if (!isWanted(entry.name, wishes)) continue;
    if (entry.isFile() && isPathWithin(entry.name)) yield entry.name;
    else if (entry.isDirectory()) yield* filesBelow(data, entry.name);
  }
}

function isWanted(name: string, wishes: BackupWishes): boolean {
  if (NEVER.has(name) || name.startsWith(DATABASE) || name.startsWith(".")) return false;
  // Of the process that has the folder.
  if (name === "lock" || name.startsWith("lock.")) return false;
  // What a start that was broken off has left.
  if (name.endsWith(".new")) return false;
  if (KEY_FILES.includes(name)) return wishes.keys;
  if (name === RECORDINGS) return wishes.recordings;
  return name !== JOURNAL || wishes.journal;
}

async function* filesBelow(data: string, folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(join(data, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isFile() && isPathWithin(path)) yield path;
    else if (entry.isDirectory()) yield* filesBelow(data, path);
  }
}
