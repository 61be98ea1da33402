/** What a JSON Schema (2020-12, as zod writes it) asks for, as fields of a form. What it cannot tell becomes a field for JSON. */

export type JsonSchema = Readonly<Record<string, unknown>>;
export type Plain = string | number | boolean | null;

export interface Member {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  readonly field: Field;
}

export interface Option {
  readonly title: string;
  readonly field: Field;
}

export type Field =
  /** There is only one value, such as the `type` of a decision: nothing to fill in. */
  | { readonly kind: "constant"; readonly value: Plain }
  | { readonly kind: "text"; readonly minLength: number; readonly maxLength: number | undefined }
  | {
      readonly kind: "number";
      readonly isWhole: boolean;
      readonly min: number | undefined;
      readonly max: number | undefined;
    }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly values: readonly Plain[] }
  | { readonly kind: "list"; readonly item: Field; readonly least: number; readonly most: number | undefined }
  /** Names and values that whoever fills it in makes up. */
  | { readonly kind: "map"; readonly value: Field }
  | { readonly kind: "group"; readonly members: readonly Member[] }
  | { readonly kind: "either"; readonly options: readonly Option[] }
  | { readonly kind: "json" };

/** A schema may refer to itself. */
const MAX_DEPTH = 8;

export function fieldOf(schema: JsonSchema): Field {
  return read(schema, schema, 0);
}

/** `ringSeconds` is "Ring seconds". */
export function titleOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One of "Targets" is a "Target". */
export function singular(title: string): string {
  return title.replace(/([^s])s$/, "$1");
}

function read(given: JsonSchema, root: JsonSchema, depth: number): Field {
  const schema = resolve(given, root);
  if (schema === undefined || depth > MAX_DEPTH) return { kind: "json" };
  const options = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(options)) return readOptions(options as JsonSchema[], root, depth);
  if ("const" in schema) return { kind: "constant", value: schema.const as Plain };
  if (Array.isArray(schema.enum)) return { kind: "choice", values: schema.enum as Plain[] };
  switch (schema.type) {
    case "string":
      return { kind: "text", minLength: numberIn(schema.minLength) ?? 0, maxLength: numberIn(schema.maxLength) };
    case "number":
    case "integer": {
      const [min, max] = [numberIn(schema.minimum), numberIn(schema.maximum)];
      return { kind: "number", isWhole: schema.type === "integer", min, max };
    }
    case "boolean":
      return { kind: "flag" };
    case "null":
      return { kind: "constant", value: null };
    case "array":
      return readList(schema, root, depth);
    case "object":
      return readObject(schema, root, depth);
    default:
      return { kind: "json" };
  }
}

function readList(schema: JsonSchema, root: JsonSchema, depth: number): Field {
  const item = schemaIn(schema.items);
  if (item === undefined) return { kind: "json" };
  const [least, most] = [numberIn(schema.minItems) ?? 0, numberIn(schema.maxItems)];
  return { kind: "list", item: read(item, root, depth + 1), least, most };
}

function readObject(schema: JsonSchema, root: JsonSchema, depth: number): Field {
  const properties = schemaIn(schema.properties);
  const values = schemaIn(schema.additionalProperties);
  if (properties === undefined)
    return values === undefined ? { kind: "json" } : { kind: "map", value: read(values, root, depth + 1) };
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const members = Object.entries(properties).map(([name, property]): Member => {
    const { description } = property as JsonSchema;
    return {
      name,
      title: titleOf(name),
      description: typeof description === "string" ? description : undefined,
      isRequired: required.has(name),
      field: read(property as JsonSchema, root, depth + 1),
    };
  });
  return { kind: "group", members };
}

function readOptions(schemas: readonly JsonSchema[], root: JsonSchema, depth: number): Field {
  const options = schemas.map((schema) => {
    const field = read(schema, root, depth + 1);
    return { title: optionTitle(schema, field), field };
  });
  const [only, other] = options;
  if (only !== undefined && other === undefined) return only.field;
  return listOfOneOrMore(options) ?? { kind: "either", options };
}

/** `T | T[]` is a list: one thing alone is a list of one. */
function listOfOneOrMore(options: readonly Option[]): Field | undefined {
  if (options.length !== 2) return undefined;
  const list = options.map(({ field }) => field).find((field) => field.kind === "list");
  const single = options.map(({ field }) => field).find((field) => field.kind !== "list");
  return list !== undefined && single !== undefined && list.item.kind === single.kind ? list : undefined;
}

/** A union is told apart by its `type` where it has one. */
function optionTitle(schema: JsonSchema, field: Field): string {
  if (typeof schema.title === "string") return schema.title;
  switch (field.kind) {
    case "group": {
      const type = typeField(field);
      return type === undefined ? "several fields" : String(type);
    }
    case "constant":
      return field.value === null ? "none" : String(field.value);
    case "choice":
      return "one of a list";
    case "flag":
      return "yes or no";
    case "map":
      return "names and values";
    case "either":
      return "another";
    case "json":
      return "JSON";
    default:
      return `a ${field.kind}`;
  }
}

/** The constant `type` of a group. */
export function typeField(field: Field): Plain | undefined {
  if (field.kind !== "group") return undefined;
  const type = field.members.find(({ name }) => name === "type")?.field;
  return type?.kind === "constant" ? type.value : undefined;
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  if (typeof schema.$ref !== "string") return schema;
  let at: unknown = root;
  for (const key of schema.$ref
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")) {
    at = schemaIn(at)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return schemaIn(at);
}

function schemaIn(value: unknown): JsonSchema | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
