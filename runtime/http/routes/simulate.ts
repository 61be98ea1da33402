/** `/v1/scripts/{name}/versions/{version}/simulate`: an event in, what comes of it out; nothing of it is done. */
import { z } from "zod";
import { isoTime } from "../../base/iso-time.ts";
import { selectorSchema } from "../../contract/script-api.ts";
import { scriptNameSchema } from "../../contract/script-name.ts";
import { simulatedSchema, simulateInputSchema } from "../../contract/simulate-api.ts";
import { defineRoute, json, type Route } from "../route.ts";

export const simulateRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/scripts/{name}/versions/{version}/simulate",
    scopes: ["scripts:read"],
    summary: "Run one event on a version, live or not; its decision is shown and nothing is done",
    params: z.object({ name: scriptNameSchema, version: selectorSchema }),
    query: z.strictObject({}),
    body: { type: "json", schema: simulateInputSchema },
    responses: { 200: json(simulatedSchema) },
    async handler({ params: { name, version }, body }, { simulations }) {
      const { event, call = {}, operations, now, seed } = body;
      const { state, headers, ...told } = call;
      const simulated = await simulations.simulate(name, version, {
        event,
        call: told,
        ...(state === undefined ? {} : { state }),
        ...(headers === undefined ? {} : { headers }),
        ...(operations === undefined ? {} : { operations }),
        ...(now === undefined ? {} : { now: Date.parse(now) }),
        ...(seed === undefined ? {} : { seed }),
      });
      return { status: 200, body: { ...simulated, now: isoTime(simulated.now) } };
    },
  }),
];
