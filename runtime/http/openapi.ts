/** The OpenAPI 3.1 document, made from the same table of routes as the server. */
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiRequestBodyObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { problemSchema } from "../contract/problem.ts";
import { uploadSchema } from "../contract/script-api.ts";
import { isConditional } from "./preconditions.ts";
import type { BodySpec, ResponseSpec, Route } from "./route.ts";

const source = { schema: { type: "string" as const, description: "Text of the script." } };
const ANY_BYTES = "application/octet-stream";
const binary = { schema: { type: "string" as const, format: "binary" } };
const text = { schema: { type: "string" as const } };
const onceHeaders = z.object({
  "Idempotency-Key": z.string().min(1).max(255).optional().meta({
    description: "The same request with the same key is done once, and answered the same for a day.",
  }),
});
const conditionHeaders = z.object({
  "If-Match": z.string().optional().meta({ description: "ETag of what may be overwritten; 412 where it has another." }),
  "If-None-Match": z.string().optional().meta({ description: "`*`: only where there is nothing yet." }),
});
const events = {
  schema: { type: "string" as const, description: "Server-sent events: `id`, `event` (the type) and `data` (JSON)." },
};

const SESSION = {
  type: "apiKey",
  in: "cookie",
  name: "strowger_session_PORT",
  description:
    "Of the console's own page alone, as POST /v1/session sets it; a write needs the header X-Strowger-Console: 1 as well.",
} as const;

/** The document of these routes, as JSON text. */
export function describeRoutes(routes: readonly Route[]): string {
  const paths: ZodOpenApiPathsObject = {};
  const ids = new Set<string>();
  for (const route of routes) {
    const path = documentPath(route.path);
    const id = operationId(route);
    // What is there under `/v1` as well has one of the two names.
    const unique = ids.has(id) ? `${id}V1` : id;
    ids.add(unique);
    paths[path] = { ...paths[path], [route.method]: { ...operationOf(route), operationId: unique } };
  }
  const document = createDocument({
    openapi: "3.1.0",
    info: {
      title: "Strowger",
      version: "1",
      description:
        "Deploy call-routing scripts, watch and steer calls, and look after users, routes and records. " +
        "What is sent to `/x/{script}/…`, by any method, is an `http` event of that script, which answers it.",
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, { session: [] }],
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" }, session: SESSION } },
    paths,
  });
  return JSON.stringify(document);
}

/** `{+path}` is of RFC 6570; OpenAPI writes every parameter `{path}`. */
export function documentPath(path: string): string {
  return path.replace("{+", "{");
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const operation: ZodOpenApiOperationObject = {
    summary: route.summary,
    tags: [route.path.split("/")[2] ?? "operation"],
    // The schema of a path or a query is always an object, which the erased type of a route does not say.
    requestParams: { path: route.params as z.ZodObject, query: route.query as z.ZodObject, ...headersOf(route) },
    responses: responsesOf(route),
  };
  if (route.body !== undefined) operation.requestBody = requestBodyOf(route.body);
  if (route.scopes === "public") return { ...operation, security: [] };
  return { ...operation, description: `Scopes: ${route.scopes.join(", ")}.` };
}

/** What every write heeds, and how a POST is made to be done once. */
function headersOf(route: Route): { header?: z.ZodObject } {
  if (route.method === "post") return { header: onceHeaders };
  return isConditional(route) ? { header: conditionHeaders } : {};
}

/** `get /v1/scripts/{name}/tail` is `getScriptsNameTail`. */
function operationId(route: Route): string {
  const words = route.path.replace("/v1/", "/").match(/[A-Za-z]+/g) ?? [];
  return route.method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function requestBodyOf(body: BodySpec): ZodOpenApiRequestBodyObject {
  if (body.type === "json") return { required: true, content: { "application/json": { schema: body.schema } } };
  if (body.type === "bytes") return { required: true, content: { [body.media[0] ?? ANY_BYTES]: binary } };
  const content = {
    "text/typescript": source,
    "text/javascript": source,
    "application/json": { schema: uploadSchema },
  };
  return { required: true, content };
}

function responsesOf(route: Route): ZodOpenApiOperationObject["responses"] {
  const responses: Record<string, ZodOpenApiResponseObject> = {};
  for (const [status, spec] of Object.entries(route.responses)) responses[status] = responseOf(status, spec);
  const problem = { "application/problem+json": { schema: problemSchema } };
  responses.default = { description: "A problem (RFC 9457)", content: problem };
  // Keys are status codes and "default", as the type of the package has them one by one.
  return responses as ZodOpenApiOperationObject["responses"];
}

function responseOf(status: string, spec: ResponseSpec): ZodOpenApiResponseObject {
  const description = STATUS_CODES[status] ?? status;
  switch (spec.type) {
    case "json":
      return { description, content: { "application/json": { schema: spec.schema } } };
    case "text":
      return { description, content: { [spec.media.split(";", 1)[0] ?? spec.media]: text } };
    case "file":
    case "download":
      return { description, content: { [spec.media]: binary } };
    case "stream":
      return { description, content: { "text/event-stream": events } };
    case "empty":
      return { description };
  }
}
