/**
 * Requests to the API of the switch that has served this page. The session is a cookie that no script can read; the header
 * tells the switch that a request comes from the console and not from a form of another site.
 */
import { reportLost } from "./connection.ts";
import { type Query, queryText } from "./path.ts";
import { type ApiError, problemOf, unreachable } from "./problem.ts";

const TIMEOUT_MS = 30_000;
/** Its own 401 is an answer like any other. */
const SESSION = "/v1/session";
const CONSOLE_HEADER = "X-Strowger-Console";

export interface RequestOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal;
}

export interface SendOptions extends RequestOptions {
  /** The ETag that was read: the write is refused (412) where somebody else has written meanwhile. */
  readonly ifMatch?: string;
  /** `"*"`: only makes a new one. */
  readonly ifNoneMatch?: string;
  /** Of a body that is text or a file. @default JSON */
  readonly contentType?: string;
}

export interface Tagged<Body> {
  readonly body: Body;
  /** For `ifMatch`. */
  readonly etag: string | null;
}

/** One page of a list, as `pageOf` of the contract describes it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

let whenSignedOut: (error: ApiError) => void = () => {};

/** Told of each answer 401. */
export function onSignedOut(listener: (error: ApiError) => void): void {
  whenSignedOut = listener;
}

/** Reads. Throws `ApiError`. */
export async function get<Body>(path: string, options: RequestOptions = {}): Promise<Body> {
  return (await getTagged<Body>(path, options)).body;
}

/** Reads what will be written back. */
export async function getTagged<Body>(path: string, options: RequestOptions = {}): Promise<Tagged<Body>> {
  const response = await answer(path, { method: "GET" }, options);
  return { body: (await bodyOf(response)) as Body, etag: response.headers.get("etag") };
}

/** All pages of a list, at most `most` items. */
export async function getAll<Item>(path: string, options: RequestOptions = {}, most = 10_000): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: Query = { limit: 1000, ...options.query, cursor };
    const page: Page<Item> = await get(path, { ...options, query });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < most);
  return items.slice(0, most);
}

/** Changes something; what comes back is `undefined` where the answer has no body. Throws `ApiError`. */
export async function send<Body = undefined>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  options: SendOptions = {},
): Promise<Body> {
  const { contentType, ifMatch, ifNoneMatch } = options;
  const headers = new Headers({ [CONSOLE_HEADER]: "1" });
  if (body !== undefined) headers.set("Content-Type", contentType ?? "application/json");
  if (ifMatch !== undefined) headers.set("If-Match", ifMatch);
  if (ifNoneMatch !== undefined) headers.set("If-None-Match", ifNoneMatch);
  const content = body === undefined ? null : contentType === undefined ? JSON.stringify(body) : (body as BodyInit);
  const response = await answer(path, { method, headers, body: content }, options);
  return (await bodyOf(response)) as Body;
}

/** The answer itself, of a stream or a file. Throws `ApiError` where it is no success. */
export async function open(path: string, headers: HeadersInit, signal: AbortSignal): Promise<Response> {
  return checked(await reach(path, { headers, signal }));
}

async function answer(path: string, init: RequestInit, { query = {}, signal }: RequestOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  return checked(await reach(path + queryText(query), { ...init, signal: either }));
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { cache: "no-store", credentials: "same-origin", ...init });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    reportLost();
    throw unreachable();
  }
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  const error = problemOf(response.status, response.headers.get("content-type"), await response.text());
  if (error.status === 401 && !response.url.endsWith(SESSION)) whenSignedOut(error);
  throw error;
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  return /\bjson\b/.test(response.headers.get("content-type") ?? "") ? response.json() : response.text();
}
