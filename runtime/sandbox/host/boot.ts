/** Starts the realm in a fresh isolate and keeps the functions by which the host enters it. */
import ivm from "isolated-vm";
import type { HostBundle, HostSetup } from "../protocol.ts";
import { Linker } from "./link.ts";

/**
 * Globals of `realm/web-globals.ts`. They take as long to make as all the rest of an isolate: a script gets them where its
 * text has one of their names, be it in a comment.
 */
const NAMES_WEB =
  /\b(?:fetch|URL|URLSearchParams|Headers|Request|Response|AbortController|AbortSignal|atob|btoa|subtle)\b/;

/** What an isolate tells the host while it runs. These are called from within the isolate and must never throw. */
export interface IsolateOwner {
  answered(id: number, text: string): void;
  logged(id: number, level: number, text: string): void;
  timerStarted(id: number, timer: number, ms: number): void;
  timerStopped(id: number, timer: number): void;
  operationStarted(id: number, number: number, name: string, json: string): void;
}

export interface Realm {
  readonly linker: Linker;
  readonly prepare: ivm.Reference;
  readonly run: ivm.Reference;
  readonly fire: ivm.Reference;
  readonly conclude: ivm.Reference;
  readonly drop: ivm.Reference;
}

export function bootRealm(
  isolate: ivm.Isolate,
  bundle: HostBundle,
  setup: HostSetup,
  owner: IsolateOwner,
  options: ivm.ContextOptions = {},
): Realm {
  const linker = new Linker(isolate, isolate.createContextSync(options), {
    script: bundle.modules,
    entry: bundle.entry,
    sdk: setup.sdk,
    realm: setup.realm,
  });
  const { namespace } = linker.realm("realm");
  if (bundle.modules.some(({ code }) => NAMES_WEB.test(code))) linker.realm("web-globals");
  const entrance = (name: string): ivm.Reference => namespace.getSync(name, { reference: true });
  const { decisionBytes, stateBytes, operations, operationBytes, logLines } = setup.limits;
  const limits = { decisionBytes, stateBytes, operations, operationBytes, logLines };
  entrance("install").applySync(undefined, [
    callback((id: unknown, text: unknown) => owner.answered(Number(id), String(text))),
    callback((id: unknown, level: unknown, text: unknown) => owner.logged(Number(id), Number(level), String(text))),
    callback((id: unknown, timer: unknown, ms: unknown) => owner.timerStarted(Number(id), Number(timer), Number(ms))),
    callback((id: unknown, timer: unknown) => owner.timerStopped(Number(id), Number(timer))),
    callback((id: unknown, number: unknown, name: unknown, json: unknown) =>
      owner.operationStarted(Number(id), Number(number), String(name), String(json)),
    ),
    JSON.stringify({ limits, handlers: bundle.handlers, env: bundle.env }),
  ]);
  return {
    linker,
    prepare: entrance("prepare"),
    run: entrance("run"),
    fire: entrance("fire"),
    conclude: entrance("conclude"),
    drop: entrance("drop"),
  };
}

function callback(listen: (...values: unknown[]) => void): ivm.Callback {
  return new ivm.Callback(listen, { sync: true });
}
