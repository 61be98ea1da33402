/** `/v1/voicemail`: boxes with their settings, and the messages in them. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { mailboxChangeSchema } from "../../contract/mailbox.ts";
import { flagSchema, nameSchema, pageOf, pageQuery } from "../../contract/page.ts";
import {
  type MailboxBody,
  mailboxSchema,
  voicemailCopySchema,
  voicemailMoveSchema,
  voicemailQuery,
  voicemailSchema,
} from "../../contract/voicemail-api.ts";
import type { MailboxSettings } from "../../port/mailbox.ts";
import type { Api } from "../api.ts";
import { checkPreconditions, etagOf } from "../etag.ts";
import { paginate } from "../page.ts";
import { defineRoute, empty, file, json, type Route } from "../route.ts";
import { greetingRoutes } from "./greetings.ts";

const boxParams = z.object({ mailbox: nameSchema });
const messageParams = z.object({ mailbox: nameSchema, id: nameSchema });
const nothing = z.strictObject({});

const boxRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/voicemail",
    scopes: ["voicemail:read"],
    summary: "List mailboxes with how many messages they have",
    params: z.object({}),
    query: z.strictObject(pageQuery),
    responses: { 200: json(pageOf(mailboxSchema)) },
    handler({ query }, { mailboxes, domain }) {
      const page = paginate(mailboxes.list(domain), query, ({ mailbox }) => mailbox);
      return { status: 200, body: { ...page, items: page.items.map((settings) => viewOf(settings, mailboxes)) } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/voicemail/{mailbox}",
    scopes: ["voicemail:read"],
    summary: "Show a mailbox",
    params: boxParams,
    query: nothing,
    responses: { 200: json(mailboxSchema) },
    handler({ params: { mailbox } }, api) {
      return { status: 200, body: findBox(mailbox, api) };
    },
  }),
  defineRoute({
    method: "patch",
    path: "/v1/voicemail/{mailbox}",
    scopes: ["voicemail:write"],
    summary: "Change settings of a mailbox; what the configuration declares stays",
    params: boxParams,
    query: nothing,
    body: { type: "json", schema: mailboxChangeSchema },
    responses: { 200: json(mailboxSchema) },
    async handler({ params: { mailbox }, body, headers }, api) {
      const { mailboxes, domain, writes } = api;
      const changed = await writes.run(`mailbox ${mailbox}`, async () => {
        checkPreconditions(headers, findBox(mailbox, api));
        return viewOf(await mailboxes.configure(domain, mailbox, body), mailboxes);
      });
      return { status: 200, headers: { ETag: etagOf(JSON.stringify(changed)) }, body: changed };
    },
  }),
];

const messageRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/voicemail/{mailbox}/messages",
    scopes: ["voicemail:read"],
    summary: "List messages, newest first",
    params: boxParams,
    query: voicemailQuery,
    responses: { 200: json(pageOf(voicemailSchema)) },
    async handler({ params: { mailbox }, query: { folder, limit, cursor } }, api) {
      findBox(mailbox, api);
      const page = await api.mailboxes.messages({
        domain: api.domain,
        mailbox,
        limit,
        ...(folder === undefined ? {} : { folder }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { status: 200, body: page };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/voicemail/{mailbox}/messages/{id}",
    scopes: ["voicemail:read"],
    summary: "Show a message",
    params: messageParams,
    query: nothing,
    responses: { 200: json(voicemailSchema) },
    async handler({ params: { mailbox, id } }, api) {
      findBox(mailbox, api);
      return { status: 200, body: found(await api.mailboxes.message(api.domain, mailbox, id), mailbox, id) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/voicemail/{mailbox}/messages/{id}/audio",
    scopes: ["voicemail:read"],
    summary: "The recording of a message, or the part of it that Range asks for",
    params: messageParams,
    query: nothing,
    responses: { 200: file("audio/wav"), 206: file("audio/wav") },
    async handler({ params: { mailbox, id } }, api) {
      findBox(mailbox, api);
      const path = found(await api.mailboxes.audio(api.domain, mailbox, id), mailbox, id);
      return { status: 200, file: path, name: `voicemail-${id}.wav` };
    },
  }),
  defineRoute({
    method: "patch",
    path: "/v1/voicemail/{mailbox}/messages/{id}",
    scopes: ["voicemail:write"],
    summary: "Move a message to another folder; out of `deleted` restores it",
    params: messageParams,
    query: nothing,
    body: { type: "json", schema: voicemailMoveSchema },
    responses: { 200: json(voicemailSchema) },
    async handler({ params: { mailbox, id }, body: { folder } }, api) {
      findBox(mailbox, api);
      return { status: 200, body: found(await api.mailboxes.move(api.domain, mailbox, id, folder), mailbox, id) };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/voicemail/{mailbox}/messages/{id}",
    scopes: ["voicemail:write"],
    summary: "Move a message to `deleted`, where it can be restored for a week; `erase=true` removes it for good",
    params: messageParams,
    query: z.strictObject({ erase: flagSchema }),
    responses: { 204: empty },
    async handler({ params: { mailbox, id }, query: { erase } }, api) {
      const { mailboxes, domain } = api;
      findBox(mailbox, api);
      const isDone = erase
        ? await mailboxes.erase(domain, mailbox, id)
        : (await mailboxes.move(domain, mailbox, id, "deleted")) !== undefined;
      found(isDone || undefined, mailbox, id);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/voicemail/{mailbox}/messages/{id}/copy",
    scopes: ["voicemail:write"],
    summary: "Put a copy of a message into another mailbox",
    params: messageParams,
    query: nothing,
    body: { type: "json", schema: voicemailCopySchema },
    responses: { 201: json(voicemailSchema) },
    async handler({ params: { mailbox, id }, body: { to } }, api) {
      findBox(mailbox, api);
      const copy = await api.mailboxes.copy(api.domain, mailbox, id, to);
      const Location = `/v1/voicemail/${encodeURIComponent(to)}/messages/${copy.id}`;
      return { status: 201, headers: { Location }, body: copy };
    },
  }),
];

export const voicemailRoutes: readonly Route[] = [...boxRoutes, ...messageRoutes, ...greetingRoutes];

function findBox(mailbox: string, { mailboxes, domain }: Api): MailboxBody {
  const settings = mailboxes.settings(domain, mailbox);
  if (settings !== undefined) return viewOf(settings, mailboxes);
  throw new RequestError("not-found", `There is no mailbox "${mailbox}": no such user, or one without voicemail.`);
}

function found<Value>(value: Value | undefined, mailbox: string, id: string): Value {
  if (value !== undefined) return value;
  throw new RequestError("not-found", `There is no message ${id} in the mailbox "${mailbox}".`);
}

function viewOf(settings: MailboxSettings, mailboxes: Api["mailboxes"]): MailboxBody {
  const { domain, mailbox, hasPin, email, greetings, maxMessages, maxSeconds, retentionDays, managed } = settings;
  const counts = mailboxes.counts(domain, mailbox);
  return {
    mailbox,
    domain,
    new: counts.new,
    saved: counts.saved,
    hasPin,
    email,
    greetings: [...greetings],
    maxMessages,
    maxSeconds,
    retentionDays,
    managed: [...managed],
  };
}
