/** Copies of all that the switch keeps, taken while it runs. */
import type { Writable } from "node:stream";

/** What a copy has beside the database and the mailboxes. */
export interface BackupWishes {
  /** The token of the installation, the first accounts, and the key that secrets are sealed with. */
  readonly keys: boolean;
  /** The recordings of calls. */
  readonly recordings: boolean;
  /** The timelines of ended calls. */
  readonly journal: boolean;
}

export interface RunningBackup {
  /** Under which it is kept. */
  readonly name: string;
  /** Writes the archive (tar, gzip). Ends `to` where all went well, and destroys it where not. */
  writeTo(to: Writable): Promise<void>;
  /** Nobody wants it. */
  abandon(): void;
}

export interface Backups {
  /**
   * Takes the copy of the database. One at a time: throws `RequestError` (`conflict`) while another is written, and
   * `StorageError` where there is no room for it.
   */
  begin(wishes: BackupWishes): Promise<RunningBackup>;
}
