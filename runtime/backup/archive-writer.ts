/**
 * Writes a backup as an archive: the database first, then the other files, and last the manifest, which an archive that was
 * cut short does not have. A file that has gone meanwhile is left out, one that grows is taken as long as it was.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { RequestError } from "../base/errors.ts";
import {
  type BackupFile,
  type BackupManifest,
  isPathWithin,
  MANIFEST_FILE,
  MOST_BACKUP_FILES,
} from "../contract/backup-manifest.ts";

const MODE = 0o600;
/** Sound and databases do not get much smaller however long one tries. */
const COMPRESSION = 1;
const READ_BYTES = 256 * 1024;

export interface ArchivedFile {
  /** In the archive. */
  readonly path: string;
  /** On the disk. */
  readonly file: string;
}

/** Rejects where a file cannot be read or `to` takes no more; then `to` is destroyed. */
export async function writeArchive(
  to: Writable,
  head: Omit<BackupManifest, "files">,
  files: AsyncIterable<ArchivedFile>,
): Promise<void> {
  const archive = pack();
  const sent = pipeline(archive, createGzip({ level: COMPRESSION }), to);
  // Whoever reads has gone, or the disk has: nothing waits for the rest.
  sent.catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    const written: BackupFile[] = [];
    for await (const { path, file } of files) {
      if (written.length >= MOST_BACKUP_FILES) throw tooMany();
      const entry = await addFile(archive, path, file);
      if (entry !== undefined) written.push(entry);
    }
    const text = `${JSON.stringify({ ...head, files: written }, null, 1)}\n`;
    archive.entry({ name: MANIFEST_FILE, mode: MODE, mtime: new Date(head.createdAt) }, text);
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    await sent.catch(() => undefined);
    throw error;
  }
  await sent;
}

async function addFile(archive: Pack, path: string, file: string): Promise<BackupFile | undefined> {
  const handle = await openIfThere(file);
  if (handle === undefined) return undefined;
  try {
    const { size, mtime } = await handle.stat();
    const hash = createHash("sha256");
    const entry = archive.entry({ name: path, size, mode: MODE, mtime });
    const part = { start: 0, end: size - 1, autoClose: false, highWaterMark: READ_BYTES };
    const source = size === 0 ? Readable.from([]) : handle.createReadStream(part);
    await pipeline(
      source,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      entry as unknown as Writable,
    );
    return { path, bytes: size, sha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function tooMany(): RequestError {
  return new RequestError(
    "full",
    `There are more than ${MOST_BACKUP_FILES} files: copy the data folder by other means.`,
  );
}

/** The files below a folder, under their own names. */
export async function* within(folder: string, paths: AsyncIterable<string>): AsyncGenerator<ArchivedFile> {
  for await (const path of paths) if (isPathWithin(path)) yield { path, file: join(folder, path) };
}
