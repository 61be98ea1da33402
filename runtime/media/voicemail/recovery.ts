/**
 * Puts in order what a crash has left, before anything else is done: recordings that were broken off are delivered,
 * arrivals and erasures finished, files without a row given one. Nothing that might be a message is removed.
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { VoicemailRow, VoicemailStore } from "../../port/voicemail-store.ts";
import { repairWav } from "../wav/repair-wav.ts";
import { inspectWav } from "../wav/wav-reader.ts";
import { type Archive, UNFINISHED } from "./archive.ts";
import { moveDurably, removeFile } from "./durable-files.ts";
import { type BoxName, type Folders, SCRATCH_PREFIX } from "./folders.ts";
import type { MessageNote } from "./note.ts";

/** Less than this nobody has said anything in, when a recording was broken off. */
const MIN_SPOKEN_MS = 1_000;

export interface RecoveryOptions {
  readonly folders: Folders;
  readonly archive: Archive;
  readonly store: VoicemailStore;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Brings a message into its box and the store. */
  deliver(note: MessageNote): Promise<unknown>;
}

export class Recovery {
  readonly #options: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  async run(boxes: readonly BoxName[]): Promise<void> {
    await this.#finishArrivals();
    for (const box of boxes) {
      await this.#attempt(this.#options.folders.messages(box), async () => {
        await this.#finishErasures(box);
        await this.#compare(box);
      });
    }
  }

  async #finishArrivals(): Promise<void> {
    const { folders, archive } = this.#options;
    const names = await readdir(folders.incoming);
    for (const name of names.filter((name) => name.endsWith(".json"))) {
      await this.#attempt(name, async () => {
        const note = await archive.noteAt(join(folders.incoming, name));
        if (note !== undefined && `${note.id}.json` === name) await this.#finishArrival(note, names);
        else await removeFile(join(folders.incoming, name));
      });
    }
    const left = await readdir(folders.incoming);
    for (const name of left) {
      // With its note, it is one that could not be delivered now: the next start tries again.
      const hasNote = left.includes(`${basename(name, ".wav")}.json`);
      if (name.endsWith(".wav") && !hasNote) await this.#attempt(name, () => this.#setAside(name));
      if (name.endsWith(UNFINISHED)) await removeFile(join(folders.incoming, name));
    }
  }

  /** One thing that cannot be put in order keeps nobody from starting, nor the others from being put in order. */
  async #attempt(what: string, task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#options.log.error("Voicemail cannot be put in order: it is tried again at the next start", { what, error });
    }
  }

  async #finishArrival(note: MessageNote, names: readonly string[]): Promise<void> {
    const { folders, archive, log } = this.#options;
    const { audio } = folders.arriving(note.id);
    if (names.includes(`${note.id}.wav`)) {
      const length = await repairWav(audio);
      if (!length.ok) {
        await this.#setAside(`${note.id}.wav`);
        await archive.settle(note.id);
        return;
      }
      if (length.value < MIN_SPOKEN_MS) return await archive.drop(note.id);
    } else if (!(await inspectWav(folders.message(note, note.id).audio)).ok) {
      // Announced, and nothing was recorded.
      await archive.drop(note.id);
      return;
    }
    await this.#options.deliver(note);
    log.warn("A voicemail message that was broken off has been delivered", { message: note.id });
  }

  /** Whose this is nobody knows: greetings that were not finished, recordings without a note, and what is no WAV. */
  async #setAside(name: string): Promise<void> {
    const { folders, log } = this.#options;
    const file = join(folders.incoming, name);
    const isScratch = name.startsWith(SCRATCH_PREFIX);
    const length = isScratch ? undefined : await repairWav(file);
    const isShort = length?.ok === true && length.value < MIN_SPOKEN_MS;
    const isEmpty = length?.ok === false && (await stat(file)).size === 0;
    if (isScratch || isShort || isEmpty) {
      await removeFile(file);
      return;
    }
    await moveDurably(file, join(folders.lost, name));
    // Who spoke, where at least that is known.
    const note = `${basename(name, ".wav")}.json`;
    await moveDurably(join(folders.incoming, note), join(folders.lost, note));
    log.error("A recording cannot be brought into a mailbox: listen to it, and remove it", {
      file: join(folders.lost, name),
    });
  }

  async #finishErasures(box: BoxName): Promise<void> {
    const { folders, archive, store } = this.#options;
    for (const id of (await archive.idsIn(folders.erased(box))) ?? []) {
      await store.remove(box.domain, box.mailbox, id);
      await archive.destroy(box, id);
    }
  }

  async #compare(box: BoxName): Promise<void> {
    const { folders, archive, store } = this.#options;
    const files = await archive.idsIn(folders.messages(box));
    const rows = new Set(await store.ids(box.domain, box.mailbox));
    for (const id of files ?? []) if (!rows.has(id)) await this.#adopt(box, id);
    const missing = [...rows].filter((id) => files?.includes(id) !== true);
    if (missing.length > 0) await this.#reportMissing(box, missing, files !== undefined);
  }

  /** A file without a row: the store has lost it (an older copy was put back, a power cut took its last commits). */
  async #adopt(box: BoxName, id: string): Promise<void> {
    const { folders, archive, store, clock, log } = this.#options;
    const place = folders.message(box, id);
    const length = await inspectWav(place.audio);
    if (!length.ok) {
      log.error("A file among the messages is none: look at it, and remove it", { file: place.audio });
      return;
    }
    const now = clock.now();
    const unknown = { from: "", fromName: "", callId: "", receivedAt: new Date(now).toISOString(), transcript: null };
    const note = { ...unknown, ...(await archive.noteAt(place.note)), ...box, id };
    await store.add(toRow(note, { ms: length.value, now, transcription: "none" }), null);
    log.warn("A message that the store did not know has come back into its mailbox", {
      message: basename(place.audio),
    });
  }

  /**
   * Rows without a file. Where the whole folder is away, it may come back; else the file is gone, and the message goes to
   * the deleted ones, where it lights no lamp and can be restored if the file is put back.
   */
  async #reportMissing(box: BoxName, ids: readonly string[], isFolderThere: boolean): Promise<void> {
    const { store, clock, log, folders } = this.#options;
    const fields = { folder: folders.messages(box), messages: ids.length, first: ids[0] };
    if (!isFolderThere) {
      log.error("The folder of a mailbox is not there: put it back, or erase its messages", fields);
      return;
    }
    for (const id of ids) await store.move(box.domain, box.mailbox, id, "deleted", clock.now());
    log.error("Messages have lost their files, and are among the deleted ones now", fields);
  }
}

/** The row of a message that is new in its box. */
export function toRow(
  { id, domain, mailbox, from, fromName, callId, receivedAt, transcript }: MessageNote,
  more: { readonly ms: number; readonly now: number; readonly transcription: VoicemailRow["transcription"] },
): VoicemailRow {
  return {
    id,
    domain,
    mailbox,
    folder: "new",
    folderAt: more.now,
    receivedAt,
    seconds: more.ms / 1000,
    from,
    fromName,
    callId,
    transcript,
    transcription: more.transcription,
  };
}
