/**
 * One handler and one event: the JSON that it is called with, and what comes of it as one line of text. Whatever it
 * returns or throws is read here and becomes data, or a fault.
 */
import { fault, threw } from "./describe.ts";
import type { RunningEvent } from "./event.ts";
import { CallHeaders } from "./headers.ts";
import { limits } from "./host.ts";
import { apply, parse, stringify } from "./primordials.ts";
import { dropTimers } from "./timers.ts";

export type Handler = (...values: object[]) => unknown;

interface Envelope {
  readonly call?: Record<string, unknown> & { state: unknown };
  readonly event: object;
}

/** Calls a handler as a method of its script: with the call and the event, or the event alone where it belongs to no call. */
export function callHandler(running: RunningEvent, script: object, handler: Handler, json: string): unknown {
  const { call, event } = parse(json) as Envelope;
  if (call === undefined) return apply(handler, script, [event]);
  const head = call.head;
  delete call.head;
  call.headers = new CallHeaders(head);
  call.state = parse(running.stateBefore);
  running.call = call;
  return apply(handler, script, [call, event]);
}

export function isThenable(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { then?: unknown }).then === "function";
}

/** What it still waits for is dropped. */
export function end(event: RunningEvent): void {
  dropTimers(event);
  event.phase = "over";
  event.waiting = null;
}

export function fail(event: RunningEvent, error: unknown): string {
  end(event);
  return threw(error, event.tooManyOperations ? "too-many-operations" : "threw");
}

export function finish(event: RunningEvent, result: unknown): string {
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
