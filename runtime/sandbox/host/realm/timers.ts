/** `setTimeout` within a handler: the clock is the host's, the callback and its event are kept here. */
import { type RunningEvent, running } from "./event.ts";
import { host, limits } from "./host.ts";
import { apply, floor, min, PlainError, Table, toNumber, WrongType } from "./primordials.ts";

const LONGEST_MS = 0x7fffffff;

interface Timer {
  readonly event: RunningEvent;
  readonly callback: (...values: unknown[]) => unknown;
  readonly values: readonly unknown[];
}

const timers = new Table<Timer>();
let lastId = 0;

export function setTimeout(callback: unknown, ms: unknown, ...values: unknown[]): number {
  if (typeof callback !== "function") throw new WrongType("setTimeout needs a function");
  const event = running;
  if (++event.operations > limits.operations) {
    event.tooManyOperations = true;
    throw new PlainError(`More than ${limits.operations} host operations in one event`);
  }
  const id = ++lastId;
  const wanted = floor(toNumber(ms));
  timers.set(id, { event, callback: callback as Timer["callback"], values });
  event.timers ??= [];
  event.timers[event.timers.length] = id;
  host.startTimer(event.id, id, wanted > 0 ? min(wanted, LONGEST_MS) : 0);
  return id;
}

export function clearTimeout(id: unknown): void {
  const timer = typeof id === "number" ? timers.get(id) : undefined;
  if (timer === undefined) return;
  timers.delete(id as number);
  host.stopTimer(timer.event.id, id as number);
}

/** Takes a timer that has run down; `undefined` where it was stopped meanwhile. */
export function takeTimer(id: number): Timer | undefined {
  const timer = timers.get(id);
  timers.delete(id);
  return timer;
}

export function fireTimer(timer: Timer): void {
  apply(timer.callback, undefined, timer.values as unknown[]);
}

/** An event is over: nothing of it may run later. The host stops its own timers itself. */
export function dropTimers(event: RunningEvent): void {
  const ids = event.timers;
  if (ids === null) return;
  for (let index = 0; index < ids.length; index++) timers.delete(ids[index] as number);
  event.timers = null;
}
