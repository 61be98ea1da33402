/**
 * Operations on their way: what a script asks of the switch goes to the broker, what comes of it goes back to the entry
 * that asked. A result that nobody waits for any more is dropped; so is what only a host taken over by a script would ask.
 */
import type { Log } from "../base/log.ts";
import { fail } from "../base/result.ts";
import type { OperationContext, OperationResult, Operations } from "../port/sandbox.ts";
import type { Entry, RunWork } from "./entry.ts";
import type { SandboxLimits } from "./limits.ts";
import { writeResult } from "./operation-result.ts";
import type { AskedOperation } from "./parse.ts";

/** Operations without a result, of all scripts together, and the JSON of their arguments. */
const MOST_RUNNING = 10_000;
const MOST_RUNNING_CHARACTERS = 16 * 1024 * 1024;

export class OperationDesk {
  readonly #operations: Operations;
  readonly #limits: SandboxLimits;
  readonly #log: Log;
  #running = 0;
  #characters = 0;

  constructor(operations: Operations, limits: SandboxLimits, log: Log) {
    this.#operations = operations;
    this.#limits = limits;
    this.#log = log;
  }

  start(entry: Entry, asked: AskedOperation): void {
    if (entry.work === null || entry.isOver || entry.operations >= this.#limits.operations) return;
    entry.operations++;
    const { number, name, args, json, characters } = asked;
    const { host, id } = entry;
    const { trace } = entry.work.run;
    trace?.asked(number, name, json);
    const answer = (result: OperationResult): void => {
      // Its event has ended, or has begun anew in another host, which asks again.
      if (entry.isOver || entry.host !== host || entry.id !== id) return;
      const text = this.#write(name, result);
      trace?.answered(number, text);
      host?.conclude(entry, number, text);
    };
    if (this.#running >= MOST_RUNNING || this.#characters + characters > MOST_RUNNING_CHARACTERS) {
      answer(problem("overloaded", `"${name}" was not begun: too many operations are under way on this switch`));
      return;
    }
    this.#running++;
    this.#characters += characters;
    entry.awaits(number, name);
    let isDone = false;
    const done = (result: OperationResult): void => {
      if (isDone) return;
      isDone = true;
      this.#running--;
      this.#characters -= characters;
      entry.awaitsNoMore(number);
      answer(result);
    };
    try {
      this.#operations.run(contextOf(entry, entry.work, number), name, args, done);
    } catch (error) {
      done(this.#failed(name, error));
    }
  }

  /** The text of a result frame. */
  #write(name: string, result: OperationResult): string {
    const limit = this.#limits.operationBytes;
    try {
      return writeResult(name, result, limit);
    } catch (error) {
      return writeResult(name, this.#failed(name, error), limit);
    }
  }

  #failed(name: string, error: unknown): OperationResult {
    this.#log.error("An operation of a script has failed", { operation: name, error });
    return problem("failed", `"${name}" has failed in the switch; its log says why`);
  }
}

function contextOf(entry: Entry, { run }: RunWork, number: number): OperationContext {
  return {
    ref: run.ref,
    callId: run.callId,
    domain: run.domain ?? "",
    mayLeave: run.mayLeave ?? true,
    get traceparent() {
      return run.trace?.traceparent?.(number);
    },
    get signal() {
      return entry.signal;
    },
  };
}

function problem(code: string, message: string): OperationResult {
  return fail({ code, message });
}
