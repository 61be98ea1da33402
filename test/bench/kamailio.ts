/** Kamailio 5.6 with the same decisions as our bench script: in its own language, or in JavaScript (app_jsdt). */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../helpers/require-program.ts";
import { ports } from "./ports.ts";

const variants = { "kam-js": "kemi-js.cfg", "kam-native": "native.cfg" } as const;

/** Writes the configuration into `folder` and gives the command that starts it: one child process, as it is cheapest. */
export function kamailioCommand(variant: keyof typeof variants, folder: string, digest: boolean): string[] {
  const program = findProgram("kamailio");
  if (program === undefined) throw new Error("kamailio is not installed (Debian: kamailio kamailio-extra-modules).");
  const source = join(import.meta.dirname, "kamailio");
  for (const file of readdirSync(source)) {
    writeFileSync(join(folder, file), fillIn(readFileSync(join(source, file), "utf8"), folder, digest));
  }
  const memory = ["-m", "1024", "-M", "64", "-b", "4000000"];
  return [
    program,
    "-f",
    join(folder, variants[variant]),
    "-DD",
    "-E",
    ...memory,
    "-Y",
    folder,
    "-P",
    join(folder, "pid"),
  ];
}

function fillIn(text: string, folder: string, digest: boolean): string {
  const filled = text
    .replaceAll("SIPPORT", String(ports.switch))
    .replaceAll("DESTURI", `"sip:127.0.0.1:${ports.callee}"`)
    .replaceAll("CALLEEURI", `sip:127.0.0.1:${ports.callee}`)
    .replaceAll("SCRIPTDIR", folder);
  if (!digest) return filled;
  return filled
    .replace("WITH_AUTH = false", "WITH_AUTH = true")
    .replace(/^#!KAMAILIO$/m, "#!KAMAILIO\n#!define WITH_AUTH");
}
