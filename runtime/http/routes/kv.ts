/** `/v1/scripts/{name}/kv`: what a script keeps by key. The body of a key is its value, its ETag the version. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { isoTime } from "../../base/iso-time.ts";
import { pageOf } from "../../contract/page.ts";
import { scriptParams } from "../../contract/script-api.ts";
import {
  kvClearedSchema,
  kvCountedSchema,
  kvIncrementSchema,
  kvItemSchema,
  kvListQuery,
  kvParams,
  kvPutQuery,
  kvValueSchema,
} from "../../contract/script-data-api.ts";
import type { KvEntry } from "../../port/script-data.ts";
import { isConditional, kvCondition } from "../kv-condition.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const nothing = z.strictObject({});

export const kvRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/kv",
    scopes: ["kv:read"],
    summary: "List the keys of a script, without values",
    params: scriptParams,
    query: kvListQuery,
    responses: { 200: json(pageOf(kvItemSchema)) },
    async handler({ params: { name: script }, query }, { scriptData, domain }) {
      const { items, next } = await scriptData.kv.keys({ domain, script }, query);
      const shown = items.map(({ expiresAt, updatedAt, ...item }) => ({
        ...item,
        expiresAt: timeOf(expiresAt),
        updatedAt: isoTime(updatedAt),
      }));
      return { status: 200, body: { items: shown, next } };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}/kv",
    scopes: ["kv:write"],
    summary: "Remove all keys of a script, or those with a prefix",
    params: scriptParams,
    query: z.strictObject({ prefix: kvListQuery.shape.prefix }),
    responses: { 200: json(kvClearedSchema) },
    async handler({ params: { name: script }, query: { prefix } }, { scriptData, domain }) {
      return { status: 200, body: { removed: await scriptData.kv.clear({ domain, script }, prefix) } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/kv/{+key}",
    scopes: ["kv:read"],
    summary: "Read the value of a key; Strowger-Expires-At says when it will be gone",
    params: kvParams,
    query: nothing,
    responses: { 200: json(kvValueSchema) },
    async handler({ params: { name: script, key } }, { scriptData, domain }) {
      const entry = await scriptData.kv.get({ domain, script }, key);
      if (entry === undefined) throw noKey(script, key);
      return { status: 200, headers: headersOf(entry), body: JSON.parse(entry.json) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/kv/{+key}",
    scopes: ["kv:write"],
    summary: "Write the value of a key; If-None-Match: * only makes one, If-Match only changes that version",
    params: kvParams,
    query: kvPutQuery,
    preconditions: "own",
    body: { type: "json", schema: kvValueSchema, isRequired: true },
    responses: { 204: empty },
    async handler({ params: { name: script, key }, query: { ttl }, body, headers }, { scriptData, domain }) {
      const condition = kvCondition(headers);
      const entry = await scriptData.kv.set({ domain, script }, key, body, { ttlSeconds: ttl, condition });
      if (entry === undefined) throw unmet(script, key);
      return { status: 204, headers: headersOf(entry) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/scripts/{name}/kv/{+key}",
    scopes: ["kv:write"],
    summary: "Add to the number that a key holds, in one step",
    params: kvParams,
    query: nothing,
    body: { type: "json", schema: kvIncrementSchema },
    responses: { 200: json(kvCountedSchema) },
    async handler({ params: { name: script, key }, body: { increment, ttlSeconds } }, { scriptData, domain }) {
      const entry = await scriptData.kv.increment({ domain, script }, key, increment, ttlSeconds);
      const body = { value: JSON.parse(entry.json), version: entry.version, expiresAt: timeOf(entry.expiresAt) };
      return { status: 200, headers: headersOf(entry), body };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}/kv/{+key}",
    scopes: ["kv:write"],
    summary: "Remove a key; If-Match only that version",
    preconditions: "own",
    params: kvParams,
    query: nothing,
    responses: { 204: empty },
    async handler({ params: { name: script, key }, headers }, { scriptData, domain }) {
      const isDone = await scriptData.kv.delete({ domain, script }, key, kvCondition(headers));
      if (!isDone) throw isConditional(headers) ? unmet(script, key) : noKey(script, key);
      return { status: 204 };
    },
  }),
];

function headersOf({ version, expiresAt }: KvEntry): Readonly<Record<string, string>> {
  const expires = timeOf(expiresAt);
  return { ETag: `"${version}"`, ...(expires === null ? {} : { "Strowger-Expires-At": expires }) };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

function noKey(script: string, key: string): RequestError {
  return new RequestError("not-found", `The script "${script}" has no key ${JSON.stringify(key)}.`);
}

function unmet(script: string, key: string): RequestProblem {
  const state = `the key ${JSON.stringify(key)} of "${script}" is not as If-Match or If-None-Match say`;
  return new RequestProblem("precondition-failed", `Nothing was changed: ${state}. Read it again first.`);
}
