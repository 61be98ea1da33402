/** `strowger types`: tells the editor and vitest of a folder what `"strowger"` is. Nobody's own file is overwritten. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { CommandFailure } from "../failure.ts";
import { Output } from "../output.ts";
import { firstFiles, generatedFiles, SDK_FOLDER } from "../sdk-files.ts";

export function defineTypes(program: Command): void {
  program
    .command("types")
    .description("let the editor and vitest of a folder of scripts know what they import from strowger")
    .argument("[folder]", "where to", ".")
    .action((folder: string, _options: unknown, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      const { written, kept } = writeTypes(folder);
      out.result({ written, kept }, () =>
        [...written.map((path) => `wrote ${path}`), ...kept.map((path) => `kept ${path}: ${advice(path)}`)].join("\n"),
      );
    });
}

/** Also for who is about to run tests. */
export function writeTypes(folder: string): { written: string[]; kept: string[] } {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, text] of Object.entries(generatedFiles())) written.push(write(join(folder, path), text));
  for (const { path, text, unless } of firstFiles) {
    const own = unless.map((name) => join(folder, name)).find((name) => existsSync(name));
    if (own === undefined) written.push(write(join(folder, path), text));
    else if (!readFileSync(own, "utf8").includes(SDK_FOLDER)) kept.push(own);
  }
  return { written, kept };
}

function write(path: string, text: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  } catch (error) {
    throw new CommandFailure(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function advice(path: string): string {
  if (path.endsWith(".json")) return `it needs "extends": "./${SDK_FOLDER}/tsconfig.json"`;
  return `it needs the alias of ./${SDK_FOLDER}/vitest.config.mjs (mergeConfig of vitest/config)`;
}
