/** `/v1/guard`: who is banned, who never is, and what users and trunks have used of their budgets. */
import { z } from "zod";
import { isoTime } from "../../base/iso-time.ts";
import {
  allowedInputSchema,
  allowedSourceSchema,
  allowedSourcesSchema,
  banInputSchema,
  banSchema,
  bansSchema,
  budgetUsesSchema,
  guardStatusSchema,
} from "../../contract/guard-api.ts";
import type { AllowedSource, Ban } from "../../port/guard.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const none = z.object({});
const nothing = z.strictObject({});
const sourceParams = z.object({
  source: z
    .string()
    .meta({ description: "As the list shows it; the slash of a network is written %2F.", example: "192.0.2.1" }),
});

export const guardRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/guard",
    scopes: ["guard:read"],
    summary: "What the guard has to do: bans, sources, and what was refused",
    params: none,
    query: nothing,
    responses: { 200: json(guardStatusSchema) },
    handler: (_request, { guard }) => ({ status: 200, headers: NOT_KEPT, body: guard.status() }),
  }),
  defineRoute({
    method: "get",
    path: "/v1/guard/bans",
    scopes: ["guard:read"],
    summary: "Sources that are not heard",
    params: none,
    query: nothing,
    responses: { 200: json(bansSchema) },
    handler: (_request, { guard }) => ({ status: 200, headers: NOT_KEPT, body: { items: guard.bans().map(showBan) } }),
  }),
  defineRoute({
    method: "post",
    path: "/v1/guard/bans",
    scopes: ["guard:write"],
    summary: "Hear nothing of a source any more, for a time or until it is lifted",
    params: none,
    query: nothing,
    body: { type: "json", schema: banInputSchema, isRequired: true },
    responses: { 201: json(banSchema) },
    async handler({ body, caller }, { guard }) {
      const ban = await guard.ban({ ...body, by: caller.name });
      return { status: 201, headers: { Location: pathOf("bans", ban.source) }, body: showBan(ban) };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/guard/bans/{source}",
    scopes: ["guard:write"],
    summary: "Lift a ban, and forget what the source has done",
    params: sourceParams,
    query: nothing,
    responses: { 204: empty },
    async handler({ params: { source } }, { guard }) {
      await guard.lift(source);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/guard/allowed",
    scopes: ["guard:read"],
    summary: "Sources that are never banned, beside those of the configuration file",
    params: none,
    query: nothing,
    responses: { 200: json(allowedSourcesSchema) },
    handler: (_request, { guard }) => ({
      status: 200,
      headers: NOT_KEPT,
      body: { items: guard.allowed().map(showAllowed) },
    }),
  }),
  defineRoute({
    method: "post",
    path: "/v1/guard/allowed",
    scopes: ["guard:write"],
    summary: "Never ban a source; limits are for it all the same",
    params: none,
    query: nothing,
    body: { type: "json", schema: allowedInputSchema, isRequired: true },
    responses: { 201: json(allowedSourceSchema) },
    async handler({ body, caller }, { guard }) {
      const allowed = await guard.allow({ ...body, by: caller.name });
      return { status: 201, headers: { Location: pathOf("allowed", allowed.source) }, body: showAllowed(allowed) };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/guard/allowed/{source}",
    scopes: ["guard:write"],
    summary: "Treat a source as any other again",
    params: sourceParams,
    query: nothing,
    responses: { 204: empty },
    async handler({ params: { source } }, { guard }) {
      await guard.disallow(source);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/guard/budgets",
    scopes: ["guard:read"],
    summary: "What users and trunks have used of their budgets; those that have called since the start",
    params: none,
    query: nothing,
    responses: { 200: json(budgetUsesSchema) },
    handler: (_request, { budgets }) => ({ status: 200, headers: NOT_KEPT, body: { items: budgets.uses() } }),
  }),
];

const NOT_KEPT = { "Cache-Control": "no-store" };

function showBan({ since, until, ...ban }: Ban) {
  return { ...ban, since: isoTime(since), until: until === null ? null : isoTime(until) };
}

function showAllowed({ since, ...allowed }: AllowedSource) {
  return { ...allowed, since: isoTime(since) };
}

function pathOf(list: "bans" | "allowed", source: string): string {
  return `/v1/guard/${list}/${encodeURIComponent(source)}`;
}
