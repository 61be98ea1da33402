/** `/v1/scripts/{name}/schedules`: when a script gets `schedule` events. */
import { z } from "zod";
import { scheduleListInputSchema, scheduleListSchema } from "../../contract/schedule.ts";
import { scriptParams } from "../../contract/script-api.ts";
import type { ScheduleAdmin } from "../../port/schedule.ts";
import { checkPreconditions, etagOf } from "../etag.ts";
import { defineRoute, json, type Route } from "../route.ts";
import { knownScript } from "./scripts.ts";

const nothing = z.strictObject({});

export const scheduleRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/schedules",
    scopes: ["scripts:read"],
    summary: "List the schedules of a script; the ETag is of those that can be set here",
    params: scriptParams,
    query: nothing,
    responses: { 200: json(scheduleListSchema) },
    async handler({ params: { name } }, { deployments, schedules }) {
      await knownScript(deployments, name);
      return { status: 200, ...viewOf(name, schedules) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/schedules",
    scopes: ["scripts:write", "deploy"],
    summary: "Set the schedules of a script as a whole, but for those that the configuration declares",
    params: scriptParams,
    query: nothing,
    body: { type: "json", schema: scheduleListInputSchema },
    responses: { 200: json(scheduleListSchema) },
    async handler({ params: { name }, body, headers }, { deployments, schedules, writes }) {
      await knownScript(deployments, name);
      await writes.run(`schedules ${name}`, async () => {
        checkPreconditions(headers, schedules.stored(name));
        await schedules.replace(name, body.schedules);
      });
      return { status: 200, ...viewOf(name, schedules) };
    },
  }),
];

/** The next and the last time change by themselves, so nobody may keep this: the ETag is of what was set. */
function viewOf(name: string, schedules: ScheduleAdmin) {
  const headers = { ETag: etagOf(JSON.stringify(schedules.stored(name))), "Cache-Control": "no-store" };
  return { headers, body: { schedules: schedules.list(name) } };
}
