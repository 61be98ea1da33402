/** `/v1/scripts`: the one-line deploy, and what there is of scripts. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { pageOf, pageQuery } from "../../contract/page.ts";
import { deployedSchema, scriptParams, scriptSummarySchema, uploadQuery } from "../../contract/script-api.ts";
import type { Deployments, ScriptSummary } from "../../port/deployment.ts";
import { paginate } from "../page.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";
import { uploadOf } from "../upload.ts";

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
    query: z.strictObject(uploadQuery),
    body: { type: "script" },
    responses: { 201: json(deployedSchema) },
    async handler({ params: { name }, query, body, caller }, { deployments }) {
      const upload = uploadOf(body, query, caller);
      const { version, sha256, handlers, diagnostics } = await deployments.upload(name, upload);
      const { author, message } = upload;
      await deployments.deploy(
        name,
        [{ version, percent: 100 }],
        message === undefined ? { author } : { author, message },
      );
      const headers = { Location: `/v1/scripts/${name}/versions/${version}` };
      return { status: 201, headers, body: { name, version, sha256, handlers, diagnostics } };
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
    method: "delete",
    path: "/v1/scripts/{name}",
    scopes: ["scripts:write", "deploy"],
    summary: "Remove a script; its calls end on it, new ones get the fallback of their route",
    params: scriptParams,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { name } }, { deployments }) {
      await deployments.remove(name);
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
