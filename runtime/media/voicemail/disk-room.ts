/** Whether the disk has room: as of the last look, which is never old and never waited for. */
import { statfs } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";

/** What is left to others: the store above all, which cannot work on a full disk. */
export const RESERVED_BYTES = 256 * 1024 * 1024;
const LOOK_AGAIN_MS = 5_000;

export type FreeBytes = (folder: string) => Promise<number>;

export class DiskRoom {
  readonly #folder: string;
  readonly #clock: Pick<Clock, "now">;
  readonly #log: Log;
  readonly #freeBytes: FreeBytes;
  #free = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isLow = false;

  constructor(options: { folder: string; clock: Pick<Clock, "now">; log: Log; freeBytes?: FreeBytes | undefined }) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#freeBytes = options.freeBytes ?? freeBytesOf;
  }

  /** Whether so many bytes may be written. */
  has(bytes: number): boolean {
    if (this.#clock.now() - this.#lookedAt >= LOOK_AGAIN_MS) void this.look();
    return this.#free - bytes >= RESERVED_BYTES;
  }

  async look(): Promise<void> {
    this.#lookedAt = this.#clock.now();
    try {
      this.#free = await this.#freeBytes(this.#folder);
    } catch (error) {
      this.#log.warn("The free space for voicemail cannot be read", { folder: this.#folder, error });
      return;
    }
    const isLow = this.#free < RESERVED_BYTES;
    if (isLow && !this.#isLow) {
      const { folder, free } = { folder: this.#folder, free: this.#free };
      this.#log.error("The disk is nearly full: no voicemail and no recording is taken until there is room", {
        folder,
        free,
      });
    }
    this.#isLow = isLow;
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
