/** `/v1/routes`: which script gets which request. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import { routeBodySchema, routeMatchQuery, routeViewSchema } from "../../contract/resource-api.ts";
import { checkPreconditions, etagOf } from "../etag.ts";
import { paginate, sortable } from "../page.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

/** `/v1/routes/match` asks which route a call takes, so no route has this name. */
const RESERVED = "match";

const routeParams = z.object({
  name: nameSchema.refine((name) => name !== RESERVED, `"${RESERVED}" is not a name for a route: the API uses it`),
});

export const routeRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/routes",
    scopes: ["routes:read"],
    summary: "List routes in the order in which they are tried",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(routeViewSchema)) },
    handler({ query }, { routes }) {
      const page = paginate(routes.list(), query, ({ position, name }) => `${sortable(position)} ${name}`);
      return { status: 200, body: page };
    },
  }),
  defineRoute({
    method: "get",
    path: `/v1/routes/${RESERVED}`,
    scopes: ["routes:read"],
    summary: "Which route a call would take",
    params: z.object({}),
    query: routeMatchQuery,
    responses: { 200: json(routeViewSchema) },
    handler({ query: { to, from, source } }, { routes }) {
      const request = { to, ...(from === undefined ? {} : { from }), ...(source === undefined ? {} : { source }) };
      const route = routes.match(request);
      if (route === undefined) throw new RequestError("not-found", `No route takes a call to ${to}.`);
      return { status: 200, body: route };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/routes/{name}",
    scopes: ["routes:read"],
    summary: "Show a route",
    params: routeParams,
    query: z.strictObject({}),
    responses: { 200: json(routeViewSchema) },
    handler({ params: { name } }, { routes }) {
      const route = routes.get(name);
      if (route === undefined) throw new RequestError("not-found", `There is no route "${name}".`);
      return { status: 200, body: route };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/routes/{name}",
    scopes: ["routes:write"],
    summary: "Make or change a route; If-None-Match: * only makes one",
    params: routeParams,
    query: z.strictObject({}),
    body: { type: "json", schema: routeBodySchema },
    responses: { 200: json(routeViewSchema), 201: json(routeViewSchema) },
    async handler({ params: { name }, body, headers }, { routes, writes }) {
      const { route, created } = await writes.run(`route ${name}`, async () => {
        checkPreconditions(headers, routes.get(name));
        return await routes.put(name, body);
      });
      return { status: created ? 201 : 200, headers: { ETag: etagOf(JSON.stringify(route)) }, body: route };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/routes/{name}",
    scopes: ["routes:write"],
    summary: "Remove a route",
    params: routeParams,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { name }, headers }, { routes, writes }) {
      await writes.run(`route ${name}`, async () => {
        checkPreconditions(headers, routes.get(name));
        await routes.remove(name);
      });
      return { status: 204 };
    },
  }),
];
