/** Events that belong to no call, as a test begins them: requests over HTTP and SIP, and a schedule whose time has come. */
import type { HttpEvent } from "../../sdk/http-event.ts";
import type { StandaloneEvent } from "../../sdk/script-event.ts";
import { isoTime } from "../base/iso-time.ts";
import { ok, type Result } from "../base/result.ts";
import { type CheckedResponse, parseHttpResponse } from "../contract/http-response.ts";
import {
  type AccessDecision,
  type MessageDecision,
  parseAccess,
  parseMessageDecision,
  parseRegistrationDecision,
  type RegistrationDecision,
} from "../contract/request-decision.ts";
import { createScriptEvents } from "../events/script-events.ts";
import type { LiveHandlers, Scripts } from "../port/script.ts";
import type { EventOutcome, ScriptEvents } from "../port/script-events.ts";
import { DOMAIN } from "./options.ts";
import type { Work } from "./pace.ts";
import { registerEvent, registeredEvent, type SimulatedRegistration, unregisteredEvent } from "./registrations.ts";
import type { Simulation } from "./simulation.ts";
import { SimulationError } from "./simulation-error.ts";
import {
  messageEvent,
  optionsEvent,
  publishEvent,
  type SimulatedMessageParts,
  type SimulatedPublication,
  type SimulatedRequestParts,
  type SimulatedSubscription,
  subscribeEvent,
} from "./sip-requests.ts";
import { placeOf } from "./timeline.ts";

/** A handler has ten seconds. */
const PATIENCE_MS = 15_000;
const SOURCE = "198.51.100.80";

export interface SimulatedRequest {
  /** @default "GET", or "POST" with a body */
  readonly method?: string;
  /** What follows `/x/{script}`, with its query: `/night?on=1`. @default "/" */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or data that is sent as JSON. */
  readonly body?: unknown;
  /** @default "198.51.100.80" */
  readonly source?: string;
}

export interface SimulatedSchedule {
  /** @default "0 0 * * *" */
  readonly cron?: string;
  /** @default "UTC" */
  readonly timeZone?: string;
}

export class SimulatedEvents {
  readonly #simulation: Simulation;
  readonly #script: string;
  /** How scripts are told of what belongs to no call. */
  readonly events: ScriptEvents;
  #ids = 0;

  constructor(simulation: Simulation, script: string, scripts: Scripts & LiveHandlers) {
    this.#simulation = simulation;
    this.#script = script;
    this.events = createScriptEvents({ scripts, observer: { eventFault() {} }, domain: DOMAIN });
  }

  http(request: SimulatedRequest): Promise<CheckedResponse> {
    const { path = "/", headers = {}, body, source = SOURCE } = request;
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const isJson = body !== undefined && typeof body !== "string";
    const { pathname, search, searchParams } = new URL(path, "http://switch.invalid");
    const lower = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
    const event: HttpEvent = {
      type: "http",
      id: this.#nextId(),
      method: (request.method ?? (body === undefined ? "GET" : "POST")).toUpperCase(),
      path: pathname,
      query: Object.fromEntries([...searchParams].reverse()),
      search,
      headers: { ...(isJson ? { "content-type": "application/json" } : {}), ...Object.fromEntries(lower) },
      body: text,
      source,
    };
    return this.#run(event, parseHttpResponse);
  }

  schedule(name: string, { cron = "0 0 * * *", timeZone = "UTC" }: SimulatedSchedule): Promise<void> {
    const scheduledAt = isoTime(this.#simulation.clock.now());
    return this.#run({ type: "schedule", name, cron, timeZone, scheduledAt }, () => ok(undefined));
  }

  message(parts: SimulatedMessageParts): Promise<MessageDecision | undefined> {
    return this.#run(messageEvent(this.#nextId(), parts), parseMessageDecision);
  }

  subscribe(parts: SimulatedSubscription): Promise<AccessDecision | undefined> {
    return this.#run(subscribeEvent(this.#nextId(), parts), parseAccess);
  }

  publish(parts: SimulatedPublication): Promise<AccessDecision | undefined> {
    return this.#run(publishEvent(this.#nextId(), parts), parseAccess);
  }

  options(parts: SimulatedRequestParts): Promise<AccessDecision | undefined> {
    return this.#run(optionsEvent(this.#nextId(), parts), parseAccess);
  }

  register(user: string, parts: SimulatedRegistration): Promise<RegistrationDecision | undefined> {
    return this.#run(registerEvent(this.#nextId(), user, parts), parseRegistrationDecision);
  }

  registered(user: string, parts: SimulatedRegistration): Promise<void> {
    const event = registeredEvent(this.#nextId(), user, parts, this.#simulation.clock.now());
    return this.#run(event, () => ok(undefined));
  }

  unregistered(user: string, parts: Parameters<typeof unregisteredEvent>[2]): Promise<void> {
    const event = unregisteredEvent(this.#nextId(), user, parts, this.#simulation.clock.now());
    return this.#run(event, () => ok(undefined));
  }

  async #run<Value>(event: StandaloneEvent, parse: (value: unknown) => Result<Value, string>): Promise<Value> {
    const { pace, clock } = this.#simulation;
    let outcome: EventOutcome<Value> | null = null;
    const { events } = this;
    const run = { script: this.#script, id: "id" in event ? event.id : this.#nextId(), event, parse };
    await pace.do(
      (function* (): Work {
        yield* pace.pass(clock.now());
        pace.promised();
        void events.run(run).then((settled) => {
          outcome = settled;
          pace.promised();
        });
        yield* pace.pass(clock.now() + PATIENCE_MS, () => outcome !== null);
      })(),
    );
    return this.#valueOf(event.type, outcome);
  }

  #valueOf<Value>(type: StandaloneEvent["type"], outcome: EventOutcome<Value> | null): Value {
    if (outcome?.type === "returned") return outcome.value;
    if (outcome?.type !== "fault") throw new SimulationError(`The script has no handler "${type}"`);
    const { reason, message, stack } = outcome.fault;
    const place = placeOf(stack);
    const where = place === undefined ? "" : ` (${place})`;
    throw new SimulationError(
      `The script failed at ${type}: ${reason}: ${message}${where}\n\nWhat has happened:\n${this.#simulation.timeline}`,
    );
  }

  #nextId(): string {
    return `event-${++this.#ids}`;
  }
}
