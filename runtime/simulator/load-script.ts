/** A script from a file of this machine, as a module of this process: `"strowger"` is the sdk wherever the file lies. */
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Script } from "../../sdk/script.ts";
import { SimulationError } from "./simulation-error.ts";

const SDK = new URL("../../sdk/index.ts", import.meta.url).href;

/** Throws what the module throws as it is loaded, or a `SimulationError` where it is no script. */
export async function loadScript(file: string): Promise<Script> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "strowger" ? { url: SDK, shortCircuit: true } : next(specifier, context),
  });
  try {
    const { default: script }: { default?: unknown } = await import(pathToFileURL(resolve(file)).href);
    if (typeof script === "object" && script !== null) return script as Script; // Its handlers are looked for one by one.
    throw new SimulationError(`${file} has no default export with handlers: export default { invite(call) { … } }`);
  } finally {
    hooks.deregister();
  }
}
