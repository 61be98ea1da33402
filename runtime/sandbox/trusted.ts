/**
 * The modules that hosts trust: the sdk that scripts import as "strowger", and the realm that surrounds a script in its
 * isolate. Read, and rid of their types, once at start; hosts themselves cannot read them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import type { ScriptModule } from "../port/sandbox.ts";

const SDK = join(import.meta.dirname, "../../sdk");
const REALM = join(import.meta.dirname, "host/realm");

export function readSdk(): readonly ScriptModule[] {
  return readModules(SDK);
}

export function readRealm(): readonly ScriptModule[] {
  return readModules(REALM);
}

function readModules(folder: string): ScriptModule[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => /\.[jt]s$/.test(path) && !path.endsWith(".d.ts"),
  );
  return paths.map((path) => {
    const source = readFileSync(join(folder, path), "utf8");
    return { path, code: path.endsWith(".ts") ? stripTypeScriptTypes(source) : source };
  });
}
