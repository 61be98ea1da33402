/**
 * The threads in which the engine marks garbage and compiles beside the one that answers calls. On a core that they share
 * they would take most of its time, for a fifth of a second each time. Whatever that thread waits for must not be done by
 * them: it would wait for whoever else has the core (`--no-parallel-scavenge`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

const THREADS = "/proc/self/task";
/** As the engine calls them. */
const BACKGROUND = "V8Worker";
/** A tenth of the time of a thread of ordinary priority. */
const NICENESS = 10;

/** Lets them have the time that is left. Only on Linux has each thread a priority of its own; elsewhere all stays as it is. */
export function lowerBackgroundThreads(): void {
  if (process.platform !== "linux") return;
  try {
    for (const thread of readdirSync(THREADS)) {
      const isBackground = readFileSync(`${THREADS}/${thread}/comm`, "utf8").startsWith(BACKGROUND);
      if (isBackground && getPriority(Number(thread)) < NICENESS) setPriority(Number(thread), NICENESS);
    }
  } catch {
    // It is a help, and nothing that a switch could not do without.
  }
}
