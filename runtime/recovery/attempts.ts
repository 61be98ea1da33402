/**
 * How often the calls of an earlier process could not be taken over, since this process died of it: after a few times they
 * are put aside, for a switch without them is better than none.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Whoever kills processes for want of memory may do so a few times in a row: none of that is the fault of the calls. */
const MOST_ATTEMPTS = 5;
const OWNER_ONLY = 0o600;

export class TakeOverAttempts {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Counts one more; `false`: there were too many. */
  begin(): boolean {
    const attempt = this.#count() + 1;
    writeFileSync(this.#file, String(attempt), { mode: OWNER_ONLY });
    return attempt <= MOST_ATTEMPTS;
  }

  succeeded(): void {
    rmSync(this.#file, { force: true });
  }

  #count(): number {
    try {
      return Number.parseInt(readFileSync(this.#file, "utf8"), 10) || 0;
    } catch {
      return 0;
    }
  }
}

/** Out of the way, and kept for whoever wants to know why. What was put aside before goes. */
export function putAside(folder: string): string {
  const aside = `${folder}.aside`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(folder, aside);
  return aside;
}
