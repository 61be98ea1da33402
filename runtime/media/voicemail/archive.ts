/**
 * The files of messages, moved so that a message is whole at every moment, whatever dies. A message arrives: audio to its
 * box, note beside it, row in the store, and only then the note of its arrival goes. It leaves the other way round: out
 * of sight, row, files. Each step can be done again by whoever finds it unfinished (`recovery.ts`).
 */
import { copyFile, constants as fs, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { fail, ok, type Result } from "../../base/result.ts";
import { repairWav } from "../wav/repair-wav.ts";
import { inspectWav } from "../wav/wav-reader.ts";
import { isMissing, makeFolder, moveDurably, removeFile, sync, writeDurably } from "./durable-files.ts";
import type { BoxName, Folders } from "./folders.ts";
import { formatNote, type MessageNote, parseNote } from "./note.ts";

const NOTE_MODE = 0o600;
/** Ends the name of a file that is being written. */
export const UNFINISHED = ".new";

export class Archive {
  readonly #folders: Folders;

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  async open(): Promise<void> {
    for (const folder of [this.#folders.incoming, this.#folders.lost, this.#folders.boxes]) await makeFolder(folder);
  }

  /** Notes who begins to speak, whole or not at all. Not forced to the disk: nothing has been promised yet. */
  async announce(note: MessageNote): Promise<void> {
    const file = this.#folders.arriving(note.id).note;
    await writeFile(`${file}${UNFINISHED}`, formatNote(note), { mode: NOTE_MODE });
    await rename(`${file}${UNFINISHED}`, file);
  }

  /**
   * Brings a message whose recording has ended into its box, and says how many milliseconds it has; the problem: why there
   * is no recording. May be done again.
   */
  async admit(note: MessageNote): Promise<Result<number, string>> {
    const arriving = this.#folders.arriving(note.id);
    const place = this.#folders.message(note, note.id);
    const recorded = await repairWav(arriving.audio);
    if (!recorded.ok) {
      const settled = await inspectWav(place.audio);
      if (!settled.ok) return fail(recorded.problem);
      await sync(this.#folders.messages(note));
      return settled;
    }
    await makeFolder(this.#folders.messages(note));
    await writeDurably(place.note, formatNote(note));
    await sync(arriving.audio);
    await moveDurably(arriving.audio, place.audio);
    return ok(recorded.value);
  }

  /** The message is in the store: nothing is left to be done. */
  async settle(id: string): Promise<void> {
    await removeFile(this.#folders.arriving(id).note);
  }

  /** Nothing worth keeping was said. */
  async drop(id: string): Promise<void> {
    await removeFile(this.#folders.arriving(id).audio);
    await removeFile(this.#folders.arriving(id).note);
  }

  /** Copies the audio of a message to where another one arrives, whole or not at all; `false`: it is not there. */
  async duplicate(box: BoxName, id: string, to: string): Promise<boolean> {
    const unfinished = `${to}${UNFINISHED}`;
    try {
      await copyFile(this.#folders.message(box, id).audio, unfinished, fs.COPYFILE_EXCL | fs.COPYFILE_FICLONE);
      await rename(unfinished, to);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      // As a full disk leaves it.
      await removeFile(unfinished).catch(() => {});
      throw error;
    }
  }

  /** Takes a message that is to be erased out of sight: from here on it is never seen again. May be done again. */
  async hide(box: BoxName, id: string): Promise<void> {
    const place = this.#folders.message(box, id);
    const hidden = this.#folders.erasing(box, id);
    await makeFolder(this.#folders.erased(box));
    await moveDurably(place.audio, hidden.audio);
    await removeFile(place.note);
  }

  /** The row of a hidden message is gone: its audio may go, too. */
  async destroy(box: BoxName, id: string): Promise<void> {
    await removeFile(this.#folders.erasing(box, id).audio);
  }

  /** Ids of messages whose audio lies in a folder; `undefined`: there is no such folder. */
  async idsIn(folder: string): Promise<readonly string[] | undefined> {
    try {
      const names = await readdir(folder);
      return names.filter((name) => name.endsWith(".wav")).map((name) => name.slice(0, -".wav".length));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async noteAt(file: string): Promise<MessageNote | undefined> {
    try {
      return parseNote(await readFile(file, "utf8"));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}
