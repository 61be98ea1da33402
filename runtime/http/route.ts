/**
 * A route of the API as data: what it takes, what it answers, who may call it, and the handler. The server and the
 * OpenAPI document are both made from it, so neither can drift from the other.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { Scope } from "../contract/scope.ts";
import type { UploadBody } from "../contract/script-api.ts";
import type { Api } from "./api.ts";
import type { Caller } from "./console/sessions.ts";

type JsonResponse<Schema extends z.ZodType = z.ZodType> = { readonly type: "json"; readonly schema: Schema };
type TextResponse = { readonly type: "text"; readonly media: string };
/** `text/event-stream`: the handler keeps the response open. */
type StreamResponse = { readonly type: "stream" };
/** The bytes of a file, the whole or the part that was asked for: list it for 200 and 206. */
type FileResponse = { readonly type: "file"; readonly media: string };
/** Bytes that are made as they are sent: the handler writes them. */
type DownloadResponse = { readonly type: "download"; readonly media: string };
type EmptyResponse = { readonly type: "empty" };

export type ResponseSpec =
  | JsonResponse
  | TextResponse
  | StreamResponse
  | FileResponse
  | DownloadResponse
  | EmptyResponse;
export type Responses = { readonly [status: number]: ResponseSpec };

/**
 * `json`: an empty body counts as `{}` unless it is required. `script`: the bare text of a script, or an upload as JSON.
 * `bytes`: a file of one of these media types, as it is.
 */
export type BodySpec =
  | { readonly type: "json"; readonly schema: z.ZodType; readonly isRequired?: boolean }
  | { readonly type: "script" }
  | { readonly type: "bytes"; readonly media: readonly string[]; readonly limit: number };

export type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** What the audit log is told in place of the name of the caller, and of the path of what was made. */
export interface AuditedAs {
  readonly actor?: string;
  readonly result?: string;
}

type Headers = { readonly headers?: Readonly<Record<string, string>>; readonly audited?: AuditedAs };

type ReplyOf<Status, Spec> =
  Spec extends JsonResponse<infer Schema>
    ? { readonly status: Status; readonly body: DeepReadonly<z.output<Schema>> } & Headers
    : Spec extends TextResponse
      ? { readonly status: Status; readonly text: string } & Headers
      : Spec extends StreamResponse | DownloadResponse
        ? { readonly status: Status; open(response: ServerResponse): void; abandon?(): void } & Headers
        : Spec extends FileResponse
          ? { readonly status: Status; readonly file: string; readonly name: string } & Headers
          : { readonly status: Status } & Headers;

export type ReplyTo<All extends Responses> = { [Status in keyof All]: ReplyOf<Status, All[Status]> }[keyof All];

type BodyOf<Body> = Body extends { readonly type: "json"; readonly schema: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : Body extends { readonly type: "script" }
    ? UploadBody
    : Body extends { readonly type: "bytes" }
      ? Buffer
      : undefined;

export interface ApiRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Who calls; without a name and scopes where nobody said who they are. */
  readonly caller: Caller;
  /** The connection that it came over. */
  readonly socket: IncomingMessage["socket"];
}

export type Method = "get" | "put" | "post" | "patch" | "delete";

interface RouteData {
  readonly method: Method;
  /** `{name}` is one segment, `{+name}` the rest of the path (RFC 6570). */
  readonly path: string;
  /** The token must hold all of them; `public` needs no token at all. */
  readonly scopes: readonly Scope[] | "public";
  readonly summary: string;
  /** `own`: the handler itself heeds If-Match and If-None-Match. @default by the ETag of the GET of the same path */
  readonly preconditions?: "own";
}

/** What the handler of a route returns, whatever the route. */
export interface AnyReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly audited?: AuditedAs;
  readonly body?: unknown;
  readonly text?: string;
  open?(response: ServerResponse): void;
  /** The client has gone away, or wants to know no more than what `open` would answer with. */
  abandon?(): void;
  /** Path of a file, and the name under which a browser keeps it. */
  readonly file?: string;
  readonly name?: string;
}

export interface Route extends RouteData {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: BodySpec | undefined;
  readonly responses: Responses;
  handler(request: ApiRequest<unknown, unknown, unknown>, api: Api): AnyReply | Promise<AnyReply>;
}

/** Ties the types of a handler to the schemas beside it. */
export function defineRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  const All extends Responses,
  const Body extends BodySpec | undefined = undefined,
>(
  route: RouteData & {
    readonly params: Params;
    readonly query: Query;
    readonly body?: Body;
    readonly responses: All;
    handler(
      request: ApiRequest<z.output<Params>, z.output<Query>, BodyOf<Body>>,
      api: Api,
    ): ReplyTo<All> | Promise<ReplyTo<All>>;
  },
): Route {
  // The dispatcher hands a handler only what its own schemas have parsed, which the erased type cannot say.
  return { body: undefined, ...route } as unknown as Route;
}

export function json<Schema extends z.ZodType>(schema: Schema): JsonResponse<Schema> {
  return { type: "json", schema };
}

export function text(media: string): TextResponse {
  return { type: "text", media };
}

export function file(media: string): FileResponse {
  return { type: "file", media };
}

export function download(media: string): DownloadResponse {
  return { type: "download", media };
}

export const stream: StreamResponse = { type: "stream" };
export const empty: EmptyResponse = { type: "empty" };
