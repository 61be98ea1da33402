/**
 * What surrounds a build child: Node's permission flags (no writing, no processes, no threads, and reading only the
 * program itself), an empty environment, and where the platform allows it an empty network namespace, since the
 * permission flags leave the network open, and a signal that ends it with the switch, since a script may wedge it.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../base/log.ts";

const FOLDERS = ["/usr/bin", "/bin"];
const HEAP_MB = 256;

/** The command that starts a build child. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** The words before a command that put it behind the walls there are on this machine. */
export async function findWalls(log: Log): Promise<readonly string[]> {
  const network = await wall("unshare", namespaceFlags());
  if (network.length === 0) log.warn("Uploads are checked without a network namespace: unshare is not allowed here");
  return [...network, ...(await wall("setpriv", ["--pdeathsig", "KILL", "--no-new-privs"]))];
}

/** An empty network namespace. Root needs no user namespace for it, and may not be allowed one. */
export function namespaceFlags(): readonly string[] {
  return process.getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"];
}

/** The words of a wall; none where the machine has no such program, or `behind` does not run behind it. */
export async function wall(
  name: string,
  flags: readonly string[],
  behind: readonly string[] = [process.execPath, "--version"],
): Promise<readonly string[]> {
  const program = FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (program === undefined) return [];
  const words = [program, ...flags];
  return (await succeeds([...words, ...behind])) ? words : [];
}

export function childCommand(walls: readonly string[]): ChildCommand {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const child = fileURLToPath(new URL(`./build/child${extname(import.meta.url)}`, import.meta.url));
  const addon = createRequire(import.meta.url).resolve("isolated-vm");
  const packages = dirname(dirname(addon));
  const readable = [
    join(root, "runtime"),
    join(root, "sdk"),
    join(root, "package.json"),
    packages,
    "/etc/alpine-release",
  ];
  const [program = process.execPath, ...args] = [
    ...walls,
    process.execPath,
    "--no-node-snapshot",
    "--no-warnings",
    "--experimental-vm-modules",
    `--max-old-space-size=${HEAP_MB}`,
    "--permission",
    "--allow-addons",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    child,
  ];
  return { program, args };
}

function succeeds([program = "", ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", env: {} });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}
