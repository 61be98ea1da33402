/** `/v1/scripts/{name}/simulations`: walks through a call of a version or a draft on a simulated switch; nothing real is done. */
import { z } from "zod";
import { nameSchema } from "../../contract/page.ts";
import { scriptParams } from "../../contract/script-api.ts";
import {
  begunSimulationSchema,
  type SimulationBody,
  simulationInputSchema,
  simulationQuery,
  simulationSchema,
  simulationStepSchema,
} from "../../contract/simulation-session-api.ts";
import type { SimulationView } from "../../port/simulation-session.ts";
import { codeToTry } from "../code-to-try.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const params = z.object({ ...scriptParams.shape, id: nameSchema });
const path = "/v1/scripts/{name}/simulations/{id}";
const NOT_KEPT = { "Cache-Control": "no-store" };

export const simulationRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/scripts/{name}/simulations",
    scopes: ["scripts:read"],
    summary: "Begin a call of a version, or of a draft, on a simulated switch with phones to be steered",
    params: scriptParams,
    query: z.strictObject({}),
    body: { type: "json", schema: simulationInputSchema, isRequired: true },
    responses: { 201: json(begunSimulationSchema) },
    async handler({ params: { name }, body: { call, world, ...tried }, caller }, { steered }) {
      const code = codeToTry(tried, caller);
      const { view, diagnostics } = await steered.begin(name, { code, call, world });
      const headers = { Location: `/v1/scripts/${name}/simulations/${view.id}` };
      return { status: 201, headers, body: { simulation: bodyOf(view), diagnostics: [...diagnostics] } };
    },
  }),
  defineRoute({
    method: "get",
    path,
    scopes: ["scripts:read"],
    summary: "Show how a simulated call stands, and what has happened in it",
    params,
    query: simulationQuery,
    responses: { 200: json(simulationSchema) },
    async handler({ params: { name, id }, query: { after } }, { steered }) {
      return { status: 200, headers: NOT_KEPT, body: bodyOf(await steered.view(name, id, after)) };
    },
  }),
  defineRoute({
    method: "post",
    path: `${path}/steps`,
    scopes: ["scripts:read"],
    summary:
      "Somebody answers, refuses, presses keys, speaks or hangs up, or time passes; 409 where that cannot be now",
    params,
    query: simulationQuery,
    body: { type: "json", schema: simulationStepSchema, isRequired: true },
    responses: { 200: json(simulationSchema) },
    async handler({ params: { name, id }, body, query: { after } }, { steered }) {
      return { status: 200, headers: NOT_KEPT, body: bodyOf(await steered.step(name, id, body, after)) };
    },
  }),
  defineRoute({
    method: "delete",
    path,
    scopes: ["scripts:read"],
    summary: "End a simulation; one that nobody goes on with ends by itself after ten minutes",
    params,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { name, id } }, { steered }) {
      await steered.end(name, id);
      return { status: 204 };
    },
  }),
];

/** The simulator tells what the schema says, in types of its own. */
function bodyOf(view: SimulationView): SimulationBody {
  return simulationSchema.parse(view);
}
