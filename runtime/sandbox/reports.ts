/**
 * What is told of events, to their owners, their traces and the listener: secrets of the script are masked, and whoever
 * throws on hearing of it costs nobody else.
 */
import type { Log } from "../base/log.ts";
import type { SandboxListener } from "../port/sandbox.ts";
import type { ScriptOutcome } from "../port/script.ts";
import type { Concealment } from "../port/script-data.ts";
import type { RunWork } from "./entry.ts";
import type { HostAnswer } from "./parse.ts";
import { LOG_LEVELS } from "./protocol.ts";

const NOTHING_CONCEALED: Pick<Concealment, "mask" | "maskFault"> = {
  mask: (_script, text) => text,
  maskFault: (_script, fault) => fault,
};

export class Reports {
  readonly #listener: SandboxListener;
  readonly #log: Log;
  readonly #concealment: Pick<Concealment, "mask" | "maskFault">;

  constructor(listener: SandboxListener, log: Log, concealment = NOTHING_CONCEALED) {
    this.#listener = listener;
    this.#log = log;
    this.#concealment = concealment;
  }

  logLine({ run }: RunWork, level: number, text: string): void {
    const { ref, callId, eventId, handler, trace } = run;
    const shown = this.#concealment.mask(ref.script, text);
    trace?.printed(LOG_LEVELS[level] ?? "info", shown);
    try {
      this.#listener.logLine({ ref, callId, eventId, handler, level: LOG_LEVELS[level] ?? "info", text: shown });
    } catch (error) {
      this.#hasThrown(error);
    }
  }

  /** The end of an event that a host was given: an error may have a secret in its message. */
  ended(ticket: number, work: RunWork, outcome: ScriptOutcome, answer: HostAnswer, wallMs: number): void {
    const told: ScriptOutcome =
      outcome.type === "fault"
        ? { type: "fault", fault: this.#concealment.maskFault(work.run.ref.script, outcome.fault) }
        : outcome;
    this.outcome(ticket, work, told, answer, wallMs);
  }

  /** A listener that throws must not cost the outcomes that arrived together with this one. */
  outcome(
    ticket: number,
    { run, owner }: Pick<RunWork, "run" | "owner">,
    outcome: ScriptOutcome,
    { text, cpuMs }: HostAnswer,
    wallMs: number,
  ): void {
    try {
      run.trace?.ended(outcome, text, { wallMs, cpuMs });
      owner.scriptOutcome(ticket, outcome);
    } catch (error) {
      this.#hasThrown(error);
    }
    const { ref, handler, callId, eventId } = run;
    try {
      if (outcome.type === "returned") {
        this.#listener.invocation({ ref, handler, callId, eventId, outcome: "returned", wallMs, cpuMs });
      } else {
        const { fault } = outcome;
        this.#listener.invocation({ ref, handler, callId, eventId, outcome: fault.reason, fault, wallMs, cpuMs });
      }
    } catch (error) {
      this.#hasThrown(error);
    }
  }

  #hasThrown(error: unknown): void {
    this.#log.error("A listener of the sandbox has thrown", { error });
  }
}
