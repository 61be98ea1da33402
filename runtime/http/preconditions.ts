/**
 * If-Match and If-None-Match (RFC 9110 §13.1) of every write, against the ETag that a GET of the same path would have: so a
 * new resource has them without a word. Writes to one path are done one after the other, so that none comes between.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { RequestError } from "../base/errors.ts";
import type { Api } from "./api.ts";
import type { Caller } from "./console/sessions.ts";
import { checkEtag } from "./etag.ts";
import { openFile } from "./file-reply.ts";
import { renderReply } from "./render.ts";
import type { Route } from "./route.ts";

/** The GET of each path. */
export type Readers = ReadonlyMap<string, Route>;

export interface ConditionalWrite {
  readonly route: Route;
  readonly params: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  readonly socket: IncomingMessage["socket"];
}

export function readersOf(routes: readonly Route[]): Readers {
  return new Map(routes.filter(({ method }) => method === "get").map((route) => [route.path, route]));
}

/** Whether requests to this route heed If-Match and If-None-Match. */
export function isConditional({ method }: Pick<Route, "method">): boolean {
  return method === "put" || method === "patch" || method === "delete";
}

/** Does a write once its preconditions hold. Throws where they do not. */
export async function writeInTurn<Value>(
  write: ConditionalWrite,
  readers: Readers,
  api: Api,
  work: () => Promise<Value>,
): Promise<Value> {
  const { route, params, headers } = write;
  if (!isConditional(route) || route.preconditions === "own") return await work();
  const hasCondition = headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
  // Uploads take long and have a line of their own.
  if (!hasCondition && route.body?.type === "script") return await work();
  return await api.writes.run(`${route.path} ${JSON.stringify(params)}`, async () => {
    if (hasCondition) checkEtag(headers, await currentEtag(readers.get(route.path), write, api));
    return await work();
  });
}

/** `undefined` where there is nothing to be read, or nothing yet. */
async function currentEtag(
  reader: Route | undefined,
  { params, caller, socket }: ConditionalWrite,
  api: Api,
): Promise<string | undefined> {
  const query = reader?.query.safeParse({});
  if (reader === undefined || query?.success !== true) return undefined;
  const request = { params, query: query.data, body: undefined, headers: {}, caller, socket };
  try {
    const reply = await reader.handler(request, api);
    const asked = { headers: {}, method: "HEAD" };
    const rendered =
      reply.file === undefined ? renderReply(reader, asked, reply) : await openFile(reader, asked, reply);
    return "headers" in rendered ? rendered.headers.ETag : undefined;
  } catch (error) {
    if (error instanceof RequestError && (error.code === "not-found" || error.code === "gone")) return undefined;
    throw error;
  }
}
