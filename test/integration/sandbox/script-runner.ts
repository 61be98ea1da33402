/** Runs scripts in a real sandbox with real host processes, one event at a time or many. */

import { expect } from "vitest";
import { type Log, silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import type { Invocation, Operations, ScriptLogLine } from "../../../runtime/port/sandbox.ts";
import type { HandlerName, ScriptFault, ScriptOutcome, ScriptRef } from "../../../runtime/port/script.ts";
import type { Concealment } from "../../../runtime/port/script-data.ts";
import type { SandboxLimits } from "../../../runtime/sandbox/limits.ts";
import { createSandbox, type ScriptSandbox } from "../../../runtime/sandbox/sandbox.ts";

export const HANDLERS: readonly HandlerName[] = ["invite", "ringing", "bye", "ended"];

export interface RunOptions {
  readonly handler?: HandlerName;
  readonly callId?: string;
  readonly state?: string;
  readonly head?: string;
  readonly event?: object;
  readonly domain?: string;
}

export class ScriptRunner {
  readonly sandbox: ScriptSandbox;
  readonly invocations: Invocation[] = [];
  readonly lines: ScriptLogLine[] = [];
  readonly #hosts: number;

  constructor(
    limits: Partial<SandboxLimits> = {},
    hosts = 1,
    operations?: Operations,
    concealment?: Concealment,
    log: Log = silentLog,
    inspect = false,
  ) {
    this.#hosts = hosts;
    this.sandbox = createSandbox({
      limits,
      hosts,
      inspect,
      ...(operations === undefined ? {} : { operations }),
      ...(concealment === undefined ? {} : { concealment }),
      log,
      clock: new TimerWheel(),
      listener: {
        invocation: (invocation) => this.invocations.push(invocation),
        logLine: (line) => this.lines.push(line),
      },
    });
  }

  /** Resolves once all hosts are up, the spare too. */
  async allHosts(): Promise<void> {
    await expect.poll(() => this.sandbox.readyHosts, { timeout: 15_000 }).toBe(this.#hosts + 1);
  }

  /** Loads a script: its entry file as text, or all its files. */
  load(script: string, source: string | Readonly<Record<string, string>>, warm = false): ScriptRef {
    const ref = { script, version: 1 };
    const files = typeof source === "string" ? { "main.ts": source } : source;
    const modules = Object.entries(files).map(([path, code]) => ({ path, code }));
    this.sandbox.load({ ref, entry: "main.ts", modules, handlers: HANDLERS }, warm);
    return ref;
  }

  /** Loads a script whose only handler, `invite`, has this body. */
  loadBody(script: string, body: string, before = ""): ScriptRef {
    return this.load(script, `${before}\nexport default { invite(call, event) { ${body} } };`);
  }

  start(ref: ScriptRef, options: RunOptions = {}): { ticket: number; outcome: Promise<ScriptOutcome> } {
    const { handler = "invite", callId = "call-1", state = "null", head = "", event = {}, domain } = options;
    const json = JSON.stringify({ call: { id: callId, head }, event: { type: handler, ...event } });
    const { promise, resolve } = Promise.withResolvers<ScriptOutcome>();
    const owner = { scriptOutcome: (_ticket: number, outcome: ScriptOutcome) => resolve(outcome) };
    const run = { ref, handler, callId, json, state, ...(domain === undefined ? {} : { domain }) };
    return { ticket: this.sandbox.run(run, owner), outcome: promise };
  }

  run(ref: ScriptRef, options: RunOptions = {}): Promise<ScriptOutcome> {
    return this.start(ref, options).outcome;
  }

  async value(ref: ScriptRef, options: RunOptions = {}): Promise<unknown> {
    const outcome = await this.run(ref, options);
    if (outcome.type === "fault") throw new Error(`${outcome.fault.reason}: ${outcome.fault.message}`);
    return outcome.value;
  }

  async fault(ref: ScriptRef, options: RunOptions = {}): Promise<ScriptFault> {
    const outcome = await this.run(ref, options);
    if (outcome.type === "returned") throw new Error(`It returned ${JSON.stringify(outcome.value)?.slice(0, 200)}`);
    return outcome.fault;
  }
}
