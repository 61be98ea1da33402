/** One event of a script in this process, from its beginning to its outcome. */
import type { Timer } from "../../base/clock.ts";
import type { OperationContext, OperationResult } from "../../port/sandbox.ts";
import type { ScriptOutcome, ScriptRun } from "../../port/script.ts";
import { createEvent, type RunningEvent } from "../../sandbox/host/realm/event.ts";
import { callHandler, end, fail, finish, isThenable } from "../../sandbox/host/realm/handling.ts";
import { settleOperation } from "../../sandbox/host/realm/operations.ts";
import { fireTimer, takeTimer } from "../../sandbox/host/realm/timers.ts";
import { DEFAULT_LIMITS } from "../../sandbox/limits.ts";
import { writeResult } from "../../sandbox/operation-result.ts";
import { parseFault, parseReturned } from "../../sandbox/parse.ts";
import type { InProcessScripts } from "./in-process-scripts.ts";
import { holdGlobals, leave, type Owner, releaseGlobals, runAs } from "./script-globals.ts";

export class Handling {
  readonly run: ScriptRun;
  readonly #event: RunningEvent;
  readonly #scripts: InProcessScripts;
  readonly #then: (outcome: ScriptOutcome) => void;
  readonly #timers = new Map<number, Timer>();
  readonly #awaited = new Map<number, string>();
  /** Whose turn it is while a part of the handler runs. */
  readonly #owner: Owner;
  #over: AbortController | null = null;
  #deadline: Timer | null = null;
  #isOver = false;

  constructor(id: number, run: ScriptRun, scripts: InProcessScripts, then: (outcome: ScriptOutcome) => void) {
    this.run = run;
    this.#scripts = scripts;
    this.#then = then;
    const now = run.given?.now ?? scripts.options.clock.now();
    this.#event = createEvent(id, now, run.given?.seed ?? scripts.seed(), run.state, "running");
    this.#owner = { event: this.#event, env: scripts.options.env };
  }

  start(script: object, handler: ((...values: object[]) => unknown) | undefined): void {
    holdGlobals();
    try {
      if (handler === undefined) throw new TypeError(`The script has no handler "${this.run.handler}"`);
      const result = runAs(this.#owner, () => callHandler(this.#event, script, handler, this.run.json));
      if (isThenable(result)) this.#await(result as PromiseLike<unknown>);
      else this.#settle(finish(this.#event, result));
    } catch (error) {
      this.#settle(fail(this.#event, error));
    }
  }

  /** Nobody waits for it any more. */
  drop(): void {
    if (this.#isOver) return;
    end(this.#event);
    this.#end();
  }

  print(level: string, text: string): void {
    this.#scripts.options.watcher.printed(this.run, level, text);
  }

  startTimer(timer: number, ms: number): void {
    const expire = (): void => this.#fire(timer);
    this.#timers.set(timer, this.#scripts.options.clock.startTimer(ms, { expire }, "script"));
  }

  stopTimer(timer: number): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
  }

  startOperation(number: number, name: string, json: string): void {
    const { pace, operations, watcher } = this.#scripts.options;
    const args: unknown = JSON.parse(json);
    watcher.asked(this.run, name, args);
    this.#awaited.set(number, name);
    const context: OperationContext = {
      ref: this.run.ref,
      callId: this.run.callId,
      domain: this.run.domain ?? "",
      signal: this.#signal,
    };
    const asked = (): Promise<OperationResult> =>
      new Promise((resolve) => operations.run(context, name, args, resolve));
    void pace.outside(name, () => leave(asked)).then((result) => this.#conclude(number, name, result));
  }

  get #signal(): AbortSignal {
    this.#over ??= new AbortController();
    return this.#over.signal;
  }

  #fire(id: number): void {
    this.#timers.delete(id);
    const timer = takeTimer(id);
    if (timer === undefined || this.#isOver) return;
    this.#scripts.options.pace.promised();
    try {
      runAs(this.#owner, () => fireTimer(timer));
    } catch (error) {
      this.#settle(fail(this.#event, error));
    }
  }

  #conclude(number: number, name: string, result: OperationResult): void {
    if (this.#isOver) return;
    const { pace, watcher } = this.#scripts.options;
    this.#awaited.delete(number);
    const text = writeResult(name, result, DEFAULT_LIMITS.operationBytes);
    watcher.answered(this.run, name, text === "r" ? undefined : JSON.parse(text.slice(1)), text.startsWith("r"));
    pace.promised();
    runAs(this.#owner, () => settleOperation(this.#event, number, text));
  }

  #await(result: PromiseLike<unknown>): void {
    const { clock, pace } = this.#scripts.options;
    pace.promised();
    this.#deadline = clock.startTimer(DEFAULT_LIMITS.handlerMs, { expire: () => this.#overdue() }, "deadline");
    result.then(
      (value) => this.#settle(() => finish(this.#event, value)),
      (error) => this.#settle(() => fail(this.#event, error)),
    );
  }

  #overdue(): void {
    const [awaited] = this.#awaited.values();
    const what = awaited === undefined ? "" : `: it still waits for "${awaited}"`;
    const message = `The handler did not finish within ${DEFAULT_LIMITS.handlerMs} ms${what}`;
    end(this.#event);
    this.#end();
    this.#then({ type: "fault", fault: { reason: "timeout", message } });
  }

  #settle(answer: string | (() => string)): void {
    // A promise may end after its event was given up, or after a timer of it has thrown.
    if (this.#isOver) return;
    const text = typeof answer === "string" ? answer : runAs(this.#owner, answer);
    this.#end();
    this.#then(
      text.startsWith("r")
        ? parseReturned(text.slice(1), DEFAULT_LIMITS)
        : { type: "fault", fault: parseFault(text.slice(1)).fault },
    );
  }

  #end(): void {
    this.#isOver = true;
    this.#deadline?.cancel();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#over?.abort();
    releaseGlobals();
  }
}
