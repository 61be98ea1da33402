/** `/v1/scripts/{name}/policy`: what a script may do, and what it has used of it. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { policyInputSchema, policyUsageSchema, policyViewSchema } from "../../contract/policy.ts";
import { scriptParams } from "../../contract/script-api.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const nothing = z.strictObject({});

export const policyRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/policy",
    scopes: ["scripts:read"],
    summary: "Show the policy of a script: whom it may call, how often, how long",
    params: scriptParams,
    query: nothing,
    responses: { 200: json(policyViewSchema) },
    handler({ params: { name } }, { policies }) {
      return { status: 200, body: policies.get(name) ?? none(name) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/policy",
    scopes: ["policy:write"],
    summary:
      "Set the policy of a script as a whole, also of one that is still to come; the switch keeps it from now on",
    params: scriptParams,
    query: nothing,
    body: { type: "json", schema: policyInputSchema, isRequired: true },
    responses: { 200: json(policyViewSchema), 201: json(policyViewSchema) },
    async handler({ params: { name }, body: { policy } }, { policies }) {
      const { view, created } = await policies.put(name, policy);
      return { status: created ? 201 : 200, body: view };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}/policy",
    scopes: ["policy:write"],
    summary: "Remove the policy of a script: only the limits of the switch bind it then",
    params: scriptParams,
    query: nothing,
    responses: { 204: empty },
    async handler({ params: { name } }, { policies }) {
      await policies.remove(name);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/policy/usage",
    scopes: ["scripts:read"],
    summary: "What the script uses now, and has used of its day",
    params: scriptParams,
    query: nothing,
    responses: { 200: json(policyUsageSchema) },
    handler({ params: { name } }, { policies }) {
      return { status: 200, headers: { "Cache-Control": "no-store" }, body: policies.usage(name) ?? none(name) };
    },
  }),
];

function none(name: string): never {
  throw new RequestError("not-found", `The script "${name}" has no policy.`);
}
