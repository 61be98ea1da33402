/** `/v1/console/users`: who may sign in to the console, and what they may do. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import {
  type ConsoleUserBody,
  consoleNameSchema,
  consoleUserInputSchema,
  consoleUserSchema,
} from "../../contract/console-api.ts";
import { pageOf, pageQuery } from "../../contract/page.ts";
import { type Role, scopesOf } from "../../contract/role.ts";
import { allows } from "../authenticate.ts";
import type { Caller } from "../console/sessions.ts";
import type { ConsoleUser } from "../console/users.ts";
import { etagOf } from "../etag.ts";
import { paginate } from "../page.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const params = z.object({ name: consoleNameSchema });
const nothing = z.strictObject({});
const path = "/v1/console/users/{name}";

export const consoleUserRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/console/users",
    scopes: ["tokens:admin"],
    summary: "List the users of the console",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(consoleUserSchema)) },
    handler: ({ query }, { console }) => ({
      status: 200,
      body: paginate(console.users.list().map(viewOf), query, ({ name }) => name),
    }),
  }),
  defineRoute({
    method: "get",
    path,
    scopes: ["tokens:admin"],
    summary: "Show a user of the console",
    params,
    query: nothing,
    responses: { 200: json(consoleUserSchema) },
    handler({ params: { name } }, { console }) {
      const user = console.users.find(name);
      if (user === undefined) throw new RequestError("not-found", `The console has no user "${name}".`);
      return { status: 200, body: viewOf(user) };
    },
  }),
  defineRoute({
    method: "put",
    path,
    scopes: ["tokens:admin"],
    summary:
      "Make or change a user of the console, within what the caller may do; with a new password, or a new role, it counts at once. If-None-Match: * only makes one",
    params,
    query: nothing,
    body: { type: "json", schema: consoleUserInputSchema, isRequired: true },
    responses: { 200: json(consoleUserSchema), 201: json(consoleUserSchema) },
    async handler({ params: { name }, body: { role, password }, caller }, { console }) {
      const { users, sessions } = console;
      refuseBeyond(caller, [role, users.find(name)?.role]);
      const { user, created } = await users.put({ name, role, ...(password === undefined ? {} : { password }) });
      sessions.expireNow();
      const body = viewOf(user);
      return { status: created ? 201 : 200, headers: { ETag: etagOf(JSON.stringify(body)) }, body };
    },
  }),
  defineRoute({
    method: "delete",
    path,
    scopes: ["tokens:admin"],
    summary: "Remove a user of the console; their sessions end at once",
    params,
    query: nothing,
    responses: { 204: empty },
    async handler({ params: { name }, caller }, { console }) {
      const { users, sessions } = console;
      refuseBeyond(caller, [users.find(name)?.role]);
      await users.remove(name);
      sessions.expireNow();
      return { status: 204 };
    },
  }),
];

/** Whoever gives a password to somebody who may do more could sign in as them. */
function refuseBeyond({ scopes }: Caller, roles: readonly (Role | undefined)[]): void {
  const needed = roles.flatMap((role) => (role === undefined ? [] : scopesOf(role)));
  const missing = [...new Set(needed)].filter((scope) => !allows(scopes, [scope]));
  if (missing.length === 0) return;
  const detail = `You cannot give, change or take away what you may not do yourself: ${missing.join(" ")}.`;
  throw new RequestProblem("insufficient-scope", detail);
}

function viewOf({ name, role, createdAt, managed }: ConsoleUser): ConsoleUserBody {
  return { name, role, createdAt, managed };
}
