/** `strowger init`: a folder to begin with: configuration, a script and its test, types for the editor. Nothing is overwritten. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { CommandFailure } from "../failure.ts";
import { Output } from "../output.ts";
import { projectFiles } from "../project-files.ts";
import { writeTypes } from "./types.ts";

export function defineInit(program: Command): void {
  program
    .command("init")
    .description("write strowger.yaml, a first script with its test, and types for the editor; overwrites nothing")
    .argument("[folder]", "where to", ".")
    .action((folder: string, _options: unknown, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      const written: string[] = [];
      const kept: string[] = [];
      for (const [name, content] of Object.entries(projectFiles)) {
        const path = join(folder, name);
        (writeNew(path, content) ? written : kept).push(path);
      }
      const types = writeTypes(folder);
      written.push(...types.written);
      out.result({ written, kept }, () =>
        [
          ...written.map((path) => `wrote ${path}`),
          ...kept.map((path) => `kept ${path}: it was there already`),
          `Next${folder === "." ? "" : `, in ${folder}`}: npx strowger dev scripts/hello.ts`,
        ].join("\n"),
      );
    });
}

/** Whether the file is new; one that was there stays as it is. */
function writeNew(path: string, content: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new CommandFailure(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
