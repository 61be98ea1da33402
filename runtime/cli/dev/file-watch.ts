/** Tells when something in some folders has changed, a moment after it has. */
import { type FSWatcher, watch } from "node:fs";

/** Editors write a file in several steps. */
const SETTLE_MS = 50;

export class FileWatch {
  readonly #onChange: () => void;
  readonly #watched = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * Watches these folders, and others no more. Files are not watched themselves: many an editor puts a new one in place.
   * Gives whether one is new, in which something may have changed before.
   */
  folders(wanted: ReadonlySet<string>): boolean {
    for (const [folder, watcher] of this.#watched) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    const before = this.#watched.size;
    for (const folder of wanted) if (!this.#watched.has(folder)) this.#watch(folder);
    return this.#watched.size > before;
  }

  close(): void {
    this.folders(new Set());
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#changed());
      // The folder is gone: whoever reads its files says so.
      watcher.on("error", () => this.#changed());
      this.#watched.set(folder, watcher);
    } catch {
      // As above.
    }
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#onChange();
    }, SETTLE_MS);
  }
}
