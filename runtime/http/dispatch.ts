/**
 * The way of one request: who calls, what they ask for, the handler, the answer. Nothing of a request is looked at before
 * its caller is known, and no error leaves here but as a problem document.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parse as parseQuery } from "node:querystring";
import type { z } from "zod";
import { randomText } from "../base/random.ts";
import type { Api } from "./api.ts";
import { noteWrite } from "./audit.ts";
import { authenticate, authorize, isNobody } from "./authenticate.ts";
import { MAX_JSON_BYTES, MAX_UPLOAD_BYTES, mediaType, parseBytes, parseJson, parseUpload, readBody } from "./body.ts";
import type { Caller } from "./console/sessions.ts";
import { openFile } from "./file-reply.ts";
import type { IdempotentAnswers } from "./idempotency.ts";
import { type Readers, writeInTurn } from "./preconditions.ts";
import { invalidRequest, RequestProblem } from "./problem.ts";
import { type Rendered, renderProblem, renderReply, type Streaming, send } from "./render.ts";
import type { AnyReply, Route } from "./route.ts";

const MAX_QUERY_KEYS = 50;

export interface Dispatch {
  readonly api: Api;
  readonly idempotent: IdempotentAnswers;
  readonly readers: Readers;
}

/** A request with its path taken apart by the router. */
export interface RoutedRequest {
  readonly http: IncomingMessage;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
}

/** Answers a request that has reached a route. */
export async function dispatch(
  route: Route,
  routed: RoutedRequest,
  response: ServerResponse,
  by: Dispatch,
): Promise<void> {
  const instance = `urn:strowger:request:${randomText(16)}`;
  let caller: Caller;
  try {
    caller = authenticate(routed.http, route.scopes, by.api);
  } catch (error) {
    answerError(error, response, by.api.log, instance);
    return;
  }
  const reply = await answerTo(route, routed, caller, { ...by, instance });
  if ("open" in reply) {
    begin(reply, response, caller, by.api);
    return;
  }
  // Before the answer: whoever has it finds it in the audit log.
  noteWrite(route, routed.http, caller, reply, by.api);
  send(response, reply);
}

async function answerTo(
  route: Route,
  routed: RoutedRequest,
  caller: Caller,
  by: Dispatch & { instance: string },
): Promise<Rendered | Streaming> {
  try {
    authorize(caller, route.scopes);
    return await perform(route, routed, caller, by);
  } catch (error) {
    return problemFor(error, by.api.log, by.instance);
  }
}

/** Answers with a problem document; what is our own fault goes to the log under the same name. */
export function answerError(error: unknown, response: ServerResponse, log: Api["log"], instance: string): void {
  send(response, problemFor(error, log, instance));
}

async function perform(
  route: Route,
  { http, params }: RoutedRequest,
  caller: Caller,
  by: Dispatch & { instance: string },
): Promise<Rendered | Streaming> {
  const known = { params: parsePath(route.params, params), query: parsed(route.query, queryOf(http), "query") };
  const bytes = await bodyOf(route, http);
  const run = async (): Promise<Rendered | Streaming> => {
    const write = { route, params: known.params, headers: http.headers, caller, socket: http.socket };
    // RFC 9110 §13.2.1: preconditions come before the content of the request is looked at.
    const reply = await writeInTurn(write, by.readers, by.api, async () => {
      const body = parseBody(route, bytes, mediaType(http), known.params);
      return route.handler({ ...known, body, headers: http.headers, caller, socket: http.socket }, by.api);
    });
    if (isStreaming(reply)) return http.method === "HEAD" ? headOfStream(route, reply) : reply;
    return reply.file === undefined ? renderReply(route, http, reply) : await openFile(route, http, reply);
  };
  const key = http.headers["idempotency-key"];
  // What nobody in particular has asked for is nobody's to be told again.
  if (route.method !== "post" || typeof key !== "string" || isNobody(caller)) return await run();
  const same = [http.method ?? "", http.url ?? "", mediaType(http), bytes];
  return await by.idempotent.once(caller.id, key, same, async () => {
    try {
      const answer = await run();
      // No route that takes a POST streams: what streams is a GET.
      return answer as Rendered;
    } catch (error) {
      return problemFor(error, by.api.log, by.instance);
    }
  });
}

function problemFor(error: unknown, log: Api["log"], instance: string): Rendered {
  const rendered = renderProblem(error, instance);
  if (rendered.status === 500 && !(error instanceof RequestProblem))
    log.error("A request to the HTTP API failed", { error, instance });
  return rendered;
}

function bodyOf(route: Route, http: IncomingMessage): Promise<Buffer> | Buffer {
  if (route.body === undefined) return Buffer.alloc(0);
  if (route.body.type === "bytes") return readBody(http, route.body.limit);
  return readBody(http, route.body.type === "script" ? MAX_UPLOAD_BYTES : MAX_JSON_BYTES);
}

function parseBody(route: Route, bytes: Buffer, media: string, params: unknown): unknown {
  switch (route.body?.type) {
    case undefined:
      return undefined;
    case "script":
      // A route that takes a script has its name in the path, which the schema of the path has checked.
      return parseUpload(bytes, media, (params as { name: string }).name);
    case "bytes":
      return parseBytes(bytes, media, route.body.media);
    case "json":
      if (route.body.isRequired === true && bytes.length === 0) {
        throw new RequestProblem("invalid-request", "The body is empty: send JSON.");
      }
      return parsed(route.body.schema, parseJson(bytes, media), "body");
  }
}

/** What does not fit the schema of a path names nothing that could exist. */
function parsePath(schema: z.ZodType, params: RoutedRequest["params"]): unknown {
  const joined = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === "string" ? value : value.join("/"),
  ]);
  const result = schema.safeParse(Object.fromEntries(joined));
  if (!result.success) throw invalidRequest(result.error.issues, "path");
  return result.data;
}

function parsed(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(result.error.issues, where);
  return result.data;
}

function queryOf(http: IncomingMessage): Record<string, unknown> {
  const url = http.url ?? "";
  const mark = url.indexOf("?");
  if (mark < 0) return {};
  const query = parseQuery(url.slice(mark + 1), "&", "=", { maxKeys: MAX_QUERY_KEYS });
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== "string")
      throw new RequestProblem("invalid-request", `The query has "${name}" more than once.`);
  }
  return { ...query };
}

/** What HEAD says of what would be written bit by bit. */
function headOfStream(route: Route, { status, ...reply }: AnyReply): Rendered {
  reply.abandon?.();
  const spec = route.responses[status];
  const media = spec?.type === "download" ? spec.media : "text/event-stream";
  return { status, headers: { "Content-Type": media }, body: undefined };
}

function isStreaming(reply: AnyReply): reply is AnyReply & Streaming {
  return reply.open !== undefined;
}

/** What takes its time ends with the session that it was asked for in. */
function begin(reply: Streaming, response: ServerResponse, { session }: Caller, { console }: Api): void {
  if (response.destroyed) {
    reply.abandon?.();
    return;
  }
  if (session !== undefined) response.on("close", console.sessions.attach(session, response));
  reply.open(response);
}
