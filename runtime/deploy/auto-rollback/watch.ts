/** Watches what was deployed lately, and goes back where it does badly. */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Deployment, DeploymentShare } from "../../port/deployment.ts";
import type { ScriptRef } from "../../port/script.ts";
import type { ScriptStats, VersionCounts } from "../../port/script-stats.ts";
import { judge, type RollbackPolicy } from "./judge.ts";
import { newVersions, sharesWithout } from "./shares.ts";

const LOOK_MS = 1_000;

export interface WatchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: ScriptStats;
  isQuarantined(ref: ScriptRef): boolean;
  /** `null`: the switch never goes back by itself. Read at each deployment. */
  policy(): RollbackPolicy | null;
  /** Makes these shares live in place of the deployment `id`; rejects where another one is live by now. */
  goBack(script: string, to: readonly DeploymentShare[], by: { message: string; ifMatch: number }): Promise<unknown>;
}

interface Watched {
  readonly deployment: Deployment;
  readonly previous: Deployment;
  readonly policy: RollbackPolicy;
  readonly until: number;
  readonly candidates: readonly Compared[];
  /** The version that most calls got before. */
  readonly baseline: Compared;
  /** How the baseline did before the deployment. */
  readonly before: VersionCounts;
}

/** A version, and what was counted of it when the deployment began. */
interface Compared {
  readonly version: number;
  readonly start: VersionCounts;
}

export class RollbackWatch implements TimerOwner {
  readonly #parts: WatchParts;
  /** By script: a new deployment takes the place of the one before it. */
  readonly #watched = new Map<string, Watched>();
  #timer: Timer | null = null;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** A deployment is live. One that has gone back is not watched: there is nothing left to go back to. */
  deployed(deployment: Deployment, previous: Deployment | undefined): void {
    const { clock, stats } = this.#parts;
    const { script } = deployment;
    this.#watched.delete(script);
    const policy = this.#parts.policy();
    if (policy === null || previous === undefined || !deployment.autoRollback || deployment.reason !== "deploy") return;
    const until = Date.parse(deployment.createdAt) + policy.withinMs;
    const candidates = newVersions(deployment.versions, previous.versions);
    const [old] = sharesWithout(previous.versions, new Set(candidates));
    if (candidates.length === 0 || old === undefined || until <= clock.now()) return;
    const compared = (version: number): Compared => ({ version, start: stats.counts({ script, version }) });
    this.#watched.set(script, {
      deployment,
      previous,
      policy,
      until,
      candidates: candidates.map(compared),
      baseline: compared(old.version),
      before: stats.recent({ script, version: old.version }),
    });
    this.#timer ??= clock.startTimer(LOOK_MS, this, "look");
  }

  /** The script is gone. */
  forget(script: string): void {
    this.#watched.delete(script);
  }

  expire(): void {
    this.#timer = null;
    for (const [script, watched] of this.#watched) {
      if (this.#parts.clock.now() >= watched.until) this.#watched.delete(script);
      else this.#look(script, watched);
    }
    if (this.#watched.size > 0) this.#timer = this.#parts.clock.startTimer(LOOK_MS, this, "look");
  }

  stop(): void {
    this.#timer?.cancel();
    this.#watched.clear();
  }

  #look(script: string, watched: Watched): void {
    const { stats } = this.#parts;
    const { candidates, before, policy } = watched;
    const old = watched.baseline.version;
    const beside = difference(stats.counts({ script, version: old }), watched.baseline.start);
    const baseline = { version: old, counts: enough(beside, policy) ? beside : add(before, beside) };
    const reasons = new Map<number, string>();
    for (const { version, start } of candidates) {
      const ref = { script, version };
      const counts = difference(stats.counts(ref), start);
      const isQuarantined = this.#parts.isQuarantined(ref);
      const reason = judge({ version, counts, isQuarantined }, baseline, policy);
      if (reason !== null) reasons.set(version, reason);
    }
    if (reasons.size > 0) this.#goBack(script, watched, [...reasons.values()].join("; "));
  }

  #goBack(script: string, { deployment, previous, candidates }: Watched, reason: string): void {
    const { log, goBack } = this.#parts;
    this.#watched.delete(script);
    const to = sharesWithout(previous.versions, new Set(candidates.map(({ version }) => version)));
    log.warn("A deployment is undone by the switch", { script, deployment: deployment.id, to, reason });
    goBack(script, to, { message: reason, ifMatch: deployment.id }).catch((error: unknown) => {
      log.error("A deployment that does badly could not be undone", { script, deployment: deployment.id, error });
    });
  }
}

/** Whether the versions can be compared side by side. */
function enough(counts: VersionCounts, { minSample }: RollbackPolicy): boolean {
  return counts.events >= minSample && counts.calls >= minSample;
}

function difference(now: VersionCounts, then: VersionCounts): VersionCounts {
  return combine(now, then, (a, b) => a - b);
}

function add(one: VersionCounts, other: VersionCounts): VersionCounts {
  return combine(one, other, (a, b) => a + b);
}

function combine(one: VersionCounts, other: VersionCounts, each: (a: number, b: number) => number): VersionCounts {
  return {
    events: each(one.events, other.events),
    faults: each(one.faults, other.faults),
    timeouts: each(one.timeouts, other.timeouts),
    calls: each(one.calls, other.calls),
    failedCalls: each(one.failedCalls, other.failedCalls),
  };
}
