/** What can be said about an upload without reading its source as a program: name, paths, sizes, Unicode. */
import { DeployError, type Diagnostic, RequestError } from "../base/errors.ts";
import { isScriptName, SCRIPT_NAME_RULE } from "../contract/script-name.ts";
import type { Upload } from "../port/deployment.ts";
import { errorAt, FIRST_PLACE, placeOf } from "./build/place.ts";

export const MAX_FILES = 64;
export const MAX_SOURCE_BYTES = 1024 * 1024;
const MAX_PATH_LENGTH = 200;
/** A diagnostic for each of many bad files helps nobody. */
const MAX_DIAGNOSTICS = 20;

/** Folders and a name; no part begins with a dot, so there is no way up. */
const PATH = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:ts|js)$/;

/** Throws `RequestError` or `DeployError` for what cannot be built. */
export function precheck(script: string, upload: Upload): void {
  if (!isScriptName(script)) {
    throw new RequestError(
      "invalid-request",
      `the name ${JSON.stringify(script.slice(0, 80))} is not allowed: use ${SCRIPT_NAME_RULE}`,
    );
  }
  checkSizes(upload.files);
  const diagnostics = [...pathProblems(Object.keys(upload.files)), ...entryProblems(upload), ...textProblems(upload)];
  if (diagnostics.length > 0) throw refusal(diagnostics.slice(0, MAX_DIAGNOSTICS));
}

export function refusal(diagnostics: readonly Diagnostic[]): DeployError {
  const [first] = diagnostics;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  const where = first === undefined ? "" : `${first.file}:${first.line}:${first.column}: ${first.message}${more}`;
  return new DeployError("script-does-not-compile", where, diagnostics);
}

function checkSizes(files: Upload["files"]): void {
  const entries = Object.entries(files);
  if (entries.length > MAX_FILES) {
    throw new DeployError("script-too-large", `${entries.length} files: a script has at most ${MAX_FILES}`);
  }
  const bytes = entries.reduce((sum, [path, text]) => sum + Buffer.byteLength(path) + Buffer.byteLength(text), 0);
  if (bytes > MAX_SOURCE_BYTES) {
    throw new DeployError("script-too-large", `${bytes} bytes of source: a script has at most ${MAX_SOURCE_BYTES}`);
  }
}

function pathProblems(paths: readonly string[]): Diagnostic[] {
  const seen = new Map<string, string>();
  return paths.flatMap((path) => {
    const shown = path.slice(0, MAX_PATH_LENGTH);
    const twin = seen.get(path.toLowerCase());
    seen.set(path.toLowerCase(), path);
    if (path.length > MAX_PATH_LENGTH || !PATH.test(path)) {
      const rule =
        "letters, digits, '.', '_', '-' and '/', relative, no part that begins with '.', ending in .ts or .js";
      return [errorAt(shown, FIRST_PLACE, "invalid-path", `the path ${JSON.stringify(shown)} is not allowed: ${rule}`)];
    }
    if (twin === undefined) return [];
    return [
      errorAt(shown, FIRST_PLACE, "duplicate-path", `the path differs from ${JSON.stringify(twin)} by case alone`),
    ];
  });
}

function entryProblems({ entry, files }: Upload): Diagnostic[] {
  if (Object.hasOwn(files, entry)) return [];
  const shown = entry.slice(0, MAX_PATH_LENGTH);
  const message = `the entry ${JSON.stringify(shown)} is not one of the files of the upload`;
  return [errorAt(shown, FIRST_PLACE, "entry-missing", message)];
}

function textProblems({ files }: Upload): Diagnostic[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (text.isWellFormed()) return [];
    const place = placeOf(text, text.search(/\p{Surrogate}/u));
    return [
      errorAt(
        path.slice(0, MAX_PATH_LENGTH),
        place,
        "invalid-unicode",
        "half a character: the file is not valid Unicode",
      ),
    ];
  });
}
