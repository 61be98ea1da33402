/** What happened in a call, recorded calls on another version, and a candidate in the shadow of the live one. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import {
  callReplayInputSchema,
  callReplaySchema,
  replayInputSchema,
  replaySummarySchema,
  shadowInputSchema,
  shadowSchema,
  timelineQuery,
  timelineSchema,
} from "../../contract/journal-api.ts";
import { nameSchema } from "../../contract/page.ts";
import { scriptParams } from "../../contract/script-api.ts";
import { codeToTry } from "../code-to-try.ts";
import { sendBytes } from "../download.ts";
import { defineRoute, download, empty, json, type Route } from "../route.ts";
import { knownScript } from "./scripts.ts";

const PCAP = "application/vnd.tcpdump.pcap";
const callParams = z.object({ id: nameSchema });
const nothing = z.strictObject({});

export const journalRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/calls/{id}/timeline",
    scopes: ["calls:read"],
    summary: "Show messages, events, decisions and operations of a call that is up or has ended",
    params: callParams,
    query: timelineQuery,
    responses: { 200: json(timelineSchema) },
    async handler({ params: { id }, query: { after, limit } }, { journal }) {
      const timeline = await on(journal).timeline(id);
      if (timeline === undefined) throw notRecorded(id);
      const left = timeline.items.filter(({ n }) => n > after);
      const items = left.slice(0, limit);
      const next = items.length < left.length ? (items.at(-1)?.n ?? null) : null;
      return { status: 200, body: { ...timeline, items, next } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/calls/{id}/pcap",
    scopes: ["calls:read"],
    summary: "The SIP messages of a call that is up or has ended, as a capture file for Wireshark and its kind",
    params: callParams,
    query: nothing,
    responses: { 200: download(PCAP) },
    async handler({ params: { id } }, { journal }) {
      const bytes = await on(journal).capture(id);
      if (bytes === undefined) throw notRecorded(id);
      return { status: 200, open: (response) => sendBytes(response, bytes, { media: PCAP, name: `${id}.pcap` }) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/calls/{id}/replay",
    scopes: ["calls:read", "scripts:read"],
    summary: "Run the events of a recorded call on another version or a draft; nothing of it is done",
    params: callParams,
    query: nothing,
    body: { type: "json", schema: callReplayInputSchema },
    responses: { 200: json(callReplaySchema) },
    async handler({ params: { id }, body, caller }, { replays }) {
      return { status: 200, body: await on(replays).replayCall(id, codeToTry(body, caller)) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/scripts/{name}/replay",
    scopes: ["calls:read", "scripts:read"],
    summary: "Run recorded calls of a script on another version or a draft, the newest first; nothing of it is done",
    params: scriptParams,
    query: nothing,
    body: { type: "json", schema: replayInputSchema },
    responses: { 200: json(replaySummarySchema) },
    async handler({ params: { name }, body: { since, most, ...tried }, caller }, { replays }) {
      const options = { code: codeToTry(tried, caller), since: Date.parse(since), most };
      return { status: 200, body: await on(replays).replayScript(name, options) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/v1/scripts/{name}/shadow",
    scopes: ["scripts:write", "deploy"],
    summary: "Run a candidate on the events of live calls, in the shadow of the live version; nothing of it is done",
    params: scriptParams,
    query: nothing,
    body: { type: "json", schema: shadowInputSchema },
    responses: { 200: json(shadowSchema) },
    async handler({ params: { name }, body }, { replays }) {
      return { status: 200, body: await on(replays).setShadow(name, body) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/scripts/{name}/shadow",
    scopes: ["calls:read", "scripts:read"],
    summary: "Show how a candidate does in the shadow of the live version",
    params: scriptParams,
    query: nothing,
    responses: { 200: json(shadowSchema) },
    async handler({ params: { name } }, { replays, deployments }) {
      await knownScript(deployments, name);
      const shadow = on(replays).shadow(name);
      if (shadow === undefined) throw noShadow(name);
      return { status: 200, body: shadow };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/scripts/{name}/shadow",
    scopes: ["scripts:write", "deploy"],
    summary: "End the shadow of a script",
    params: scriptParams,
    query: nothing,
    responses: { 204: empty },
    handler({ params: { name } }, { replays }) {
      if (!on(replays).removeShadow(name)) throw noShadow(name);
      return { status: 204 };
    },
  }),
];

/** What there is where the journal is on. */
function on<Part>(part: Part | null): Part {
  if (part !== null) return part;
  throw new RequestError("conflict", "The journal is off: take `journal: off` out of strowger.yaml and start again.");
}

function notRecorded(id: string): RequestError {
  const why = "it never was, or it has made room for later ones (`journal` in strowger.yaml)";
  return new RequestError("not-found", `Nothing is recorded of a call ${id}: ${why}. GET /v1/cdrs/${id} may know it.`);
}

function noShadow(name: string): RequestError {
  return new RequestError(
    "not-found",
    `The script "${name}" has no shadow. PUT /v1/scripts/${name}/shadow begins one.`,
  );
}
