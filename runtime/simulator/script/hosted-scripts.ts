/**
 * The script of a simulation in a host process, for code that nobody vouches for. Virtual time stands still while it runs;
 * what it waits for by timers of its own passes in real time.
 */
import type { ScriptBundle } from "../../port/sandbox.ts";
import type {
  HandlerName,
  LiveHandlers,
  ScriptOutcome,
  ScriptRef,
  ScriptRun,
  ScriptRunOwner,
  Scripts,
} from "../../port/script.ts";
import { DEFAULT_LIMITS } from "../../sandbox/limits.ts";
import type { ScriptSurroundings } from "../simulation.ts";
import type { ScriptBench } from "./script-bench.ts";

const SEED_CHARACTERS = 16;
/** A host that is started anew, beside what a handler may take. */
const SPARE_MS = 5_000;
/** Of an event that was given up: nobody is told. */
const GIVEN_UP: ScriptOutcome = { type: "returned", value: undefined, state: undefined };

interface Running {
  giveUp(): void;
}

export class HostedScripts implements Scripts, LiveHandlers {
  readonly #bench: ScriptBench;
  readonly #bundle: ScriptBundle;
  readonly #around: ScriptSurroundings;
  readonly #handlers: ReadonlySet<HandlerName>;
  readonly #running = new Map<number, Running>();
  #lastTicket = 0;

  /** `bundle`: loaded on the bench by whoever makes this. */
  constructor(bench: ScriptBench, bundle: ScriptBundle, around: ScriptSurroundings) {
    this.#bench = bench;
    this.#bundle = bundle;
    this.#around = around;
    this.#handlers = new Set(bundle.handlers);
    around.pace.patienceMs = DEFAULT_LIMITS.handlerMs + SPARE_MS;
  }

  pick(script: string): ScriptRef {
    return { script, version: this.#bundle.ref.version };
  }

  handles(_ref: ScriptRef, handler: HandlerName): boolean {
    return this.#handlers.has(handler);
  }

  isHandled(_script: string, handler: HandlerName): boolean {
    return this.#handlers.has(handler);
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const { clock, pace, watcher, operations } = this.#around;
    const ticket = ++this.#lastTicket;
    watcher.began(run, (JSON.parse(run.json) as { event: unknown }).event);
    const { promise, resolve } = Promise.withResolvers<ScriptOutcome>();
    const abort = this.#bench.run(
      {
        ...run,
        ref: this.#bundle.ref,
        given: run.given ?? { now: clock.now(), seed: this.#seed() },
        trace: this.#traceOf(run),
      },
      (context, name, args, done) => operations.run({ ...context, ref: run.ref, callId: run.callId }, name, args, done),
      resolve,
    );
    this.#running.set(ticket, {
      giveUp() {
        abort();
        resolve(GIVEN_UP);
      },
    });
    void pace
      .outside("the script", () => promise)
      .then((outcome) => {
        // On virtual time, as everything else.
        clock.startTimer(0, { expire: () => this.#tell(ticket, run, outcome, owner) }, "outcome");
      });
    return ticket;
  }

  abort(ticket: number): void {
    const running = this.#running.get(ticket);
    this.#running.delete(ticket);
    running?.giveUp();
  }

  #tell(ticket: number, run: ScriptRun, outcome: ScriptOutcome, owner: ScriptRunOwner): void {
    if (!this.#running.delete(ticket)) return;
    this.#around.watcher.ended(run, outcome);
    // Whoever has begun an event that belongs to no call waits for it by a promise.
    if (run.callId === null) this.#around.pace.promised();
    owner.scriptOutcome(ticket, outcome);
  }

  #traceOf(run: ScriptRun): NonNullable<ScriptRun["trace"]> {
    const { watcher } = this.#around;
    const names = new Map<number, string>();
    return {
      sent() {},
      asked(number, name, args) {
        names.set(number, name);
        watcher.asked(run, name, JSON.parse(args));
      },
      answered(number, result) {
        const value: unknown = result.length === 1 ? undefined : JSON.parse(result.slice(1));
        watcher.answered(run, names.get(number) ?? "", value, result.startsWith("r"));
      },
      printed: (level, text) => watcher.printed(run, level, text),
      ended() {},
      abandoned() {},
    };
  }

  #seed(): string {
    const octets = Array.from({ length: SEED_CHARACTERS }, () => Math.floor(this.#around.random() * 256));
    return String.fromCharCode(...octets);
  }
}
