/**
 * Speech by a program of the operator's: the text on its standard input, a WAV file on its standard output. No shell is
 * involved; `{voice}` and `{language}` in its arguments stand for what was asked for (no voice: nothing, no language:
 * `en`). Time and size are bounded.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { SpeechDriver, Utterance } from "./driver.ts";
import type { SpeechFault } from "./fault.ts";

export const DEADLINE_MS = 20_000;
/** Three minutes at 48 kHz and a header. */
export const MAX_OUTPUT_BYTES = 18 * 1024 * 1024;
/** It may be a service elsewhere that takes its time. */
const PARALLEL = 4;
const LAST_WORDS_CHARACTERS = 500;
/** What a program may know of the environment of the switch, which may hold secrets. */
const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"];
const DEFAULT_LANGUAGE = "en";

export interface CommandOptions {
  readonly clock: Clock;
  /** The program and its arguments, from `media.speech.command`. */
  readonly command: readonly string[];
}

export class CommandDriver implements SpeechDriver {
  readonly identity: string;
  readonly parallel = PARALLEL;
  readonly #options: CommandOptions;
  readonly #runs = new Set<CommandRun>();

  constructor(options: CommandOptions) {
    this.#options = options;
    this.identity = JSON.stringify(["command", options.command]);
  }

  check(): SpeechFault | null {
    return null;
  }

  speak({ text, voice, language }: Utterance): Promise<Result<Buffer, SpeechFault>> {
    const { clock, command } = this.#options;
    const words = command.map((word) =>
      word.replaceAll("{voice}", voice ?? "").replaceAll("{language}", language ?? DEFAULT_LANGUAGE),
    );
    return new Promise((resolve) => {
      const run = new CommandRun(words, text, clock, (result) => {
        this.#runs.delete(run);
        resolve(result);
      });
      this.#runs.add(run);
      run.start();
    });
  }

  close(): void {
    for (const run of this.#runs) run.stop("failed", "the switch is stopping");
  }
}

class CommandRun implements TimerOwner {
  readonly #words: readonly string[];
  readonly #text: string;
  readonly #onEnd: (result: Result<Buffer, SpeechFault>) => void;
  readonly #deadline: Timer;
  #child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  #output: Buffer[] = [];
  #outputBytes = 0;
  #lastWords = "";
  #hasEnded = false;

  constructor(
    words: readonly string[],
    text: string,
    clock: Clock,
    onEnd: (result: Result<Buffer, SpeechFault>) => void,
  ) {
    this.#words = words;
    this.#text = text;
    this.#onEnd = onEnd;
    this.#deadline = clock.startTimer(DEADLINE_MS, this, "deadline");
  }

  start(): void {
    const [program = "", ...args] = this.#words;
    try {
      // In a group of its own, so that whatever it has started ends with it.
      const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: environment(), detached: true });
      this.#child = child;
      this.#attend(child);
    } catch (error) {
      // Short of memory `spawn` throws.
      this.stop("failed", String(error));
    }
  }

  expire(): void {
    this.stop("timeout", `it gave no audio within ${DEADLINE_MS / 1000} seconds`);
  }

  stop(type: SpeechFault["type"], reason: string): void {
    this.#kill();
    const said = this.#lastWords.trim().split("\n").at(-1) ?? "";
    const message = `The program of media.speech.command, ${this.#words[0]}, failed: ${reason}.`;
    this.#end(fail({ type, message: said === "" ? message : `${message} It said: ${said}` }));
  }

  #attend(child: ChildProcessByStdio<Writable, Readable, Readable>): void {
    child.on("error", (error) => this.stop("failed", error.message));
    child.on("close", (code, signal) => {
      this.#child = null;
      if (code === 0) this.#end(ok(Buffer.concat(this.#output)));
      else this.stop("failed", signal ?? `exit code ${code}`);
    });
    // Short of descriptors there are no pipes: `error` comes later.
    child.stdout?.on("data", (chunk: Buffer) => this.#keep(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("utf8")).slice(-LAST_WORDS_CHARACTERS);
    });
    // A program may end without reading all of its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(`${this.#text}\n`);
  }

  #keep(chunk: Buffer): void {
    this.#outputBytes += chunk.length;
    if (this.#outputBytes > MAX_OUTPUT_BYTES) this.stop("failed", `it wrote more than ${MAX_OUTPUT_BYTES} bytes`);
    else this.#output.push(chunk);
  }

  #kill(): void {
    const pid = this.#child?.pid;
    this.#child = null;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The whole group has just ended by itself.
    }
  }

  #end(result: Result<Buffer, SpeechFault>): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#deadline.cancel();
    this.#output = [];
    this.#onEnd(result);
  }
}

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
