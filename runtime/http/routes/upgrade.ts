/** `/v1/upgrade`: lets the version that is on the disk now take the place of the one that runs, without losing a call. */
import { z } from "zod";
import { upgradeSchema } from "../../contract/operation-api.ts";
import { defineRoute, json, type Route } from "../route.ts";

const common = { path: "/v1/upgrade", params: z.object({}), query: z.strictObject({}) };

export const upgradeRoutes: readonly Route[] = [
  defineRoute({
    ...common,
    method: "get",
    scopes: ["calls:read"],
    summary: "How the last upgrade went, or how the one goes that is under way",
    responses: { 200: json(upgradeSchema) },
    handler: (_request, { upgrades }) => ({ status: 200, body: upgrades.view() }),
  }),
  defineRoute({
    ...common,
    method: "post",
    scopes: ["admin"],
    summary: "Start the version that is on the disk beside this one, and hand over to it once it is ready",
    responses: { 202: json(upgradeSchema) },
    handler: async (_request, { upgrades }) => ({ status: 202, body: await upgrades.begin() }),
  }),
];
