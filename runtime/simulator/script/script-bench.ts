/** Host processes for the scripts of simulations: those that live calls run in, with all that keeps a script in its place. */
import { fail } from "../../base/result.ts";
import type { OperationContext, OperationResult, Operations, Sandbox, ScriptBundle } from "../../port/sandbox.ts";
import type { ScriptOutcome, ScriptRef, ScriptRun } from "../../port/script.ts";

/** Who answers what one event asks for. */
export type Ask = (
  context: OperationContext,
  name: string,
  args: unknown,
  done: (result: OperationResult) => void,
) => void;

export class ScriptBench {
  readonly #sandbox: Sandbox;
  /** Events under way, by the names that they run under here. */
  readonly #asking = new Map<string, Ask>();
  #runs = 0;

  /** `create` makes a sandbox whose scripts ask these operations. */
  constructor(create: (operations: Operations) => Sandbox) {
    this.#sandbox = create({
      run: (context, name, args, done) => {
        const ask = this.#asking.get(context.callId ?? "");
        if (ask === undefined) done(fail({ code: "unavailable", message: "This event is over" }));
        else ask(context, name, args, done);
      },
    });
  }

  start(): Promise<void> {
    return this.#sandbox.start();
  }

  stop(): Promise<void> {
    return this.#sandbox.stop();
  }

  load(bundle: ScriptBundle, env: Readonly<Record<string, string>>): void {
    this.#sandbox.setEnvironment(bundle.ref.script, env);
    this.#sandbox.load(bundle);
  }

  unload(ref: ScriptRef): void {
    this.#sandbox.unload(ref);
  }

  /** Runs an event. Returns what gives it up: no outcome follows then. */
  run(run: Omit<ScriptRun, "callId">, ask: Ask, ended: (outcome: ScriptOutcome) => void): () => void {
    const callId = `event-${++this.#runs}`;
    this.#asking.set(callId, ask);
    const ticket = this.#sandbox.run(
      { ...run, callId },
      {
        scriptOutcome: (_ticket, outcome) => {
          this.#asking.delete(callId);
          ended(outcome);
        },
      },
    );
    return () => {
      this.#asking.delete(callId);
      this.#sandbox.abort(ticket);
    };
  }
}
