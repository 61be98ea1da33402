/** A real sandbox under load, without a switch around it: this process has the side of the switch, on a core of its own. */
import { execFileSync } from "node:child_process";
import { stripTypeScriptTypes } from "node:module";
import { silentLog } from "../../runtime/base/log.ts";
import { TimerWheel } from "../../runtime/base/timer-wheel.ts";
import type { ScriptOutcome, ScriptRef } from "../../runtime/port/script.ts";
import { createSandbox, type ScriptSandbox } from "../../runtime/sandbox/sandbox.ts";
import { descendantsOf } from "../helpers/process-tree.ts";
import { until } from "../helpers/until.ts";
import { benchScript, FIRST_NUMBER, NUMBERS } from "./bench-script.ts";

const HOST_CORE = "0";
const READY_WITHIN_MS = 20_000;
/** As long as the event of an INVITE from a phone is: about 1 KB. */
const HEAD = `Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds\r\nUser-Agent: bench\r\n${"X-Pad: ".padEnd(400, "x")}\r\n`;

const source = stripTypeScriptTypes(benchScript("invite"));

export interface SandboxUnderLoad {
  readonly sandbox: ScriptSandbox;
  /** The script hosts: the working one and its spare. */
  readonly hostPids: readonly number[];
}

export async function startSandbox(): Promise<SandboxUnderLoad> {
  const listener = { invocation() {}, logLine() {} };
  const sandbox = createSandbox({ hosts: 1, listener, log: silentLog, clock: new TimerWheel() });
  await sandbox.start();
  await until("both hosts to be ready", () => sandbox.readyHosts === 2, READY_WITHIN_MS);
  const hostPids = descendantsOf(process.pid).flatMap(({ pid, command }) => (/host\/main/.test(command) ? [pid] : []));
  for (const pid of hostPids) execFileSync("taskset", ["-acp", HOST_CORE, String(pid)], { stdio: "ignore" });
  return { sandbox, hostPids };
}

/** The script of the other scenarios, under another name. */
export function loadScript(sandbox: ScriptSandbox, script: string, isWarm: boolean): ScriptRef {
  const ref = { script, version: 1 };
  const modules = [{ path: "main.js", code: source }];
  sandbox.load({ ref, entry: "main.js", modules, handlers: ["invite"] }, isWarm);
  return ref;
}

/** Sends an INVITE to a script, JSON included; resolves with the milliseconds until its decision is there. */
export function askScript(sandbox: ScriptSandbox, ref: ScriptRef, index: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const startedAt = performance.now();
  const to = { uri: "sip:x@bench.test", user: String(FIRST_NUMBER + (index % NUMBERS)), host: "bench.test", name: "" };
  const from = { ...to, user: "caller", name: "Caller" };
  const call = {
    id: `call-${index}`,
    direction: "inbound",
    from,
    to,
    number: null,
    head: HEAD,
    sdp: null,
    legs: [],
    tags: {},
  };
  const json = JSON.stringify({ call, event: { type: "invite" } });
  const scriptOutcome = (_ticket: number, outcome: ScriptOutcome): void => {
    if (outcome.type === "returned") resolve(performance.now() - startedAt);
    else reject(new Error(outcome.fault.message));
  };
  sandbox.run({ ref, handler: "invite", callId: call.id, json, state: "null" }, { scriptOutcome });
  return promise;
}
