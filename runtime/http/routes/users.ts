/** `/v1/users` and `/v1/registrations`: who may register, and who has. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { flagSchema, nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import { registrationSchema, userInputSchema, userSchema } from "../../contract/resource-api.ts";
import type { UserInput } from "../../port/switch.ts";
import { checkPreconditions, etagOf } from "../etag.ts";
import { paginate } from "../page.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const userParams = z.object({ name: nameSchema });

export const userRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/users",
    scopes: ["users:read"],
    summary: "List users",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(userSchema)) },
    handler({ query }, { users }) {
      return { status: 200, body: paginate(users.list(), query, (user) => user.name) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/users/{name}",
    scopes: ["users:read"],
    summary: "Show a user",
    params: userParams,
    query: z.strictObject({}),
    responses: { 200: json(userSchema) },
    handler({ params: { name } }, { users }) {
      const user = users.get(name);
      if (user === undefined) throw new RequestError("not-found", `There is no user "${name}".`);
      return { status: 200, body: user };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/users/{name}",
    scopes: ["users:write"],
    summary: "Make or change a user; If-None-Match: * only makes one",
    params: userParams,
    query: z.strictObject({}),
    body: { type: "json", schema: userInputSchema },
    responses: { 200: json(userSchema), 201: json(userSchema) },
    async handler({ params: { name }, body, headers }, { users, writes }) {
      const { user, created } = await writes.run(`user ${name}`, async () => {
        checkPreconditions(headers, users.get(name));
        return await users.put(inputOf(name, body));
      });
      return { status: created ? 201 : 200, headers: { ETag: etagOf(JSON.stringify(user)) }, body: user };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/users/{name}",
    scopes: ["users:write"],
    summary: "Remove a user; its mailbox is kept for a week in case that it comes back, `erase=true` erases it now",
    params: userParams,
    query: z.strictObject({ erase: flagSchema }),
    responses: { 204: empty },
    async handler({ params: { name }, query: { erase }, headers }, { users, writes }) {
      await writes.run(`user ${name}`, async () => {
        checkPreconditions(headers, users.get(name));
        await users.remove(name, erase ? "erase" : "keep");
      });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/registrations",
    scopes: ["users:read"],
    summary: "List registered contacts",
    params: z.object({}),
    query: z.strictObject({ ...pageQuery, user: nameSchema.optional() }),
    responses: { 200: json(pageOf(registrationSchema)) },
    handler({ query }, { registrations }) {
      const all = query.user === undefined ? registrations.list() : registrations.list(query.user);
      return {
        status: 200,
        body: paginate(all, query, ({ user, contact, instance, regId }) => `${user} ${contact} ${instance} ${regId}`),
      };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/registrations/{user}",
    scopes: ["users:write"],
    summary: "Remove all contacts of a user; phones come back at their next refresh",
    params: z.object({ user: nameSchema }),
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { user } }, { registrations }) {
      if (!(await registrations.remove(user))) throw new RequestError("not-found", `"${user}" is not registered.`);
      return { status: 204 };
    },
  }),
];

/** What the body leaves out is left out here, too: it keeps its old value. */
function inputOf(name: string, body: z.output<typeof userInputSchema>): UserInput {
  const { password, extension, displayName } = body;
  return {
    name,
    ...(password === undefined ? {} : { password }),
    ...(extension === undefined ? {} : { extension }),
    ...(displayName === undefined ? {} : { displayName }),
  };
}
