/** One run of a build child: hands it its jobs, watches its time and its memory, and reads what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { BuildLine, BuildRequest, BuildResult, BuildStep } from "./build/protocol.ts";
import { residentKb } from "./resident-memory.ts";
import type { ChildCommand } from "./walls.ts";

/** An upload that takes longer is refused. */
export const DEADLINE_MS = 5_000;
/** From its last result to its end. */
const END_MS = 1_000;
const WATCH_MS = 50;
/** Neither the heap limit of the process nor the one of the isolate counts all memory. An idle child has 100 MB. */
const MAX_RESIDENT_KB = 512 * 1024;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const MAX_STDERR_CHARACTERS = 2_000;

export type BuildEnd =
  | { readonly type: "done" }
  | { readonly type: "timeout" }
  | { readonly type: "too-much-memory" }
  | { readonly type: "crashed"; readonly reason: string };

export interface BuildOutcome {
  /** Of as many jobs as were finished. */
  readonly results: readonly BuildResult[];
  readonly end: BuildEnd;
  /** What the child was doing last. */
  readonly step: BuildStep | null;
}

export function runBuildChild(command: ChildCommand, request: BuildRequest, clock: Clock): Promise<BuildOutcome> {
  return new Promise((resolve) => new BuildChild(command, request, clock, resolve));
}

class BuildChild implements TimerOwner {
  /** `null`: it could not be started. */
  readonly #child: ChildProcess | null;
  readonly #clock: Clock;
  readonly #jobs: number;
  #deadline: Timer;
  #watch: Timer;
  readonly #results: BuildResult[] = [];
  #step: BuildStep | null = null;
  /** Pieces of a line that is not complete. */
  #pieces: Buffer[] = [];
  #outputBytes = 0;
  #stderr = "";
  #killed: BuildEnd | null = null;

  constructor(command: ChildCommand, request: BuildRequest, clock: Clock, onEnd: (outcome: BuildOutcome) => void) {
    this.#clock = clock;
    this.#jobs = request.jobs.length;
    this.#deadline = clock.startTimer(DEADLINE_MS, this, "deadline");
    this.#watch = clock.startTimer(WATCH_MS, this, "watch");
    const child = start(command);
    this.#child = child instanceof Error ? null : child;
    if (child instanceof Error) setImmediate(() => this.#end({ type: "crashed", reason: child.message }, onEnd));
    else this.#attend(child, request, onEnd);
  }

  expire(kind: string): void {
    if (kind === "end") this.#kill({ type: "done" });
    else if (kind === "deadline") this.#kill({ type: "timeout" });
    else if (residentKb(this.#child?.pid) > MAX_RESIDENT_KB) this.#kill({ type: "too-much-memory" });
    else this.#watch = this.#clock.startTimer(WATCH_MS, this, "watch");
  }

  /** A process that could not be started, for want of descriptors, has no pipes: its `error` comes later. */
  #attend(child: ChildProcess, request: BuildRequest, onEnd: (outcome: BuildOutcome) => void): void {
    child.on("error", (error) => this.#end({ type: "crashed", reason: error.message }, onEnd));
    child.on("close", (code, signal) => this.#end(this.#endOf(code, signal), onEnd));
    child.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-MAX_STDERR_CHARACTERS);
    });
    // A child that dies early leaves the pipe broken; its end says why.
    child.stdin?.on("error", () => {});
    child.stdin?.end(JSON.stringify(request));
  }

  #read(chunk: Buffer): void {
    this.#outputBytes += chunk.length;
    if (this.#outputBytes > MAX_OUTPUT_BYTES) {
      this.#kill({ type: "crashed", reason: "it said too much" });
      return;
    }
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const text = Buffer.concat([...this.#pieces, chunk.subarray(start, end)]).toString();
      this.#pieces = [];
      start = end + 1;
      this.#take(text);
    }
    if (start < chunk.length) this.#pieces.push(chunk.subarray(start));
  }

  #take(text: string): void {
    // Only our own code writes to this pipe: what a script says is a field in it.
    const line = JSON.parse(text) as BuildLine;
    if (line.type === "step") {
      this.#step = line.step;
      return;
    }
    this.#results.push(line.result);
    if (this.#results.length < this.#jobs) return;
    // It has said all that there is, and may still crash as it ends; that it hangs then does not matter.
    this.#deadline.cancel();
    this.#deadline = this.#clock.startTimer(END_MS, this, "end");
  }

  #kill(end: BuildEnd): void {
    this.#killed ??= end;
    this.#child?.kill("SIGKILL");
  }

  #endOf(code: number | null, signal: NodeJS.Signals | null): BuildEnd {
    if (this.#killed !== null) return this.#killed;
    if (code === 0 && this.#results.length === this.#jobs) return { type: "done" };
    const said = /(?:Fatal|FATAL|Error:).*/.exec(this.#stderr)?.[0];
    return { type: "crashed", reason: `${signal ?? `exit code ${code}`}${said === undefined ? "" : `: ${said}`}` };
  }

  #end(end: BuildEnd, onEnd: (outcome: BuildOutcome) => void): void {
    this.#deadline.cancel();
    this.#watch.cancel();
    onEnd({ results: this.#results, end, step: this.#step });
  }
}

/** Short of memory `spawn` throws. */
function start({ program, args }: ChildCommand): ChildProcess | Error {
  try {
    return spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: {}, cwd: "/" });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
