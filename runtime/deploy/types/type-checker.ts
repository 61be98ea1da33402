/**
 * Checks the types of an upload against the sdk, with the TypeScript compiler in a process of its own. Whatever keeps it
 * from its work is a warning: types never stand in the way of an upload that would run.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Diagnostic } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { randomText } from "../../base/random.ts";
import { SCRIPT_COMPILER_OPTIONS } from "../../contract/compiler-options.ts";
import { errorAt, FIRST_PLACE } from "../build/place.ts";
import type { Source } from "../builder.ts";
import { Slots } from "../queue.ts";
import { runCompiler } from "./compiler-child.ts";
import { parseOutput } from "./compiler-output.ts";
import { type Jail, makeJail } from "./jail.ts";

const COMPILERS_AT_ONCE = 2;

const COMPILER_OPTIONS = {
  ...SCRIPT_COMPILER_OPTIONS,
  allowJs: true,
  paths: { strowger: ["../../sdk/index.ts"] },
};

export class TypeChecker {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #slots = new Slots(COMPILERS_AT_ONCE);
  /** Made at the first check. */
  #jail: Promise<Jail | null> | null = null;

  /** `folder`: one of its own, made and removed by it. */
  constructor(folder: string, clock: Clock, log: Log) {
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
  }

  /** What is wrong with the types, at most 100. JavaScript is not checked. */
  async check({ entry, files }: Source): Promise<readonly Diagnostic[]> {
    const checked = Object.keys(files).filter((path) => path.endsWith(".ts"));
    if (checked.length === 0) return [];
    try {
      const jail = await this.#ready();
      if (jail === null) return [skipped(entry, `there is no compiler for ${process.platform} ${process.arch} here`)];
      return await this.#slots.run(() => this.#checkIn(jail, entry, files, checked));
    } catch (error) {
      this.#log.error("Types of an upload could not be checked", { error });
      return [skipped(entry, "the compiler could not be started; the log of the switch says why")];
    }
  }

  /** Removes what was made. */
  async stop(): Promise<void> {
    if (this.#jail === null) return;
    this.#jail = null;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #checkIn(jail: Jail, entry: string, files: Source["files"], checked: string[]): Promise<readonly Diagnostic[]> {
    const name = randomText(16);
    const folder = join(jail.folder, "work", name);
    try {
      await write(folder, files, checked);
      const args = [...jail.command.args, "-p", `work/${name}`, "--pretty", "false", "--singleThreaded"];
      const end = await runCompiler({ ...jail.command, args }, jail.folder, this.#clock);
      if (end.type === "failed") return [skipped(entry, end.problem)];
      return parseOutput(end.output, `work/${name}/`, new Set(checked));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #ready(): Promise<Jail | null> {
    this.#jail ??= makeJail(this.#folder, this.#log).catch((error: unknown) => {
      this.#jail = null;
      throw error;
    });
    return this.#jail;
  }
}

async function write(folder: string, files: Source["files"], checked: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const roots = ["../../sdk/globals.d.ts", ...checked];
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: roots }));
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

function skipped(entry: string, why: string): Diagnostic {
  const message = `the types were not checked: ${why}`;
  return { ...errorAt(entry, FIRST_PLACE, "typecheck-skipped", message), severity: "warning" };
}
