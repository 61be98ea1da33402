/** `/v1/trunks`: how the switch reaches the telephone network, and how that is doing. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import { trunkBodySchema, trunkViewSchema } from "../../contract/trunk-api.ts";
import type { TrunkView } from "../../port/trunk.ts";
import { etagOf } from "../etag.ts";
import { paginate, sortable } from "../page.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const trunkParams = z.object({ name: nameSchema });

export const trunkRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/trunks",
    scopes: ["trunks:read"],
    summary: "List trunks in the order in which they are tried, with the state of their gateways",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(trunkViewSchema)) },
    handler({ query }, { trunks }) {
      const page = paginate(trunks.list(), query, ({ position, name }) => `${sortable(position)} ${name}`);
      return { status: 200, body: page };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/trunks/{name}",
    scopes: ["trunks:read"],
    summary: "Show a trunk and how it is doing; its ETag is that of its declaration alone",
    params: trunkParams,
    query: z.strictObject({}),
    responses: { 200: json(trunkViewSchema) },
    handler({ params: { name } }, { trunks }) {
      const trunk = trunks.get(name);
      if (trunk === undefined) throw new RequestError("not-found", `There is no trunk "${name}".`);
      return { status: 200, headers: { ETag: tagOf(trunk), "Cache-Control": "no-store" }, body: trunk };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/trunks/{name}",
    scopes: ["trunks:write"],
    summary: "Make or change a trunk as a whole; a password that is left out stays. If-None-Match: * only makes one",
    params: trunkParams,
    query: z.strictObject({}),
    body: { type: "json", schema: trunkBodySchema, isRequired: true },
    responses: { 200: json(trunkViewSchema), 201: json(trunkViewSchema) },
    async handler({ params: { name }, body }, { trunks }) {
      const { trunk, created } = await trunks.put(name, body);
      return { status: created ? 201 : 200, headers: { ETag: tagOf(trunk) }, body: trunk };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/trunks/{name}",
    scopes: ["trunks:write"],
    summary: "Remove a trunk; its calls go on",
    params: trunkParams,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { name } }, { trunks }) {
      await trunks.remove(name);
      return { status: 204 };
    },
  }),
];

/** What others may have changed meanwhile: not how the trunk is doing. */
function tagOf({ name, domain, managed, declaration, hasPassword }: TrunkView): string {
  return etagOf(JSON.stringify({ name, domain, managed, declaration, hasPassword }));
}
