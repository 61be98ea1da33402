/** The switch that a developer's scripts run on: a process of its own, which ends with this one. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { About } from "../../contract/about.ts";
import { CommandFailure, exitCodes } from "../failure.ts";

const SWITCH_PROCESS = fileURLToPath(new URL("../../switch-process.ts", import.meta.url));
const BAD_CONFIG = 2;
/** What it has said last, should it not start. */
const LAST_LINES = 20;

/** A line of the log of the switch: pino's JSON. */
export interface LogEntry {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface SwitchOptions {
  readonly configFile: string;
  /** Where debuggers find scripts. */
  readonly inspectPort: number | undefined;
  /** Ends it before it is ready. */
  readonly ended: AbortSignal;
  onLog(entry: LogEntry): void;
}

export class DevSwitch {
  readonly about: About;
  /** Resolves with its exit code when it has ended. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, about: About, exited: Promise<number | null>) {
    this.#child = child;
    this.about = about;
    this.exited = exited;
  }

  /** Resolves once it is ready. Fails with what it has said where it does not start. */
  static async start({ configFile, inspectPort, ended, onLog }: SwitchOptions): Promise<DevSwitch> {
    const inspect = inspectPort === undefined ? [] : ["--inspect-scripts", String(inspectPort)];
    const args = ["--disable-warning=ExperimentalWarning", SWITCH_PROCESS, "--config", configFile, ...inspect];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const exited = new Promise<number | null>((resolve) => {
      child.on("exit", (code) => resolve(code));
      child.on("error", () => resolve(null));
    });
    ended.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    const said = listen(child, onLog);
    const about = await Promise.race([aboutOf(child), exited.then(() => null)]);
    if (about !== null) return new DevSwitch(child, about, exited);
    const isUsage = (await exited) === BAD_CONFIG;
    throw new CommandFailure(
      `the switch does not start:\n${said.join("\n")}`,
      isUsage ? exitCodes.usage : exitCodes.failed,
    );
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.exited;
  }
}

/** Lines of the log go to `onLog`; others are what it prints at its start, and why it does not start. */
function listen(child: ChildProcess, onLog: (entry: LogEntry) => void): readonly string[] {
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      const entry = parseEntry(line);
      if (entry !== null) onLog(entry);
      else if (said.push(line) > LAST_LINES) said.shift();
    });
  }
  return said;
}

function parseEntry(line: string): LogEntry | null {
  try {
    const entry: unknown = JSON.parse(line);
    const isEntry = typeof entry === "object" && entry !== null && "level" in entry && "msg" in entry;
    return isEntry ? (entry as LogEntry) : null; // Nobody else writes JSON there.
  } catch {
    return null;
  }
}

function aboutOf(child: ChildProcess): Promise<About> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      // Our own process says so, once it is ready.
      if (typeof message === "object" && message !== null && "about" in message) resolve(message.about as About);
    });
  });
}
