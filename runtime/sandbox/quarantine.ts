/**
 * Versions that do damage again and again run no more for a while: three events that took too long or too much memory,
 * or one host process taken down, within five minutes.
 */
import type { Clock } from "../base/clock.ts";
import type { ScriptRef } from "../port/script.ts";

export type Offence = "timeout" | "memory" | "host-lost";

const WINDOW_MS = 5 * 60_000;
const COOL_DOWN_MS = 5 * 60_000;
/** Strikes at which a version is quarantined, and what an offence counts. */
const LIMIT = 3;
const WEIGHTS: Readonly<Record<Offence, number>> = { timeout: 1, memory: 1, "host-lost": LIMIT };
/** Versions with strikes kept in mind; the one struck longest ago is forgotten first. */
const MOST_RECORDS = 1000;

interface StrikeRecord {
  readonly strikes: { readonly at: number; readonly weight: number }[];
  until: number;
}

export class Quarantine {
  readonly #clock: Clock;
  readonly #records = new Map<string, StrikeRecord>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns whether this offence put the version into quarantine. */
  strike(ref: ScriptRef, offence: Offence): boolean {
    const now = this.#clock.now();
    const name = nameOf(ref);
    const before = this.#records.get(name);
    const strikes = (before?.strikes ?? []).filter((strike) => strike.at > now - WINDOW_MS);
    strikes.push({ at: now, weight: WEIGHTS[offence] });
    const isOver = strikes.reduce((sum, strike) => sum + strike.weight, 0) >= LIMIT;
    this.#records.delete(name);
    // After the cool-down a version begins with a clean slate.
    this.#records.set(
      name,
      isOver ? { strikes: [], until: now + COOL_DOWN_MS } : { strikes, until: before?.until ?? 0 },
    );
    if (this.#records.size > MOST_RECORDS) this.#forgetOldest();
    return isOver;
  }

  isQuarantined(ref: ScriptRef): boolean {
    if (this.#records.size === 0) return false;
    const record = this.#records.get(nameOf(ref));
    return record !== undefined && record.until > this.#clock.now();
  }

  #forgetOldest(): void {
    for (const name of this.#records.keys()) {
      this.#records.delete(name);
      return;
    }
  }
}

function nameOf(ref: ScriptRef): string {
  return `${ref.script}@${ref.version}`;
}
