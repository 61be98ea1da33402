/** Runs the examples of the simulator's README as they stand there. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import * as vitest from "vitest";
import * as testing from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import * as strowger from "../../../sdk/index.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const { describe, expect, it } = vitest;
const modules: Readonly<Record<string, object>> = { strowger, "strowger/testing": testing, vitest };
const text = readFileSync(join(repoRoot, "runtime/simulator/README.md"), "utf8");
const examples = [...text.matchAll(/^## (.*)$|^```ts\n([\s\S]*?)^```$/gm)];

let heading = "The first example";
for (const [, title, code] of examples) {
  if (title !== undefined) heading = title;
  if (code !== undefined) describe(`README of the simulator: ${heading}`, () => run(code));
}

it("has found the examples of the README", () => {
  expect(examples.filter(([, , code]) => code !== undefined)).toHaveLength(4);
});

/** Declares the tests of an example. */
function run(code: string): void {
  const script = stripTypeScriptTypes(code)
    .replaceAll(/^import (\{.*\}) from "(.*)";$/gm, (_line, names, from) => `const ${names} = modules["${from}"];`)
    .replaceAll(/^import ".*";.*$/gm, "");
  new Function("modules", script)(modules);
}
