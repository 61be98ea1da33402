import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readScript } from "../../../runtime/cli/script-files.ts";

describe("the files of a script", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strowger-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (...paths: readonly string[]) => {
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), path);
    }
  };

  it.each([
    [["index.ts", "main.ts", "hotel.ts"], "index.ts"],
    [["main.js", "hotel.ts"], "main.js"],
    [["hotel.ts", "lib/a.ts"], "hotel.ts"],
    [["anything.ts"], "anything.ts"],
  ])("of a folder with %s begin at %s", (paths, entry) => {
    write(...paths);
    expect(readScript(folder, "hotel").entry).toBe(entry);
  });

  it("leave out tests, declarations, hidden folders, packages and what is no module", () => {
    write("index.ts", "index.test.ts", "env.d.ts", ".git/x.ts", "node_modules/x/y.ts", "README.md", "lib/a.js");
    expect(Object.keys(readScript(folder, "x").files).sort()).toEqual(["index.ts", "lib/a.js"]);
  });

  it("are 64 at most, 1 MB together, and one of them the entry", () => {
    write(...Array.from({ length: 65 }, (_, index) => `${index}.ts`));
    expect(() => readScript(folder, "x")).toThrow("more than 64");
    writeFileSync(join(folder, "large.ts"), "x".repeat(1024 * 1024 + 1));
    expect(() => readScript(join(folder, "large.ts"), "x")).toThrow(expect.objectContaining({ exitCode: 3 }));
    expect(() => readScript(join(folder, "README.md"), "x")).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
