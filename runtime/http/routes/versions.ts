/** `/v1/scripts/{name}/versions`: upload without activating, and read what was uploaded. Versions never change. */

import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { flagSchema, pageOf, pageQuery } from "../../contract/page.ts";
import {
  checkedSchema,
  releaseQuery,
  scriptParams,
  scriptVersionSchema,
  selectorSchema,
  uploadQuery,
} from "../../contract/script-api.ts";
import { scriptNameSchema } from "../../contract/script-name.ts";
import { allows } from "../authenticate.ts";
import { paginate, sortable } from "../page.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, empty, json, type Route, text } from "../route.ts";
import { releaseOf, uploadOf } from "../upload.ts";
import { refuseSecretsWithoutDeployment, uploadedSecrets } from "../uploaded-secrets.ts";
import { knownScript } from "./scripts.ts";

const versionParams = z.object({ name: scriptNameSchema, version: selectorSchema });
/** Versions count up from 1; the newest comes first in a list. */
const MAX_VERSION = 1e15;

export const versionRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/versions",
    scopes: ["scripts:read"],
    summary: "List the versions of a script, newest first",
    params: scriptParams,
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(scriptVersionSchema)) },
    async handler({ params: { name }, query }, { deployments }) {
      await knownScript(deployments, name);
      const versions = await deployments.versions(name);
      return { status: 200, body: paginate(versions, query, ({ version }) => sortable(MAX_VERSION - version)) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/scripts/{name}/versions",
    scopes: ["scripts:write"],
    summary: "Check and store a new version; activate it with ?deploy=1, store nothing with ?dryRun=1",
    params: scriptParams,
    query: z.strictObject({ ...uploadQuery, ...releaseQuery, deploy: flagSchema, dryRun: flagSchema }),
    body: { type: "script" },
    responses: { 200: json(checkedSchema), 201: json(scriptVersionSchema) },
    async handler({ params: { name }, query, body, caller }, api) {
      const { deployments } = api;
      const upload = uploadOf(body, query, caller);
      if (query.dryRun) return { status: 200, body: await deployments.check(name, upload) };
      if (query.deploy && !allows(caller.scopes, ["deploy"])) {
        throw new RequestProblem("insufficient-scope", "?deploy=1 needs the scope deploy as well.");
      }
      if (!query.deploy) refuseSecretsWithoutDeployment(body);
      const secrets = await uploadedSecrets(body, name, caller, api);
      const stored = await deployments.upload(name, upload);
      if (query.deploy) await deployments.release(name, stored.version, { ...releaseOf(upload, query), ...secrets });
      const headers = { Location: `/v1/scripts/${name}/versions/${stored.version}` };
      return { status: 201, headers, body: stored };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/versions/{version}",
    scopes: ["scripts:read"],
    summary: "Show a version: a number, a tag, latest, active or previous",
    params: versionParams,
    query: z.strictObject({}),
    responses: { 200: json(scriptVersionSchema) },
    async handler({ params: { name, version } }, { deployments }) {
      const found = await deployments.version(name, version);
      if (found === undefined) throw new RequestError("not-found", `The script "${name}" has no version ${version}.`);
      return { status: 200, body: found };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}/versions/{version}",
    scopes: ["scripts:write", "deploy"],
    summary:
      "Remove a version that is neither live, nor the newest, nor what a rollback goes back to, nor used by a call",
    params: versionParams,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { name, version } }, { deployments }) {
      await deployments.removeVersion(name, version);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/versions/{version}/files/{+path}",
    scopes: ["scripts:read"],
    summary: "Read a source file of a version",
    params: z.object({ ...versionParams.shape, path: z.string().min(1).max(200) }),
    query: z.strictObject({}),
    responses: { 200: text("text/plain; charset=utf-8") },
    async handler({ params: { name, version, path } }, { deployments }) {
      const source = await deployments.source(name, version, path);
      if (source === undefined) {
        throw new RequestError("not-found", `Version ${version} of the script "${name}" has no file ${path}.`);
      }
      return { status: 200, text: source };
    },
  }),
];
