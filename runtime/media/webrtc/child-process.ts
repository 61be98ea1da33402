/**
 * The process that ends the audio of browsers, as the switch sees it: started by the first browser that needs it, ended
 * some time after the last. One that has died is replaced when it is needed again, later where they die one after the other.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { extname } from "node:path";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { ChildSettings, WebRtcCommand, WebRtcReply } from "./protocol.ts";

/** How long the process is kept without a browser: it holds about 70 MB. */
export const IDLE_MS = 60_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
/** A process that has lived this long was well. */
const WELL_MS = 10_000;
const LAST_WORDS_CHARACTERS = 500;

export interface WebRtcChildUser {
  childSaid(reply: WebRtcReply): void;
  childDied(reason: string): void;
}

export interface WebRtcChildOptions {
  readonly clock: Clock;
  readonly settings: ChildSettings;
  /** What runs it. @default the child of this room */
  readonly module?: URL;
}

export class WebRtcChild implements TimerOwner {
  readonly #clock: Clock;
  readonly #settings: ChildSettings;
  readonly #module: URL;
  readonly #user: WebRtcChildUser;
  #process: ChildProcess | null = null;
  #startedMs = 0;
  #failures = 0;
  #retryAtMs = 0;
  #lastWords = "";
  #idle: Timer | null = null;

  constructor(options: WebRtcChildOptions, user: WebRtcChildUser) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#module = options.module ?? new URL(`./child/child${extname(import.meta.url)}`, import.meta.url);
    this.#user = user;
  }

  /** `null` while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Starts the process where there is none; `false`: it is too early for another. */
  begin(command: WebRtcCommand): boolean {
    this.#idle?.cancel();
    this.#idle = null;
    this.#process ??= this.#start();
    this.send(command);
    return this.#process !== null;
  }

  /** One that has died since says so by its end; the message is lost with it. */
  send(command: WebRtcCommand): void {
    if (this.#process?.connected === true) this.#process.send(command, () => {});
  }

  /** There is no browser any more. */
  rest(): void {
    this.#idle?.cancel();
    this.#idle = this.#process === null ? null : this.#clock.startTimer(IDLE_MS, this, "idle");
  }

  /** It does not do what it is asked: whoever waits is told that it has died. */
  giveUp(reason: string): void {
    const child = this.#process;
    if (child !== null) this.#died(child, reason);
  }

  stop(): void {
    this.#idle?.cancel();
    this.#idle = null;
    // Native threads may keep it from ending by itself, and there is nothing that it has to finish.
    this.#process?.kill("SIGKILL");
    this.#process = null;
  }

  expire(): void {
    this.stop();
  }

  #start(): ChildProcess | null {
    if (this.#clock.now() < this.#retryAtMs) return null;
    this.#startedMs = this.#clock.now();
    this.#lastWords = "";
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", this.#module.pathname], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
      env: {},
    });
    // The one writer is our own child; a process that was given up may still say something.
    child.on("message", (reply) => child === this.#process && this.#user.childSaid(reply as WebRtcReply));
    child.on("error", (error) => this.#died(child, error.message));
    child.on("exit", (code, signal) => this.#died(child, signal ?? `exit code ${code}`));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("latin1")).slice(-LAST_WORDS_CHARACTERS);
    });
    if (child.connected) child.send({ type: "settings", settings: this.#settings } satisfies WebRtcCommand, () => {});
    return child;
  }

  #died(child: ChildProcess, reason: string): void {
    if (child !== this.#process) return;
    this.stop();
    const now = this.#clock.now();
    this.#failures = now - this.#startedMs >= WELL_MS ? 0 : this.#failures + 1;
    const delayMs = this.#failures === 0 ? 0 : FIRST_BACKOFF_MS * 2 ** (this.#failures - 1);
    this.#retryAtMs = now + Math.min(LONGEST_BACKOFF_MS, delayMs);
    const said = /[A-Za-z]*Error\b.*/.exec(this.#lastWords)?.[0];
    this.#user.childDied(said === undefined ? reason : `${reason}: ${said}`);
  }
}
