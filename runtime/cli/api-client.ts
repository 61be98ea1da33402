/** Talks to the HTTP API of a switch over fetch. What the API refuses becomes a `CommandFailure` with the right exit code. */
import type { Problem } from "../contract/problem.ts";
import { type EventMessage, readEvents } from "./event-stream.ts";
import { CommandFailure, exitCodes, toFailure } from "./failure.ts";
import type { ServerAddress } from "./server-address.ts";

const TIMEOUT_MS = 30_000;
const MAX_PAGES = 1000;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Call {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly query?: Query;
  readonly body?: unknown;
  /** A file as the body, in place of JSON. */
  readonly file?: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export class ApiClient {
  readonly #server: ServerAddress;

  constructor(server: ServerAddress) {
    this.#server = server;
  }

  get url(): string {
    return this.#server.url;
  }

  /** The body of the answer; `undefined` where it has none. */
  async call<Body>(path: string, call: Call): Promise<Body> {
    const response = await this.#fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS), ...call });
    const text = await response.text();
    if (response.ok && text === "") return undefined as Body;
    const body = parseBody(text);
    // The switch describes its answers in the schemas of `contract/`, of which `Body` is one.
    if (response.ok && body !== undefined) return body as Body;
    throw failureOf(response.status, body, this.url);
  }

  /** A resource with its entity tag, for `If-Match` when it is changed. */
  async tagged<Body>(path: string): Promise<{ readonly body: Body; readonly etag: string }> {
    const response = await this.#fetch(path, { method: "GET", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = parseBody(await response.text());
    // As in `call`.
    if (response.ok && body !== undefined) return { body: body as Body, etag: response.headers.get("etag") ?? "*" };
    throw failureOf(response.status, body, this.url);
  }

  /** The bytes of a file. */
  async bytes(path: string): Promise<Uint8Array> {
    const response = await this.#fetch(path, { method: "GET", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw failureOf(response.status, parseBody(await response.text()), this.url);
  }

  /** The bytes of a file as they come, which may take long. */
  async download(path: string, query: Query): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch(path, { method: "GET", query });
    if (response.ok && response.body !== null) return response.body;
    throw failureOf(response.status, parseBody(await response.text()), this.url);
  }

  /** All items of a list, page by page, at most `limit`. */
  async list<Item>(path: string, query: Query = {}, limit = Number.POSITIVE_INFINITY): Promise<readonly Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const size = Math.min(1000, limit - items.length);
      const answer = await this.call<{ items: Item[]; next: string | null }>(path, {
        method: "GET",
        query: { ...query, limit: size, cursor },
      });
      items.push(...answer.items);
      if (answer.next === null || items.length >= limit) return items;
      cursor = answer.next;
    }
    return items;
  }

  /** Opens a live stream, whose events come until it ends; `since` is the id of the last event seen. */
  async events(
    path: string,
    query: Query,
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<EventMessage>> {
    const headers = { Accept: "text/event-stream", ...(since === undefined ? {} : { "Last-Event-ID": since }) };
    const response = await this.#fetch(path, { method: "GET", query, headers, signal });
    if (!response.ok || response.body === null) {
      throw failureOf(response.status, parseBody(await response.text()), this.url);
    }
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      await response.body.cancel();
      throw failureOf(response.status, undefined, this.url);
    }
    return readEvents(response.body);
  }

  async #fetch(path: string, { method, query = {}, body, file, headers = {}, signal }: Call): Promise<Response> {
    const url = new URL(this.#server.url + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { token } = this.#server;
    const init: RequestInit = {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(file === undefined ? {} : { "Content-Type": file.type }),
        ...headers,
      },
      redirect: "error",
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(file === undefined ? {} : { body: file.bytes }),
    };
    try {
      return await fetch(url, init);
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") throw error;
      const isLate = error instanceof Error && error.name === "TimeoutError";
      const problem = isLate ? `${this.url} does not answer` : `cannot reach ${this.url}`;
      throw new CommandFailure(`${problem}: is the switch running? npm start`);
    }
  }
}

/** A path whose inserted parts are escaped: at`/v1/users/${name}`. */
export function at(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return parts.reduce((path, part, index) => path + encodeURIComponent(names[index - 1] ?? "") + part);
}

function failureOf(status: number, body: unknown, url: string): CommandFailure {
  if (isProblem(body)) {
    if (body.code !== "unauthorized") return toFailure(body);
    const hint = "Set STROWGER_TOKEN or --token, or run this in the folder of the switch.";
    return new CommandFailure(`${body.title}: ${body.detail} ${hint}`, exitCodes.notAllowed, body);
  }
  return new CommandFailure(`${url} answered ${status}, but not as a switch does: is the address right?`);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "title" in body && "detail" in body;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
