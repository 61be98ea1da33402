/** Replays and shadows as the API asks for them, and as the recorder tells of events. */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import type { CodeToTry } from "../port/deployment.ts";
import type { EventListener, Journal, RecordedEvent } from "../port/journal.ts";
import type { CallReplay, ReplaySummary, Replays, ShadowSetting, ShadowStatus } from "../port/replay.ts";
import type { ScriptRef } from "../port/script.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { replayCall } from "./replay-call.ts";
import { Shadow } from "./shadow.ts";

/** Wall time of a replay of many calls. */
const MOST_MS = 60_000;
const MOST_DIFFERENCES = 20;
const MOST_SHADOWS = 10;

export interface ReplayerParts {
  readonly journal: Journal;
  readonly rehearsal: Rehearsal;
  readonly clock: Clock;
  readonly random: () => number;
  /** An event was run in the shadow of a script, or thrown away. */
  counted(script: string, result: string): void;
}

export class Replayer implements Replays, EventListener {
  readonly #parts: ReplayerParts;
  readonly #shadows = new Map<string, Shadow>();
  #isBusy = false;

  constructor(parts: ReplayerParts) {
    this.#parts = parts;
  }

  replayCall(id: string, code: CodeToTry): Promise<CallReplay> {
    return this.#alone(async () => {
      const recorded = await this.#parts.journal.recorded(id);
      if (recorded === undefined)
        throw new RequestError("not-found", `Nothing is recorded of a call ${id} (any more).`);
      const version = await this.#parts.rehearsal.find(recorded.script, code);
      return replayCall(recorded, version, this.#parts.rehearsal);
    });
  }

  replayScript(
    script: string,
    { code, since, most }: { code: CodeToTry; since: number; most: number },
  ): Promise<ReplaySummary> {
    return this.#alone(async () => {
      const { journal, rehearsal, clock } = this.#parts;
      const version = await rehearsal.find(script, code);
      const ids = await journal.callsOf(script, since, most + 1);
      const end = clock.now() + MOST_MS;
      const counts = { same: 0, different: 0, skipped: 0 };
      const differences: CallReplay[] = [];
      let calls = 0;
      for (const id of ids.slice(0, most)) {
        if (clock.now() > end) break;
        calls++;
        const recorded = await journal.recorded(id);
        const replay = recorded === undefined ? undefined : await replayCall(recorded, version, rehearsal);
        if (replay === undefined || replay.events.every(({ result }) => result === "skipped")) counts.skipped++;
        else counts[replay.result]++;
        if (replay?.result === "different" && differences.length < MOST_DIFFERENCES) differences.push(replay);
      }
      const tried = version.isDraft ? null : version.ref.version;
      return { script, version: tried, calls, ...counts, isTruncated: calls < ids.length, differences };
    });
  }

  shadow(script: string): ShadowStatus | undefined {
    return this.#shadows.get(script)?.status();
  }

  async setShadow(script: string, { version, percent }: ShadowSetting): Promise<ShadowStatus> {
    const { rehearsal, clock, random } = this.#parts;
    const candidate = await rehearsal.find(script, { type: "version", selector: version });
    if (this.#shadows.size >= MOST_SHADOWS && !this.#shadows.has(script)) {
      throw new RequestError("conflict", `${MOST_SHADOWS} scripts have a shadow: remove one that is not needed.`);
    }
    this.#shadows.get(script)?.stop();
    const counted = (result: string): void => this.#parts.counted(script, result);
    const shadow = new Shadow({ candidate, percent, rehearsal, clock, random, counted });
    this.#shadows.set(script, shadow);
    return shadow.status();
  }

  removeShadow(script: string): boolean {
    this.#shadows.get(script)?.stop();
    return this.#shadows.delete(script);
  }

  wants({ script, version }: ScriptRef): boolean {
    if (this.#shadows.size === 0) return false;
    const shadow = this.#shadows.get(script);
    return shadow !== undefined && shadow.version !== version;
  }

  eventEnded(callId: string, { script }: ScriptRef, number: number, read: () => RecordedEvent | undefined): void {
    this.#shadows.get(script)?.offer(callId, number, read);
  }

  /** One at a time: a replay is not to take more of the machine than one core. */
  async #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#isBusy)
      throw new RequestError("too-many-requests", "Another replay is running; try again when it is done.");
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }
}
