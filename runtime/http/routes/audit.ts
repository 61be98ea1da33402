/** `/v1/audit`: who changed what. */
import { z } from "zod";
import { auditQuery, auditRecordSchema } from "../../contract/audit-api.ts";
import { pageOf } from "../../contract/page.ts";
import { defineRoute, json, type Route } from "../route.ts";

export const auditRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/audit",
    scopes: ["audit:read"],
    summary: "Who changed what, or tried to: every write over this API, reloads, and what the switch did by itself",
    params: z.object({}),
    query: auditQuery,
    responses: { 200: json(pageOf(auditRecordSchema)) },
    async handler({ query: { limit, cursor, actor, action, target, outcome, since, until } }, { audit }) {
      const page = await audit.search({
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(target === undefined ? {} : { target }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
      return { status: 200, body: page };
    },
  }),
];
