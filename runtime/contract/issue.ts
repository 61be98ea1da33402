/**
 * Turns what zod finds into sentences with a path: what was found, what is expected, and for an unknown field the name
 * that was probably meant. Used for decisions, routes and the configuration alike.
 */
import { z } from "zod";
import { fail, ok, type Result } from "../base/result.ts";
import { closestName } from "./closest-name.ts";

/** One thing that is wrong with a value, and where. */
export interface Issue {
  /** `targets[0]`, `[1].ringSeconds`; empty for the value itself. */
  readonly path: string;
  readonly keys: readonly PropertyKey[];
  /** The last of `keys` is a name that may not be there: the key itself is wrong, not its value. */
  readonly atKey: boolean;
  readonly message: string;
}

/** A longer text is cut where it is quoted in a message. */
const MAX_QUOTED = 40;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Checks a value and tells all issues at once. */
export function parseWith<Value>(schema: z.ZodType<Value>, value: unknown): Result<Value, readonly Issue[]> {
  const parsed = schema.safeParse(value, { error: (issue) => describeIssue(issue), reportInput: true });
  return parsed.success ? ok(parsed.data) : fail(parsed.error.issues.flatMap(toIssues));
}

/** `[1].ringSeconds` for `[1, "ringSeconds"]`. */
export function formatPath(keys: readonly PropertyKey[]): string {
  let path = "";
  for (const key of keys) {
    if (typeof key === "number") path += `[${key}]`;
    else if (!/^[A-Za-z_][\w-]*$/.test(String(key))) path += `[${quote(String(key))}]`;
    else path += path === "" ? String(key) : `.${String(key)}`;
  }
  return path;
}

/** What a value is, in words: `text "abc"`, `the number 5`, `a list`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return `text ${quote(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  return typeof value === "boolean" ? String(value) : "an object";
}

/** Text in quotes, cut to a length fit for a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}

/** `, did you mean "forward"?` where a known name is near, else the list of names. */
export function suggest(name: string, known: readonly string[]): string {
  const closest = closestName(name, known);
  if (closest !== undefined) return `, did you mean ${quote(closest)}?`;
  return known.length > 0 ? `; known: ${known.join(", ")}` : "";
}

/** One issue per unknown field; zod reports them together, with a line of the message for each. */
function toIssues(issue: z.core.$ZodIssue): readonly Issue[] {
  if (issue.code !== "unrecognized_keys") return [toIssue(issue.path, issue.message, issue.code === "invalid_key")];
  const lines = issue.message.split("\n");
  return issue.keys.map((key, index) => toIssue([...issue.path, key], lines[index] ?? "unknown field", true));
}

function toIssue(keys: readonly PropertyKey[], message: string, atKey: boolean): Issue {
  return { path: formatPath(keys), keys, atKey, message };
}

function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const found = describeValue(issue.input);
  switch (issue.code) {
    case "invalid_type": {
      const expected = TYPE_NAMES[issue.expected] ?? issue.expected;
      // YAML and JSON read 100 as a number, where an extension or a number pattern is text.
      const hint = issue.expected === "string" && typeof issue.input === "number" ? "; write it in quotes" : "";
      return `expected ${expected}, found ${found}${hint}`;
    }
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}, found ${found}`;
    case "too_small":
      return `expected at least ${issue.minimum}${sizeOf(issue.origin, issue.input)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${sizeOf(issue.origin, issue.input)}`;
    case "unrecognized_keys": {
      const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
      return issue.keys.map((key) => unknownField(key, known)).join("\n");
    }
    case "invalid_key":
      return issue.issues.map((inner) => inner.message).join("; ");
    default:
      return undefined;
  }
}

/** What a bound counts, and how much was found: ` characters, found 0`. */
function sizeOf(origin: string, input: unknown): string {
  if (typeof input === "string") return ` character(s), found ${input.length}`;
  return origin === "array" && Array.isArray(input)
    ? ` item(s), found ${input.length}`
    : `, found ${describeValue(input)}`;
}

/** `quote` escapes line breaks, so that each message stays a line. */
function unknownField(key: string, known: readonly string[]): string {
  return `unknown field ${quote(key)}${suggest(key, known)}`;
}
