/** One run of the compiler: watches its time, its memory and how much it says. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { residentKb } from "../resident-memory.ts";
import type { ChildCommand } from "../walls.ts";

export const DEADLINE_MS = 5_000;
const WATCH_MS = 50;
const MAX_RESIDENT_KB = 512 * 1024;
/** The compiler collects its garbage sooner as it comes near this. */
const SOFT_LIMIT = "384MiB";
const MAX_OUTPUT_BYTES = 1024 * 1024;

export type CompilerEnd =
  | { readonly type: "done"; readonly output: string }
  /** `problem`: why nothing is known of the types. */
  | { readonly type: "failed"; readonly problem: string };

/** Runs the compiler in `folder`. Resolves once it is gone. */
export function runCompiler({ program, args }: ChildCommand, folder: string, clock: Clock): Promise<CompilerEnd> {
  return new Promise((resolve) => {
    try {
      const env = { GOMEMLIMIT: SOFT_LIMIT };
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"], env, cwd: folder });
      new CompilerChild(child, clock, resolve);
    } catch (error) {
      // Short of memory `spawn` throws.
      resolve({ type: "failed", problem: error instanceof Error ? error.message : String(error) });
    }
  });
}

class CompilerChild implements TimerOwner {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #deadline: Timer;
  #watch: Timer;
  readonly #output: Buffer[] = [];
  #bytes = 0;
  #problem: string | null = null;

  constructor(child: ChildProcess, clock: Clock, onEnd: (end: CompilerEnd) => void) {
    this.#child = child;
    this.#clock = clock;
    this.#deadline = clock.startTimer(DEADLINE_MS, this, "deadline");
    this.#watch = clock.startTimer(WATCH_MS, this, "watch");
    child.on("error", (error) => this.#end({ type: "failed", problem: error.message }, onEnd));
    child.on("close", (code, signal) => this.#end(this.#endOf(code, signal), onEnd));
    child.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  expire(kind: string): void {
    if (kind === "deadline") this.#kill(`it took longer than ${DEADLINE_MS / 1000} s`);
    else if (residentKb(this.#child.pid) > MAX_RESIDENT_KB) this.#kill("it took too much memory");
    else this.#watch = this.#clock.startTimer(WATCH_MS, this, "watch");
  }

  #read(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_OUTPUT_BYTES) this.#kill("it found too much to say");
    else this.#output.push(chunk);
  }

  #kill(problem: string): void {
    this.#problem ??= problem;
    this.#child.kill("SIGKILL");
  }

  /** 0: nothing found; 1 and 2: errors were found. */
  #endOf(code: number | null, signal: NodeJS.Signals | null): CompilerEnd {
    if (this.#problem !== null) return { type: "failed", problem: this.#problem };
    if (code !== null && code <= 2) return { type: "done", output: Buffer.concat(this.#output).toString() };
    return { type: "failed", problem: `the compiler ended with ${signal ?? `exit code ${code}`}` };
  }

  #end(end: CompilerEnd, onEnd: (end: CompilerEnd) => void): void {
    this.#deadline.cancel();
    this.#watch.cancel();
    onEnd(end);
  }
}
