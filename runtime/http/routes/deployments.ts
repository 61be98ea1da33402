/** `/v1/scripts/{name}/deployment`: which versions are live, in which shares, and back again. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { pageOf, pageQuery } from "../../contract/page.ts";
import {
  deploymentInputSchema,
  deploymentSchema,
  rollbackInputSchema,
  scriptParams,
} from "../../contract/script-api.ts";
import type { Deployment } from "../../port/deployment.ts";
import { requireIfMatch } from "../etag.ts";
import { paginate, sortable } from "../page.ts";
import { defineRoute, json, type Route } from "../route.ts";
import { knownScript } from "./scripts.ts";

const MAX_ID = 1e15;

export const deploymentRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/deployment",
    scopes: ["scripts:read"],
    summary: "Show which versions are live",
    params: scriptParams,
    query: z.strictObject({}),
    responses: { 200: json(deploymentSchema) },
    async handler({ params: { name } }, { deployments }) {
      const deployment = await deployments.deployment(name);
      if (deployment === undefined) throw new RequestError("not-found", `Nothing of the script "${name}" is live.`);
      return { status: 200, headers: tagOf(deployment), body: deployment };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/deployment",
    scopes: ["deploy"],
    summary: "Make versions live; a call keeps the version it began with",
    params: scriptParams,
    query: z.strictObject({}),
    body: { type: "json", schema: deploymentInputSchema },
    // If-Match: * also makes the first deployment.
    preconditions: "own",
    responses: { 200: json(deploymentSchema) },
    async handler({ params: { name }, body: { versions, message, autoRollback }, headers, caller }, { deployments }) {
      const ifMatch = requireIfMatch(headers);
      const deployment = await deployments.deploy(name, versions, {
        author: caller.name,
        autoRollback,
        ...(message === undefined ? {} : { message }),
        ...(ifMatch === undefined ? {} : { ifMatch }),
      });
      return { status: 200, headers: tagOf(deployment), body: deployment };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/scripts/{name}/rollback",
    scopes: ["deploy"],
    summary: "Back to the deployment before, or to one version",
    params: scriptParams,
    query: z.strictObject({}),
    body: { type: "json", schema: rollbackInputSchema },
    responses: { 201: json(deploymentSchema) },
    async handler({ params: { name }, body: { to, message }, caller }, { deployments }) {
      const deployment = await deployments.rollback(name, {
        author: caller.name,
        ...(message === undefined ? {} : { message }),
        ...(to === undefined ? {} : { to }),
      });
      return { status: 201, headers: tagOf(deployment), body: deployment };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/deployments",
    scopes: ["scripts:read"],
    summary: "List what was live, newest first",
    params: scriptParams,
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(deploymentSchema)) },
    async handler({ params: { name }, query }, { deployments }) {
      await knownScript(deployments, name);
      const all = await deployments.deployments(name);
      return { status: 200, body: paginate(all, query, ({ id }) => sortable(MAX_ID - id)) };
    },
  }),
];

function tagOf({ id }: Deployment): { readonly ETag: string } {
  return { ETag: `"${id}"` };
}
