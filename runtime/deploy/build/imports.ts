/** What a module imports: found among its tokens with their places, and whether a script may import it. */
import { posix } from "node:path";
import type { Diagnostic } from "../../base/errors.ts";
import { closestName } from "../../contract/closest-name.ts";
import { errorAt, FIRST_PLACE, type Place, placeOf } from "./place.ts";
import type { Token } from "./tokens.ts";

export const SDK_NAME = "strowger";

export interface Import {
  readonly specifier: string;
  /** Where the specifier stands. */
  readonly start: number;
  /** What is imported by name, as the other module calls it. */
  readonly names: readonly Token[];
}

/** The static imports and re-exports of a module. */
export function findImports(tokens: readonly Token[]): Import[] {
  const imports: Import[] = [];
  for (const [index, token] of tokens.entries()) {
    if (!isStatement(tokens, index, token)) continue;
    const end = specifierIndex(tokens, index);
    const specifier = tokens[end];
    if (specifier === undefined) continue;
    const names = importedNames(tokens.slice(index + 1, end));
    imports.push({ specifier: specifier.text, start: specifier.start, names });
  }
  return imports;
}

/** `import(…)`: the module it names cannot be checked at the upload. */
export function findDynamicImports(tokens: readonly Token[]): Token[] {
  return tokens.filter((token, index) => {
    const called = token.type === "name" && token.text === "import" && tokens[index + 1]?.text === "(";
    // A method may be called import: `a.import()`, `{ import() {} }` with a body after its parameters.
    return called && tokens[index - 1]?.text !== "." && !isMethod(tokens, index + 1);
  });
}

/** The path of an imported file of the upload, or what is wrong with the import. `specifiers` is what V8 found. */
export function checkImports(
  file: string,
  source: string,
  specifiers: readonly string[],
  imports: readonly Import[],
  files: ReadonlySet<string>,
): Diagnostic[] {
  return specifiers.flatMap((specifier) => {
    const found = imports.filter((candidate) => candidate.specifier === specifier);
    const problem = importProblem(file, specifier, files);
    if (problem === null) return [];
    const places: Place[] = found.length === 0 ? [FIRST_PLACE] : found.map(({ start }) => placeOf(source, start));
    return places.map((place) => errorAt(file, place, problem.code, problem.message));
  });
}

/** Where a relative import of `file` leads. */
export function resolvePath(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

function importProblem(
  file: string,
  specifier: string,
  files: ReadonlySet<string>,
): { code: string; message: string } | null {
  if (specifier === SDK_NAME) return null;
  const shown = JSON.stringify(specifier);
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) {
    const message = `cannot import ${shown}: a script imports its own files ("./…") and "${SDK_NAME}", nothing else`;
    return { code: "import-refused", message };
  }
  const path = resolvePath(file, specifier);
  if (files.has(path)) return null;
  const near = closestName(path, [...files]);
  const advice = near === undefined ? "" : `; did you mean "${relative(file, near)}"?`;
  return { code: "import-not-found", message: `cannot import ${shown}: ${path} is not in the upload${advice}` };
}

function relative(file: string, path: string): string {
  const text = posix.relative(posix.dirname(file), path);
  return text.startsWith("../") ? text : `./${text}`;
}

function isStatement(tokens: readonly Token[], index: number, token: Token): boolean {
  if (token.type !== "name" || token.depth > 0 || tokens[index - 1]?.text === ".") return false;
  const next = tokens[index + 1]?.text;
  if (token.text === "import") return next !== "(" && next !== ".";
  return token.text === "export" && (next === "{" || next === "*");
}

/** Index of the string that follows `import`, or `from`; -1 for an export of the module's own. */
function specifierIndex(tokens: readonly Token[], index: number): number {
  for (let next = index + 1; next < tokens.length; next++) {
    const token = tokens[next] as Token;
    if (token.depth > 0 || token.text === "}") continue;
    if (token.type === "string") return tokens[next - 1]?.text === "from" || next === index + 1 ? next : -1;
    if (token.type !== "name" && !["{", "*", ","].includes(token.text)) return -1;
    if (token.text === "from" || token.text === "as" || token.type === "punctuator") continue;
    // A default import or the name of a namespace; after a closing brace a name begins the next statement.
    if (tokens[next - 1]?.text === "}") return -1;
  }
  return -1;
}

function importedNames(clause: readonly Token[]): Token[] {
  return clause.filter((token, index) => {
    if (token.depth === 0 || (token.type !== "name" && token.type !== "string")) return false;
    const before = clause[index - 1]?.text;
    return before === "{" || before === ",";
  });
}

/** Whether the parenthesis at `index` is closed and followed by a body. */
function isMethod(tokens: readonly Token[], index: number): boolean {
  const depth = tokens[index]?.depth ?? 0;
  const close = tokens.findIndex((token, at) => at > index && token.text === ")" && token.depth === depth);
  return close !== -1 && tokens[close + 1]?.text === "{";
}
