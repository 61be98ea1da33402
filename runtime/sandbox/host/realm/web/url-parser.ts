/**
 * Parses and prints URLs (WHATWG URL §4.4, §4.5) of the web (`https:`), of telephony (`sip:`, `tel:`) and others.
 * Deviation: `file:` is refused, since a script has no files.
 */
import { CONTROLS, FRAGMENT, PATH, percentEncode, QUERY, SPECIAL_QUERY, USERINFO } from "./percent.ts";
import { parseHost } from "./url-host.ts";

export interface UrlParts {
  readonly scheme: string;
  readonly username: string;
  readonly password: string;
  /** `null`: there is none, as in `tel:+15551234`. */
  readonly host: string | null;
  /** Empty where it is the scheme's own. */
  readonly port: string;
  /** Segments, or, for a URL that is no hierarchy, one text. */
  readonly path: readonly string[] | string;
  readonly query: string | null;
  readonly fragment: string | null;
}

type Authority = Pick<UrlParts, "username" | "password" | "host" | "port">;

/** Schemes of the web, and their ports. */
const PORTS: ReadonlyMap<string, string> = new Map([
  ["http", "80"],
  ["https", "443"],
  ["ws", "80"],
  ["wss", "443"],
  ["ftp", "21"],
]);
const NO_AUTHORITY: Authority = { username: "", password: "", host: null, port: "" };
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const SINGLE_DOT = /^(\.|%2e)$/i;
const DOUBLE_DOT = /^(\.|%2e){2}$/i;

export function isSpecial(scheme: string): boolean {
  return PORTS.has(scheme);
}

export function parseUrl(input: string, base: UrlParts | null): UrlParts | null {
  const text = input
    .toWellFormed()
    .replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "")
    .replace(/[\t\n\r]/g, "");
  const [beforeFragment, fragment] = cut(text, "#");
  const [rest, query] = cut(beforeFragment, "?");
  const [prefix = "", written] = SCHEME.exec(rest) ?? [];
  const end = { query, fragment: fragment === null ? null : percentEncode(fragment, FRAGMENT) };
  if (written === undefined) return base === null ? null : parseRelative(rest, end, base);
  const scheme = written.toLowerCase();
  const after = rest.slice(prefix.length);
  if (scheme === "file") return null;
  if (isSpecial(scheme)) {
    if (base?.scheme === scheme && !/^\/\//.test(after)) return parseRelative(after, end, base);
    return parseFromAuthority(scheme, after.replace(/^[/\\]+/, ""), end);
  }
  if (after.startsWith("//")) return parseFromAuthority(scheme, after.slice(2), end);
  if (after.startsWith("/")) return finish(scheme, NO_AUTHORITY, parsePath(after, false, []), end);
  // A blank before `?` or `#` would be lost when that is taken away.
  const path = query === null && fragment === null ? after : after.replace(/ $/, "%20");
  return finish(scheme, NO_AUTHORITY, percentEncode(path, CONTROLS), end);
}

export function printUrl(url: UrlParts): string {
  const { scheme, username, password, host, port, query, fragment } = url;
  const path = printPath(url);
  let text = `${scheme}:`;
  if (host !== null) {
    text += "//";
    if (username !== "" || password !== "") text += `${username}${password === "" ? "" : `:${password}`}@`;
    text += `${host}${port === "" ? "" : `:${port}`}`;
  } else if (path.startsWith("//")) {
    // Without this, the path would be read as a host.
    text += "/.";
  }
  return `${text}${path}${query === null ? "" : `?${query}`}${fragment === null ? "" : `#${fragment}`}`;
}

export function printPath({ path }: UrlParts): string {
  return typeof path === "string" ? path : path.map((segment) => `/${segment}`).join("");
}

/** `host` and `host:port`; `null` where it is none. */
export function parseHostPort(text: string, scheme: string): Pick<UrlParts, "host" | "port"> | null {
  const [, name = "", port] = /^((?:\[[^\]]*\]|[^:])*)(?::(.*))?$/s.exec(text) ?? [];
  if (name === "" && (isSpecial(scheme) || port !== undefined)) return null;
  const host = parseHost(name, isSpecial(scheme));
  const number = port === undefined ? "" : parsePort(port, scheme);
  return host === null || number === null ? null : { host, port: number };
}

/** Without the port of the scheme itself; `null` where it is no port. */
export function parsePort(text: string, scheme: string): string | null {
  if (!/^\d*$/.test(text) || Number(text) > 65_535) return null;
  const port = text === "" ? "" : String(Number(text));
  return port === PORTS.get(scheme) ? "" : port;
}

/** `text` begins with a slash, or is empty. */
export function parsePath(text: string, special: boolean, parent: readonly string[]): readonly string[] {
  const path = [...parent];
  if (text === "" && !special) return path;
  const segments = text.split(special ? /[/\\]/ : "/");
  if (text === "" || text.startsWith("/") || (special && text.startsWith("\\"))) segments.shift();
  if (segments.length === 0) segments.push("");
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (DOUBLE_DOT.test(segment)) path.pop();
    else if (!SINGLE_DOT.test(segment)) {
      path.push(percentEncode(segment, PATH));
      continue;
    }
    if (isLast) path.push("");
  }
  return path;
}

export function encodeQuery(query: string, scheme: string): string {
  return percentEncode(query, isSpecial(scheme) ? SPECIAL_QUERY : QUERY);
}

type End = Pick<UrlParts, "query" | "fragment">;

function parseRelative(text: string, end: End, base: UrlParts): UrlParts | null {
  const { scheme } = base;
  const special = isSpecial(scheme);
  if (typeof base.path === "string") {
    if (text !== "" || end.query !== null || end.fragment === null) return null;
    return { ...base, fragment: end.fragment };
  }
  if (special ? /^[/\\]{2}/.test(text) : text.startsWith("//")) {
    return parseFromAuthority(scheme, special ? text.replace(/^[/\\]+/, "") : text.slice(2), end);
  }
  if (text.startsWith("/") || (special && text.startsWith("\\"))) {
    return finish(scheme, base, parsePath(text, special, []), end);
  }
  if (text === "") {
    const query = end.query === null ? base.query : encodeQuery(end.query, scheme);
    return { ...base, query, fragment: end.fragment };
  }
  return finish(scheme, base, parsePath(text, special, base.path.slice(0, -1)), end);
}

function parseFromAuthority(scheme: string, text: string, end: End): UrlParts | null {
  const special = isSpecial(scheme);
  const length = text.search(special ? /[/\\]/ : /\//);
  const authority = parseAuthority(length < 0 ? text : text.slice(0, length), scheme);
  if (authority === null) return null;
  return finish(scheme, authority, parsePath(length < 0 ? "" : text.slice(length), special, []), end);
}

function parseAuthority(text: string, scheme: string): Authority | null {
  const at = text.lastIndexOf("@");
  const hostPort = text.slice(at + 1);
  if (at >= 0 && hostPort === "") return null;
  const parsed = parseHostPort(hostPort, scheme);
  if (parsed === null) return null;
  const [username, password] = cut(text.slice(0, Math.max(at, 0)), ":");
  return {
    ...parsed,
    username: percentEncode(username, USERINFO),
    password: percentEncode(password ?? "", USERINFO),
  };
}

function finish(scheme: string, authority: Authority, path: UrlParts["path"], end: End): UrlParts {
  const { username, password, host, port } = authority;
  const query = end.query === null ? null : encodeQuery(end.query, scheme);
  return { scheme, username, password, host, port, path, query, fragment: end.fragment };
}

/** What is before the first `mark`, and what is behind it. */
function cut(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}
