import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readScript } from "../../../runtime/cli/script-files.ts";

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "strowger-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("A script of one file", () => {
  it("brings what it imports, and what that imports, and nothing else", () => {
    const folder = folderOf({
      "desk.ts":
        'import { a } from "./lib/a.ts";\nexport { b } from "./b.js";\nimport "strowger";\nimport "./gone.ts";\n',
      "lib/a.ts": "import { type T } from '../types.ts';\nimport { desk } from '../desk.ts';\n",
      "types.ts": "export type T = 1;\n",
      "b.js": "export const b = 1;\n",
      "other.ts": "",
    });
    const { entry, files, folder: root } = readScript(join(folder, "desk.ts"), "desk");
    expect({ entry, root }).toEqual({ entry: "desk.ts", root: folder });
    expect(Object.keys(files).sort()).toEqual(["b.js", "desk.ts", "lib/a.ts", "types.ts"]);
  });

  it("begins further up where it imports from there", () => {
    const folder = folderOf({
      "scripts/desk.ts": 'import { a } from "../shared/a.ts";\n',
      "shared/a.ts": "export const a = 1;\n",
    });
    const { entry, files, folder: root } = readScript(join(folder, "scripts/desk.ts"), "desk");
    expect({ entry, root }).toEqual({ entry: "scripts/desk.ts", root: folder });
    expect(Object.keys(files).sort()).toEqual(["scripts/desk.ts", "shared/a.ts"]);
  });

  it("imports no more than an upload may have", () => {
    const names = Array.from({ length: 65 }, (_, index) => `m${index}.ts`);
    const imports = names.map((name) => `import "./${name}";`).join("\n");
    const folder = folderOf({ "desk.ts": imports, ...Object.fromEntries(names.map((name) => [name, ""])) });
    expect(() => readScript(join(folder, "desk.ts"), "desk")).toThrow("more than 64 modules");
  });
});
