/**
 * The trusted code inside each isolate: it runs before the script, gives it its globals, calls its handlers and turns
 * whatever they do into one line of text. Answers begin with `r` (returned: decision, line feed, state where it
 * changed), `p` (pending) or `f` (fault).
 */
import "./harden.ts";
import "./globals.ts";
import { fault } from "./describe.ts";
import { defineVariables } from "./env.ts";
import { createEvent, enter, type RunningEvent } from "./event.ts";
import { callHandler, end, fail, finish, type Handler, isThenable } from "./handling.ts";
import { connect, type HostFunctions, host, type RealmLimits } from "./host.ts";
import { settleOperation } from "./operations.ts";
import { getOwnPropertyDescriptor, parse, Table, WrongType, whenSettled } from "./primordials.ts";
import { fireTimer, takeTimer } from "./timers.ts";

let names: readonly string[] = [];
let script: object = {};
const handlers: (Handler | undefined)[] = [];
const pending = new Table<RunningEvent>();

/** Called once by the host, before the script is loaded. `settings` is JSON: limits, names of the handlers, variables. */
export function install(
  answer: HostFunctions["answer"],
  log: HostFunctions["log"],
  startTimer: HostFunctions["startTimer"],
  stopTimer: HostFunctions["stopTimer"],
  startOperation: HostFunctions["startOperation"],
  settings: string,
): void {
  const { limits, handlers, env } = parse(settings) as {
    limits: RealmLimits;
    handlers: readonly string[];
    env: Record<string, string>;
  };
  defineVariables(env);
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
    const work = handlers[handler];
    if (work === undefined) return fault("missing", `The script has no handler "${names[handler]}"`);
    const result = callHandler(event, script, work, json);
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

function settle(event: RunningEvent, answer: () => string): void {
  // A promise may end after its event was dropped, or after a timer of it has thrown.
  if (pending.get(event.id) !== event) return;
  pending.delete(event.id);
  host.answer(event.id, answer());
}
