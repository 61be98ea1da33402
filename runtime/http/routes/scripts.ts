/** `/v1/scripts`: the one-line deploy, and what there is of scripts. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { pageOf, pageQuery } from "../../contract/page.ts";
import {
  deployedSchema,
  releaseQuery,
  scriptParams,
  scriptSummarySchema,
  uploadQuery,
} from "../../contract/script-api.ts";
import { removeScriptQuery } from "../../contract/script-data-api.ts";
import { scriptStatsSchema } from "../../contract/script-stats-api.ts";
import type { Deployments, ScriptSummary } from "../../port/deployment.ts";
import { allows } from "../authenticate.ts";
import { paginate } from "../page.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";
import { releaseOf, uploadOf } from "../upload.ts";
import { uploadedSecrets } from "../uploaded-secrets.ts";

export const scriptRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts",
    scopes: ["scripts:read"],
    summary: "List scripts",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(scriptSummarySchema)) },
    async handler({ query }, { deployments }) {
      return { status: 200, body: paginate(await deployments.list(), query, (script) => script.name) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}",
    scopes: ["scripts:write", "deploy"],
    summary: "Check, store and activate a new version",
    params: scriptParams,
    query: z.strictObject({ ...uploadQuery, ...releaseQuery }),
    body: { type: "script" },
    responses: { 201: json(deployedSchema) },
    async handler({ params: { name }, query, body, caller }, api) {
      const { deployments } = api;
      const upload = uploadOf(body, query, caller);
      const secrets = await uploadedSecrets(body, name, caller, api);
      const { version, sha256, handlers, diagnostics } = await deployments.upload(name, upload);
      const { versions: live } = await deployments.release(name, version, {
        ...releaseOf(upload, query),
        ...secrets,
      });
      const headers = { Location: `/v1/scripts/${name}/versions/${version}` };
      return { status: 201, headers, body: { name, version, sha256, handlers, diagnostics, live } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}",
    scopes: ["scripts:read"],
    summary: "Show a script",
    params: scriptParams,
    query: z.strictObject({}),
    responses: { 200: json(scriptSummarySchema) },
    async handler({ params: { name } }, { deployments }) {
      return { status: 200, body: await knownScript(deployments, name) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/stats",
    scopes: ["scripts:read"],
    summary: "How each version does: events, faults, timeouts, calls, time",
    params: scriptParams,
    query: z.strictObject({}),
    responses: { 200: json(scriptStatsSchema) },
    async handler({ params: { name } }, { deployments, scriptStats }) {
      await knownScript(deployments, name);
      return { status: 200, body: { since: scriptStats.since, versions: scriptStats.report(name) } };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}",
    scopes: ["scripts:write", "deploy"],
    summary:
      "Remove a script; its calls end on it, new ones get the fallback of their route. What it keeps stays, unless ?purge=1",
    params: scriptParams,
    query: removeScriptQuery,
    responses: { 204: empty },
    async handler({ params: { name }, query: { purge }, caller }, { deployments, schedules, scriptData, domain }) {
      if (purge && !allows(caller.scopes, ["kv:write", "secrets:write"])) {
        throw new RequestProblem("insufficient-scope", "?purge=1 needs the scopes kv:write and secrets:write as well.");
      }
      const isThere = (await deployments.list()).some((script) => script.name === name);
      // What a script that is gone has left can be removed later, too.
      if (isThere || !purge) await deployments.remove(name);
      if (purge) await scriptData.purge({ domain, script: name });
      await schedules.replace(name, []);
      return { status: 204 };
    },
  }),
];

/** The script of this name; `not-found` where there is none. */
export async function knownScript(deployments: Deployments, name: string): Promise<ScriptSummary> {
  const script = (await deployments.list()).find((other) => other.name === name);
  if (script === undefined) throw new RequestError("not-found", `There is no script "${name}".`);
  return script;
}
