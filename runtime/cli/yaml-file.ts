/** A file of YAML or JSON that a command is given: part of a configuration. */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { readYaml } from "../config/yaml.ts";
import { CommandFailure, exitCodes } from "./failure.ts";

/** `file`: - for the standard input. */
export async function readYamlFile(file: string): Promise<unknown> {
  const parsed = readYaml(file === "-" ? await text(process.stdin) : readText(file));
  if (!parsed.ok) throw new CommandFailure(`${file}: ${parsed.problem.message}`, exitCodes.usage);
  const [twice] = parsed.value.duplicates;
  if (twice !== undefined) throw new CommandFailure(`${file}: ${twice.message}`, exitCodes.usage);
  return parsed.value.data ?? {};
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new CommandFailure(`there is no file ${file} that can be read`, exitCodes.usage);
  }
}
