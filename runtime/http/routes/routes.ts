/** `/v1/routes`: which script gets which request. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import {
  routeBodySchema,
  routeMatchQuery,
  routeMatchSchema,
  routeOrderSchema,
  routeViewSchema,
} from "../../contract/resource-api.ts";
import { checkPreconditions, etagOf } from "../etag.ts";
import { paginate, sortable } from "../page.ts";
import { RequestProblem } from "../problem.ts";
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
    method: "put",
    path: "/v1/routes",
    scopes: ["routes:write"],
    summary: "Put routes into another order; those of the configuration are tried before them, as ever",
    params: z.object({}),
    query: z.strictObject({}),
    body: { type: "json", schema: routeOrderSchema, isRequired: true },
    responses: { 204: empty },
    async handler({ body: { names } }, { routes }) {
      await routes.reorder(names);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: `/v1/routes/${RESERVED}`,
    scopes: ["routes:read"],
    summary: "Which route a call would take, and what has kept those before it from taking it",
    params: z.object({}),
    query: routeMatchQuery,
    responses: { 200: json(routeMatchSchema) },
    handler({ query: { to, from, source, trunk } }, { routes }) {
      const call = {
        to,
        ...(from === undefined ? {} : { from }),
        ...(source === undefined ? {} : { source }),
        ...(trunk === undefined ? {} : { trunk }),
      };
      const [route, passed] = [routes.match(call), [...routes.passedBy(call)]];
      if (route !== undefined) return { status: 200, body: { ...route, passed } };
      const errors = passed.map(({ name, field }) => ({ path: name, message: `its ${field} does not fit` }));
      throw new RequestProblem("not-found", `No route takes a call to ${to}.`, { errors });
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
