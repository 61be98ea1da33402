/** `strowger test`: runs the tests of a folder of scripts with vitest, its own or the one that came with this program. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "../failure.ts";
import { SDK_FOLDER } from "../sdk-files.ts";
import { writeTypes } from "./types.ts";

export function defineTest(program: Command): void {
  program
    .command("test")
    .description("run the tests of a folder of scripts with vitest")
    .argument("[folder]", "with *.test.ts", ".")
    .argument("[filter...]", "parts of the names of test files")
    .action(async (folder: string, filters: readonly string[], _options: unknown, command: Command) => {
      if (!existsSync(folder)) throw new CommandFailure(`there is no folder ${folder}`, exitCodes.usage);
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      const vitest = findVitest(folder);
      if (!existsSync(join(folder, SDK_FOLDER))) writeTypes(folder);
      const args = [vitest, "run", "--root", folder, ...filters];
      const code = json === true ? await runForPrograms(args) : await run(args, "inherit");
      if (code !== 0) process.exitCode = exitCodes.failed;
    });
}

function findVitest(folder: string): string {
  for (const from of [join(resolve(folder), "package.json"), import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve("vitest/package.json");
      const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { vitest: string } };
      return join(dirname(manifest), bin.vitest);
    } catch {
      // Not there: the next place.
    }
  }
  throw new CommandFailure("vitest is not installed: npm install --save-dev vitest");
}

/** Vitest's own report on the standard output, and nothing else. */
async function runForPrograms(args: readonly string[]): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), "strowger-report-"));
  try {
    const report = join(folder, "report.json");
    const code = await run([...args, "--reporter=json", `--outputFile=${report}`], "ignore");
    if (!existsSync(report))
      throw new CommandFailure("vitest ended without a report: run it without --json to see why");
    process.stdout.write(readFileSync(report));
    return code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args: readonly string[], stdout: "inherit" | "ignore"): Promise<number | null> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { stdio: ["inherit", stdout, "inherit"] });
    child.on("error", (error) => fail(new CommandFailure(`vitest does not start: ${error.message}`)));
    child.on("exit", done);
  });
}
