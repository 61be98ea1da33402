/**
 * How a host process is started: Node with its permission model, and around it, where the machine has them, an empty
 * network namespace (Node's permissions do not close the network) and a signal that ends it with the switch.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Log } from "../base/log.ts";

export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** Commands that run another one with less: tried in this order, the first that works is used. */
const NO_NETWORK = [["-n"], ["--user", "--net"]];
const DIE_WITH_PARENT = ["--pdeathsig", "KILL", "--no-new-privs"];
const PROGRAM_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
const PROBE_MS = 5000;

const run = promisify(execFile);

export async function findHostCommand(log: Log): Promise<HostCommand> {
  const [isolated, tied] = await Promise.all([noNetwork(log), dieWithParent()]);
  const [file = process.execPath, ...args] = [...isolated, ...tied, process.execPath, ...nodeArguments()];
  return { file, args };
}

function nodeArguments(): string[] {
  const require = createRequire(import.meta.url);
  const readable = [
    import.meta.dirname,
    join(import.meta.dirname, "../../package.json"),
    dirname(require.resolve("isolated-vm/package.json")),
    dirname(createRequire(require.resolve("isolated-vm/package.json")).resolve("node-gyp-build/package.json")),
    // By this file the loader of the engine tells which C library there is.
    "/etc/alpine-release",
  ];
  return [
    "--no-node-snapshot",
    "--permission",
    "--allow-addons",
    "--disable-warning=SecurityWarning",
    "--disable-warning=ExperimentalWarning",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "host/main.ts" : "host/main.js"),
  ];
}

async function noNetwork(log: Log): Promise<string[]> {
  const unshare = findProgram("unshare");
  for (const flags of unshare === null ? [] : NO_NETWORK) {
    const command = [unshare ?? "", ...flags];
    if (await works(command)) return command;
  }
  log.warn("Script hosts run without a network namespace of their own: install util-linux and allow user namespaces");
  return [];
}

async function dieWithParent(): Promise<string[]> {
  const setpriv = findProgram("setpriv");
  if (setpriv === null) return [];
  const command = [setpriv, ...DIE_WITH_PARENT];
  return (await works(command)) ? command : [];
}

function findProgram(name: string): string | null {
  return PROGRAM_FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Whether the command can run another: Node itself, the one program that is certainly there. */
async function works(command: readonly string[]): Promise<boolean> {
  const [file = "", ...args] = command;
  try {
    await run(file, [...args, process.execPath, "--version"], { env: {}, timeout: PROBE_MS });
    return true;
  } catch {
    return false;
  }
}
