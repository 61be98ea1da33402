/**
 * Puts a backup in place of a data folder. It is unpacked and checked within the folder first, so that nothing is touched
 * before all of it is there, and moved by renaming, which also works where the folder is a volume of its own. What was there
 * before is moved aside, not removed.
 */
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BackupManifest } from "../contract/backup-manifest.ts";
import { BackupProblem, readBackup } from "./archive-reader.ts";
import { DATABASE, KEY_FILES } from "./contents.ts";

const STAGING = ".restore";
const MODE = 0o700;

/** What is asked of the database, which another room knows. */
export interface DatabaseChecks {
  isInUse(file: string): boolean;
  inspect(file: string): { readonly damage: readonly string[]; readonly schema: number; readonly known: number };
}

export type Restored =
  | { readonly type: "in-use" }
  /** There is something already, and nobody has said that it may be moved aside. */
  | { readonly type: "not-empty" }
  | {
      readonly type: "restored";
      readonly manifest: BackupManifest;
      /** Where that is which was there before; `null`: there was nothing. */
      readonly aside: string | null;
      /** Keys that the backup has not, and that the folder had. */
      readonly kept: readonly string[];
    };

/** Throws `BackupProblem`, and then nothing has changed. `stamp`: names what is moved aside. */
export async function restoreBackup(
  from: string,
  data: string,
  checks: DatabaseChecks,
  { force, stamp }: { readonly force: boolean; readonly stamp: string },
): Promise<Restored> {
  await mkdir(data, { recursive: true, mode: MODE });
  if (checks.isInUse(join(data, DATABASE))) return { type: "in-use" };
  const before = (await readdir(data)).filter((name) => !name.startsWith("."));
  if (before.length > 0 && !force) return { type: "not-empty" };
  const staging = join(data, STAGING);
  await rm(staging, { recursive: true, force: true });
  try {
    await mkdir(staging, { mode: MODE });
    const manifest = await readBackup(from, staging);
    checkDatabase(join(staging, DATABASE), checks);
    const kept = await keepKeys(data, staging, before);
    const aside = before.length === 0 ? null : join(data, `.before-restore-${stamp}`);
    if (aside !== null) await moveAll(data, aside, before);
    await moveAll(staging, data, await readdir(staging));
    return { type: "restored", manifest, aside, kept };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function checkDatabase(file: string, checks: DatabaseChecks): void {
  let state: ReturnType<DatabaseChecks["inspect"]>;
  try {
    state = checks.inspect(file);
  } catch (error) {
    throw new BackupProblem(
      `its database cannot be opened (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  if (state.damage.length > 0) throw new BackupProblem(`its database is damaged: ${state.damage.join("; ")}`);
  if (state.schema <= state.known) return;
  throw new BackupProblem(
    `it is of a newer Strowger (its schema is ${state.schema}, this program knows ${state.known}): restore it with that one`,
  );
}

/** Without its key, secrets that come back could not be opened; the token is in the hands of whoever uses the API. */
async function keepKeys(data: string, staging: string, before: readonly string[]): Promise<readonly string[]> {
  const has = new Set(await readdir(staging));
  const kept = KEY_FILES.filter((name) => before.includes(name) && !has.has(name));
  for (const name of kept) await copyFile(join(data, name), join(staging, name));
  return kept;
}

async function moveAll(from: string, to: string, names: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true, mode: MODE });
  for (const name of names) await rename(join(from, name), join(to, name));
}
