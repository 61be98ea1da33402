/**
 * Reads `strowger.yaml`. All problems are told at once, each with its line and column; a configuration that has one is
 * not used at all.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError, type Diagnostic } from "../base/errors.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { formatPath, type Issue, parseWith } from "../contract/issue.ts";
import type { Config, ConfiguredTls } from "./config.ts";
import { type Environment, fillIn, type VariableProblem } from "./environment.ts";
import { LineStarts } from "./line-starts.ts";
import { configSchema } from "./schema.ts";
import { readYaml, type YamlDocument } from "./yaml.ts";

const MAX_FILE_BYTES = 1024 * 1024;

export interface LoadOptions {
  /** Where `${NAME}` is taken from. @default process.env */
  readonly env?: Environment;
  /** A file that is not there is the same as an empty one. @default false */
  readonly optional?: boolean;
}

/** Reads a configuration file. Throws `ConfigError` with every problem found. */
export async function loadConfig(file: string, options: LoadOptions = {}): Promise<Config> {
  const path = resolve(file);
  const text = await readText(path, options.optional ?? false);
  const parsed = parseConfig(text ?? "", path, options.env ?? process.env);
  if (!parsed.ok) throw new ConfigError("config-invalid", formatDiagnostics(parsed.problem), parsed.problem);
  return text === undefined ? { ...parsed.value, file: null } : parsed.value;
}

/** Parses the text of a configuration file. `file` names it in messages; `data` is relative to its folder. */
export function parseConfig(text: string, file: string, env: Environment): Result<Config, readonly Diagnostic[]> {
  const lines = new LineStarts(text);
  const report = (at: number, code: string, message: string): Diagnostic => {
    return { file, ...lines.positionOf(at), code, severity: "error", message };
  };
  const yaml = readYaml(text);
  if (!yaml.ok) return fail([report(yaml.problem.at, "yaml-syntax", yaml.problem.message)]);
  const document = yaml.value;
  const variables: VariableProblem[] = [];
  const parsed = parseWith(configSchema, fillIn(document.data ?? {}, env, variables));
  const diagnostics = [
    ...document.duplicates.map(({ at, message }) => report(at, "duplicate-key", message)),
    ...variables.map(({ path, message }) =>
      report(document.valueAt(path), "bad-variable", `${formatPath(path)}: ${message}`),
    ),
    ...(parsed.ok ? [] : parsed.problem)
      .filter((issue) => !isConsequence(issue, variables))
      .map((issue) => report(placeOf(issue, document), "invalid-value", describe(issue))),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
  if (diagnostics.length > 0 || !parsed.ok) return fail(diagnostics);
  const path = resolve(file);
  const { data, media, tls, ...rest } = parsed.value;
  const at = (name: string): string => resolve(dirname(path), name);
  const atOrNone = (name: string | null): string | null => (name === null ? null : at(name));
  return ok({
    ...rest,
    file: path,
    data: at(data),
    tls: absoluteTls(tls, at),
    media: {
      ...media,
      sounds: at(media.sounds),
      prompts: atOrNone(media.prompts),
      musicOnHold: atOrNone(media.musicOnHold),
    },
  });
}

function absoluteTls(tls: ConfiguredTls, at: (name: string) => string): ConfiguredTls {
  const { identity, servers, ca } = tls;
  return {
    ...tls,
    identity: identity === null ? null : { cert: at(identity.cert), key: at(identity.key) },
    servers: servers.map(({ name, cert, key }) => ({ name, cert: at(cert), key: at(key) })),
    ca: ca === null ? null : at(ca),
  };
}

/** One line per problem: `strowger.yaml:3:9: limits.calls.max: expected a number, found text "many"`. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n");
}

async function readText(path: string, optional: boolean): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_FILE_BYTES) throw unreadable(path, `it is larger than ${MAX_FILE_BYTES} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" && optional) return undefined;
    if (code === "ENOENT") throw unreadable(path, "there is no such file", error);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw unreadable(path, "it is not UTF-8 text", error);
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function unreadable(path: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError("config-invalid", `cannot read the configuration file ${path}: ${why}`, [], { cause });
}

function placeOf(issue: Issue, document: YamlDocument): number {
  return issue.atKey ? document.keyAt(issue.keys) : document.valueAt(issue.keys);
}

function describe({ path, message }: Issue): string {
  return path === "" ? message : `${path}: ${message}`;
}

/** A text whose variable is missing is likely to be wrong in another way too, which would tell nobody anything. */
function isConsequence(issue: Issue, variables: readonly VariableProblem[]): boolean {
  return variables.some(({ path }) => path.every((key, index) => String(issue.keys[index]) === String(key)));
}
