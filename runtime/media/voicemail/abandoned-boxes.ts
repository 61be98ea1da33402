/**
 * Boxes whose user is gone. All that is in them is kept for a week, in case that the user was removed by mistake and comes
 * back; then messages, greetings, PIN and settings are erased, so that whoever gets that name later finds an empty box. A
 * file in the folder of the box says since when, so that a restart changes nothing; one that says 1970 is erased at once.
 */
import { readFile } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import { StorageError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { VoicemailStore } from "../../port/voicemail-store.ts";
import { type BoxTable, GREETING_KINDS, keyOf } from "./box-table.ts";
import { isMissing, makeFolder, removeFile, removeFolder, writeDurably } from "./durable-files.ts";
import type { BoxName, Folders } from "./folders.ts";
import { boxesOnDisk, type Greetings } from "./greetings.ts";

/** As long as a deleted message can be restored. */
export const ABANDONED_DAYS = 7;
const DAY_MS = 86_400_000;

export interface AbandonedBoxesOptions {
  readonly folders: Folders;
  readonly table: BoxTable;
  readonly greetings: Greetings;
  readonly store: VoicemailStore;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  erase(box: BoxName, id: string): Promise<unknown>;
}

export class AbandonedBoxes {
  readonly #options: AbandonedBoxesOptions;

  constructor(options: AbandonedBoxesOptions) {
    this.#options = options;
  }

  /** The user has just been removed: the week begins. Never rejects; what cannot be noted now, the next sweep notes. */
  async keep(box: BoxName): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const boxes = await this.#all();
      if (boxes.has(keyOf(box))) await this.#note(box, clock.now());
    } catch (error) {
      log.warn("A mailbox whose user is gone cannot be noted now", { error, ...fieldsOf(box) });
    }
  }

  /** Erases a box at once. Rejects with `StorageError` where that cannot be done now; the sweep goes on with it. */
  async erase(box: BoxName): Promise<void> {
    try {
      await this.#note(box, 0);
      await this.#erase(box);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `The user is removed, its mailbox is not yet: ${reason}. That is tried again within an hour`;
      throw new StorageError("store-unavailable", message, { cause });
    }
  }

  /** Notes boxes that nobody has any more, erases those whose time is over, and forgets what was noted of the others. */
  async sweep(): Promise<void> {
    const { table, log } = this.#options;
    const boxes = await this.#all();
    for (const box of boxes.values()) {
      // A domain that is not served now may come back with all its users.
      if (box.domain !== table.domain) continue;
      try {
        await this.#look(box);
      } catch (error) {
        log.warn("A mailbox whose user is gone cannot be erased now", { error, ...fieldsOf(box) });
      }
    }
  }

  async #look(box: BoxName): Promise<void> {
    const { folders, table, clock, log } = this.#options;
    const since = await this.#since(box);
    if (table.isOwned(box)) {
      if (since !== null) await removeFile(folders.abandoned(box));
    } else if (since === null) {
      await this.#note(box, clock.now());
      log.warn(
        `A mailbox has no user: it is erased in ${ABANDONED_DAYS} days, unless the user comes back`,
        fieldsOf(box),
      );
    } else if (Math.abs(clock.now() - since) >= ABANDONED_DAYS * DAY_MS) await this.#erase(box);
  }

  async #erase(box: BoxName): Promise<void> {
    const { folders, table, greetings, store, log, erase } = this.#options;
    const ids = await store.ids(box.domain, box.mailbox);
    for (const id of ids) await erase(box, id);
    for (const kind of GREETING_KINDS) await greetings.remove(box, kind);
    await store.removeSettings(box.domain, box.mailbox);
    table.removeRow(box);
    // With it goes what was noted: until then the next sweep goes on.
    await removeFolder(folders.box(box));
    log.info("The mailbox of a user who is gone was erased", { messages: ids.length, ...fieldsOf(box) });
  }

  async #note(box: BoxName, since: number): Promise<void> {
    const { folders } = this.#options;
    await makeFolder(folders.box(box));
    await writeDurably(folders.abandoned(box), new Date(since).toISOString());
  }

  /** `null`: nothing that can be read is noted. */
  async #since(box: BoxName): Promise<number | null> {
    try {
      const since = Date.parse(await readFile(this.#options.folders.abandoned(box), "utf8"));
      return Number.isNaN(since) ? null : since;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Boxes of which there is anything. */
  async #all(): Promise<ReadonlyMap<string, BoxName>> {
    const { folders, table } = this.#options;
    return new Map([...table.known(), ...(await boxesOnDisk(folders))].map((box) => [keyOf(box), box]));
  }
}

function fieldsOf({ domain, mailbox }: BoxName) {
  return { domain, personal: { mailbox } };
}
