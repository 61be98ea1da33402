/** A program started by a test: its output is kept, its end is awaited, and it never outlives the test process. */
import { type ChildProcess, spawn } from "node:child_process";
import { within } from "./until.ts";

const STOP_WITHIN_MS = 10_000;
const OUTPUT_CHARS = 2_000_000;

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether it is told anything by `write`. @default false */
  readonly input?: boolean;
}

export class Child {
  /** Resolves when the program has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  #output = "";
  readonly #process: ChildProcess;
  readonly #listeners = new Set<() => void>();

  constructor(program: string, args: readonly string[], options: ChildOptions = {}) {
    const { input = false, ...rest } = options;
    this.#process = spawn(program, args, { ...rest, stdio: [input ? "pipe" : "ignore", "pipe", "pipe"] });
    // A program that has ended reads no more.
    this.#process.stdin?.on("error", () => {});
    alive.add(this.#process);
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    this.exited = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (code, signal) => {
        alive.delete(this.#process);
        resolve({ code, signal });
      });
    });
    this.exited.catch(() => alive.delete(this.#process));
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error("The program did not start.");
    return this.#process.pid;
  }

  /** What the program has written so far, to both outputs. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves once the output has a match. */
  async wrote(pattern: RegExp, withinMs = 10_000): Promise<void> {
    if (pattern.test(this.#output)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = () => pattern.test(this.#output) && resolve();
    this.#listeners.add(listener);
    try {
      await within(`${pattern} in the output:\n${this.#output}`, promise, withinMs);
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** Types a line. */
  write(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Asks the program to stop, kills it where it does not, and gives its exit. */
  async stop(name: NodeJS.Signals = "SIGTERM"): Promise<Exit> {
    if (this.running) this.signal(name);
    try {
      return await within(`the end of process ${this.pid}`, this.exited, STOP_WITHIN_MS);
    } catch (error) {
      this.#process.kill("SIGKILL");
      await this.exited;
      throw error;
    }
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-OUTPUT_CHARS);
    for (const listener of this.#listeners) listener();
  }
}
