/** JSON Schema (2020-12) of what goes into a script and what comes out, made of the schemas that the switch itself checks with. */
import { z } from "zod";
import { decisionSchema, planSchema } from "./decision.ts";
import { eventSchemas } from "./event-schema.ts";

export const SCHEMAS = {
  decision: "One decision.",
  plan: "What a handler returns, a fallback of a route or a body of the API is: a decision, or several done in order.",
  events: "Every event of a script, by its `type`.",
} as const;

export type SchemaName = keyof typeof SCHEMAS;
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as readonly SchemaName[];

export type JsonSchema = Readonly<Record<string, unknown>>;

const made = new Map<SchemaName, JsonSchema>();

/** Made once, and then the same. */
export function jsonSchema(name: SchemaName): JsonSchema {
  const known = made.get(name);
  if (known !== undefined) return known;
  const schema = { ...describe(name), title: name, description: SCHEMAS[name] };
  made.set(name, schema);
  return schema;
}

function describe(name: SchemaName): JsonSchema {
  switch (name) {
    case "decision":
      return toJson(decisionSchema);
    case "plan":
      return toJson(z.union([decisionSchema, planSchema]));
    case "events":
      return events();
  }
}

/** One definition each, so that a reader finds an event by its name. */
function events(): JsonSchema {
  const $defs = Object.fromEntries(
    [...eventSchemas].map(([type, schema]) => {
      const { $schema: _dialect, ...described } = toJson(schema);
      return [type, described];
    }),
  );
  const oneOf = Object.keys($defs).map((type) => ({ $ref: `#/$defs/${type}` }));
  return { $schema: "https://json-schema.org/draft/2020-12/schema", oneOf, $defs };
}

/** As it is before defaults: `input`. An event may have more fields in a later version. */
function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input" });
}
