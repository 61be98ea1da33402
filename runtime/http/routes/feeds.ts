/** Live streams: `/v1/scripts/{name}/tail`, the recent lines as JSON, and `/v1/events`. */
import { z } from "zod";
import { eventsQuery, logsSchema, tailQuery } from "../../contract/feed-api.ts";
import type { Scope } from "../../contract/scope.ts";
import { scriptParams } from "../../contract/script-api.ts";
import type { SwitchEvent } from "../../port/feed.ts";
import { allows } from "../authenticate.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, json, type Route, stream } from "../route.ts";
import { acceptsEntry } from "../tail-filter.ts";
import { knownScript } from "./scripts.ts";

type EventType = SwitchEvent["type"];

/** What a token must be allowed to read for an event to reach it. */
const eventScopes: Readonly<Record<EventType, Scope>> = {
  call: "calls:read",
  registration: "users:read",
  trunk: "trunks:read",
  script: "scripts:read",
  drain: "calls:read",
  guard: "guard:read",
};

export const feedRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/tail",
    scopes: ["logs:read"],
    summary: "Follow console output, invocations, faults and deployments of a script",
    params: scriptParams,
    query: tailQuery,
    responses: { 200: stream },
    async handler({ params: { name }, query, headers }, { deployments, feeds, streams }) {
      await knownScript(deployments, name);
      const id = `tail ${name}`;
      const subscription = { name: id, feed: feeds.tail(name), headers, accepts: acceptsEntry(query) };
      return { status: 200, open: (response) => streams.open(response, subscription) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/logs",
    scopes: ["logs:read"],
    summary: "Read what is still remembered of the tail",
    params: scriptParams,
    query: tailQuery,
    responses: { 200: json(logsSchema) },
    async handler({ params: { name }, query }, { deployments, feeds }) {
      await knownScript(deployments, name);
      const accepts = acceptsEntry(query);
      return {
        status: 200,
        body: {
          items: feeds
            .tail(name)
            .since(-1)
            .filter(({ entry }) => accepts(entry)),
        },
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/events",
    scopes: ["calls:read"],
    summary:
      "Follow what happens on the switch; registrations need users:read, trunks trunks:read, deployments scripts:read, and the guard guard:read",
    params: z.object({}),
    query: eventsQuery,
    responses: { 200: stream },
    handler({ query: { type }, headers, caller }, { feeds, streams }) {
      const forbidden = (type ?? []).filter((name) => !allows(caller.scopes, [eventScopes[name]]));
      if (forbidden.length > 0) {
        throw new RequestProblem(
          "insufficient-scope",
          `Your token may not follow these events: ${forbidden.join(", ")}.`,
        );
      }
      const accepts = (event: SwitchEvent) =>
        type === undefined ? allows(caller.scopes, [eventScopes[event.type]]) : type.includes(event.type);
      const subscription = { name: "events", feed: feeds.events, headers, accepts };
      return { status: 200, open: (response) => streams.open(response, subscription) };
    },
  }),
];
