/** Runs the real command in a process of its own, in a folder of its own, against an API that a test has started. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { ADMIN } from "../fake-switch.ts";

export const command = join(import.meta.dirname, "../../../../runtime/cli/strowger.cjs");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly url?: string;
  /** @default the administrator's; `null`: none */
  readonly token?: string | null;
  readonly cwd?: string;
  /** What its standard input holds. @default nothing */
  readonly input?: string;
  /** Options of node itself. */
  readonly node?: readonly string[];
}

export function startStrowger(
  args: readonly string[],
  options: RunOptions,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const { url, token = ADMIN, cwd, node = [] } = options;
  const child = spawn(process.execPath, [...node, command, ...args], {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      ...(url === undefined ? {} : { STROWGER_URL: url }),
      ...(token === null ? {} : { STROWGER_TOKEN: token }),
    },
  });
  // A command that asks for nothing has ended before it is told.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input);
  return child;
}

export async function runStrowger(args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = startStrowger(args, options);
  const code = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
