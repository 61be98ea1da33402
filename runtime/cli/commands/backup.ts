/** `strowger backup`: a copy of all that the running switch keeps, as one archive or as a folder. */
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { BackupProblem, readArchive, readBackup } from "../../backup/archive-reader.ts";
import { type BackupManifest, MANIFEST_FILE } from "../../contract/backup-manifest.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

const PATH = "/v1/backup";
const STDOUT = "-";
const ARCHIVE = /\.(tar\.gz|tgz)$/;
const OWNER_ONLY = 0o600;

interface BackupOptions {
  readonly withKeys?: true;
  readonly withRecordings?: true;
  readonly withJournal?: true;
}

export function defineBackup(program: Command): void {
  program
    .command("backup")
    .description("copy what the running switch keeps: users, scripts, mailboxes, records; calls go on meanwhile")
    .argument("<file>", "NAME.tar.gz, a folder that is empty or not there, or - for the standard output")
    .option("--with-keys", "with the token, the first accounts and the key of the secrets: whoever has it has them all")
    .option("--with-recordings", "with the recordings of calls")
    .option("--with-journal", "with the timelines of ended calls")
    .action(async (file: string, options: BackupOptions, command: Command) => {
      const { api, out } = openSession(command);
      const query = { keys: options.withKeys, recordings: options.withRecordings, journal: options.withJournal };
      const begin = async () => Readable.fromWeb(await api.download(PATH, query));
      if (file === STDOUT) {
        await pipeline(await begin(), process.stdout, { end: false });
        return;
      }
      const manifest = await failingPlainly(file, () => (ARCHIVE.test(file) ? save(file, begin) : unpack(file, begin)));
      const bytes = manifest.files.reduce((sum, entry) => sum + entry.bytes, 0);
      const files = manifest.files.length;
      out.result({ file, files, bytes, createdAt: manifest.createdAt, with: manifest.with }, () => {
        const keys = manifest.with.keys ? "" : " The key of the secrets is not in it (--with-keys).";
        return `${printable(file)} holds ${files} files, ${megabytes(bytes)}, checked.${keys}`;
      });
    });
}

/** Under its name once all of it is there and has been read back. */
async function save(file: string, begin: () => Promise<Readable>): Promise<BackupManifest> {
  const unfinished = `${file}.part`;
  // Whoever has a name already keeps it.
  await (await open(file, "wx", OWNER_ONLY)).close();
  try {
    await pipeline(await begin(), createWriteStream(unfinished, { mode: OWNER_ONLY, flush: true }));
    const manifest = await readBackup(unfinished, null);
    await rename(unfinished, file);
    return manifest;
  } catch (error) {
    await rm(unfinished, { force: true });
    await rm(file, { force: true });
    throw error;
  }
}

async function unpack(folder: string, begin: () => Promise<Readable>): Promise<BackupManifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0)
    throw new CommandFailure(`${printable(folder)} is not empty`, exitCodes.conflict);
  const manifest = await readArchive(await begin(), folder);
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`, { mode: OWNER_ONLY });
  return manifest;
}

async function failingPlainly<Value>(file: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof BackupProblem) throw new CommandFailure(`the backup is not whole: ${reason}; try again`);
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new CommandFailure(
      `cannot write ${printable(file)}: ${reason}`,
      isThere ? exitCodes.conflict : exitCodes.failed,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
