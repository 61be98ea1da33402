/** `Response` (WHATWG Fetch §5.5): what `fetch` gives, and what a script answers. */
import { Body, type Content, toContent } from "./body.ts";
import { WebHeaders } from "./headers.ts";

interface ResponseInit {
  readonly status?: unknown;
  readonly statusText?: unknown;
  readonly headers?: unknown;
}

/** As it came over the network. */
export interface ReceivedResponse {
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly content: Content;
}

const NULL_BODY = new Set([204, 205, 304]);
const REASON = /^[\t \x21-\x7e\x80-\xff]*$/;
const NO_BODY = Symbol("no body");

export class WebResponse extends Body {
  readonly status: number;
  readonly statusText: string;
  readonly headers: WebHeaders;
  /** Where it came from in the end, without the fragment; empty for one that a script made. */
  readonly url: string = "";
  readonly redirected: boolean = false;
  readonly type: string = "default";

  static received({ url, redirected, status, statusText, headers, content }: ReceivedResponse): WebResponse {
    return new WebResponse(NO_BODY, { headers }, { url, redirected, status, statusText, content });
  }

  static json(data: unknown, init: ResponseInit = {}): WebResponse {
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError("The value is not data that JSON can hold");
    const headers = new WebHeaders(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new WebResponse(text, { ...init, headers });
  }

  static redirect(url: unknown, status: unknown = 302): WebResponse {
    if (![301, 302, 303, 307, 308].includes(Number(status))) {
      throw new RangeError(`A redirection has the status 301, 302, 303, 307 or 308, not ${String(status)}`);
    }
    return new WebResponse(null, { status, headers: { location: String(url) } });
  }

  constructor(body: unknown = null, init: ResponseInit = {}, received?: Omit<ReceivedResponse, "headers">) {
    const { content, type } = body === NO_BODY ? { content: received?.content ?? null, type: null } : toContent(body);
    super(content);
    this.headers = new WebHeaders(init.headers);
    if (received !== undefined) {
      this.status = received.status;
      this.statusText = received.statusText;
      this.url = received.url;
      this.redirected = received.redirected;
      this.type = "basic";
      return;
    }
    this.status = Number(init.status ?? 200);
    this.statusText = String(init.statusText ?? "");
    if (!Number.isInteger(this.status) || this.status < 200 || this.status > 599) {
      throw new RangeError(`A response has a status from 200 to 599, not ${String(init.status)}`);
    }
    if (!REASON.test(this.statusText)) throw new TypeError("statusText is one line");
    if (content !== null && NULL_BODY.has(this.status)) {
      throw new TypeError(`A response with the status ${this.status} has no body`);
    }
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  clone(): WebResponse {
    if (this.bodyUsed) throw new TypeError("The body was read already");
    const { url, redirected, status, statusText } = this;
    const content = Body.contentOf(this);
    return new WebResponse(NO_BODY, { headers: this.headers }, { url, redirected, status, statusText, content });
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }

  /** As plain data, as `HttpResponse` has it: what leaves the isolate where a handler returns it. */
  toJSON(): { status: number; headers: Record<string, string>; body: string } {
    const content = Body.contentOf(this) ?? "";
    return {
      status: this.status,
      headers: Object.fromEntries(this.headers),
      body: typeof content === "string" ? content : new TextDecoder("utf-8", { fatal: true }).decode(content),
    };
  }
}
