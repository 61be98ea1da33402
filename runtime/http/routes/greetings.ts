/** `/v1/voicemail/{mailbox}/greetings`: what callers hear before they speak. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { nameSchema } from "../../contract/page.ts";
import { greetingKindSchema, greetingsSchema } from "../../contract/voicemail-api.ts";
import type { Api } from "../api.ts";
import { defineRoute, empty, file, json, type Route } from "../route.ts";

const MAX_GREETING_BYTES = 5 * 1024 * 1024;
const WAV_TYPES = ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"];

const boxParams = z.object({ mailbox: nameSchema });
const greetingParams = z.object({ mailbox: nameSchema, kind: greetingKindSchema });
const path = "/v1/voicemail/{mailbox}/greetings/{kind}";

export const greetingRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/voicemail/{mailbox}/greetings",
    scopes: ["voicemail:read"],
    summary: "List the greetings of a mailbox",
    params: boxParams,
    query: z.strictObject({}),
    responses: { 200: json(greetingsSchema) },
    handler({ params: { mailbox } }, { mailboxes, domain }) {
      const settings = mailboxes.settings(domain, mailbox);
      if (settings === undefined) throw noBox(mailbox);
      const items = greetingKindSchema.options.map((kind) => ({ kind, isSet: settings.greetings.includes(kind) }));
      return { status: 200, body: { items } };
    },
  }),
  defineRoute({
    method: "get",
    path,
    scopes: ["voicemail:read"],
    summary: "The recording of a greeting",
    params: greetingParams,
    query: z.strictObject({}),
    responses: { 200: file("audio/wav"), 206: file("audio/wav") },
    handler({ params: { mailbox, kind } }, { mailboxes, domain }: Api) {
      if (!mailboxes.has(domain, mailbox)) throw noBox(mailbox);
      const greeting = mailboxes.greeting(domain, mailbox, kind);
      if (greeting === null) throw notSet(mailbox, kind);
      return { status: 200, file: greeting, name: `${mailbox}-${kind}.wav` };
    },
  }),
  defineRoute({
    method: "put",
    path,
    scopes: ["voicemail:write"],
    summary: "Set a greeting: a WAV file of at most 60 s and 5 MB, as the body",
    params: greetingParams,
    query: z.strictObject({}),
    body: { type: "bytes", media: WAV_TYPES, limit: MAX_GREETING_BYTES },
    responses: { 204: empty },
    async handler({ params: { mailbox, kind }, body }, { mailboxes, domain }) {
      await mailboxes.setGreeting(domain, mailbox, kind, body);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "delete",
    path,
    scopes: ["voicemail:write"],
    summary: "Remove a greeting: callers hear the one of the switch",
    params: greetingParams,
    query: z.strictObject({}),
    responses: { 204: empty },
    async handler({ params: { mailbox, kind } }, { mailboxes, domain }) {
      if (!(await mailboxes.setGreeting(domain, mailbox, kind, null))) throw notSet(mailbox, kind);
      return { status: 204 };
    },
  }),
];

function noBox(mailbox: string): RequestError {
  return new RequestError("not-found", `There is no mailbox "${mailbox}": no such user, or one without voicemail.`);
}

function notSet(mailbox: string, kind: string): RequestError {
  return new RequestError("not-found", `The mailbox "${mailbox}" has no ${kind} greeting of its own.`);
}
