/** What a program, or a model, needs to know to write scripts: JSON Schema of decisions and events, and `llms.txt`. */
import { z } from "zod";
import { jsonSchema, SCHEMA_NAMES, SCHEMAS } from "../../contract/json-schema.ts";
import { scriptingGuide } from "../../docs/docs.ts";
import { defineRoute, json, type Route, text } from "../route.ts";

const nothing = { params: z.object({}), query: z.strictObject({}) };

const pathOf = (name: string): string => `/v1/schemas/${name}.json`;

const listSchema = z
  .object({ items: z.array(z.object({ name: z.string(), description: z.string(), url: z.string() })) })
  .meta({ id: "SchemaList" });

const schemaSchema = z.record(z.string(), z.unknown()).meta({ description: "JSON Schema (2020-12)." });

export const schemaRoutes: readonly Route[] = [
  defineRoute({
    ...nothing,
    method: "get",
    path: "/v1/schemas",
    scopes: "public",
    summary: "List the schemas of what goes into scripts and comes out",
    responses: { 200: json(listSchema) },
    handler() {
      const items = SCHEMA_NAMES.map((name) => ({ name, description: SCHEMAS[name], url: pathOf(name) }));
      return { status: 200, body: { items } };
    },
  }),
  ...SCHEMA_NAMES.map((name) =>
    defineRoute({
      ...nothing,
      method: "get",
      path: pathOf(name),
      scopes: "public",
      summary: `The JSON Schema "${name}"`,
      responses: { 200: json(schemaSchema) },
      handler: () => ({ status: 200, body: jsonSchema(name) }),
    }),
  ),
  defineRoute({
    ...nothing,
    method: "get",
    path: "/llms.txt",
    scopes: "public",
    summary: "All that is needed to write a script, as text for people and models",
    responses: { 200: text("text/plain; charset=utf-8") },
    handler: () => ({ status: 200, text: scriptingGuide() }),
  }),
];
