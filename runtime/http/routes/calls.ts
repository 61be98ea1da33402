/** `/v1/calls`: see, steer and end live calls. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { callSchema, planBodySchema } from "../../contract/call-api.ts";
import { callQualityListSchema, callQualityQuery } from "../../contract/call-quality-api.ts";
import { originateBodySchema } from "../../contract/originate.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import { paginate } from "../page.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const callParams = z.object({ id: nameSchema });

export const callRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/calls",
    scopes: ["calls:read"],
    summary: "List live calls, oldest first",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(callSchema)) },
    handler({ query }, { calls }) {
      return { status: 200, body: paginate(calls.list(), query, (call) => `${call.startedAt} ${call.id}`) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/calls",
    scopes: ["calls:write"],
    summary: "Begin a call: `from` is called first, and once it has answered, `to` or the script says what is done",
    params: z.object({}),
    query: z.strictObject({}),
    body: { type: "json", schema: originateBodySchema },
    responses: { 201: json(callSchema) },
    handler({ body }, { calls }) {
      const call = calls.originate(body);
      return { status: 201, headers: { Location: `/v1/calls/${call.id}` }, body: call };
    },
  }),
  // Before the route of one call: no call has this name, since those of calls are made by the switch.
  defineRoute({
    method: "get",
    path: "/v1/calls/quality",
    scopes: ["calls:read"],
    summary: "How the audio of live calls is, where it passes through the switch",
    params: z.object({}),
    query: callQualityQuery,
    responses: { 200: json(callQualityListSchema) },
    async handler({ query }, { calls }) {
      return { status: 200, body: { items: await calls.quality(query.calls) } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/calls/{id}",
    scopes: ["calls:read"],
    summary: "Show a live call",
    params: callParams,
    query: z.strictObject({}),
    responses: { 200: json(callSchema) },
    handler({ params: { id } }, { calls }) {
      const call = calls.get(id);
      if (call === undefined) throw noCall(id);
      return { status: 200, body: call };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/calls/{id}",
    scopes: ["calls:write"],
    summary: "Hang up",
    params: callParams,
    query: z.strictObject({
      reason: z
        .string()
        .min(1)
        .max(128)
        .regex(/^[\x20-\x7e]*$/, "has printable ASCII characters only")
        .optional()
        .meta({ description: "Said to both sides in the Reason header (RFC 3326)." }),
    }),
    responses: { 204: empty },
    handler({ params: { id }, query: { reason } }, { calls }) {
      const done = reason === undefined ? calls.hangUp(id) : calls.hangUp(id, reason);
      if (!done) throw noCall(id);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/calls/{id}/decisions",
    scopes: ["calls:write"],
    summary: "Do a decision, or a plan of several, on a call in place of its current plan",
    params: callParams,
    query: z.strictObject({}),
    body: { type: "json", schema: planBodySchema },
    responses: { 204: empty },
    handler({ params: { id }, body }, { calls }) {
      calls.decide(id, body);
      return { status: 204 };
    },
  }),
];

function noCall(id: string): RequestError {
  return new RequestError(
    "not-found",
    `There is no live call ${id}. GET /v1/cdrs/${id} may know how it ended, and GET /v1/calls/${id}/timeline what happened.`,
  );
}
