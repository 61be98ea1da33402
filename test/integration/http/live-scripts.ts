/** Scripts that are live in a real sandbox, and the HTTP server that sends them what comes in at `/x/`. */
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { LiveTable } from "../../../runtime/deploy/live-table.ts";
import { createScriptEvents } from "../../../runtime/events/script-events.ts";
import type { ScriptRequestRules } from "../../../runtime/http/script-request/deps.ts";
import type { Invocation, ScriptLogLine } from "../../../runtime/port/sandbox.ts";
import type { HandlerName, ScriptFault } from "../../../runtime/port/script.ts";
import type { SandboxLimits } from "../../../runtime/sandbox/limits.ts";
import { createSandbox, type ScriptSandbox } from "../../../runtime/sandbox/sandbox.ts";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

export interface LiveScripts {
  readonly url: string;
  readonly sandbox: ScriptSandbox;
  readonly invocations: Invocation[];
  readonly lines: ScriptLogLine[];
  readonly faults: { readonly id: string; readonly fault: ScriptFault }[];
  /** What the operator says of a script. */
  readonly rules: Map<string, Partial<ScriptRequestRules>>;
  /** Sources that no limit of a source applies to; all of them at first. */
  exempt: boolean;
  /** Makes a script live; `handlers` are those that the upload has found. */
  deploy(script: string, source: string, handlers?: readonly HandlerName[]): void;
  stop(): Promise<void>;
}

export async function startLiveScripts(limits: Partial<SandboxLimits> = {}): Promise<LiveScripts> {
  const clock = new TimerWheel();
  const invocations: Invocation[] = [];
  const lines: ScriptLogLine[] = [];
  const faults: { id: string; fault: ScriptFault }[] = [];
  const rules = new Map<string, Partial<ScriptRequestRules>>();
  const sandbox = createSandbox({
    limits,
    hosts: 1,
    log: silentLog,
    clock,
    listener: {
      invocation: (invocation) => void invocations.push(invocation),
      logLine: (line) => void lines.push(line),
    },
  });
  await sandbox.start();
  const table = new LiveTable(sandbox);
  const events = createScriptEvents({
    scripts: {
      pick: (script, id) => table.pick(script, id),
      handles: (ref, handler) => table.handles(ref, handler),
      isHandled: (script, handler) => table.isHandled(script, handler),
      run: (run, owner) => sandbox.run(run, owner),
      abort: (ticket) => sandbox.abort(ticket),
    },
    observer: { eventFault: (_ref, _handler, id, fault) => void faults.push({ id, fault }) },
    domain: "example.com",
  });
  const live: { exempt: boolean } = { exempt: true };
  let versions = 0;
  const api: FakeSwitch = await startFakeSwitch({
    clock,
    scriptRequests: {
      events,
      rules: (script) => ({ token: null, perSecond: 10_000, ...rules.get(script) }),
      isExempt: () => live.exempt,
    },
  });
  return Object.assign(live, {
    url: api.url,
    sandbox,
    invocations,
    lines,
    faults,
    rules,
    deploy(script: string, source: string, handlers: readonly HandlerName[] = ["http"]) {
      const version = ++versions;
      table.load({
        ref: { script, version },
        entry: "main.js",
        modules: [{ path: "main.js", code: source }],
        handlers,
      });
      table.activate(script, [{ version, percent: 100 }]);
    },
    async stop() {
      await api.close();
      await sandbox.stop();
    },
  });
}
