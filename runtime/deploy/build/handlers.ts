/** What the default export of the entry must be: an object whose own properties are functions named like events. */
import type { Diagnostic } from "../../base/errors.ts";
import { closestName } from "../../contract/closest-name.ts";
import { HANDLER_NAMES, isHandlerName } from "../../contract/handler-names.ts";
import type { HandlerName } from "../../port/script.ts";
import { errorAt, FIRST_PLACE, type Place, placeOf } from "./place.ts";
import type { Token } from "./tokens.ts";

/** The default export as the isolate reports it: its type, `missing`, and for an object its properties. */
export interface DefaultExport {
  readonly type: string;
  readonly properties: readonly { readonly name: string; readonly type: string }[];
}

/** Reads the report; it comes out of the isolate of an untrusted script. */
export function parseDefaultExport(json: unknown): DefaultExport {
  const value: unknown = typeof json === "string" ? JSON.parse(json) : null;
  const { type, properties } = (value ?? {}) as { readonly type?: unknown; readonly properties?: unknown };
  const list = Array.isArray(properties) ? (properties as readonly { name?: unknown; type?: unknown }[]) : [];
  return {
    type: String(type),
    properties: list.map((property) => ({ name: String(property?.name), type: String(property?.type) })),
  };
}

export interface Entry {
  readonly file: string;
  readonly source: string;
  readonly tokens: readonly Token[];
}

export function checkHandlers(entry: Entry, exported: DefaultExport): HandlerName[] | Diagnostic[] {
  const at = (place: Place, code: string, message: string) => [errorAt(entry.file, place, code, message)];
  const example = "export default { invite(call) { … } }";
  if (exported.type === "missing") {
    return at(FIRST_PLACE, "no-default-export", `no default export: a script ends in \`${example}\``);
  }
  if (exported.type !== "object" && exported.type !== "function") {
    const message = `the default export is ${exported.type}, not an object of handlers: \`${example}\``;
    return at(defaultPlace(entry), "no-handlers", message);
  }
  const problems = exported.properties.flatMap((property) => propertyProblem(entry, property));
  if (problems.length > 0) return problems;
  if (exported.properties.length === 0) {
    const message =
      "the default export has no handler of its own (inherited methods do not count): add `invite(call) { … }`";
    return at(defaultPlace(entry), "no-handlers", message);
  }
  return exported.properties.map((property) => property.name).filter(isHandlerName);
}

function propertyProblem(entry: Entry, { name, type }: { name: string; type: string }): Diagnostic[] {
  if (!isHandlerName(name)) {
    const near = closestName(name, HANDLER_NAMES);
    const advice = near === undefined ? `; there are ${HANDLER_NAMES.join(", ")}` : `; did you mean "${near}"?`;
    const message = `there is no event ${JSON.stringify(name)}${advice}`;
    return [errorAt(entry.file, keyPlace(entry, name), "unknown-handler", message)];
  }
  if (type === "function") return [];
  const found = type === "accessor" ? "an accessor" : type === "undefined" ? "undefined" : `of type ${type}`;
  const message = `the handler "${name}" is ${found}, not a function`;
  return [errorAt(entry.file, keyPlace(entry, name), "handler-not-a-function", message)];
}

function defaultIndex(tokens: readonly Token[]): number {
  const at = tokens.findIndex((token, index) => token.text === "default" && tokens[index - 1]?.text === "export");
  return at - 1;
}

function defaultPlace({ source, tokens }: Entry): Place {
  const token = tokens[defaultIndex(tokens)];
  return token === undefined ? FIRST_PLACE : placeOf(source, token.start);
}

/** Where a property is written: in the literal after `export default`, else the first that looks like it. */
function keyPlace(entry: Entry, name: string): Place {
  const { source, tokens } = entry;
  const from = Math.max(0, defaultIndex(tokens));
  const isKey = (token: Token, index: number) => token.text === name && looksLikeKey(tokens, index);
  const token =
    tokens.find((candidate, index) => index > from && candidate.depth === 1 && isKey(candidate, index)) ??
    tokens.find((candidate, index) => candidate.depth > 0 && isKey(candidate, index)) ??
    tokens.find((candidate, index) => tokens[index - 1]?.text === "." && candidate.text === name);
  return token === undefined ? defaultPlace(entry) : placeOf(source, token.start);
}

function looksLikeKey(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.type !== "name" && token?.type !== "string") return false;
  const before = tokens[index - 1]?.text ?? "";
  const after = tokens[index + 1]?.text ?? "";
  return ["{", ",", "async", "get", "set", "*"].includes(before) && [":", "(", ",", "}"].includes(after);
}
