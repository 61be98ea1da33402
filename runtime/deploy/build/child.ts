/**
 * The build child: one process per upload, thrown away afterwards, since an upload can break the stripper or end the
 * process. Reads a request from its standard input, writes steps and results to its standard output.
 */
import { readdirSync, readFileSync, writeSync } from "node:fs";
import { extname } from "node:path";
import type { ScriptModule } from "../../port/sandbox.ts";
import { build } from "./build.ts";
import type { BuildLine, BuildRequest } from "./protocol.ts";
import { stripTypes } from "./strip.ts";

const SDK = new URL("../../../sdk/", import.meta.url);
/** `URL`, `Headers` and their kind, as scripts have them in the sandbox. */
const WEB = new URL("../../sandbox/host/realm/web/", import.meta.url);

function readModules(folder: URL): ScriptModule[] {
  const ending = extname(import.meta.url);
  const names = readdirSync(folder).filter((name) => extname(name) === ending && !name.endsWith(".d.ts"));
  return names.map((path) => {
    const stripped = stripTypes(path, readFileSync(new URL(path, folder), "utf8"));
    if ("problem" in stripped) throw new Error(stripped.problem.message);
    return { path, code: stripped.code };
  });
}

/** At once and complete: whatever comes next may end the process. */
function say(line: BuildLine): void {
  let rest = Buffer.from(`${JSON.stringify(line)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
}

// The one writer is the switch that started this process.
const request = JSON.parse(readFileSync(0, "utf8")) as BuildRequest;
const sdk = readModules(SDK);
const web = readModules(WEB);
for (const job of request.jobs) {
  const result = build(job, { sdk, web, memoryMB: request.memoryMB, onStep: (step) => say({ type: "step", step }) });
  say({ type: "result", result });
  // Whatever was refused may have left the stripper broken.
  if (result.type !== "built") break;
}
