/** Who imports whom in the sources, found without a compiler. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export interface Import {
  /** Path from the root of the repository for our own files, the specifier for all else. */
  readonly to: string;
  /** Only types are imported: nothing is left of it when the program runs. */
  readonly types: boolean;
}

/** What each file imports, by its path from the root of the repository. */
export type Imports = ReadonlyMap<string, readonly Import[]>;

const STATEMENT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[\w$]+\s*,\s*)?(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+)\s+from\s+"([^"]+)"/gm;
const BARE = /^\s*(import)\s+"([^"]+)"/gm;
const DYNAMIC = /\b(import)\("([^"]+)"\)/g;
/** Comments, and templates, which may hold the text of a script. */
const NO_CODE = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$|`[^`]*`/gm;

export function importsOf(file: string, source: string): Import[] {
  const code = source.replace(NO_CODE, "");
  return [STATEMENT, BARE, DYNAMIC].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, kind, specifier = ""]) => ({
      to: specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier,
      types: kind?.startsWith("type") === true,
    })),
  );
}

export function readImports(root: string, patterns: readonly string[]): Imports {
  const files = patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !/\.(test|d)\.ts$/.test(file));
  return new Map(files.sort().map((file) => [file, importsOf(file, readFileSync(join(root, file), "utf8"))]));
}

/** Each cycle of files that load each other, once, as the list of its files. Types load nothing. */
export function cyclesIn(imports: Imports): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) if (!next.types) visit(next.to, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return cycles;
}
