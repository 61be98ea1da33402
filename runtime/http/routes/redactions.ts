/** `/v1/redactions`: takes a person out of what is kept. */
import { z } from "zod";
import { redactionInputSchema, redactionSchema } from "../../contract/redaction-api.ts";
import { defineRoute, json, type Route } from "../route.ts";

export const redactionRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/redactions",
    scopes: ["admin"],
    summary: "Take a user, or a number, out of call records, the journal, recordings, voicemail and text messages",
    params: z.object({}),
    query: z.strictObject({}),
    body: { type: "json", schema: redactionInputSchema, isRequired: true },
    responses: { 200: json(redactionSchema) },
    handler: async ({ body: { name } }, { redactions }) => ({ status: 200, body: await redactions.redact(name) }),
  }),
];
