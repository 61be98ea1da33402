/** What 100,000 registered contacts cost: memory, look-ups, the start with them, and the second in which all run out. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Measurement } from "./measure-load.ts";

/** Three look-ups differ by what the caches of the processor hold; a walk over all would take a hundred times as long. */
const FLAT_FACTOR = 12;
const LONGEST_STALL_MS = 20;
const SWITCH_CORE = "0";

export interface ContactFigures {
  readonly contacts: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** With 1,000, 10,000 and all. */
  readonly lookupNs: readonly number[];
  readonly loadMs: number;
  readonly stallMs: number;
  readonly sweepSeconds: number;
  /** Still there after the sweep. */
  readonly left: number;
}

export async function measureContacts(): Promise<Measurement> {
  const script = join(import.meta.dirname, "contacts-process.ts");
  const command = ["-c", SWITCH_CORE, process.execPath, "--expose-gc", "--disable-warning=ExperimentalWarning", script];
  const { stdout } = await promisify(execFile)("taskset", command);
  // Printed by that process as its last line.
  const figures = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ContactFigures;
  const [few = Number.NaN, , all = Number.NaN] = figures.lookupNs;
  return {
    value: figures.heapBytes,
    unit: "bytes of heap per contact",
    valid: figures.left === 0 && all < few * FLAT_FACTOR && figures.stallMs < LONGEST_STALL_MS,
    detail:
      `${figures.contacts} contacts, RSS ${figures.rssBytes.toFixed(0)} bytes each; ` +
      `look-up ${figures.lookupNs.map((ns) => ns.toFixed(0)).join("/")} ns with 1k/10k/100k; ` +
      `loaded in ${figures.loadMs.toFixed(0)} ms; all run out in one second: cleared away in ` +
      `${figures.sweepSeconds.toFixed(1)} s, at most ${figures.stallMs.toFixed(1)} ms of it at a time`,
  };
}
