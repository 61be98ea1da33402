/** Removes recordings that are older than the configuration keeps them: looked for at the start and once an hour. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";

const SWEEP_MS = 3_600_000;
const DAY_MS = 24 * SWEEP_MS;

export class RecordingRetention {
  readonly #folder: string;
  readonly #days: number | null;
  readonly #clock: Clock;
  readonly #log: Log;
  #timer: Timer | null = null;
  #sweeping: Promise<void> = Promise.resolve();

  /** `days`: `null` keeps them for good. */
  constructor(options: {
    readonly folder: string;
    readonly days: number | null;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#folder = options.folder;
    this.#days = options.days;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  start(): void {
    if (this.#days !== null) this.expire();
  }

  expire(): void {
    this.#sweeping = this.sweep().catch((error: unknown) =>
      this.#log.warn("Old recordings could not be removed: look at the folder and its rights", {
        folder: this.#folder,
        error,
      }),
    );
    this.#timer = this.#clock.startTimer(SWEEP_MS, this, "sweep");
  }

  /** Resolves when what was begun is done. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#sweeping;
  }

  async sweep(): Promise<void> {
    const oldest = this.#clock.now() - (this.#days ?? 0) * DAY_MS;
    let removed = 0;
    for (const file of await this.#recordings()) {
      if ((await stat(file)).mtimeMs >= oldest) continue;
      await rm(file, { force: true });
      removed++;
    }
    if (removed > 0) this.#log.info("Old recordings were removed", { removed });
  }

  /** In a folder for each domain. */
  async #recordings(): Promise<string[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(noneThere);
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".wav"))
      .map(({ parentPath, name }) => join(parentPath, name));
  }
}

/** Nothing has been recorded yet. */
function noneThere(error: NodeJS.ErrnoException): [] {
  if (error.code === "ENOENT") return [];
  throw error;
}
