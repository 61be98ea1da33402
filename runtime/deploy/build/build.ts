/** Checks one upload from its text to its handlers, or strips what was checked before. */
import type { Diagnostic } from "../../base/errors.ts";
import type { ScriptModule } from "../../port/sandbox.ts";
import { BuildEnd } from "./build-end.ts";
import { checkHandlers, parseDefaultExport } from "./handlers.ts";
import { checkImports, findDynamicImports, findImports, type Import, resolvePath, SDK_NAME } from "./imports.ts";
import { errorAt, placeOf } from "./place.ts";
import type { BuildJob, BuildResult, BuildStep } from "./protocol.ts";
import { MAX_NESTING, stripTypes } from "./strip.ts";
import { type Token, tokenize } from "./tokens.ts";
import { findTopLevelAwait } from "./top-level-await.ts";
import { Trial, type Trusted } from "./trial.ts";

export interface Surroundings extends Trusted {
  readonly memoryMB: number;
  /** Told before each step that may end the process. */
  onStep(step: BuildStep): void;
}

interface SourceFile {
  readonly path: string;
  readonly source: string;
  readonly code: string;
  readonly tokens: readonly Token[];
  readonly imports: readonly Import[];
}

export function build(job: BuildJob, surroundings: Surroundings): BuildResult {
  try {
    const files = readFiles(job, surroundings);
    const modules = files.map(({ path, code }) => ({ path, code }));
    if (job.type === "strip") return { type: "built", modules, handlers: [] };
    return tryOut(job, files, modules, surroundings);
  } catch (error) {
    if (error instanceof BuildEnd) return { type: error.type, diagnostics: error.diagnostics };
    throw error;
  }
}

function readFiles(job: BuildJob, { onStep }: Surroundings): SourceFile[] {
  const files: SourceFile[] = [];
  const problems: Diagnostic[] = [];
  for (const [path, source] of Object.entries(job.files)) {
    onStep({ doing: "read", file: path });
    const { tooDeepAt } = tokenize(source, MAX_NESTING);
    if (tooDeepAt !== null) {
      const message = `nested deeper than ${MAX_NESTING} brackets or operators`;
      problems.push(errorAt(path, placeOf(source, tooDeepAt), "too-deep", message));
      continue;
    }
    const stripped = stripTypes(path, source);
    if ("problem" in stripped) {
      problems.push(stripped.problem);
      continue;
    }
    // Of what is left, since the stripper takes away imports of types alone. Its places are those of the source.
    const tokens = tokenize(stripped.code, MAX_NESTING).list;
    files.push({ path, source, code: stripped.code, tokens, imports: findImports(tokens) });
  }
  if (problems.length > 0) throw new BuildEnd("refused", problems);
  return files;
}

function tryOut(
  { entry: entryPath, env }: BuildJob,
  files: readonly SourceFile[],
  modules: readonly ScriptModule[],
  { sdk, web, memoryMB, onStep }: Surroundings,
): BuildResult {
  const trial = new Trial({ sdk, web }, memoryMB, env);
  const paths = new Set(files.map((file) => file.path));
  const problems = files.flatMap((file) => {
    onStep({ doing: "compile", file: file.path });
    return compileProblems(trial, file, paths);
  });
  if (problems.length > 0) return { type: "refused", diagnostics: problems };
  for (const file of evaluationOrder(entryPath, files)) {
    onStep({ doing: "load", file: file.path });
    trial.link(file.path, file.code, file.imports);
    trial.load(file.path, paths);
  }
  const entry = files.find((file) => file.path === entryPath);
  const exported = parseDefaultExport(trial.inspect(entryPath, paths));
  const checked = checkHandlers({ file: entryPath, source: entry?.code ?? "", tokens: entry?.tokens ?? [] }, exported);
  const [first] = checked;
  if (typeof first === "object") return { type: "refused", diagnostics: checked as Diagnostic[] };
  return { type: "built", modules, handlers: checked.filter((name) => typeof name === "string") };
}

function compileProblems(trial: Trial, file: SourceFile, paths: ReadonlySet<string>): Diagnostic[] {
  const { path, code, tokens, imports } = file;
  const specifiers = trial.compile(path, code);
  if ("file" in specifiers) return [specifiers];
  const problems = checkImports(path, code, [...new Set(specifiers)], imports, paths);
  for (const { start } of findDynamicImports(tokens)) {
    const message = "import() is not available: import at the top of the file";
    problems.push(errorAt(path, placeOf(code, start), "dynamic-import", message));
  }
  const awaited = findTopLevelAwait(code, tokens);
  if (awaited !== null) {
    const message = "await at the top level is not available: a script is loaded at once; await within a handler";
    problems.push(errorAt(path, placeOf(code, awaited), "top-level-await", message));
  }
  return problems;
}

/** The order in which a module graph is evaluated: what a module imports first (ECMAScript §16.2.1.5.3.1). */
function evaluationOrder(entry: string, files: readonly SourceFile[]): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const seen = new Set<string>();
  const order: SourceFile[] = [];
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { specifier } of file.imports) {
      if (specifier !== SDK_NAME) visit(resolvePath(path, specifier));
    }
    order.push(file);
  };
  visit(entry);
  return order;
}
