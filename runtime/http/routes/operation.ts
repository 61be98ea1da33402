/** What an operator and their tools ask for: reload, metrics, health, and this API's own description. */
import { z } from "zod";
import { configSchema } from "../../contract/config-api.ts";
import { healthSchema, reloadedSchema } from "../../contract/resource-api.ts";
import { allows } from "../authenticate.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, json, type Route, text } from "../route.ts";

const nothing = { params: z.object({}), query: z.strictObject({}) };

export const operationRoutes: readonly Route[] = [
  defineRoute({
    ...nothing,
    method: "get",
    path: "/v1/config",
    scopes: ["admin"],
    summary:
      "The configuration as it was read last, each value with its place in the file, or as a default; no secrets",
    responses: { 200: json(configSchema) },
    handler(_request, { config }) {
      const { values, warnings, ...reading } = config.read();
      return { status: 200, body: { ...reading, values: [...values], warnings: [...warnings] } };
    },
  }),
  defineRoute({
    ...nothing,
    method: "post",
    path: "/v1/reload",
    scopes: ["admin"],
    summary: "Read the configuration again; a bad file changes nothing",
    responses: { 200: json(reloadedSchema) },
    async handler(_request, { reload }) {
      return { status: 200, body: await reload() };
    },
  }),
  defineRoute({
    ...nothing,
    method: "get",
    path: "/v1/openapi.json",
    scopes: "public",
    summary: "This description (OpenAPI 3.1)",
    responses: { 200: text("application/json; charset=utf-8") },
    handler(_request, api) {
      return { status: 200, text: api.document() };
    },
  }),
  // The cookie of the console is for `/v1` alone.
  ...["/metrics", "/v1/metrics"].map((path) =>
    defineRoute({
      ...nothing,
      method: "get",
      path,
      scopes: ["metrics:read"],
      summary: "Metrics in the text format of Prometheus",
      responses: { 200: text("text/plain; version=0.0.4; charset=utf-8") },
      async handler(_request, api) {
        return { status: 200, text: await api.metrics() };
      },
    }),
  ),
  defineRoute({
    ...nothing,
    method: "get",
    path: "/healthz",
    scopes: "public",
    summary: "Whether the process lives",
    responses: { 200: json(healthSchema) },
    handler() {
      return { status: 200, body: { status: "ok" } };
    },
  }),
  defineRoute({
    ...nothing,
    method: "get",
    path: "/readyz",
    scopes: "public",
    summary: "Whether the switch takes calls; the reason why not is for tokens with metrics:read",
    responses: { 200: json(healthSchema) },
    handler({ caller }, { health }) {
      const { ready, reason } = health.ready();
      if (ready) return { status: 200, body: { status: "ok" } };
      const mayKnow = reason !== undefined && allows(caller.scopes, ["metrics:read"]);
      throw new RequestProblem("not-ready", mayKnow ? reason : "The switch takes no calls at the moment.");
    },
  }),
];
