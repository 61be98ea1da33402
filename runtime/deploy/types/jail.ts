/**
 * The folder in which uploads are type-checked: the compiler, the types of ECMAScript, the sdk, and nothing else. Where the
 * platform allows it, it is all that the compiler sees of this machine, since a source file may name any path as a type.
 */
import { copyFile, cp, link, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../../base/log.ts";
import type { ChildCommand } from "../walls.ts";
import { namespaceFlags, wall } from "../walls.ts";

const SDK = fileURLToPath(new URL("../../../sdk/", import.meta.url));
/** Processor time after which the system ends a compiler that nobody watches any more. */
const CPU_SECONDS = 20;

export interface Jail {
  readonly folder: string;
  /** The compiler, without its arguments. */
  readonly command: ChildCommand;
}

/** Makes the folder anew. `null`: this installation has no compiler for this machine. Rejects where nothing can be written. */
export async function makeJail(folder: string, log: Log): Promise<Jail | null> {
  const compiler = compilerFolder();
  if (compiler === null) return null;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "bin"), { recursive: true });
  await mkdir(join(folder, "work"));
  await mkdir(join(folder, "proc", "self"), { recursive: true });
  // The compiler asks the system where it lies, and looks for its libraries there.
  await symlink("/bin/tsc", join(folder, "proc", "self", "exe"));
  await Promise.all((await readdir(compiler)).map((name) => place(join(compiler, name), join(folder, "bin", name))));
  await cp(SDK, join(folder, "sdk"), { recursive: true });
  return { folder, command: await commandOf(folder, log) };
}

async function commandOf(folder: string, log: Log): Promise<ChildCommand> {
  const root = await wall("unshare", [...namespaceFlags(), `--root=${folder}`], ["/bin/tsc", "--version"]);
  if (root.length === 0) {
    log.warn("Types of uploads are checked with the files of this machine in sight: unshare is not allowed here");
  }
  const words = [
    ...(await wall("prlimit", [`--cpu=${CPU_SECONDS}`, "--fsize=0", "--core=0"])),
    ...(await wall("setpriv", ["--pdeathsig", "KILL", "--no-new-privs"])),
    ...root,
    root.length === 0 ? join(folder, "bin", "tsc") : "/bin/tsc",
  ];
  const [program = "", ...args] = words;
  return { program, args };
}

/** The folder with the compiler and its libraries. */
function compilerFolder(): string | null {
  try {
    const ours = createRequire(import.meta.url).resolve("ts7/package.json");
    const name = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
    return join(dirname(createRequire(ours).resolve(name)), "lib");
  } catch {
    return null;
  }
}

/** Without a copy where both are on one disk. */
async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}
