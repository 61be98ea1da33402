/** HTTP requests to a script: what comes in at `/x/{script}/…`, and what the handler answers. */

/**
 * Somebody has sent a request to `/x/{script}/…` on the switch's HTTP port: a webhook, a form, a button. The switch asks
 * nobody for a token there unless its configuration says so: whoever may not do this is for the handler to refuse.
 *
 * @example
 * http(event) {
 *   if (event.method !== "POST" || event.path !== "/night") return { status: 404 };
 *   console.log("night service:", event.body);
 *   return { status: 202, body: "on its way" };
 * }
 */
export interface HttpEvent {
  readonly type: "http";
  /** Names the request in the tail, and in the answer where it fails. */
  readonly id: string;
  /** In capitals: `GET`, `POST`, … */
  readonly method: string;
  /** What follows the script's name, as it was sent and with its escapes (`/night`, `/a%20b`); `/` where nothing follows. */
  readonly path: string;
  /** The first value of each parameter of the query, its escapes undone. */
  readonly query: Readonly<Record<string, string>>;
  /** The whole query as it was sent, beginning with `?`; empty where there is none. */
  readonly search: string;
  /**
   * By their names in lower case; several lines of one name are one text, with commas. Cookies are not among them, nor is
   * a token of the switch's own API.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; empty where there is none. Event and body together have at most 32 KB. */
  readonly body: string;
  /** The address that the request came from: `192.0.2.4`. Behind a proxy it is the proxy's. */
  readonly source: string;
}

/**
 * What an `http` handler answers, as data. `{}` is an empty 200, and so is `{ body: "" }`; to return nothing is 204.
 */
export interface HttpResponse {
  /** 200 to 599. @default 200 */
  readonly status?: number;
  /**
   * Any of Allow, Cache-Control, Content-Disposition, Content-Language, Content-Type, ETag, Expires, Last-Modified, Link,
   * Location, Retry-After, Vary, WWW-Authenticate and Access-Control-…; another one fails the event. There are no cookies:
   * the switch's console lives at the same address.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text. Content-Type is `text/plain; charset=utf-8` unless `headers` say otherwise. @default "" */
  readonly body?: string;
}

/** The global `Response`, which a handler may return as well: `Response.json({ ok: true })`. The same headers are allowed. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}
