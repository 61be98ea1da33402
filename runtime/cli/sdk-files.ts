/**
 * What an editor and vitest need to know of `"strowger"` in a folder of scripts: where its modules lie in this
 * installation, under each name that a script or a test imports it by. Generated, so nobody edits or keeps it.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { SCRIPT_COMPILER_OPTIONS } from "../contract/compiler-options.ts";

export const SDK_FOLDER = ".strowger";
const ROOT = new URL("../../", import.meta.url);

/** Files that are written each time, by their path. */
export function generatedFiles(): Readonly<Record<string, string>> {
  const modules = sdkModules();
  const tsconfig = {
    compilerOptions: {
      ...SCRIPT_COMPILER_OPTIONS,
      paths: Object.fromEntries([...modules, ...testRunner()].map(({ name, file }) => [name, [file]])),
    },
    include: ["../**/*.ts", fileURLToPath(new URL("sdk/globals.d.ts", ROOT))],
    exclude: ["../node_modules", "../data"],
  };
  return {
    [`${SDK_FOLDER}/.gitignore`]: "*\n",
    [`${SDK_FOLDER}/tsconfig.json`]: `${JSON.stringify(tsconfig, null, 2)}\n`,
    [`${SDK_FOLDER}/vitest.config.mjs`]: vitestConfig(modules),
  };
}

/** Files that are written where there is none of `unless`, by their path. */
export const firstFiles: readonly {
  readonly path: string;
  readonly text: string;
  readonly unless: readonly string[];
}[] = [
  {
    path: "tsconfig.json",
    text: `${JSON.stringify({ extends: `./${SDK_FOLDER}/tsconfig.json` }, null, 2)}\n`,
    unless: ["tsconfig.json"],
  },
  {
    path: "vitest.config.mjs",
    text: `export { default } from "./${SDK_FOLDER}/vitest.config.mjs";\n`,
    unless: ["vitest", "vite"].flatMap((name) => ["ts", "mts", "js", "mjs"].map((end) => `${name}.config.${end}`)),
  },
];

interface SdkModule {
  /** As it is imported. */
  readonly name: string;
  /** An absolute path. */
  readonly file: string;
}

/** What the manifest of this package exports. */
function sdkModules(): readonly SdkModule[] {
  const manifest = readFileSync(new URL("package.json", ROOT), "utf8");
  // The manifest of this very package.
  const { name, exports } = JSON.parse(manifest) as { name: string; exports: Record<string, string> };
  return Object.entries(exports)
    .map(([key, path]) => ({ name: name + key.slice(1), file: fileURLToPath(new URL(path, ROOT)) }))
    .filter(({ file }) => existsSync(file));
}

/** Vitest as it came with this installation, for a folder that has none of its own. */
function testRunner(): SdkModule[] {
  try {
    return [{ name: "vitest", file: dirname(createRequire(import.meta.url).resolve("vitest/package.json")) }];
  } catch {
    return [];
  }
}

/** Vitest leaves packages to Node, which strips no types in `node_modules`: an sdk that lies there is to be inlined. */
function vitestConfig(modules: readonly SdkModule[]): string {
  const alias = modules.map(({ name, file }) => {
    const find = JSON.stringify(`^${RegExp.escape(name)}$`);
    return `  { find: new RegExp(${find}), replacement: ${JSON.stringify(file)} },\n`;
  });
  const root = JSON.stringify(RegExp.escape(fileURLToPath(ROOT)));
  return `const alias = [\n${alias.join("")}];\n\nexport default {\n  resolve: { alias },\n  test: { server: { deps: { inline: [new RegExp(${root})] } } },\n};\n`;
}
