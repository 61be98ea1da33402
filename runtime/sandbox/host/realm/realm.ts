/**
 * The trusted code inside each isolate: it runs before the script, gives it its globals, calls its handlers and turns
 * whatever they do into one line of text. Answers begin with `r` (returned: decision, line feed, state where it
 * changed), `p` (pending) or `f` (fault).
 */
import "./harden.ts";
import "./chance.ts";
import "./time.ts";
import "./console.ts";
import "./text.ts";
import { fault, threw } from "./describe.ts";
import { createEvent, enter, type RunningEvent } from "./event.ts";
import { CallHeaders } from "./headers.ts";
import { connect, type HostFunctions, host, limits, type RealmLimits } from "./host.ts";
import { settleOperation } from "./operations.ts";
import { apply, getOwnPropertyDescriptor, parse, stringify, Table, WrongType, whenSettled } from "./primordials.ts";
import { dropTimers, fireTimer, takeTimer } from "./timers.ts";

type Handler = (call: object, event: object) => unknown;

let names: readonly string[] = [];
let script: object = {};
const handlers: (Handler | undefined)[] = [];
const pending = new Table<RunningEvent>();

/** Called once by the host, before the script is loaded. `settings` is JSON: the limits and the names of the handlers. */
export function install(
  answer: HostFunctions["answer"],
  log: HostFunctions["log"],
  startTimer: HostFunctions["startTimer"],
  stopTimer: HostFunctions["stopTimer"],
  startOperation: HostFunctions["startOperation"],
  settings: string,
): void {
  const { limits, handlers } = parse(settings) as { limits: RealmLimits; handlers: readonly string[] };
  connect({ answer, log, startTimer, stopTimer, startOperation }, limits);
  names = handlers;
}

/** The event on whose behalf the script is loaded, and the time and the randomness that its top level sees. */
export function prepare(id: number, now: number, seed: string): void {
  enter(createEvent(id, now, seed, "null", "loading"));
}

/** Called with the default export of the script, by the module that imports it. */
export function adopt(exported: unknown): void {
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) {
    throw new WrongType("The default export of a script must be an object of handlers");
  }
  script = exported;
  for (let index = 0; index < names.length; index++) {
    const handler: unknown = getOwnPropertyDescriptor(script, names[index] as string)?.value;
    handlers[index] = typeof handler === "function" ? (handler as Handler) : undefined;
  }
}

/** An event goes in, an answer comes out. */
export function run(id: number, handler: number, now: number, seed: string, json: string, state: string): string {
  const event = createEvent(id, now, seed, state, "running");
  enter(event);
  try {
    const callHandler = handlers[handler];
    if (callHandler === undefined) return fault("missing", `The script has no handler "${names[handler]}"`);
    const envelope = parse(json) as { call: Record<string, unknown> & { state: unknown }; event: object };
    const call = envelope.call;
    const head = call.head;
    delete call.head;
    call.headers = new CallHeaders(head);
    call.state = parse(state);
    event.call = call;
    const result = apply(callHandler, script, [call, envelope.event]);
    if (!isThenable(result)) return finish(event, result);
    pending.set(id, event);
    whenSettled(
      result,
      (value) => settle(event, () => finish(event, value)),
      (error) => settle(event, () => fail(event, error)),
    );
    return "p";
  } catch (error) {
    return fail(event, error);
  }
}

/** A timer of a pending event has run down. */
export function fire(timerId: number): void {
  const timer = takeTimer(timerId);
  if (timer === undefined) return;
  enter(timer.event);
  try {
    fireTimer(timer);
  } catch (error) {
    settle(timer.event, () => fail(timer.event, error));
  }
}

/** The result of an operation of a pending event. */
export function conclude(id: number, number: number, text: string): void {
  const event = pending.get(id);
  if (event === undefined) return;
  enter(event);
  settleOperation(event, number, text);
}

/** The switch has given a pending event up. */
export function drop(id: number): void {
  const event = pending.get(id);
  if (event === undefined) return;
  pending.delete(id);
  end(event);
}

function isThenable(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { then?: unknown }).then === "function";
}

function settle(event: RunningEvent, answer: () => string): void {
  // A promise may end after its event was dropped, or after a timer of it has thrown.
  if (pending.get(event.id) !== event) return;
  pending.delete(event.id);
  host.answer(event.id, answer());
}

/** What it still waits for is dropped. */
function end(event: RunningEvent): void {
  dropTimers(event);
  event.phase = "over";
  event.waiting = null;
}

function fail(event: RunningEvent, error: unknown): string {
  end(event);
  return threw(error, event.tooManyOperations ? "too-many-operations" : "threw");
}

function finish(event: RunningEvent, result: unknown): string {
  end(event);
  if (event.tooManyOperations) {
    return fault("too-many-operations", `More than ${limits.operations} host operations in one event`);
  }
  let decision: string | undefined;
  try {
    decision = stringify(result);
  } catch (error) {
    return threw(error, "invalid-decision");
  }
  if (decision === undefined && result !== undefined) {
    return fault("invalid-decision", `The handler returned a ${typeof result}, which is not data`);
  }
  if (decision !== undefined && decision.length > limits.decisionBytes) {
    return fault("invalid-decision", tooLong("The decision", decision.length, limits.decisionBytes));
  }
  return withState(event, decision ?? "");
}

function withState(event: RunningEvent, decision: string): string {
  let state: string | undefined;
  try {
    state = stringify(event.call.state) ?? "null";
  } catch (error) {
    return threw(error, "invalid-decision");
  }
  if (state === event.stateBefore) return `r${decision}\n`;
  if (state.length > limits.stateBytes) {
    return fault("invalid-decision", tooLong("call.state", state.length, limits.stateBytes));
  }
  return `r${decision}\n${state}`;
}

function tooLong(what: string, length: number, limit: number): string {
  return `${what} has ${length} bytes of JSON; the limit is ${limit}`;
}
