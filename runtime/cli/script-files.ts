/** The files of a script on disk: one file with what it imports, or a folder with all its modules. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { CommandFailure, exitCodes } from "./failure.ts";
import { importedFiles } from "./imported-files.ts";

const MAX_FILES = 64;
const MAX_BYTES = 1024 * 1024;
const MODULE = /\.(ts|js)$/;
/** Tests and declarations are not part of a script. */
const LEFT_OUT = /(\.test\.(ts|js)|\.d\.ts)$/;

export interface ScriptFiles {
  /** The folder that the paths of `files` begin at. */
  readonly folder: string;
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The name that a script has where nobody gives it another: that of its file or folder. */
export function scriptNameOf(path: string): string {
  return basename(resolve(path), extname(path));
}

/** Reads a script. Its entry is the file itself, or `index`, `main` or `name` in a folder. */
export function readScript(path: string, name: string): ScriptFiles {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new CommandFailure(`there is no file or folder ${path}`, exitCodes.usage);
  if (!stat.isDirectory()) {
    if (!MODULE.test(path))
      throw new CommandFailure(`${path} is not a script: its name ends in .ts or .js`, exitCodes.usage);
    return readFileAndImports(path);
  }
  const files = readAll(path, modulesIn(path));
  return { folder: path, entry: entryOf(Object.keys(files), path, name), files };
}

function readFileAndImports(path: string): ScriptFiles {
  const paths = importedFiles(path, MAX_FILES);
  if (paths.length > MAX_FILES)
    throw new CommandFailure(`${path} imports more than ${MAX_FILES} modules`, exitCodes.usage);
  const folder = commonFolder(paths);
  return { folder, entry: pathIn(folder, path), files: readAll(folder, paths) };
}

/** The folder that all of them lie in: of the first, unless another one lies further up. */
function commonFolder([first = "", ...others]: readonly string[]): string {
  let folder = dirname(first);
  while (others.some((path) => relative(folder, path).startsWith(".."))) folder = join(folder, "..");
  return folder;
}

function modulesIn(folder: string): readonly string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...modulesIn(path));
    else if (MODULE.test(entry.name) && !LEFT_OUT.test(entry.name)) found.push(path);
    if (found.length > MAX_FILES)
      throw new CommandFailure(`${folder} has more than ${MAX_FILES} modules`, exitCodes.usage);
  }
  return found;
}

function readAll(folder: string, paths: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const path of paths) {
    bytes += statSync(path).size;
    if (bytes > MAX_BYTES)
      throw new CommandFailure(`a script has at most ${MAX_BYTES / 1024} KB`, exitCodes.doesNotCompile);
    files[pathIn(folder, path)] = readFileSync(path, "utf8");
  }
  return files;
}

/** As an import writes it. */
function pathIn(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/");
}

function entryOf(files: readonly string[], folder: string, name: string): string {
  const stems = ["index", "main", name];
  const names = stems.flatMap((stem) => [`${stem}.ts`, `${stem}.js`]);
  const entry = names.find((candidate) => files.includes(candidate)) ?? (files.length === 1 ? files[0] : undefined);
  if (entry !== undefined) return entry;
  throw new CommandFailure(`${folder} has no entry: it needs one of ${names.join(", ")}`, exitCodes.usage);
}
