/**
 * A copy of the database as it is at one moment, taken while others write: by a connection of its own and in one step, since
 * a copy in several steps begins anew with each write in between. The work is done off this thread; with a write-ahead log
 * nobody waits for it.
 */
import { closeSync, openSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";

const ALL_PAGES = 0x7fff_ffff;

/** `target`: a file that is not there yet. Rejects where it cannot be written, and may leave a part of it. */
export async function snapshotDatabase(file: string, target: string): Promise<void> {
  // The digests of passwords are in it.
  closeSync(openSync(target, "wx", 0o600));
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    await backup(source, target, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}
