/** Scripts whose events have spans. */
import type {
  HandlerName,
  LiveHandlers,
  ScriptFault,
  ScriptRef,
  ScriptRun,
  ScriptRunOwner,
  Scripts,
} from "../../port/script.ts";
import type { CallSpans, SpanTerms } from "./call-spans.ts";
import { EventSpan } from "./event-span.ts";

export class TracedScripts implements Scripts, LiveHandlers {
  readonly #scripts: Scripts & LiveHandlers;
  readonly #calls: CallSpans;
  readonly #terms: SpanTerms;

  constructor(scripts: Scripts & LiveHandlers, calls: CallSpans, terms: SpanTerms) {
    this.#scripts = scripts;
    this.#calls = calls;
    this.#terms = terms;
  }

  pick(script: string, callId: string): ScriptRef | ScriptFault {
    return this.#scripts.pick(script, callId);
  }

  handles(ref: ScriptRef, handler: HandlerName): boolean {
    return this.#scripts.handles(ref, handler);
  }

  isHandled(script: string, handler: HandlerName): boolean {
    return this.#scripts.isHandled(script, handler);
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const trace = new EventSpan(run, this.#calls.contextOf(run.callId), this.#terms);
    return this.#scripts.run({ ...run, trace }, owner);
  }

  abort(ticket: number): void {
    this.#scripts.abort(ticket);
  }
}
