/**
 * What a script finds beside ECMAScript, without an import. For the type check of scripts and for editors; the code of
 * the switch itself has the globals of Node.
 */

/** Lines go to `strowger tail` and to the log of the script; what is no text is shown as JSON. */
declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};

/** A timer within the handler that starts it: it ends with the event. */
declare function setTimeout<Args extends unknown[]>(
  callback: (...args: Args) => void,
  ms?: number,
  ...args: Args
): number;
declare function clearTimeout(timer: number | undefined): void;

/** UTF-8. */
declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}

declare const crypto: {
  /** Follows from the seed of the event: no secret. */
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
  readonly subtle: {
    /** The switch does it: an operation, within a handler. At most about 45 KB. */
    digest(
      algorithm: DigestAlgorithm | { readonly name: DigestAlgorithm },
      data: ArrayBufferView | ArrayBuffer,
    ): Promise<ArrayBuffer>;
  };
};

type DigestAlgorithm = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

/**
 * An HTTP request, which the switch makes, to a host that its configuration lets this script reach (`fetch.hosts`) and to a
 * public address. Resolves to the answer whatever its status, with all of its body; at most five redirects are followed.
 *
 * Rejects with a `TypeError` for what is wrong in the call itself, else with an `OperationError` of `"strowger"`, whose
 * code says why: `not-allowed`, `network`, `timeout`, `too-large` (64 KB out, 1 MB in), `overloaded`, `invalid-arguments`
 * (a header that is the switch's own, a user in the URL). It counts as one operation of the event.
 *
 * @example
 * const answer = await fetch("https://crm.example.com/callers", {
 *   method: "POST",
 *   headers: { "Content-Type": "application/json", Authorization: `Bearer ${await secrets.get("CRM")}` },
 *   body: JSON.stringify({ number: call.number }),
 *   timeoutSeconds: 2,
 * });
 * const caller = answer.ok ? await answer.json() : null;
 */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

/** What a request or a response holds. Text is sent as UTF-8; make text of an object by `JSON.stringify`. */
type BodyInit = string | ArrayBufferView | ArrayBuffer | URLSearchParams;
type HeadersInit = Headers | Readonly<Record<string, string>> | Iterable<readonly [string, string]>;
type RequestRedirect = "follow" | "manual" | "error";

interface RequestInit {
  /** GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS. @default "GET" */
  readonly method?: string;
  readonly headers?: HeadersInit;
  /** Not with GET and HEAD. */
  readonly body?: BodyInit | null;
  /** What becomes of a redirection: it is followed, given as the answer, or a failure. @default "follow" */
  readonly redirect?: RequestRedirect;
  /** Gives up waiting; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | null;
  /** Of all of it, redirects and body too; at most 10. @default 5 */
  readonly timeoutSeconds?: number;
}

/** Whole, and read once. */
interface Body {
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  // biome-ignore lint/suspicious/noExplicitAny: as on the platform, so that scripts move both ways.
  json(): Promise<any>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface Request extends Body {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal | null;
  clone(): Request;
}
declare const Request: { new (input: string | URL | Request, init?: RequestInit): Request };

interface ResponseInit {
  /** 200 to 599. @default 200 */
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: HeadersInit;
}

interface Response extends Body {
  readonly status: number;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly statusText: string;
  readonly headers: Headers;
  /** Where it came from in the end; empty for one that the script made. */
  readonly url: string;
  readonly redirected: boolean;
  readonly type: "basic" | "default";
  clone(): Response;
}
declare const Response: {
  new (body?: BodyInit | null, init?: ResponseInit): Response;
  json(data: unknown, init?: ResponseInit): Response;
  redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308): Response;
};

/** Names are the same in capitals and small letters; several fields of one name read as one, with commas. */
interface Headers extends Iterable<[string, string]> {
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, headers: Headers) => void): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
}
declare const Headers: { new (init?: HeadersInit): Headers };

/** Of the web, and of telephony: `new URL("sip:alice@example.com")`. Not `file:`. */
interface URL {
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  readonly searchParams: URLSearchParams;
  hash: string;
  toString(): string;
  toJSON(): string;
}
declare const URL: {
  new (url: string | URL, base?: string | URL): URL;
  canParse(url: string | URL, base?: string | URL): boolean;
  parse(url: string | URL, base?: string | URL): URL | null;
};

interface URLSearchParams extends Iterable<[string, string]> {
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  toString(): string;
}
declare const URLSearchParams: {
  new (init?: string | Readonly<Record<string, string>> | Iterable<readonly [string, string]>): URLSearchParams;
};

type AbortListener = (event: { readonly type: "abort"; readonly target: AbortSignal }) => void;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  onabort: AbortListener | null;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: AbortListener): void;
  removeEventListener(type: "abort", listener: AbortListener): void;
}
declare const AbortSignal: {
  abort(reason?: unknown): AbortSignal;
  /** Takes a timer of the event. */
  timeout(ms: number): AbortSignal;
  any(signals: Iterable<AbortSignal>): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };

/** Base64 of characters up to U+00FF, a byte each. */
declare function btoa(text: string): string;
declare function atob(base64: string): string;
