import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Language } from "../../../../runtime/console/pages/scripts/check/language.ts";
import type { Suggestions } from "../../../../runtime/console/pages/scripts/check/protocol.ts";
import { repoRoot } from "../../../helpers/repo-root.ts";

const HEAD = 'import { forward, type Script } from "strowger";\n';
const scriptOf = (body: string) => `${HEAD}export default { invite(call) { ${body} } } satisfies Script;\n`;

describe("What the editor knows of a script", () => {
  let language: Language;
  beforeAll(() => {
    language = new Language(
      new Map([...read("/sdk", "sdk/*.ts"), ...read("/lib", "node_modules/typescript/lib/lib.*.d.ts")]),
    );
  });

  function findings(text: string): string[] {
    language.set({ "main.ts": text });
    return language.findings().map(({ severity, message }) => `${severity}: ${message}`);
  }

  it("finds nothing wrong with the scripts of the cookbook", () => {
    const files = globSync("scripts/*.ts", { cwd: repoRoot }).filter((file) => !file.endsWith(".test.ts"));
    language.set(Object.fromEntries(files.map((file) => [basename(file), readFileSync(join(repoRoot, file), "utf8")])));
    expect(language.findings()).toEqual([]);
  });

  it("has the types of the sdk", () => {
    expect(findings(scriptOf('return forward("alice", { ringSeconds: "20" });'))).toEqual([
      "error: Type 'string' is not assignable to type 'number'.",
    ]);
    expect(findings(scriptOf("return forward(call.nobody);"))).toEqual([
      expect.stringContaining("error: Property 'nobody' does not exist on type"),
    ]);
  });

  it("has neither Node nor a browser, and says so", () => {
    expect(findings('export const fs = require("fs"); document.title;')).toEqual([
      expect.stringContaining("neither Node nor a browser"),
      expect.stringContaining("Cannot find name 'document'."),
    ]);
  });

  it("takes a type that cannot be told for a warning, and JavaScript as it is", () => {
    expect(findings("export const twice = (value) => value * 2;")).toEqual([
      expect.stringContaining("warning: Parameter 'value' implicitly has an 'any' type."),
    ]);
    language.set({ "main.js": "export const a = nothing.at.all;" });
    expect(language.findings()).toEqual([]);
  });

  it("completes what the sdk has, with the import, and nothing of its inside", () => {
    const text = `${HEAD}rej`;
    language.set({ "main.ts": text });
    const found = language.answer({ type: "complete", file: "main.ts", at: text.length }) as Suggestions;
    const reject = found.items.find(({ label }) => label === "reject");
    expect(found.from).toBe(HEAD.length);
    expect(new Set(found.items.map(({ source }) => source))).toEqual(new Set([null, "strowger"]));
    if (reject === undefined) throw new Error("reject is not offered");
    const detail = language.answer({ type: "detail", file: "main.ts", at: text.length, suggestion: reject });
    expect(detail).toMatchObject({
      text: "Refuses the call with `code`, 400 to 699.",
      edits: [{ insert: expect.stringContaining("reject") }],
    });
  });

  it("says what a name is, and nothing of a file that is not there", () => {
    language.set({ "main.ts": scriptOf('return forward("alice");') });
    const at = scriptOf("return ").indexOf("return ") + 9;
    expect(language.answer({ type: "hover", file: "main.ts", at })).toMatchObject({
      signature: expect.stringContaining("forward(target"),
      text: "Connects the call with one or more targets.",
    });
    expect(language.answer({ type: "hover", file: "gone.ts", at })).toBe(null);
  });
});

function read(folder: string, pattern: string): [string, string][] {
  return globSync(pattern, { cwd: repoRoot }).map((file) => [
    `${folder}/${basename(file)}`,
    readFileSync(join(repoRoot, file), "utf8"),
  ]);
}
