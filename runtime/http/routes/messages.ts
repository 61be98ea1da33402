/** `/v1/messages` and `/v1/users/{name}/messages`: text messages sent by the switch, and those that wait for a user. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import {
  DEFAULT_TEXT_TYPE,
  removedTextsSchema,
  sendTextBodySchema,
  sentTextSchema,
  waitingTextSchema,
} from "../../contract/text-message.ts";
import type { Api } from "../api.ts";
import { paginate } from "../page.ts";
import { defineRoute, json, type Route } from "../route.ts";

const userParams = z.object({ name: nameSchema });

export const messageRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/messages",
    scopes: ["messages:write"],
    summary: "Send a text message; to a user of ours it is kept until a phone can take it",
    params: z.object({}),
    query: z.strictObject({}),
    body: { type: "json", schema: sendTextBodySchema },
    responses: { 202: json(sentTextSchema) },
    async handler({ body }, { texts, domain }) {
      const { from = null, contentType = DEFAULT_TEXT_TYPE, ...text } = body;
      return { status: 202, body: await texts.send({ ...text, from, contentType, domain, mayLeave: true }) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/users/{name}/messages",
    scopes: ["messages:read"],
    summary: "List the text messages that wait for a user, oldest first; what they say is for their user alone",
    params: userParams,
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(waitingTextSchema)) },
    handler({ params: { name }, query }, { texts, users }) {
      knownUser(users, name);
      return { status: 200, body: paginate(texts.waiting(name), query, ({ id }) => id) };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/users/{name}/messages",
    scopes: ["messages:write"],
    summary: "Remove the text messages that wait for a user",
    params: userParams,
    query: z.strictObject({}),
    responses: { 200: json(removedTextsSchema) },
    async handler({ params: { name } }, { texts, users }) {
      knownUser(users, name);
      return { status: 200, body: { removed: await texts.clear(name) } };
    },
  }),
];

function knownUser(users: Api["users"], name: string): void {
  if (users.get(name) === undefined) throw new RequestError("not-found", `There is no user "${name}".`);
}
