/**
 * Scripts as plain objects of this process, with the sandbox's own rules: what goes in and comes out is copied as JSON,
 * state is kept together with a valid return, limits are counted. What only another process can do, it does not: stop a
 * loop that never ends, or bound the memory.
 */
import type { Clock } from "../../base/clock.ts";
import type { Operations } from "../../port/sandbox.ts";
import type {
  HandlerName,
  ScriptFault,
  ScriptOutcome,
  ScriptRef,
  ScriptRun,
  ScriptRunOwner,
  Scripts,
} from "../../port/script.ts";
import { connect } from "../../sandbox/host/realm/host.ts";
import { DEFAULT_LIMITS } from "../../sandbox/limits.ts";
import { LOG_LEVELS } from "../../sandbox/protocol.ts";
import type { Pace } from "../pace.ts";
import { Handling } from "./handling.ts";

/** Of each event. */
const SEED_CHARACTERS = 16;
const VERSION = 1;

/** What happens in a script, told as it happens. */
export interface ScriptWatcher {
  began(run: ScriptRun, event: unknown): void;
  ended(run: ScriptRun, outcome: ScriptOutcome): void;
  printed(run: ScriptRun, level: string, text: string): void;
  asked(run: ScriptRun, name: string, args: unknown): void;
  /** `result`: what came of it, or the problem that kept it from being done. */
  answered(run: ScriptRun, name: string, result: unknown, isDone: boolean): void;
}

export interface InProcessOptions {
  /** By name: what the module of each exports as its default. */
  readonly scripts: Readonly<Record<string, object>>;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly operations: Operations;
  readonly watcher: ScriptWatcher;
  /** Variables of the scripts. */
  readonly env: Readonly<Record<string, string>>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export class InProcessScripts implements Scripts {
  readonly options: InProcessOptions;
  readonly #live = new Map<number, Handling>();

  constructor(options: InProcessOptions) {
    this.options = options;
  }

  pick(script: string): ScriptRef | ScriptFault {
    if (Object.hasOwn(this.options.scripts, script)) return { script, version: VERSION };
    return { reason: "missing", message: `There is no script "${script}"` };
  }

  handles({ script }: ScriptRef, handler: HandlerName): boolean {
    return this.#handler(script, handler) !== undefined;
  }

  isHandled(script: string, handler: HandlerName): boolean {
    return this.#handler(script, handler) !== undefined;
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const { clock, watcher } = this.options;
    const ticket = ++lastTicket;
    const handling = new Handling(ticket, run, this, (outcome) => {
      byTicket.delete(ticket);
      // Never within the call of `run` itself.
      clock.startTimer(0, { expire: () => this.#tell(ticket, outcome, owner) }, "outcome");
    });
    byTicket.set(ticket, handling);
    this.#live.set(ticket, handling);
    watcher.began(run, (JSON.parse(run.json) as { event: unknown }).event);
    handling.start(this.options.scripts[run.ref.script] ?? {}, this.#handler(run.ref.script, run.handler));
    return ticket;
  }

  abort(ticket: number): void {
    this.#live.get(ticket)?.drop();
    this.#live.delete(ticket);
    byTicket.delete(ticket);
  }

  /** 16 characters, an octet each: where the random numbers of an event begin. */
  seed(): string {
    let seed = "";
    for (let index = 0; index < SEED_CHARACTERS; index++) {
      seed += String.fromCharCode(Math.floor(this.options.random() * 256));
    }
    return seed;
  }

  #tell(ticket: number, outcome: ScriptOutcome, owner: ScriptRunOwner): void {
    const handling = this.#live.get(ticket);
    if (handling === undefined) return;
    this.#live.delete(ticket);
    this.options.watcher.ended(handling.run, outcome);
    // Whoever has begun an event that belongs to no call waits for it by a promise.
    if (handling.run.callId === null) this.options.pace.promised();
    owner.scriptOutcome(ticket, outcome);
  }

  /** An own property, as in the sandbox: what a script inherits is no handler. */
  #handler(script: string, handler: HandlerName): ((...values: object[]) => unknown) | undefined {
    const exported = this.options.scripts[script];
    const work: unknown =
      exported === undefined ? undefined : Reflect.getOwnPropertyDescriptor(exported, handler)?.value;
    return typeof work === "function" ? (work as (...values: object[]) => unknown) : undefined;
  }
}

/** Events in progress, of all simulations of this process: the realm knows them by their number alone. */
const byTicket = new Map<number, Handling>();
let lastTicket = 0;

connect(
  {
    // What is pending is settled by `Handling` itself.
    answer() {},
    log: (id, level, text) => byTicket.get(id)?.print(LOG_LEVELS[level] ?? "info", text),
    startTimer: (id, timer, ms) => byTicket.get(id)?.startTimer(timer, ms),
    stopTimer: (id, timer) => byTicket.get(id)?.stopTimer(timer),
    startOperation: (id, number, name, json) => byTicket.get(id)?.startOperation(number, name, json),
  },
  DEFAULT_LIMITS,
);
