/**
 * The configuration key by key, with where each value comes from: the place in the file, or the default. Values are as the
 * file writes them: a `${NAME}` stays one, so that nothing of the environment is told, and secrets are masked.
 */
import { z } from "zod";
import { MASKED } from "../base/secret-fields.ts";
import { formatPath } from "../contract/issue.ts";
import { type Environment, isReference } from "./environment.ts";
import { LineStarts } from "./line-starts.ts";
import { parseConfig } from "./load.ts";
import { configSchema } from "./schema.ts";
import { readYaml, type YamlDocument } from "./yaml.ts";

/** More than this is left away: a file of thousands of users says enough with the first ones. */
const MAX_VALUES = 5000;
/** Keys whose text is never shown. */
const SECRET = /^(password|passwordHash|token|pin|secretKey)$/;
/** The password of `smtp://user:password@host`. */
const URL_PASSWORD = /(:\/\/[^/@\s:]*:)[^/@\s]+@/g;

export type ValueSource =
  | { readonly type: "default" }
  | { readonly type: "file"; readonly line: number; readonly column: number };

export interface ExplainedValue {
  /** `limits.calls.max`, `routes[0].to`. */
  readonly path: string;
  readonly value: unknown;
  readonly source: ValueSource;
}

export interface ExplainedConfig {
  readonly values: readonly ExplainedValue[];
  /** How many are left away. */
  readonly more: number;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly default?: unknown;
}

/** Explains the text of a file that is known to be good; an empty one is all defaults. */
export function explainConfig(text: string, file: string, env: Environment): ExplainedConfig {
  const yaml = readYaml(text);
  const parsed = parseConfig(text, file, env);
  if (!yaml.ok || !parsed.ok) return { values: [], more: 0 };
  // The file's own shape: what is written in it, before it is made into what the rooms read.
  const schema = z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as Schema;
  const explainer = new Explainer(yaml.value, new LineStarts(text));
  explainer.explain(schema, yaml.value.data ?? {}, parsed.value, []);
  return { values: explainer.values.slice(0, MAX_VALUES), more: Math.max(0, explainer.values.length - MAX_VALUES) };
}

class Explainer {
  readonly values: ExplainedValue[] = [];
  readonly #document: YamlDocument;
  readonly #lines: LineStarts;

  constructor(document: YamlDocument, lines: LineStarts) {
    this.#document = document;
    this.#lines = lines;
  }

  /** `read`: what the rooms read in this place, for defaults that the schema cannot tell. */
  explain(schema: Schema | undefined, data: unknown, read: unknown, path: readonly PropertyKey[]): void {
    const known = schema?.properties ?? {};
    if (isNothing(data) && Object.keys(known).length === 0) {
      this.#add(path, schema?.default ?? read ?? null, { type: "default" });
    } else if (isNothing(data) || isObject(data)) {
      const written = isNothing(data) ? {} : data;
      for (const key of new Set([...Object.keys(known), ...Object.keys(written)])) {
        this.explain(known[key], written[key], isObject(read) ? read[key] : undefined, [...path, key]);
      }
    } else if (Array.isArray(data) && data.some((item) => typeof item === "object")) {
      for (const [index, item] of data.entries()) this.explain(undefined, item, undefined, [...path, index]);
    } else {
      const at = this.#lines.positionOf(this.#document.valueAt(path));
      this.#add(path, shown(path, data), { type: "file", line: at.line, column: at.column });
    }
  }

  #add(path: readonly PropertyKey[], value: unknown, source: ValueSource): void {
    this.values.push({ path: formatPath(path), value, source });
  }
}

function shown(path: readonly PropertyKey[], value: unknown): unknown {
  const isSecret = SECRET.test(String(path.at(-1)));
  if (Array.isArray(value)) return value.map((item) => (isSecret ? MASKED : withoutPassword(item)));
  if (!isSecret || (typeof value === "string" && isReference(value))) return withoutPassword(value);
  return MASKED;
}

function withoutPassword(value: unknown): unknown {
  return typeof value === "string" ? value.replace(URL_PASSWORD, `$1${MASKED}@`) : value;
}

function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
