/**
 * What a script finds in place of the globals of this process, while a handler of it runs: the time, the chance and the
 * console of its event, as in the sandbox. To everybody else in the process they are what they were. The code is the
 * realm's; here is only whose turn it is.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { env } from "../../../sdk/env.ts";
import { random, randomUUID } from "../../sandbox/host/realm/chance.ts";
import { scriptConsole } from "../../sandbox/host/realm/console.ts";
import { subtle } from "../../sandbox/host/realm/digest.ts";
import { enter, type RunningEvent } from "../../sandbox/host/realm/event.ts";
import { scriptFetch } from "../../sandbox/host/realm/fetch.ts";
import { startOperation } from "../../sandbox/host/realm/operations.ts";
import { EventDate } from "../../sandbox/host/realm/time.ts";
import { clearTimeout, setTimeout } from "../../sandbox/host/realm/timers.ts";
import { interfaces } from "../../sandbox/host/realm/web/interfaces.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions of all kinds stand there.
type Work = (...values: any[]) => unknown;

/** The event whose handler runs, and what belongs to its script. */
export interface Owner {
  readonly event: RunningEvent;
  readonly env: Readonly<Record<string, string>>;
}

/** It stays with the handler over all that it awaits. */
const whose = new AsyncLocalStorage<Owner | undefined>();
const START = Symbol.for("strowger.operation");

/** Runs a part of a handler. */
export function runAs<Value>(owner: Owner, work: () => Value): Value {
  enter(owner.event);
  return whose.run(owner, work);
}

/** Runs what is not the script's, though a handler has asked for it. */
export function leave<Value>(work: () => Value): Value {
  return whose.run(undefined, work);
}

/** A place that has something else for handlers than for the rest of the process. */
interface Place {
  readonly holder: object;
  readonly key: string | symbol;
  readonly replacement: unknown;
  isOwn: boolean;
}

let events = 0;

/** An event begins: from now on its handler finds its globals. */
export function holdGlobals(): void {
  if (events++ > 0) return;
  for (const place of places) {
    place.isOwn = Object.hasOwn(place.holder, place.key);
    before.set(place.key, Reflect.get(place.holder, place.key));
    Reflect.set(place.holder, place.key, place.replacement);
  }
}

/** An event is over. Nothing stays behind: a test that puts something there finds what was there before. */
export function releaseGlobals(): void {
  if (--events > 0) return;
  for (const { holder, key, replacement, isOwn } of places) {
    // Somebody else has put something there meanwhile, such as fake timers of a test.
    if (Reflect.get(holder, key) !== replacement) continue;
    if (isOwn) Reflect.set(holder, key, before.get(key));
    else Reflect.deleteProperty(holder, key);
  }
}

/** What the process had there: by key, none of which is in two places. */
const before = new Map<string | symbol, unknown>();

function either(holder: object, key: string, ofEvent: Work): Place {
  const ofProcess = (): Work => before.get(key) as Work; // What stands there is a function.
  const replacement = (...values: unknown[]): unknown =>
    step() ? ofEvent(...values) : ofProcess().apply(holder, values);
  // What hangs on the function of the process, such as `setTimeout[util.promisify.custom]`.
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(Reflect.get(holder, key)));
  return { holder, key, replacement, isOwn: true };
}

/** A class that is the event's for its handler. */
function eitherClass(name: string, ofEvent: unknown): Place {
  // What stands there is a class.
  const value = (): typeof Object => (step() ? ofEvent : before.get(name)) as typeof Object;
  const replacement: object = new Proxy(Reflect.get(globalThis, name), {
    apply: (_target, _self, parts) => Reflect.apply(value(), undefined, parts),
    construct: (_target, parts, self): object =>
      Reflect.construct(value(), parts, self === replacement ? value() : self),
    get: (_target, key) => Reflect.get(value(), key),
  });
  return { holder: globalThis, key: name, replacement, isOwn: true };
}

/** Operations are the sdk's way to the switch; without a handler there may be another, or none. */
function operations(): Place {
  const replacement = (...values: Parameters<typeof startOperation>): unknown => {
    if (step()) return startOperation(...values);
    const other = before.get(START);
    if (typeof other === "function") return other(...values);
    const [name, , Failure] = values;
    return Promise.reject(new Failure("not-in-handler", `"${name}" works only inside a handler that a switch runs`));
  };
  return { holder: globalThis, key: START, replacement, isOwn: false };
}

/** What the realm does from here on, it does for the event of whoever has called. */
function step(): boolean {
  const owner = whose.getStore();
  if (owner !== undefined) enter(owner.event);
  return owner !== undefined;
}

const places: readonly Place[] = [
  eitherClass("Date", EventDate),
  operations(),
  either(Math, "random", random),
  either(crypto, "randomUUID", randomUUID),
  either(crypto.subtle, "digest", subtle.digest),
  either(globalThis, "fetch", scriptFetch),
  either(globalThis, "setTimeout", setTimeout),
  either(globalThis, "clearTimeout", clearTimeout),
  ...(["debug", "log", "info", "warn", "error"] as const).map((name) => either(console, name, scriptConsole[name])),
  ...Object.entries(interfaces).map(([name, value]) =>
    name === "atob" || name === "btoa" ? either(globalThis, name, value as Work) : eitherClass(name, value),
  ),
];

// `env` of the sdk is an object that a test may fill: what it lacks is the event's.
Object.setPrototypeOf(
  env,
  new Proxy(Object.create(null), {
    get: (_target, name) => (typeof name === "string" ? whose.getStore()?.env[name] : undefined),
    has: (_target, name) => typeof name === "string" && Object.hasOwn(whose.getStore()?.env ?? {}, name),
  }),
);
