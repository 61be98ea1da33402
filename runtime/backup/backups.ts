/** Backups of the running switch: the database as it is at one moment, then the files that its rows name. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import { BACKUP_FORMAT } from "../contract/backup-manifest.ts";
import type { Backups, BackupWishes, RunningBackup } from "../port/backup.ts";
import type { Store } from "../port/store.ts";
import { type ArchivedFile, within, writeArchive } from "./archive-writer.ts";
import { DATABASE, filesOf, STAGING } from "./contents.ts";

export interface BackupParts {
  readonly data: string;
  readonly store: Pick<Store, "snapshot">;
  readonly version: string;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

export function createBackups({ data, store, version, clock, log }: BackupParts): Backups {
  const staging = join(data, STAGING);
  const snapshot = join(staging, DATABASE);
  let isRunning = false;

  const end = async (): Promise<void> => {
    await rm(staging, { recursive: true, force: true }).catch((error: unknown) =>
      log.warn("The working copy of a backup could not be removed", { error }),
    );
    isRunning = false;
  };

  async function* files(wishes: BackupWishes): AsyncGenerator<ArchivedFile> {
    yield { path: DATABASE, file: snapshot };
    yield* within(data, filesOf(data, wishes));
  }

  return {
    async begin(wishes): Promise<RunningBackup> {
      if (isRunning) throw new RequestError("conflict", "A backup is being written: wait until it is done.");
      isRunning = true;
      const createdAt = isoTime(clock.now());
      try {
        // A process that has died while it wrote one has left it.
        await rm(staging, { recursive: true, force: true });
        await mkdir(staging, { mode: 0o700 });
        await store.snapshot(snapshot);
      } catch (error) {
        await end();
        throw error;
      }
      return {
        name: `strowger-${createdAt.slice(0, 19).replaceAll(":", "")}.tar.gz`,
        async writeTo(to: Writable) {
          try {
            const head = { format: BACKUP_FORMAT, strowger: version, createdAt, with: wishes } as const;
            await writeArchive(to, head, files(wishes));
          } finally {
            await end();
          }
        },
        abandon: () => void end(),
      };
    },
  };
}
