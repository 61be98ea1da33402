/** `/v1/calls/{id}/recordings`: what was recorded of a call that is up or has ended. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { recordingSchema } from "../../contract/call-api.ts";
import { nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import { paginate } from "../page.ts";
import { defineRoute, file, json, type Route } from "../route.ts";

export const recordingRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/calls/{id}/recordings",
    scopes: ["recordings:read"],
    summary: "List the recordings of a call; they outlive it for `media.recordingDays`",
    params: z.object({ id: nameSchema }),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(recordingSchema)) },
    async handler({ params: { id }, query }, { recordings, domain }) {
      return { status: 200, body: paginate(await recordings.ofCall(domain, id), query, (recording) => recording.id) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/calls/{id}/recordings/{recording}/audio",
    scopes: ["recordings:read"],
    summary: "A recording as a WAV file, or the part of it that Range asks for",
    params: z.object({ id: nameSchema, recording: nameSchema }),
    query: z.strictObject({}),
    responses: { 200: file("audio/wav"), 206: file("audio/wav") },
    handler({ params: { id, recording } }, { recordings, domain }) {
      const path = recordings.file(domain, id, recording);
      if (path !== undefined) return { status: 200, file: path, name: `${recording}.wav` };
      throw new RequestError("not-found", `The call ${id} has no recording ${JSON.stringify(recording)}.`);
    },
  }),
];
