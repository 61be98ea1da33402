/** What the API says of itself (OpenAPI 3.1), and requests made of it: valid ones, and ones that are nearly so. */
import { Chance } from "../mutate/chance.ts";
import { changedJson } from "../mutate/json.ts";

type Schema = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly method: string;
  /** `/v1/users/{name}`. */
  readonly path: string;
  readonly query: readonly string[];
  /** By media type. */
  readonly bodies: Readonly<Record<string, Schema>>;
  readonly statuses: readonly string[];
}

export interface HttpRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface DocumentedOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, unknown>>;
}

/** These end the switch, stop it from taking calls, or copy all that it has. */
const LEFT_ALONE = ["/v1/drain", "/v1/backup"];
const MOST_DEPTH = 6;

const NAMES = [
  "alice",
  "bob",
  "main",
  "carrier",
  "100",
  "1",
  "a",
  "latest",
  "busy",
  "x".repeat(80),
  "é",
  "a%2Fb",
  "..",
  "%00",
  "%zz",
  "__proto__",
  "*",
];
const TEXTS = [
  "alice",
  "main",
  "100",
  "+15551234",
  "sip:x@127.0.0.1:9",
  "127.0.0.1",
  "2026-01-01T00:00:00Z",
  "UTC",
  "* * * * *",
  "reject",
  "admin",
  "a@example.com",
  "1234",
  "",
  "é",
  "x".repeat(300),
];
const METHODS = ["GET", "HEAD", "OPTIONS", "DELETE", "PUT", "POST", "PATCH"];
const HEADERS: readonly (readonly [string, string])[] = [
  ["if-match", '"x"'],
  ["if-match", "*"],
  ["if-none-match", "*"],
  ["if-none-match", 'W/"a", "b"'],
  ["idempotency-key", "k1"],
  ["idempotency-key", "é".repeat(3)],
  ["range", "bytes=0-5"],
  ["range", "bytes=9-1,-0"],
  ["accept", "text/event-stream"],
  ["last-event-id", "99999999999999999999"],
  ["content-type", "text/plain"],
  ["content-type", "multipart/form-data; boundary=x"],
  ["x-forwarded-for", "1.2.3.4"],
];

export function readOperations(text: string): { operations: Operation[]; schemas: Readonly<Record<string, Schema>> } {
  const { paths, components } = JSON.parse(text) as Document; // Our own document, whose form a test holds.
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.responses !== undefined && !LEFT_ALONE.includes(path))
      .map(([method, operation]) => operationOf(method, path, operation)),
  );
  return { operations, schemas: components?.schemas ?? {} };
}

function operationOf(method: string, path: string, documented: DocumentedOperation): Operation {
  const { parameters = [], requestBody, responses = {} } = documented;
  const content = Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [type, schema] as const);
  return {
    method: method.toUpperCase(),
    path,
    query: parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name),
    bodies: Object.fromEntries(content),
    statuses: Object.keys(responses),
  };
}

/** The request that numbers stand for: which operation, what is in it, how it is changed. */
export function requestOf(
  api: ReturnType<typeof readOperations>,
  [which, content, ...changes]: readonly number[],
  seeds: readonly string[],
): HttpRequest {
  const operation = api.operations[(which ?? 0) % api.operations.length];
  if (operation === undefined) throw new Error("The API has no operation.");
  const chance = new Chance(content ?? 0);
  const filled = operation.path.replace(/\{[^}]*\}/g, () => chance.pick(chance.oneIn(3) ? NAMES : NAMES.slice(0, 6)));
  const query = operation.query
    .filter(() => chance.oneIn(3))
    .map((name) => `${name}=${encodeURIComponent(chance.pick(TEXTS))}`);
  const types = Object.keys(operation.bodies);
  const type = types.length === 0 ? undefined : chance.pick(types);
  const value = type === undefined ? undefined : someValue(operation.bodies[type] ?? {}, api.schemas, chance, 0);
  const isText = type !== undefined && !type.includes("json");
  const body = isText
    ? chance.pick([SCRIPT, "x", "RIFF", ""])
    : type === undefined
      ? undefined
      : (changedJson(value, changes, seeds) ?? "{}");
  const headers = Object.fromEntries([
    ...(type === undefined ? [] : [["content-type", type] as const]),
    ...(changes.length > 1 ? [chance.pick(HEADERS)] : []),
  ]);
  const method = chance.oneIn(20) ? chance.pick(METHODS) : operation.method;
  return {
    operation,
    method,
    path:
      [filled, ...query.slice(0, 1)].join("?") +
      query
        .slice(1)
        .map((one) => `&${one}`)
        .join(""),
    headers,
    body,
  };
}

/** Takes calls, and requests below `/x`. */
export const SCRIPT =
  'import { reject } from "strowger";\nexport default { invite: () => reject(486), http: () => new Response("x") };\n';

/** Something that the schema is likely to take. */
function someValue(schema: Schema, schemas: Readonly<Record<string, Schema>>, chance: Chance, depth: number): unknown {
  if (depth > MOST_DEPTH) return null;
  const deeper = (inner: unknown): unknown => someValue(isSchema(inner) ? inner : {}, schemas, chance, depth + 1);
  const { $ref, const: only, enum: some, anyOf, oneOf, allOf, type, properties, required = [], items } = schema;
  if (typeof $ref === "string") return deeper(schemas[$ref.slice($ref.lastIndexOf("/") + 1)]);
  if (only !== undefined) return only;
  if (Array.isArray(some)) return chance.pick(some);
  const choices = anyOf ?? oneOf ?? allOf;
  if (Array.isArray(choices) && choices.length > 0) return deeper(chance.pick(choices));
  switch (Array.isArray(type) ? chance.pick(type) : type) {
    case "string":
      return chance.pick(TEXTS);
    case "number":
    case "integer":
      return chance.pick([0, 1, 5, 60, 100, 486, 5060, -1, 1e9]);
    case "boolean":
      return chance.oneIn(2);
    case "array":
      return Array.from({ length: chance.below(3) }, () => deeper(items));
    case "object": {
      const known = isSchema(properties) ? Object.entries(properties) : [];
      const needed = Array.isArray(required) ? required : [];
      const given = known.filter(([name]) => needed.includes(name) || chance.oneIn(3));
      return Object.fromEntries(given.map(([name, inner]) => [name, deeper(inner)]));
    }
    default:
      return chance.pick([null, "x", 1, {}, []]);
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
