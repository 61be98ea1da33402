import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BackupProblem, readBackup } from "../../../runtime/backup/archive-reader.ts";
import { type ArchivedFile, within, writeArchive } from "../../../runtime/backup/archive-writer.ts";
import { filesOf } from "../../../runtime/backup/contents.ts";
import { restoreBackup } from "../../../runtime/backup/restore.ts";

const ALL = { keys: true, recordings: true, journal: true };
const NONE = { keys: false, recordings: false, journal: false };
const HEAD = { format: 1, strowger: "0.1.0", createdAt: "2026-01-01T00:00:00.000Z", with: NONE } as const;

let folder: string;
let data: string;
let archive: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "strowger-archive-"));
  data = join(folder, "data");
  archive = join(folder, "backup.tar.gz");
  target = join(folder, "target");
  await mkdir(target);
  for (const [path, text] of Object.entries({
    "voicemail/example.com/alice/new/1.wav": "RIFF",
    "voicemail/empty.json": "",
    token: "secret",
    "secret.key": "key",
    "accounts.json": "[]",
    "accounts.json.new": "[]",
    "recordings/a.wav": "RIFF",
    "journal/1.jsonl": "{}",
    "speech-cache/x.wav": "RIFF",
    "calls/0001.calls": "of this process",
    lock: "of this process",
    "strowger.sqlite": "db",
    "strowger.sqlite-wal": "wal",
    "something/of/tomorrow": "new",
  })) {
    await mkdir(join(data, path, ".."), { recursive: true });
    await writeFile(join(data, path), text);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function listed(wishes: typeof ALL): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of filesOf(data, wishes)) paths.push(path);
  return paths.sort();
}

function write(files: AsyncIterable<ArchivedFile> = within(data, filesOf(data, ALL))): Promise<void> {
  return writeArchive(createWriteStream(archive), HEAD, files);
}

async function problemOf(from = archive): Promise<string> {
  const error = await readBackup(from, target).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(BackupProblem);
  return (error as Error).message;
}

/** An archive that somebody else has made. */
async function foreign(entries: readonly (Parameters<ReturnType<typeof pack>["entry"]>[0] & { text?: string })[]) {
  const made = pack();
  for (const { text = "", ...header } of entries) made.entry(header, text);
  made.finalize();
  await pipeline(made, createGzip(), createWriteStream(archive));
}

describe("A backup", () => {
  it("holds what nobody has excluded, and keys, recordings and timelines where they are wished for", async () => {
    const always = ["something/of/tomorrow", "voicemail/empty.json", "voicemail/example.com/alice/new/1.wav"];
    expect(await listed(NONE)).toEqual(always);
    expect(await listed(ALL)).toEqual(
      [...always, "accounts.json", "journal/1.jsonl", "recordings/a.wav", "secret.key", "token"].sort(),
    );
  });

  it("comes back as it was, for its owner alone", async () => {
    await write();
    const manifest = await readBackup(archive, target);
    expect(manifest).toMatchObject(HEAD);
    const empty = manifest.files.find(({ path }) => path === "voicemail/empty.json");
    expect(empty).toMatchObject({ bytes: 0 });
    expect(await readFile(join(target, "voicemail/example.com/alice/new/1.wav"), "utf8")).toBe("RIFF");
    expect((await stat(join(target, "token"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(target, "voicemail"))).mode & 0o777).toBe(0o700);
  });

  it("is read from a folder too", async () => {
    await write();
    const manifest = await readBackup(archive, target);
    await writeFile(join(target, "manifest.json"), JSON.stringify(manifest));
    const other = join(folder, "other");
    await mkdir(other);
    expect((await readBackup(target, other)).files.length).toBe(manifest.files.length);
    await writeFile(join(target, "token"), "Secret");
    target = join(folder, "third");
    await mkdir(target);
    expect(await problemOf(join(folder, "target"))).toBe("token is not what it was");
  });

  it("leaves out a file that has gone, and takes of one that grows what was there", async () => {
    const big = join(data, "recordings", "big.wav");
    await writeFile(big, Buffer.alloc(300_000, 1));
    async function* files(): AsyncGenerator<ArchivedFile> {
      yield { path: "gone", file: join(data, "gone") };
      yield { path: "recordings/big.wav", file: big };
      await writeFile(big, Buffer.alloc(400_000, 2));
    }
    await write(files());
    const { files: read } = await readBackup(archive, target);
    expect(read.map(({ path, bytes }) => [path, bytes])).toEqual([["recordings/big.wav", 300_000]]);
  });

  it("ends soon where nobody reads it any more", async () => {
    await writeFile(join(data, "recordings", "big.wav"), Buffer.alloc(5_000_000, "noise"));
    const reader = new PassThrough({ highWaterMark: 1024 });
    const written = writeArchive(reader, HEAD, within(data, filesOf(data, ALL)));
    reader.once("data", () => reader.destroy());
    await expect(written).rejects.toThrow();
  });

  it("is refused where it was cut short", async () => {
    await writeFile(join(data, "recordings", "big.wav"), Buffer.alloc(100_000, "x"));
    await write();
    const { size } = await stat(archive);
    await truncate(archive, size - 100);
    expect(await problemOf()).toContain("cut short");
  });

  it("is refused where it is something else", async () => {
    await writeFile(archive, "no archive");
    expect(await problemOf()).toContain("no archive of a backup");
    await foreign([{ name: "a.txt", text: "a" }]);
    target = join(folder, "second");
    await mkdir(target);
    expect(await problemOf()).toContain("no manifest");
  });

  it.each(["../evil", "/etc/evil", "a/../../evil", "a//b", "a/./b", "a\\b", "a\nb", "", "..", "a/\u0000b"])(
    "never writes to the path %j",
    async (name) => {
      await foreign([{ name: name === "" ? "." : name, text: "evil", type: "file" }]);
      await problemOf();
      expect((await readdir(folder)).sort()).toEqual(["backup.tar.gz", "data", "target"]);
    },
  );

  it.each(["symlink", "link", "character-device", "fifo"] as const)("takes no %s", async (type) => {
    await foreign([{ name: "evil", type, linkname: "/etc/passwd" }]);
    expect(await problemOf()).toContain("no plain file");
  });

  it("is refused where a file is missing, twice there, or not in the manifest", async () => {
    const manifest = (files: readonly unknown[]) => ({
      name: "manifest.json",
      text: JSON.stringify({ ...HEAD, files }),
    });
    const a = { path: "a", bytes: 1, sha256: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" };
    const cases = [
      { entries: [manifest([a])], problem: "a is missing" },
      { entries: [{ name: "a", text: "a" }, { name: "a", text: "a" }, manifest([a])], problem: "a twice" },
      { entries: [{ name: "a", text: "b" }, manifest([a])], problem: "a is not what it was" },
      {
        entries: [{ name: "a", text: "a" }, { name: "b", text: "b" }, manifest([a])],
        problem: "b is not in its manifest",
      },
      {
        entries: [
          { name: "a", text: "a" },
          { ...manifest([a]), text: '{"format": 2}' },
        ],
        problem: "another version",
      },
    ];
    for (const [index, { entries, problem }] of cases.entries()) {
      await foreign(entries);
      target = join(folder, `target-${index}`);
      await mkdir(target);
      expect(await problemOf()).toContain(problem);
    }
  });

  it("is not restored where its database is damaged, or of a newer program", async () => {
    await write(
      (async function* () {
        yield { path: "strowger.sqlite", file: join(data, "strowger.sqlite") };
      })(),
    );
    const restore = (state: { damage?: string[]; schema?: number }) => {
      const inspect = () => ({ damage: [], schema: 3, known: 3, ...state });
      const checks = { isInUse: () => false, inspect };
      return restoreBackup(archive, target, checks, { force: false, stamp: "now" });
    };
    await expect(restore({ damage: ["row 7"] })).rejects.toThrow("damaged: row 7");
    await expect(restore({ schema: 4 })).rejects.toThrow("its schema is 4, this program knows 3");
    expect(await readdir(target)).toEqual([]);
    expect(await restore({})).toMatchObject({ type: "restored", aside: null });
    expect(await readdir(target)).toEqual(["strowger.sqlite"]);
  });
});
