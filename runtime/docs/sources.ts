/** The texts that documentation is made of: the sources of the sdk, and the example scripts, of this installation. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** Text by file name, without `.ts`. */
export type Sources = ReadonlyMap<string, string>;

export function guideSource(): string {
  return readFileSync(join(import.meta.dirname, "guide.md"), "utf8");
}

export function sdkSources(): Sources {
  return read("sdk", /^[\w-]+(?:\.d)?\.ts$/);
}

/** With their tests. */
export function exampleScripts(): Sources {
  return read("scripts", /^[\w-]+(?:\.test)?\.ts$/);
}

function read(folder: string, wanted: RegExp): Sources {
  const names = readdirSync(join(ROOT, folder)).filter((name) => wanted.test(name));
  return new Map(
    names.sort().map((name) => [name.replace(/\.ts$/, ""), readFileSync(join(ROOT, folder, name), "utf8")]),
  );
}
