/** `strowger docs`: all that is needed to write a script, as one text for people and models; needs no switch. */
import type { Command } from "commander";
import { scriptingGuide } from "../../docs/docs.ts";
import { Output } from "../output.ts";

export function defineDocs(program: Command): void {
  program
    .command("docs")
    .description("print how scripts are written: events, decisions, modules, limits; needs no switch")
    .action((_options: unknown, command: Command) => {
      const text = scriptingGuide();
      new Output(command.optsWithGlobals<{ json?: boolean }>().json === true).result({ text }, () => text.trimEnd());
    });
}
