/** `URL` (WHATWG URL §6.1). */
import { FRAGMENT, percentEncode, USERINFO } from "./percent.ts";
import {
  encodeQuery,
  isSpecial,
  parseHostPort,
  parsePath,
  parsePort,
  parseUrl,
  printPath,
  printUrl,
  type UrlParts,
} from "./url-parser.ts";
import { connectParams, replaceParams, SearchParams } from "./url-search-params.ts";

export class WebUrl {
  #parts: UrlParts;
  #params: SearchParams | null = null;

  static canParse(url: unknown, base?: unknown): boolean {
    return resolve(url, base) !== null;
  }

  static parse(url: unknown, base?: unknown): WebUrl | null {
    const parts = resolve(url, base);
    return parts === null ? null : new WebUrl(printUrl(parts));
  }

  constructor(url: unknown, base?: unknown) {
    this.#parts = resolve(url, base) ?? invalid(url);
  }

  get href(): string {
    return printUrl(this.#parts);
  }
  set href(value: string) {
    this.#parts = parseUrl(String(value), null) ?? invalid(value);
    this.#syncParams();
  }

  get origin(): string {
    const { scheme, host, port } = this.#parts;
    return isSpecial(scheme) ? `${scheme}://${host}${port === "" ? "" : `:${port}`}` : "null";
  }

  get protocol(): string {
    return `${this.#parts.scheme}:`;
  }
  set protocol(value: string) {
    const scheme = /^([a-z][a-z0-9+.-]*)(:|$)/i.exec(String(value))?.[1]?.toLowerCase();
    const { host, port } = this.#parts;
    if (scheme === undefined || scheme === "file" || isSpecial(scheme) !== isSpecial(this.#parts.scheme)) return;
    this.#set({ scheme, port: host === null ? port : (parsePort(port, scheme) ?? port) });
  }

  get username(): string {
    return this.#parts.username;
  }
  set username(value: string) {
    if (this.#hasHost) this.#set({ username: percentEncode(wellFormed(value), USERINFO) });
  }

  get password(): string {
    return this.#parts.password;
  }
  set password(value: string) {
    if (this.#hasHost) this.#set({ password: percentEncode(wellFormed(value), USERINFO) });
  }

  get host(): string {
    const { host, port } = this.#parts;
    return `${host ?? ""}${port === "" ? "" : `:${port}`}`;
  }
  set host(value: string) {
    this.#setHost(value, (parsed, hasPort) => (hasPort ? parsed : { host: parsed.host }));
  }

  get hostname(): string {
    return this.#parts.host ?? "";
  }
  set hostname(value: string) {
    if (!/^(\[[^\]]*\]|[^:[])*:/.test(String(value))) this.#setHost(value, ({ host }) => ({ host }));
  }

  get port(): string {
    return this.#parts.port;
  }
  set port(value: string) {
    const text = String(value).replace(/[\t\n\r]/g, "");
    const digits = /^\d*/.exec(text)?.[0] ?? "";
    if (!this.#hasHost || (digits === "" && text !== "")) return;
    this.#set({ port: parsePort(digits, this.#parts.scheme) ?? this.#parts.port });
  }

  get pathname(): string {
    return printPath(this.#parts);
  }
  set pathname(value: string) {
    const { path, scheme, host } = this.#parts;
    if (typeof path === "string") return;
    const text = wellFormed(value)
      .replace(/[\t\n\r]/g, "")
      .replaceAll("?", "%3F")
      .replaceAll("#", "%23");
    this.#set({ path: parsePath(text === "" && host === null ? "/" : text, isSpecial(scheme), []) });
  }

  get search(): string {
    const { query } = this.#parts;
    return query === null || query === "" ? "" : `?${query}`;
  }
  set search(value: string) {
    const text = wellFormed(value).replace(/[\t\n\r]/g, "");
    const query = text === "" ? null : encodeQuery(text.replace(/^\?/, ""), this.#parts.scheme);
    this.#set({ query });
    this.#syncParams();
  }

  get searchParams(): SearchParams {
    if (this.#params === null) {
      this.#params = new SearchParams(this.#parts.query ?? "");
      connectParams(this.#params, (query) => this.#set({ query: query === "" ? null : query }));
      this.#syncParams();
    }
    return this.#params;
  }

  get hash(): string {
    const { fragment } = this.#parts;
    return fragment === null || fragment === "" ? "" : `#${fragment}`;
  }
  set hash(value: string) {
    const text = wellFormed(value).replace(/[\t\n\r]/g, "");
    this.#set({ fragment: text === "" ? null : percentEncode(text.replace(/^#/, ""), FRAGMENT) });
  }

  toString(): string {
    return this.href;
  }

  toJSON(): string {
    return this.href;
  }

  get [Symbol.toStringTag](): string {
    return "URL";
  }

  get #hasHost(): boolean {
    const { host } = this.#parts;
    return host !== null && host !== "";
  }

  #set(changed: Partial<UrlParts>): void {
    this.#parts = { ...this.#parts, ...changed };
  }

  /** What does not parse changes nothing. */
  #setHost(
    value: unknown,
    pick: (parsed: Pick<UrlParts, "host" | "port">, hasPort: boolean) => Partial<UrlParts>,
  ): void {
    const { scheme, path, username, password, port } = this.#parts;
    if (typeof path === "string") return;
    const end = isSpecial(scheme) ? /[/\\?#].*$/s : /[/?#].*$/s;
    const text = wellFormed(value)
      .replace(/[\t\n\r]/g, "")
      .replace(end, "");
    const [, host = "", digits = ""] = /^((?:\[[^\]]*\]|[^:])*)(?::(\d*))?/s.exec(text) ?? [];
    const parsed = parseHostPort(digits === "" ? host : `${host}:${digits}`, scheme);
    if (parsed === null || parsed.host === null) return;
    if (parsed.host === "" && (username !== "" || password !== "" || port !== "")) return;
    this.#set(pick(parsed, digits !== ""));
  }

  #syncParams(): void {
    if (this.#params !== null) replaceParams(this.#params, this.#parts.query ?? "");
  }
}

function resolve(url: unknown, base: unknown): UrlParts | null {
  if (base === undefined) return parseUrl(String(url), null);
  const parsed = parseUrl(String(base), null);
  return parsed === null ? null : parseUrl(String(url), parsed);
}

function wellFormed(value: unknown): string {
  return String(value).toWellFormed();
}

function invalid(url: unknown): never {
  throw new TypeError(`Invalid URL: ${String(url).slice(0, 200)}`);
}
