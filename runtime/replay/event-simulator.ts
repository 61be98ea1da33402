/**
 * A version of a script tried out: one event runs in the sandbox of rehearsals, what it asks for is answered by whoever
 * tries it, and what it decides is told and not done.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { parsePlan } from "../contract/decision.ts";
import { parseHttpResponse } from "../contract/http-response.ts";
import { parseAccess, parseMessageDecision } from "../contract/request-decision.ts";
import type { VersionSelector } from "../port/deployment.ts";
import type {
  AskedOperation,
  EventSimulations,
  EventToSimulate,
  OperationAnswer,
  SimulatedEvent,
} from "../port/event-simulation.ts";
import type { RunTrace } from "../port/journal.ts";
import type { OperationResult } from "../port/sandbox.ts";
import type { HandlerName, ScriptFault, ScriptOutcome, ScriptRef } from "../port/script.ts";
import type { Answers, Rehearsal } from "./rehearsal.ts";
import { simulatedCall } from "./simulated-call.ts";

const MOST_RUNNING = 20;
const SEED_CHARACTERS = 16;
const STANDALONE: ReadonlySet<HandlerName> = new Set([
  "http",
  "schedule",
  "message",
  "subscribe",
  "publish",
  "options",
  "trunk",
]);

export class EventSimulator implements EventSimulations {
  readonly #rehearsal: Rehearsal;
  readonly #domain: string;
  readonly #clock: Clock;
  #running = 0;

  constructor(rehearsal: Rehearsal, domain: string, clock: Clock) {
    this.#rehearsal = rehearsal;
    this.#domain = domain;
    this.#clock = clock;
  }

  async simulate(script: string, selector: VersionSelector, wanted: EventToSimulate): Promise<SimulatedEvent> {
    const { ref, handlers } = await this.#rehearsal.find(script, { type: "version", selector });
    const handler = wanted.event.type;
    if (!handlers.has(handler)) {
      const known = [...handlers].join(", ");
      const detail = `Version ${ref.version} of "${script}" has no handler for "${handler}"; it handles ${known}.`;
      throw new RequestError("invalid-request", detail);
    }
    if (this.#running >= MOST_RUNNING) {
      throw new RequestError("too-many-requests", `${MOST_RUNNING} events are being simulated; try again in a moment.`);
    }
    this.#running++;
    try {
      return await this.#run(ref, wanted);
    } finally {
      this.#running--;
    }
  }

  async #run(ref: ScriptRef, wanted: EventToSimulate): Promise<SimulatedEvent> {
    const { event, now = this.#clock.now() } = wanted;
    const seed = wanted.seed?.padEnd(SEED_CHARACTERS) ?? randomBytes(SEED_CHARACTERS).toString("latin1");
    const call = STANDALONE.has(event.type) ? undefined : simulatedCall(wanted, { ref, domain: this.#domain, now });
    const state = JSON.stringify(wanted.state ?? {});
    const answers = new GivenAnswers(wanted.operations ?? {});
    const logs: { level: string; text: string }[] = [];
    const outcome = await this.#rehearsal.perform(
      {
        ref,
        handler: event.type,
        domain: this.#domain,
        json: JSON.stringify(call === undefined ? { event } : { call, event }),
        state: call === undefined ? "null" : state,
        given: { now, seed },
        trace: { ...SILENT, printed: (level, text) => void logs.push({ level, text }) },
      },
      answers,
    );
    const verdict = verdictOf(event.type, outcome);
    const after = outcome.type === "returned" && verdict.fault === null ? (outcome.state ?? state) : state;
    const { asked: operations } = answers;
    return { ...ref, handler: event.type, ...verdict, state: JSON.parse(after), operations, logs, now };
  }
}

/** Operations of one event: answered by their names, or refused. */
class GivenAnswers implements Answers {
  readonly asked: AskedOperation[] = [];
  readonly #given: Readonly<Record<string, OperationAnswer>>;

  constructor(given: Readonly<Record<string, OperationAnswer>>) {
    this.#given = given;
  }

  ask(name: string, args: unknown, done: (result: OperationResult) => void): void {
    const answer = Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
    this.asked.push({ name, args, isAnswered: answer !== undefined });
    if (answer === undefined) {
      const message = `${name} is not done in a simulation; give its result: "operations": { "${name}": { "result": … } }`;
      done(fail({ code: "unavailable", message }));
    } else done("error" in answer ? fail(answer.error) : ok(answer.result));
  }
}

type Verdict = Pick<SimulatedEvent, "outcome" | "decision" | "fault">;

/** What the switch makes of what a handler has returned. */
function verdictOf(handler: HandlerName, outcome: ScriptOutcome): Verdict {
  if (outcome.type === "fault") return faulty(outcome.fault);
  const { value } = outcome;
  if (handler === "schedule" || handler === "trunk" || handler === "ended") return returned(null);
  if (handler === "http") {
    const response = parseHttpResponse(value);
    return response.ok ? returned(response.value) : faulty(invalid(response.problem));
  }
  if (handler === "message") return ofRequest(parseMessageDecision(value));
  if (handler === "subscribe" || handler === "publish" || handler === "options") return ofRequest(parseAccess(value));
  if (value === undefined || value === null) {
    if (handler !== "invite") return returned(null);
    return faulty({ reason: "no-decision", message: "The invite handler returned no decision." });
  }
  const plan = parsePlan(value);
  if (plan.ok) return returned(plan.value);
  const { path, message } = plan.problem;
  return faulty(invalid(path === "" ? message : `${path}: ${message}`));
}

function ofRequest(parsed: Result<unknown, string>): Verdict {
  return parsed.ok ? returned(parsed.value ?? null) : faulty(invalid(parsed.problem));
}

function returned(decision: unknown): Verdict {
  return { outcome: "returned", decision, fault: null };
}

function faulty(fault: ScriptFault): Verdict {
  return { outcome: "fault", decision: null, fault };
}

function invalid(message: string): ScriptFault {
  return { reason: "invalid-decision", message };
}

const SILENT: RunTrace = { sent() {}, asked() {}, answered() {}, printed() {}, ended() {}, abandoned() {} };
