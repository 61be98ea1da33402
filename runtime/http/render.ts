/** From what a handler returns, or throws, to status, header fields and bytes. */
import type { ServerResponse } from "node:http";
import { etagOf, isUnchanged } from "./etag.ts";
import { RequestProblem, toProblem } from "./problem.ts";
import type { AnyReply, ApiRequest, AuditedAs, Route } from "./route.ts";

export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Code of the problem that this tells of. */
  readonly problem?: string;
  readonly audited?: AuditedAs;
}

/** An answer that is written bit by bit. */
export interface Streaming {
  open(response: ServerResponse): void;
  /** The client has gone away before the answer has begun. */
  abandon?(): void;
}

/** An API answer is data for programs: nothing in it is to be sniffed, framed, run or kept by a browser. */
export const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
} as const;

export function renderReply(
  route: Route,
  request: Pick<ApiRequest<unknown, unknown, unknown>, "headers">,
  reply: AnyReply,
): Rendered {
  const rendered = renderContent(route, request, reply);
  return reply.audited === undefined ? rendered : { ...rendered, audited: reply.audited };
}

function renderContent(
  route: Route,
  request: Pick<ApiRequest<unknown, unknown, unknown>, "headers">,
  reply: AnyReply,
): Rendered {
  const spec = route.responses[reply.status];
  const body = spec?.type === "json" ? JSON.stringify(reply.body) : reply.text;
  if (body === undefined) return { status: reply.status, headers: reply.headers ?? {}, body };
  const media = spec?.type === "text" ? spec.media : "application/json; charset=utf-8";
  if (route.method !== "get")
    return { status: reply.status, headers: { "Content-Type": media, ...reply.headers }, body };
  const etag = reply.headers?.ETag ?? etagOf(body);
  // A reader may keep what it asks about again each time: no-cache, not no-store.
  const headers = { "Content-Type": media, "Cache-Control": "private, no-cache", ...reply.headers, ETag: etag };
  if (isUnchanged(request.headers, etag)) return { status: 304, headers: { ETag: etag }, body: undefined };
  return { status: reply.status, headers, body };
}

export function renderProblem(error: unknown, instance: string): Rendered {
  const { problem, headers } = toProblem(error, instance);
  return {
    status: problem.status,
    headers: { "Content-Type": "application/problem+json; charset=utf-8", ...headers },
    body: JSON.stringify(problem),
    problem: problem.code,
    ...(error instanceof RequestProblem && error.note !== undefined ? { audited: { result: error.note } } : {}),
  };
}

export function send(response: ServerResponse, { status, headers, body }: Rendered): void {
  // The client is gone, or a stream has begun: there is nobody to tell.
  if (response.headersSent || response.destroyed) return;
  const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...length });
  response.end(body);
}
