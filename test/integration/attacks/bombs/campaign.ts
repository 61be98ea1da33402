/**
 * Sets bombs off over real sandboxes: several side by side, each with one working host, one spare, and a neighbour on the
 * same host. What became of each bomb can be had as soon as it is known, the rest at the end.
 */
import { type LogFields, silentLog } from "../../../../runtime/base/log.ts";
import type { ScriptOutcome } from "../../../../runtime/port/script.ts";
import type { SandboxLimits } from "../../../../runtime/sandbox/limits.ts";
import { ManualOperations, OPERATE } from "../../sandbox/manual-operations.ts";
import { ScriptRunner } from "../../sandbox/script-runner.ts";
import { type LongestTurn, watchTurns } from "../turn-watch.ts";
import type { Bomb } from "./bomb.ts";
import { HostMemory } from "./host-memory.ts";
import { type Losses, Neighbour } from "./neighbour.ts";

const SANDBOXES = 3;
const EVENTS = 3;
/** Timeouts for want of CPU are no strikes: a busy machine may need more events until a loop is quarantined. */
const MOST_EVENTS = 12;

export interface Verdict {
  readonly script: string;
  readonly outcomes: readonly ScriptOutcome[];
  /** The longest that one of its events took until its outcome was there. */
  readonly longestMs: number;
  readonly isQuarantined: boolean;
  /** The scripts that the log blames for hosts that were lost meanwhile. */
  readonly blamed: readonly string[];
}

export interface Summary {
  readonly losses: Losses;
  /** Whether no neighbour is in quarantine. */
  readonly isNeighbourFree: boolean;
  readonly turn: LongestTurn;
  /** The largest resident memory that any host has had. */
  readonly hostMB: number;
  readonly readyHosts: readonly number[];
  readonly hostsLost: number;
}

export class Campaign {
  readonly #verdicts = new Map<string, PromiseWithResolvers<Verdict>>();
  readonly finished: Promise<Summary>;

  constructor(bombs: readonly Bomb[], limits: Partial<SandboxLimits>) {
    for (const bomb of bombs) this.#verdicts.set(bomb.name, Promise.withResolvers());
    this.finished = this.#run(bombs, limits);
  }

  async verdict(bomb: Bomb): Promise<Verdict> {
    const verdict = this.#verdicts.get(bomb.name)?.promise;
    if (verdict === undefined) throw new Error(`"${bomb.name}" is not in this campaign`);
    return verdict;
  }

  async #run(bombs: readonly Bomb[], limits: Partial<SandboxLimits>): Promise<Summary> {
    const shelters = Array.from({ length: SANDBOXES }, () => new Shelter(limits));
    await Promise.all(shelters.map((shelter) => shelter.start()));
    const memory = new HostMemory();
    const turns = watchTurns();
    const queue = bombs.map((bomb, index) => [bomb, `bomb-${index}`] as const);
    await Promise.all(
      shelters.map(async (shelter) => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          const [bomb, script] = next;
          const settle = this.#verdicts.get(bomb.name);
          await shelter.endure(bomb, script).then(settle?.resolve, settle?.reject);
        }
      }),
    );
    const turn = turns.stop();
    const hostMB = memory.stop();
    const ends = await Promise.all(shelters.map((shelter) => shelter.stop()));
    return { turn, hostMB, ...sum(ends) };
  }
}

interface End {
  readonly losses: Losses;
  readonly isNeighbourFree: boolean;
  readonly readyHosts: number;
  readonly hostsLost: number;
}

/** One sandbox with its neighbour. */
class Shelter {
  readonly #runner: ScriptRunner;
  readonly #neighbour: Neighbour;
  readonly #blamed: string[] = [];

  constructor(limits: Partial<SandboxLimits>) {
    const note = (text: string, fields?: LogFields): void => {
      if (text === "A script host was lost") this.#blamed.push(String(fields?.script));
    };
    this.#runner = new ScriptRunner(limits, 1, new ManualOperations(), undefined, { ...silentLog, warn: note });
    this.#neighbour = new Neighbour(this.#runner);
  }

  async start(): Promise<void> {
    await this.#runner.sandbox.start();
    await this.#runner.allHosts();
    this.#neighbour.start();
  }

  async endure(bomb: Bomb, script: string): Promise<Verdict> {
    const runner = this.#runner;
    await runner.allHosts();
    const blamedBefore = this.#blamed.length;
    const ref = runner.load(script, sourceOf(bomb));
    const outcomes: ScriptOutcome[] = [];
    let longestMs = 0;
    const mayGoOn = (): boolean => {
      if (runner.sandbox.isQuarantined(ref)) return false;
      return (
        outcomes.length < (bomb.events ?? EVENTS) || (endsInTime(outcomes.at(-1)) && outcomes.length < MOST_EVENTS)
      );
    };
    while (mayGoOn()) {
      await this.#neighbour.isServed();
      const startedAt = performance.now();
      outcomes.push(await runner.run(ref));
      longestMs = Math.max(longestMs, performance.now() - startedAt);
    }
    // The end of a host is logged once its process is gone, and the next one is ready later than that.
    await runner.allHosts();
    const isQuarantined = runner.sandbox.isQuarantined(ref);
    runner.sandbox.unload(ref);
    return { script, outcomes, longestMs, isQuarantined, blamed: this.#blamed.slice(blamedBefore) };
  }

  async stop(): Promise<End> {
    const losses = await this.#neighbour.stop();
    await this.#runner.allHosts();
    const { sandbox } = this.#runner;
    const { readyHosts } = sandbox;
    const isNeighbourFree = !sandbox.isQuarantined(this.#neighbour.ref);
    await sandbox.stop();
    return { losses, isNeighbourFree, readyHosts, hostsLost: this.#blamed.length };
  }
}

function sourceOf({ body, before = "" }: Bomb): string {
  return `${OPERATE}\n${before}\nexport default { invite(call, event) {\n${body}\n} };`;
}

function endsInTime(outcome: ScriptOutcome | undefined): boolean {
  return outcome?.type === "fault" && outcome.fault.reason === "timeout";
}

function sum(ends: readonly End[]): Omit<Summary, "turn" | "hostMB"> {
  const losses = ends.map((end) => end.losses);
  return {
    losses: {
      events: losses.reduce((total, { events }) => total + events, 0),
      wrong: losses.reduce((total, { wrong }) => total + wrong, 0),
      atOnce: losses.flatMap(({ atOnce }) => atOnce),
      waiting: losses.flatMap(({ waiting }) => waiting),
    },
    isNeighbourFree: ends.every((end) => end.isNeighbourFree),
    readyHosts: ends.map((end) => end.readyHosts),
    hostsLost: ends.reduce((total, end) => total + end.hostsLost, 0),
  };
}
