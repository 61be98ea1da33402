/** `/v1/cdrs`: call detail records. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { cdrQuery, cdrSchema } from "../../contract/call-api.ts";
import { nameSchema, pageOf } from "../../contract/page.ts";
import { defineRoute, json, type Route } from "../route.ts";

export const cdrRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/cdrs",
    scopes: ["cdrs:read"],
    summary: "Search call detail records, newest first",
    params: z.object({}),
    query: cdrQuery,
    responses: { 200: json(pageOf(cdrSchema)) },
    async handler({ query: { cursor, from, to, script, trunk, result, since, until, limit } }, { cdrs }) {
      const page = await cdrs.search({
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(script === undefined ? {} : { script }),
        ...(trunk === undefined ? {} : { trunk }),
        ...(result === undefined ? {} : { result }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
      return { status: 200, body: page };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cdrs/{id}",
    scopes: ["cdrs:read"],
    summary: "Show the record of an ended call",
    params: z.object({ id: nameSchema }),
    query: z.strictObject({}),
    responses: { 200: json(cdrSchema) },
    async handler({ params: { id } }, { cdrs }) {
      const cdr = await cdrs.get(id);
      if (cdr === undefined) throw new RequestError("not-found", `There is no record of a call ${id}.`);
      return { status: 200, body: cdr };
    },
  }),
];
