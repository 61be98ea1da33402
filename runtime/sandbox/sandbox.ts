/** The sandbox as the switch sees it: runs go in with a ticket, each comes out as one outcome. */
import { availableParallelism } from "node:os";
import type { Clock } from "../base/clock.ts";
import { LiveMap } from "../base/live-map.ts";
import type { Log } from "../base/log.ts";
import { fail } from "../base/result.ts";
import type { ScriptInspection } from "../port/inspection.ts";
import type { Operations, Sandbox, SandboxListener, ScriptBundle } from "../port/sandbox.ts";
import type { ScriptFault, ScriptOutcome, ScriptRef, ScriptRun, ScriptRunOwner } from "../port/script.ts";
import type { Concealment } from "../port/script-data.ts";
import { Entry } from "./entry.ts";
import {
  hostLostTo,
  lostToAnother,
  noHandler,
  noOtherHost,
  noRoom,
  notLoaded,
  overdueHandler,
  quarantined,
  tooLargeEvent,
} from "./faults.ts";
import { toAscii } from "./frame.ts";
import type { LostHost } from "./host.ts";
import { findHostCommand } from "./host-command.ts";
import { Inspection } from "./inspection.ts";
import { completeLimits, type SandboxLimits } from "./limits.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { OperationDesk } from "./operation-desk.ts";
import type { AskedOperation, HostAnswer } from "./parse.ts";
import { Pool, type PoolOwner } from "./pool.ts";
import type { HostSetup } from "./protocol.ts";
import { type Offence, Quarantine } from "./quarantine.ts";
import { Reports } from "./reports.ts";
import { readRealm, readSdk } from "./trusted.ts";
import { Versions } from "./versions.ts";

export interface SandboxOptions {
  readonly limits?: Partial<SandboxLimits>;
  /**
   * Host processes that work at the same time; one spare is added.
   * @default one per core
   */
  readonly hosts?: number;
  /**
   * Hosts that yield to all other work of the machine.
   * @default false
   */
  readonly isBackground?: boolean;
  /**
   * Debuggers may be attached to scripts: whoever does so has all that a host process has. There is one host then.
   * @default false
   */
  readonly inspect?: boolean;
  /**
   * What scripts may ask of the switch.
   * @default nothing
   */
  readonly operations?: Operations;
  /**
   * Keeps secrets out of what is told of scripts.
   * @default there are none
   */
  readonly concealment?: Pick<Concealment, "mask" | "maskFault">;
  readonly listener: SandboxListener;
  readonly log: Log;
  readonly clock: Clock;
}

/** The sandbox, which versions it refuses to run for a while, and how many hosts it has. */
export interface ScriptSandbox extends Sandbox {
  isQuarantined(ref: ScriptRef): boolean;
  /** Host processes that can take events now, the spare among them. */
  readonly readyHosts: number;
  /** Runs without an outcome. */
  readonly pending: number;
  /** Whether all hosts have more to do than they can, so that a new event would have to wait. */
  readonly isBehind: boolean;
  /** `null` where none may be attached. */
  readonly inspection: ScriptInspection | null;
}

export function createSandbox(options: SandboxOptions): ScriptSandbox {
  return new HostedSandbox(options);
}

const NO_OPERATIONS: Operations = {
  run(_context, name, _args, done) {
    done(fail({ code: "unknown-operation", message: `This switch offers no operation "${name}"` }));
  },
};

/** Of an outcome that no host has given. */
const NO_ANSWER: HostAnswer = { text: "", cpuMs: 0, isStarved: false };

class HostedSandbox implements ScriptSandbox, PoolOwner {
  readonly #limits: SandboxLimits;
  readonly #log: Log;
  readonly inspection: Inspection | null;
  readonly #versions = new Versions();
  readonly #quarantine: Quarantine;
  readonly #pool: Pool;
  readonly #memory: MemoryWatch;
  readonly #desk: OperationDesk;
  readonly #reports: Reports;
  /** Runs without an outcome. */
  readonly #entries = new LiveMap<number, Entry>();
  /** Tickets of runs that no host was given, until their owners hear of it. */
  readonly #refused = new Set<number>();
  #lastTicket = 0;

  constructor(options: SandboxOptions) {
    this.#limits = completeLimits(options.limits ?? {});
    this.#log = options.log;
    this.#reports = new Reports(options.listener, options.log, options.concealment);
    this.#quarantine = new Quarantine(options.clock);
    const inspect = options.inspect === true;
    this.inspection = inspect ? new Inspection(this.#versions) : null;
    const setup: HostSetup = { limits: this.#limits, sdk: readSdk(), realm: readRealm(), inspect };
    this.#pool = new Pool(
      {
        hosts: inspect ? 1 : Math.max(1, options.hosts ?? availableParallelism()),
        isBackground: options.isBackground === true,
        limits: this.#limits,
        clock: options.clock,
        log: options.log,
        versions: this.#versions,
        setup: toAscii(JSON.stringify(setup)),
        inspector: this.inspection,
      },
      this,
    );
    this.#desk = new OperationDesk(options.operations ?? NO_OPERATIONS, this.#limits, options.log);
    this.#memory = new MemoryWatch(options.clock, this.#limits.hostMemoryMB, this.#pool.alive);
  }

  async start(): Promise<void> {
    const command = await findHostCommand(this.#log);
    await this.#pool.start(command);
    this.#memory.start();
  }

  async stop(): Promise<void> {
    this.#memory.stop();
    for (const entry of this.#entries.values()) entry.end();
    this.#entries.clear();
    this.#refused.clear();
    await this.#pool.stop();
  }

  load(bundle: ScriptBundle, warm = false): void {
    this.unload(bundle.ref);
    // A debugger needs something to be attached to before the first call comes.
    this.#pool.load(this.#versions.add(bundle, warm || this.inspection !== null));
  }

  unload(ref: ScriptRef): void {
    const version = this.#versions.remove(ref);
    if (version !== undefined) this.#pool.unload(version);
  }

  setEnvironment(script: string, variables: Readonly<Record<string, string>>): void {
    for (const { old, version } of this.#versions.setEnvironment(script, variables)) {
      this.#pool.unload(old);
      this.#pool.load(version);
    }
  }

  isQuarantined(ref: ScriptRef): boolean {
    return this.#quarantine.isQuarantined(ref);
  }

  get readyHosts(): number {
    return this.#pool.readyHosts;
  }

  get pending(): number {
    return this.#entries.size;
  }

  get isBehind(): boolean {
    return this.#pool.isBehind;
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const ticket = ++this.#lastTicket;
    const now = performance.now();
    const version = this.#versions.get(run.ref);
    const handler = version?.handlers.get(run.handler);
    if (version === undefined) return this.#refuse(ticket, run, owner, notLoaded(run));
    if (handler === undefined) return this.#refuse(ticket, run, owner, noHandler(run));
    if (this.#quarantine.isQuarantined(run.ref)) return this.#refuse(ticket, run, owner, quarantined(run));
    if (run.json.length > this.#limits.eventBytes) {
      return this.#refuse(ticket, run, owner, tooLargeEvent(run, this.#limits));
    }
    const entry = new Entry(ticket, version, { run, owner, handler }, now);
    const host = this.#pool.send(entry, now);
    if (host === null) return this.#refuse(ticket, run, owner, noRoom(run));
    this.#entries.set(ticket, entry);
    return ticket;
  }

  abort(ticket: number): void {
    this.#refused.delete(ticket);
    const entry = this.#entries.get(ticket);
    if (entry === undefined) return;
    this.#entries.delete(ticket);
    entry.end();
    entry.host?.abort(entry);
    entry.work?.run.trace?.abandoned();
  }

  outcome(entry: Entry, outcome: ScriptOutcome, answer: HostAnswer): void {
    const reason = outcome.type === "fault" ? outcome.fault.reason : null;
    if (reason === "memory" || (reason === "timeout" && !answer.isStarved)) this.#strike(entry.version.ref, reason);
    this.#finish(entry, outcome, answer);
  }

  overdue(entry: Entry): void {
    // Where the switch owes it a result, the time is not the script's own.
    const answer = { ...NO_ANSWER, isStarved: entry.awaited !== undefined };
    this.outcome(entry, { type: "fault", fault: overdueHandler(entry, this.#limits) }, answer);
  }

  operation(entry: Entry, asked: AskedOperation): void {
    this.#desk.start(entry, asked);
  }

  logLine(entry: Entry, level: number, text: string): void {
    if (entry.work !== null) this.#reports.logLine(entry.work, level, text);
  }

  lost(lost: LostHost): void {
    const { culprit, loss } = lost;
    if (culprit !== undefined) {
      this.#strike(culprit.version.ref, "host-lost");
      this.#fail(culprit, hostLostTo(culprit, loss));
    }
    for (const entry of lost.pending) this.#fail(entry, lostToAnother(entry));
  }

  refused(entry: Entry): void {
    this.#fail(entry, noOtherHost(entry));
  }

  #refuse(ticket: number, run: ScriptRun, owner: ScriptRunOwner, fault: ScriptFault): number {
    this.#refused.add(ticket);
    queueMicrotask(() => {
      if (!this.#refused.delete(ticket)) return;
      this.#reports.outcome(ticket, { run, owner }, { type: "fault", fault }, NO_ANSWER, 0);
    });
    return ticket;
  }

  #fail(entry: Entry, fault: ScriptFault): void {
    if (!entry.isOver) this.#finish(entry, { type: "fault", fault }, NO_ANSWER);
  }

  #finish(entry: Entry, outcome: ScriptOutcome, answer: HostAnswer): void {
    entry.end();
    if (entry.work === null) {
      if (outcome.type === "fault") {
        this.#log.warn("A script does not load", { ...entry.version.ref, fault: outcome.fault });
      }
      return;
    }
    this.#entries.delete(entry.ticket);
    this.#reports.ended(entry.ticket, entry.work, outcome, answer, performance.now() - entry.askedAt);
  }

  #strike(ref: ScriptRef, offence: Offence): void {
    if (this.#quarantine.strike(ref, offence)) {
      this.#log.warn("A script version is in quarantine", { script: ref.script, version: ref.version, offence });
    }
  }
}
