/** `/v1/drain`: takes the switch out of service without ending a call, and back into it. */
import { z } from "zod";
import { drainSchema } from "../../contract/operation-api.ts";
import { defineRoute, json, type Route } from "../route.ts";

const common = { path: "/v1/drain", params: z.object({}), query: z.strictObject({}) };

export const drainRoutes: readonly Route[] = [
  defineRoute({
    ...common,
    method: "get",
    scopes: ["calls:read"],
    summary: "Whether the switch is being drained, and which calls it waits for",
    responses: { 200: json(drainSchema) },
    handler: (_request, { drain }) => ({ status: 200, body: drain.view() }),
  }),
  defineRoute({
    ...common,
    method: "post",
    scopes: ["admin"],
    summary: "Take no new calls: they are refused with 503; those that are up go on",
    responses: { 200: json(drainSchema) },
    handler: (_request, { drain }) => ({ status: 200, body: drain.begin() }),
  }),
  defineRoute({
    ...common,
    method: "delete",
    scopes: ["admin"],
    summary: "Take calls again",
    responses: { 200: json(drainSchema) },
    handler: (_request, { drain }) => ({ status: 200, body: drain.end() }),
  }),
];
