/**
 * Reads a backup into an empty folder, from its archive or from a folder that one was unpacked into, and holds it against its
 * manifest: every file is there, as it was, and no other. Nothing of it is written anywhere else, whatever its paths say.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, opendir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough, type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import {
  type BackupFile,
  type BackupManifest,
  isPathWithin,
  MANIFEST_FILE,
  MOST_BACKUP_FILES,
  manifestSchema,
} from "../contract/backup-manifest.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;

/** What is no backup, or not all of one; the message says why. */
export class BackupProblem extends Error {}

/** `into`: a folder that is there and empty; `null`: it is looked at alone. Throws `BackupProblem`. */
export async function readBackup(from: string, into: string | null): Promise<BackupManifest> {
  const isFolder = (await stat(from)).isDirectory();
  const read = isFolder ? await copyFolder(from, into) : await unpack(createReadStream(from), into);
  return verified(read);
}

/** The same from a stream of an archive. */
export async function readArchive(from: Readable, into: string): Promise<BackupManifest> {
  return verified(await unpack(from, into));
}

interface Read {
  readonly files: ReadonlyMap<string, BackupFile>;
  readonly manifest: string | undefined;
}

async function unpack(from: Readable, into: string | null): Promise<Read> {
  const archive = extract();
  const fed = pipeline(from, createGunzip(), archive as unknown as NodeJS.WritableStream);
  // Told below, by the loop that reads the entries.
  fed.catch(() => undefined);
  const files = new Map<string, BackupFile>();
  let manifest: string | undefined;
  try {
    for await (const entry of archive) {
      const { name, type, size = 0 } = entry.header;
      if (type === "directory") {
        entry.resume();
        continue;
      }
      if (type !== "file") throw new BackupProblem(`it holds ${JSON.stringify(name)}, which is no plain file`);
      const content = entry.pipe(new PassThrough());
      if (name === MANIFEST_FILE) manifest = await textOf(content, size);
      else files.set(name, await writeFile(content, name, into, files));
    }
    await fed;
  } catch (error) {
    if (error instanceof BackupProblem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupProblem(`it is no archive of a backup, or was cut short (${reason})`);
  }
  return { files, manifest };
}

async function copyFolder(from: string, into: string | null): Promise<Read> {
  const files = new Map<string, BackupFile>();
  for await (const path of filesBelow(from, "")) {
    if (path === MANIFEST_FILE) continue;
    files.set(path, await writeFile(createReadStream(join(from, path)), path, into, files));
  }
  const manifest = await readFile(join(from, MANIFEST_FILE), "utf8").catch(() => undefined);
  return { files, manifest };
}

async function* filesBelow(root: string, folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(join(root, folder))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, path);
    else if (entry.isFile()) yield path;
    else throw new BackupProblem(`it holds ${JSON.stringify(path)}, which is no plain file`);
  }
}

async function writeFile(
  content: Readable,
  path: string,
  into: string | null,
  known: ReadonlyMap<string, BackupFile>,
): Promise<BackupFile> {
  if (!isPathWithin(path)) throw new BackupProblem(`it holds a file with the name ${JSON.stringify(path)}`);
  if (known.has(path)) throw new BackupProblem(`it holds ${path} twice`);
  if (known.size >= MOST_BACKUP_FILES) throw new BackupProblem(`it holds more than ${MOST_BACKUP_FILES} files`);
  const hash = createHash("sha256");
  let bytes = 0;
  await pipeline(
    content,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    into === null ? nowhere() : await newFile(join(into, path)),
  );
  return { path, bytes, sha256: hash.digest("hex") };
}

async function newFile(file: string): Promise<Writable> {
  await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE });
  return createWriteStream(file, { flags: "wx", mode: FILE_MODE, flush: true });
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function textOf(content: Readable, size: number): Promise<string> {
  if (size > MOST_MANIFEST_BYTES) throw new BackupProblem("its manifest is too large");
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function verified({ files, manifest }: Read): BackupManifest {
  if (manifest === undefined) throw new BackupProblem("it has no manifest: it was cut short, or is no backup");
  const parsed = manifestSchema.safeParse(parseJson(manifest));
  if (!parsed.success) throw new BackupProblem("this program cannot read its manifest: it is of another version");
  for (const { path, bytes, sha256 } of parsed.data.files) {
    const file = files.get(path);
    if (file === undefined) throw new BackupProblem(`${path} is missing`);
    if (file.bytes !== bytes || file.sha256 !== sha256) throw new BackupProblem(`${path} is not what it was`);
  }
  if (files.size === parsed.data.files.length) return parsed.data;
  const listed = new Set(parsed.data.files.map(({ path }) => path));
  const foreign = [...files.keys()].find((path) => !listed.has(path));
  throw new BackupProblem(`${foreign ?? "a file"} is not in its manifest`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
