/** `/v1/scripts/{name}/secrets`: set and removed here, never read. `/env`: plain variables. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { scriptParams } from "../../contract/script-api.ts";
import {
  environmentInputSchema,
  environmentSchema,
  secretInputSchema,
  secretListSchema,
  secretParams,
  secretSchema,
  secretsPatchSchema,
} from "../../contract/script-data-api.ts";
import type { SecretInfo } from "../../port/script-data.ts";
import type { Api } from "../api.ts";
import { etagOf } from "../etag.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const nothing = z.strictObject({});

export const secretRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/secrets",
    scopes: ["secrets:write"],
    summary: "List the secrets of a script, without values",
    params: scriptParams,
    query: nothing,
    responses: { 200: json(secretListSchema) },
    async handler({ params: { name: script } }, { scriptData, domain }) {
      return { status: 200, body: { items: await scriptData.secrets.list({ domain, script }) } };
    },
  }),
  defineRoute({
    method: "patch",
    path: "/v1/scripts/{name}/secrets",
    scopes: ["secrets:write"],
    summary: "Set some secrets and, with null, remove others: all of it or nothing",
    params: scriptParams,
    query: nothing,
    body: { type: "json", schema: secretsPatchSchema, isRequired: true },
    responses: { 200: json(secretListSchema) },
    async handler({ params: { name: script }, body: { secrets } }, { scriptData, domain }) {
      await scriptData.secrets.change({ domain, script }, secrets);
      return { status: 200, body: { items: await scriptData.secrets.list({ domain, script }) } };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/secrets/{key}",
    scopes: ["secrets:write"],
    summary: "Set a secret; the next event of the script gets the new value",
    params: secretParams,
    query: nothing,
    body: { type: "json", schema: secretInputSchema, isRequired: true },
    responses: { 200: json(secretSchema), 201: json(secretSchema) },
    async handler({ params: { name: script, key }, body: { value } }, api) {
      const before = await find(api, script, key);
      await api.scriptData.secrets.change({ domain: api.domain, script }, { [key]: value });
      const after = await find(api, script, key);
      // Somebody else may have removed it in between.
      if (after === undefined) throw noSecret(script, key);
      return { status: before === undefined ? 201 : 200, body: after };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}/secrets/{key}",
    scopes: ["secrets:write"],
    summary: "Remove a secret",
    params: secretParams,
    query: nothing,
    responses: { 204: empty },
    async handler({ params: { name: script, key } }, api) {
      if ((await find(api, script, key)) === undefined) throw noSecret(script, key);
      await api.scriptData.secrets.change({ domain: api.domain, script }, { [key]: null });
      return { status: 204 };
    },
  }),
];

export const environmentRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/env",
    scopes: ["scripts:read"],
    summary: "Show the variables of a script",
    params: scriptParams,
    query: nothing,
    responses: { 200: json(environmentSchema) },
    handler({ params: { name } }, { scriptData }) {
      return { status: 200, body: scriptData.environments.get(name) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/env",
    scopes: ["scripts:write", "deploy"],
    summary: "Set the variables of a script, all of them; its next event sees them",
    params: scriptParams,
    query: nothing,
    body: { type: "json", schema: environmentInputSchema, isRequired: true },
    responses: { 200: json(environmentSchema) },
    async handler({ params: { name }, body: { variables } }, { scriptData }) {
      const body = await scriptData.environments.put(name, variables);
      return { status: 200, headers: { ETag: etagOf(JSON.stringify(body)) }, body };
    },
  }),
];

async function find({ scriptData, domain }: Api, script: string, name: string): Promise<SecretInfo | undefined> {
  return (await scriptData.secrets.list({ domain, script })).find((secret) => secret.name === name);
}

function noSecret(script: string, name: string): RequestError {
  return new RequestError("not-found", `The script "${script}" has no secret "${name}".`);
}
