/**
 * The host processes: some that work and one spare that is ready to take the place of any. A version has a home host,
 * and uses the others when its own is busy. A lost host is replaced at once; what waited there goes to another, once.
 */
import { setPriority } from "node:os";
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { HostInspector } from "./attached-debuggers.ts";
import { Entry } from "./entry.ts";
import { Host, type HostOwner, type LostHost } from "./host.ts";
import type { HostCommand } from "./host-command.ts";
import type { SandboxLimits } from "./limits.ts";
import { Respawn } from "./respawn.ts";
import type { LoadedVersion, Versions } from "./versions.ts";

/** An event goes to another host than its version's own only where so many wait there. */
const CALM_ENTRIES = 8;
/** So many deaths in a row before any host came up: the machine cannot run them. */
const FAILURES_TO_GIVE_UP = 3;

export interface PoolOptions {
  readonly hosts: number;
  readonly limits: SandboxLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly versions: Versions;
  /** JSON of the setup of a host, in ASCII. */
  readonly setup: string;
  /** Where scripts are debugged; there is no spare then, which nobody could be attached to. */
  readonly inspector: HostInspector | null;
  /** Whether the hosts yield to all other work of the machine. */
  readonly isBackground: boolean;
}

/** Of the scale from -20 to 19: everybody else comes first. */
const BACKGROUND_PRIORITY = 10;

export interface PoolOwner extends Pick<HostOwner, "outcome" | "logLine" | "operation" | "overdue"> {
  /** What ran when a host was lost, what was lost with it, and what no other host takes. */
  lost(lost: LostHost): void;
  /** No host took it a second time. */
  refused(entry: Entry): void;
}

export class Pool implements HostOwner, TimerOwner {
  readonly #options: PoolOptions;
  readonly #owner: PoolOwner;
  readonly #respawn = new Respawn();
  readonly #working: (Host | null)[];
  /** All that are started and not lost, ready or not. */
  readonly #alive = new Set<Host>();
  /** Lost ones whose process has not gone yet. */
  readonly #dying = new Set<Promise<unknown>>();
  #command: HostCommand | null = null;
  #respawnTimer: Timer | null = null;
  #isStopped = false;
  #started: PromiseWithResolvers<void> | null = null;

  constructor(options: PoolOptions, owner: PoolOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#working = new Array<Host | null>(options.hosts).fill(null);
  }

  get alive(): Iterable<Host> {
    return this.#alive;
  }

  get readyHosts(): number {
    let ready = 0;
    for (const host of this.#alive) if (host.isReady) ready++;
    return ready;
  }

  /** Whether an event would have to wait, whichever host it went to. */
  get isBehind(): boolean {
    const hosts = this.#working.filter((host) => host !== null);
    return hosts.length > 0 && hosts.every((host) => host.isBehind);
  }

  /** Resolves once one host is ready. */
  start(command: HostCommand): Promise<void> {
    this.#started = Promise.withResolvers<void>();
    const { promise } = this.#started;
    if (this.#isStopped) this.#refuseStart("The sandbox was stopped before a host was ready");
    else this.#command = command;
    this.#spawnMissing();
    return promise;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#command = null;
    this.#respawnTimer?.cancel();
    this.#working.fill(null);
    const exits = [...this.#alive].map((host) => host.stop());
    this.#alive.clear();
    this.#refuseStart("The sandbox was stopped before a host was ready");
    await Promise.all([...exits, ...this.#dying]);
  }

  load(version: LoadedVersion): void {
    for (const host of this.#alive) this.#tell(host, version);
  }

  unload(version: LoadedVersion): void {
    for (const host of this.#alive) host.unload(version);
  }

  /** `null` where no host can take it now. */
  send(entry: Entry, now: number): Host | null {
    const host = this.#choose(entry.version.slot);
    host?.send(entry, now);
    return host;
  }

  hostReady(host: Host): void {
    this.#respawn.ready();
    const free = this.#working.indexOf(null);
    if (free >= 0) this.#working[free] = host;
    this.#started?.resolve();
    this.#started = null;
  }

  hostLost(host: Host, lost: LostHost): void {
    this.#alive.delete(host);
    const now = performance.now();
    if (host.isReady) this.#respawn.lost(now);
    else this.#respawn.failed(now);
    const place = this.#working.indexOf(host);
    if (place >= 0) this.#working[place] = this.#spare() ?? null;
    this.#mourn(host, lost);
    this.#owner.lost(lost);
    for (const entry of lost.waiting) this.#sendAgain(entry, now);
    this.#spawnMissing();
  }

  outcome: HostOwner["outcome"] = (entry, outcome, answer) => this.#owner.outcome(entry, outcome, answer);
  logLine: HostOwner["logLine"] = (entry, level, text) => this.#owner.logLine(entry, level, text);
  operation: HostOwner["operation"] = (entry, asked) => this.#owner.operation(entry, asked);
  overdue: HostOwner["overdue"] = (entry) => this.#owner.overdue(entry);

  expire(): void {
    this.#respawnTimer = null;
    this.#spawnMissing();
  }

  #choose(slot: number): Host | null {
    const home = this.#working[slot % this.#working.length] ?? null;
    if (home !== null && home.backlog <= CALM_ENTRIES && !home.isFull) return home;
    let best = home;
    for (const host of this.#working) {
      if (host !== null && (best === null || host.backlog < best.backlog)) best = host;
    }
    return best?.isFull === true ? null : best;
  }

  #spare(): Host | undefined {
    for (const host of this.#alive) {
      if (host.isReady && !this.#working.includes(host)) return host;
    }
    return undefined;
  }

  #sendAgain(entry: Entry, now: number): void {
    if (entry.isResent || this.send(entry, now) === null) this.#owner.refused(entry);
    entry.isResent = true;
  }

  #spawnMissing(): void {
    if (this.#command === null || this.#respawnTimer !== null) return;
    const { hosts, setup, limits, clock, versions, inspector } = this.#options;
    while (this.#alive.size < (inspector === null ? hosts + 1 : hosts)) {
      const delay = this.#respawn.delay(performance.now());
      if (delay > 0) {
        this.#respawnTimer = clock.startTimer(delay, this, "respawn");
        return;
      }
      const host = new Host(this.#command, setup, limits, clock, this, inspector);
      this.#alive.add(host);
      if (this.#options.isBackground) yieldToOthers(host.pid);
      for (const version of versions.all()) this.#tell(host, version);
    }
  }

  #tell(host: Host, version: LoadedVersion): void {
    host.load(version);
    if (version.isWarm) host.send(new Entry(0, version, null, 0), performance.now());
  }

  #mourn(host: Host, lost: LostHost): void {
    const { log } = this.#options;
    const ref = lost.culprit?.version.ref;
    const fields = ref === undefined ? {} : { script: ref.script, version: ref.version };
    const gone = lost.exited.then((exit) => {
      const { code, signal, lastWords } = exit;
      if (this.#command !== null)
        log.warn("A script host was lost", { ...fields, loss: lost.loss, code, signal, lastWords });
      if (!host.isReady) this.#giveUp(lastWords);
    });
    this.#dying.add(gone);
    gone.finally(() => this.#dying.delete(gone));
  }

  /** Only before the first host was ready: later, hosts may yet come up again. */
  #giveUp(lastWords: string): void {
    if (this.#started === null || this.#respawn.failures < FAILURES_TO_GIVE_UP) return;
    this.#refuseStart(`No script host can be started on this machine. ${lastWords}`);
    void this.stop();
  }

  #refuseStart(message: string): void {
    this.#started?.reject(new AppError("sandbox-unavailable", message));
    this.#started = null;
  }
}

function yieldToOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, BACKGROUND_PRIORITY);
  } catch {
    // It is gone already, or the platform knows no priorities.
  }
}
