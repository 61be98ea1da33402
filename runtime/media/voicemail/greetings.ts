/** Greetings that owners of boxes have made: one WAV file of each kind. The files are the truth; the table remembers them. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RequestError } from "../../base/errors.ts";
import type { GreetingKind } from "../../port/mailbox.ts";
import { inspectWav } from "../wav/wav-reader.ts";
import { type BoxTable, GREETING_KINDS } from "./box-table.ts";
import { isMissing, makeFolder, moveDurably, removeFile, sync, writeDurably } from "./durable-files.ts";
import { type BoxName, type Folders, fromFolderName } from "./folders.ts";

const MAX_GREETING_MS = 60_000;

export class Greetings {
  readonly #folders: Folders;
  readonly #table: BoxTable;

  constructor(folders: Folders, table: BoxTable) {
    this.#folders = folders;
    this.#table = table;
  }

  /** Finds the greetings that there are. */
  async load(boxes: readonly BoxName[]): Promise<void> {
    for (const box of boxes) {
      for (const name of await namesIn(this.#folders.greetings(box))) {
        const kind = GREETING_KINDS.find((known) => name === `${known}.wav`);
        if (kind !== undefined) this.#table.setGreeting(box, kind, true);
      }
    }
  }

  /** Takes a recording as a greeting; it is moved. Throws `RequestError` where it is none. */
  async put(box: BoxName, kind: GreetingKind, file: string): Promise<void> {
    const length = await inspectWav(file);
    const problem = !length.ok
      ? `it cannot be played: ${length.problem}`
      : length.value === 0
        ? "it is empty"
        : length.value > MAX_GREETING_MS
          ? `it is longer than ${MAX_GREETING_MS / 1000} s`
          : null;
    if (problem !== null) {
      await removeFile(file);
      throw new RequestError("invalid-request", `This is no greeting: ${problem}. Send a WAV file.`);
    }
    await makeFolder(this.#folders.greetings(box));
    await sync(file);
    await moveDurably(file, this.#folders.greeting(box, kind));
    this.#table.setGreeting(box, kind, true);
  }

  /** The same for the bytes of a file; `scratch`: where it may lie meanwhile. */
  async putBytes(box: BoxName, kind: GreetingKind, bytes: Uint8Array, scratch: string): Promise<void> {
    await writeDurably(scratch, bytes);
    await this.put(box, kind, scratch);
  }

  /** `false`: there was none. */
  async remove(box: BoxName, kind: GreetingKind): Promise<boolean> {
    if (!this.#table.hasGreeting(box, kind)) return false;
    await removeFile(this.#folders.greeting(box, kind));
    await sync(this.#folders.greetings(box));
    this.#table.setGreeting(box, kind, false);
    return true;
  }
}

/** All boxes that have a folder. */
export async function boxesOnDisk(folders: Folders): Promise<readonly BoxName[]> {
  const boxes: BoxName[] = [];
  for (const domainName of await namesIn(folders.boxes)) {
    const domain = fromFolderName(domainName);
    if (domain === undefined) continue;
    for (const boxName of await namesIn(join(folders.boxes, domainName))) {
      const mailbox = fromFolderName(boxName);
      if (mailbox !== undefined) boxes.push({ domain, mailbox });
    }
  }
  return boxes;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && "code" in error && error.code === "ENOTDIR")) return [];
    throw error;
  }
}
