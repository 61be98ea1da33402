/**
 * Runs an event that belongs to no call against what is live of a script: the id of the event chooses the version, the
 * handler gets the event alone, and what it returns is checked. Whatever kind of event it is, this is its way.
 */
import type {
  HandlerName,
  LiveHandlers,
  ScriptFault,
  ScriptOutcome,
  ScriptRef,
  ScriptRunOwner,
  Scripts,
} from "../port/script.ts";
import type { EventObserver, EventOutcome, EventRun, ScriptEvents } from "../port/script-events.ts";

/** Events of one script that run at the same time, and of all scripts together. */
const MOST_OF_SCRIPT = 100;
const MOST_RUNNING = 1000;

export interface ScriptEventsParts {
  readonly scripts: Scripts & LiveHandlers;
  readonly observer: EventObserver;
  /** In whose name a script acts that no call has called. */
  readonly domain: string;
}

export function createScriptEvents(parts: ScriptEventsParts): ScriptEvents {
  return new LiveScriptEvents(parts);
}

class LiveScriptEvents implements ScriptEvents, ScriptRunOwner {
  readonly #parts: ScriptEventsParts;
  /** Who waits for the outcome, by ticket. */
  readonly #running = new Map<number, (outcome: ScriptOutcome) => void>();
  readonly #ofScript = new Map<string, number>();

  constructor(parts: ScriptEventsParts) {
    this.#parts = parts;
  }

  isHandled(script: string, handler: HandlerName): boolean {
    return this.#parts.scripts.isHandled(script, handler);
  }

  async run<Value>(run: EventRun<Value>): Promise<EventOutcome<Value>> {
    const { scripts } = this.#parts;
    const { script, event, id } = run;
    if (!scripts.isHandled(script, event.type)) return { type: "unhandled" };
    const ref = scripts.pick(script, id);
    if ("reason" in ref) return this.#failed({ script, version: 0 }, run, ref);
    if (!scripts.handles(ref, event.type)) return { type: "unhandled" };
    const busy = this.#ofScript.get(script) ?? 0;
    if (busy >= MOST_OF_SCRIPT || this.#running.size >= MOST_RUNNING) {
      const message = `"${script}" has ${busy} events under way that belong to no call; ${MOST_OF_SCRIPT} are the most`;
      return this.#failed(ref, run, { reason: "overloaded", message });
    }
    const outcome = await this.#enter(ref, run);
    if (outcome.type === "fault") return this.#failed(ref, run, outcome.fault);
    const parsed = run.parse(outcome.value);
    if (parsed.ok) return { type: "returned", ref, value: parsed.value };
    return this.#failed(ref, run, { reason: "invalid-decision", message: parsed.problem });
  }

  scriptOutcome(ticket: number, outcome: ScriptOutcome): void {
    const settle = this.#running.get(ticket);
    this.#running.delete(ticket);
    settle?.(outcome);
  }

  async #enter(ref: ScriptRef, { script, id, event }: EventRun<unknown>): Promise<ScriptOutcome> {
    const { promise, resolve } = Promise.withResolvers<ScriptOutcome>();
    this.#ofScript.set(script, (this.#ofScript.get(script) ?? 0) + 1);
    const json = JSON.stringify({ event });
    const { scripts, domain } = this.#parts;
    const run = { ref, handler: event.type, callId: null, eventId: id, domain, json, state: "null" };
    this.#running.set(scripts.run(run, this), resolve);
    const outcome = await promise;
    const left = (this.#ofScript.get(script) ?? 1) - 1;
    if (left === 0) this.#ofScript.delete(script);
    else this.#ofScript.set(script, left);
    return outcome;
  }

  #failed(ref: ScriptRef, { event, id }: EventRun<unknown>, fault: ScriptFault): EventOutcome<never> {
    this.#parts.observer.eventFault(ref, event.type, id, fault);
    return { type: "fault", fault };
  }
}
