/** Scripts whose events are recorded on their way. */
import type { HandlerName, ScriptFault, ScriptRef, ScriptRun, ScriptRunOwner, Scripts } from "../../port/script.ts";
import type { CallRecorder } from "./recorder.ts";

export class RecordedScripts implements Scripts {
  readonly #scripts: Scripts;
  readonly #recorder: CallRecorder;

  constructor(scripts: Scripts, recorder: CallRecorder) {
    this.#scripts = scripts;
    this.#recorder = recorder;
  }

  pick(script: string, callId: string): ScriptRef | ScriptFault {
    return this.#scripts.pick(script, callId);
  }

  handles(ref: ScriptRef, handler: HandlerName): boolean {
    return this.#scripts.handles(ref, handler);
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const recording = run.callId === null ? undefined : this.#recorder.find(run.callId);
    if (recording === undefined) return this.#scripts.run(run, owner);
    return this.#scripts.run({ ...run, trace: recording.addEvent(run) }, owner);
  }

  abort(ticket: number): void {
    this.#scripts.abort(ticket);
  }
}
