/**
 * Challenges and credentials (RFC 3261 §20.7, §20.27, §20.28, §20.44, RFC 7616): one scheme and its parameters. Schemes
 * whose value is not a list of parameters (Basic) are not read.
 */
import { InvariantError } from "../../../base/errors.ts";
import { quote, quotedStringEnd, unquote } from "../quoted-string.ts";
import { COMMA, EQUALS, isToken, QUOTE, SPACE, skipSpace, TAB, tokenEnd } from "../token.ts";

export interface Auth {
  /** As written; compare without regard to case. */
  readonly scheme: string;
  /** Lower-case names, values without quotes. */
  readonly params: ReadonlyMap<string, string>;
}

/** Parses one header line of Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate. */
export function parseAuth(text: string): Auth | undefined {
  const end = text.length;
  const start = skipSpace(text, 0, end);
  const schemeEnd = tokenEnd(text, start, end);
  let pos = skipSpace(text, schemeEnd, end);
  if (schemeEnd === start || pos === schemeEnd) return undefined;
  const params = new Map<string, string>();
  while (pos < end) {
    const nameEnd = tokenEnd(text, pos, end);
    const equals = skipSpace(text, nameEnd, end);
    if (nameEnd === pos || text.charCodeAt(equals) !== EQUALS) return undefined;
    const valueStart = skipSpace(text, equals + 1, end);
    const isQuoted = text.charCodeAt(valueStart) === QUOTE;
    const valueEnd = isQuoted ? quotedStringEnd(text, valueStart, end) : plainEnd(text, valueStart, end);
    const name = text.slice(pos, nameEnd).toLowerCase();
    // A parameter given twice could be read as either: such credentials are no credentials.
    if (valueEnd < 0 || params.has(name)) return undefined;
    const value = text.slice(valueStart, valueEnd);
    params.set(name, isQuoted ? unquote(value) : value);
    const next = skipSpace(text, valueEnd, end);
    if (next < end && text.charCodeAt(next) !== COMMA) return undefined;
    pos = skipSpace(text, next + 1, end);
  }
  return params.size === 0 ? undefined : { scheme: text.slice(start, schemeEnd), params };
}

/** RFC 7616 §3.3, §3.4: these stand without quotes; qop does so in credentials, but not in a challenge. */
const BARE = new Set(["algorithm", "nc", "stale", "userhash"]);

export function formatAuth(auth: Auth): string {
  const isCredentials = auth.params.has("response");
  const words: string[] = [];
  for (const [name, value] of auth.params) {
    if (!isToken(name)) throw new InvariantError(`Not a parameter name: ${JSON.stringify(name)}`);
    const isBare = (BARE.has(name) || (name === "qop" && isCredentials)) && isToken(value);
    words.push(`${name}=${isBare ? value : quote(value)}`);
  }
  return `${auth.scheme} ${words.join(", ")}`;
}

function plainEnd(text: string, pos: number, end: number): number {
  const start = pos;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    // A leading = is the padding of Basic's token68, not a value.
    if (code === COMMA || code === SPACE || code === TAB || code === QUOTE || (code === EQUALS && pos === start)) break;
    pos++;
  }
  return pos === start ? -1 : pos;
}
