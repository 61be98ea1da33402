/** Writes what scripts have used of their day to the store: what has changed, together, every few seconds. */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { PolicyStore, UsageRow } from "../../port/policy.ts";
import type { ScriptGate } from "./script-gate.ts";

const WRITE_EVERY_MS = 2000;

export interface UsageWriterParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<PolicyStore, "putUsage">;
  readonly domain: string;
  gates(): Iterable<ScriptGate>;
}

export class UsageWriter implements TimerOwner {
  readonly #parts: UsageWriterParts;
  /** What the store has of each script, as text. */
  readonly #written = new Map<string, string>();
  #timer: Timer | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isAway = false;

  constructor(parts: UsageWriterParts) {
    this.#parts = parts;
  }

  /** Something has changed. */
  note(): void {
    this.#timer ??= this.#parts.clock.startTimer(WRITE_EVERY_MS, this, "usage");
  }

  expire(): void {
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async stop(): Promise<void> {
    await this.#writing;
    await this.#write();
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #write(): Promise<void> {
    const { store, log } = this.#parts;
    const rows = this.#changed();
    if (rows.length === 0) return;
    try {
      await store.putUsage(rows);
      for (const row of rows) this.#written.set(row.script, textOf(row));
      this.#isAway = false;
    } catch (error) {
      // They are in memory, and are written once the store is back.
      if (!this.#isAway) log.warn("What scripts have used of their budgets could not be stored", { error });
      this.#isAway = true;
      this.note();
    }
  }

  /** Calls that are up use more with every second. */
  #changed(): readonly UsageRow[] {
    const { domain, gates } = this.#parts;
    const rows: UsageRow[] = [];
    for (const gate of gates()) {
      if (gate.isTalking) this.note();
      if (gate.policy === null) continue;
      const row = { domain, script: gate.script, ...gate.used() };
      if (this.#written.get(gate.script) !== textOf(row)) rows.push(row);
    }
    return rows;
  }
}

function textOf({ day, calls, talkMs }: UsageRow): string {
  return `${day} ${calls} ${talkMs}`;
}
