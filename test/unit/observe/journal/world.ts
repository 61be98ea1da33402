/** A recorder on virtual time with real files in a folder of its own, and calls told to it as the switch and the wire would. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { JournalFiles, type JournalLimits } from "../../../../runtime/observe/journal/journal-files.ts";
import { CallRecorder } from "../../../../runtime/observe/journal/recorder.ts";
import type { RunTrace } from "../../../../runtime/port/journal.ts";
import type { ObservedCall } from "../../../../runtime/port/observer.ts";
import type { ScriptRun } from "../../../../runtime/port/script.ts";
import type { CallSummary } from "../../../../runtime/port/switch.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { Cdr } from "../../../../sdk/events.ts";

export const peer = {
  transport: "udp",
  localAddress: "192.0.2.9",
  localPort: 5070,
  remoteAddress: "192.0.2.1",
  remotePort: 5060,
};

export function sip(line: string, callId: string, more = ""): string {
  return `${line}\r\nVia: SIP/2.0/UDP 192.0.2.1\r\nCall-ID: ${callId}\r\nCSeq: 1 INVITE\r\n${more}\r\n`;
}

export interface WorldOptions {
  readonly limits?: Partial<JournalLimits>;
  readonly callsPerSecond?: number;
  readonly folder?: string;
}

export class World {
  readonly clock = new VirtualClock();
  readonly folder: string;
  readonly files: JournalFiles;
  readonly recorder: CallRecorder;

  constructor({ limits = {}, callsPerSecond = 1000, folder }: WorldOptions = {}) {
    const { clock } = this;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "journal-"));
    if (folder === undefined) onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    const complete = { megabytes: 16, hours: 24, ...limits };
    this.files = new JournalFiles({ folder: this.folder, limits: complete, log: silentLog, clock });
    this.recorder = new CallRecorder({ clock, files: this.files, callsPerSecond });
  }

  call(id: string, script = "main"): ObservedCall {
    const startedAt = this.clock.now();
    const summary = (): CallSummary => cdrOf(id) as unknown as CallSummary;
    return { id, script, version: 1, startedAt, ringingAt: null, answeredAt: null, summary } as ObservedCall;
  }

  /** An INVITE comes in and begins a call. */
  begin(id: string, callId = `caller-${id}`, script = "main"): ObservedCall {
    const call = this.call(id, script);
    this.recorder.received(sip("INVITE sip:100@example.com SIP/2.0", callId), callId, true, peer);
    this.recorder.begin(call);
    this.recorder.handled();
    return call;
  }

  event(id: string, handler: ScriptRun["handler"] = "invite", event: object = {}): RunTrace {
    const json = JSON.stringify({ call: { id }, event: { type: handler, ...event } });
    const run = { ref: { script: "main", version: 1 }, handler, callId: id, json, state: "{}" };
    const trace = this.recorder.find(id)?.addEvent(run);
    if (trace === undefined) throw new Error(`nothing is recorded of ${id}`);
    trace.sent({ now: this.clock.now(), seed: "0123456789abcdef" });
    return trace;
  }

  end(id: string): void {
    this.recorder.end(id, cdrOf(id));
  }

  /** What lingers is handed to the files. */
  pass(ms = 40_000): void {
    this.clock.advance(ms);
  }
}

export const times = { wallMs: 2, cpuMs: 1 };

export function returned(value: unknown, trace: RunTrace, state = ""): void {
  trace.ended({ type: "returned", value, state: undefined }, `${JSON.stringify(value)}\n${state}`, times);
}

export function cdrOf(id: string): Cdr {
  return {
    id,
    domain: "example.com",
    from: "sip:alice@example.com",
    to: "sip:100@example.com",
    endedAt: "2026-01-01T00:00:01.000Z",
    result: "answered",
    code: 200,
    reason: "OK",
    endedBy: "caller",
  } as Cdr;
}
