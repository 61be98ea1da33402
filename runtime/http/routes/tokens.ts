/** `/v1/tokens`: who may use this API. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import { createdTokenSchema, tokenInputSchema, tokenSchema } from "../../contract/resource-api.ts";
import { allows } from "../authenticate.ts";
import { paginate } from "../page.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const tokenParams = z.object({ id: nameSchema });

export const tokenRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/tokens",
    scopes: ["tokens:admin"],
    summary: "List tokens, without their secrets",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(tokenSchema)) },
    handler({ query }, { tokens }) {
      return { status: 200, body: paginate(tokens.list(), query, ({ createdAt, id }) => `${createdAt} ${id}`) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/tokens",
    scopes: ["tokens:admin"],
    summary: "Make a token; its secret is told once. It can have no scope that the token of the caller has not",
    params: z.object({}),
    query: z.strictObject({}),
    body: { type: "json", schema: tokenInputSchema },
    responses: { 201: json(createdTokenSchema) },
    async handler({ body: { name, scopes }, caller }, { tokens }) {
      const missing = scopes.filter((scope) => !allows(caller.scopes, [scope]));
      if (missing.length > 0) {
        const detail = `Your token cannot hand out what it has not: ${missing.join(" ")}.`;
        throw new RequestProblem("insufficient-scope", detail);
      }
      const created = await tokens.create({ name, scopes });
      return { status: 201, headers: { Location: `/v1/tokens/${created.token.id}` }, body: created };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/tokens/{id}",
    scopes: ["tokens:admin"],
    summary: "Show a token, without its secret",
    params: tokenParams,
    query: z.strictObject({}),
    responses: { 200: json(tokenSchema) },
    handler({ params: { id } }, { tokens }) {
      const token = tokens.list().find((other) => other.id === id);
      if (token === undefined) throw new RequestError("not-found", `There is no token with the id ${id}.`);
      return { status: 200, body: token };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/tokens/{id}",
    scopes: ["tokens:admin"],
    summary: "Remove a token; it is refused from the next request on",
    params: tokenParams,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { id } }, { tokens }) {
      await tokens.remove(id);
      return { status: 204 };
    },
  }),
];
