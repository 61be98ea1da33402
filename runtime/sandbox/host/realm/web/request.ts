/** `Request` (WHATWG Fetch §5.4): what `fetch` sends, and what a script is asked over HTTP. */
import type { AbortSignal } from "./abort.ts";
import { Body, toContent } from "./body.ts";
import { WebHeaders } from "./headers.ts";
import { WebUrl } from "./url.ts";

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** Written in capitals whatever the author wrote (WHATWG Fetch §2.2.1). */
const NORMALIZED = /^(delete|get|head|options|patch|post|put)$/i;

export type RedirectMode = "follow" | "manual" | "error";

interface RequestInit {
  readonly method?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly redirect?: unknown;
  readonly signal?: unknown;
  readonly timeoutSeconds?: unknown;
}

export class WebRequest extends Body {
  readonly url: string;
  readonly method: string;
  readonly headers: WebHeaders;
  readonly redirect: RedirectMode;
  readonly signal: AbortSignal | null;
  /** `undefined`: as the switch has it. */
  readonly timeoutSeconds: number | undefined;

  constructor(input: unknown, init: RequestInit = {}) {
    const from = input instanceof WebRequest ? input : null;
    const given = init.body === undefined ? null : toContent(init.body);
    if (given === null && from?.bodyUsed === true) throw new TypeError("The body of the request was read already");
    const content = given !== null ? given.content : from === null ? null : Body.contentOf(from);
    super(content);
    this.url = from === null ? new WebUrl(input).href : from.url;
    this.method = toMethod(init.method ?? from?.method ?? "GET");
    this.headers = new WebHeaders(init.headers ?? from?.headers);
    this.redirect = toRedirect(init.redirect ?? from?.redirect ?? "follow");
    this.signal = toSignal(init.signal === undefined ? from?.signal : init.signal);
    this.timeoutSeconds = toSeconds(init.timeoutSeconds ?? from?.timeoutSeconds);
    if (content !== null && (this.method === "GET" || this.method === "HEAD")) {
      throw new TypeError(`A request with the method ${this.method} has no body`);
    }
    const type = given?.type ?? null;
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  clone(): WebRequest {
    return new WebRequest(this);
  }

  get [Symbol.toStringTag](): string {
    return "Request";
  }
}

function toMethod(method: unknown): string {
  const text = String(method);
  if (!TOKEN.test(text)) throw new TypeError(`"${text.slice(0, 100)}" is not a method`);
  return NORMALIZED.test(text) ? text.toUpperCase() : text;
}

function toRedirect(redirect: unknown): RedirectMode {
  if (redirect === "follow" || redirect === "manual" || redirect === "error") return redirect;
  throw new TypeError(`redirect is "follow", "manual" or "error", not ${JSON.stringify(redirect)}`);
}

function toSignal(signal: unknown): AbortSignal | null {
  if (signal === undefined || signal === null) return null;
  if (typeof Reflect.get(Object(signal), "addEventListener") === "function") return signal as AbortSignal;
  throw new TypeError("signal is an AbortSignal");
}

function toSeconds(seconds: unknown): number | undefined {
  if (seconds === undefined) return undefined;
  if (typeof seconds === "number" && seconds > 0) return seconds;
  throw new TypeError("timeoutSeconds is a number above 0");
}
