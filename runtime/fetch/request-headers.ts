/** What a script may say in the header of a request: all but what frames the message and the connection. */
import { fail, ok, type Result } from "../base/result.ts";
import type { FetchProblem } from "../port/fetch.ts";

const MOST_FIELDS = 64;
const MOST_CHARACTERS = 16_384;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** RFC 9110 §5.5. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** RFC 9110 §7.6.1, RFC 9112 §6: of this connection, or said by us. */
const OURS: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** `gzip` and `br` are what `read-body.ts` unpacks. */
const DEFAULTS: HeaderFields = { accept: ["*/*"], "user-agent": ["Strowger"], "accept-encoding": ["gzip, br"] };

/** By names in lower case. */
export type HeaderFields = Readonly<Record<string, readonly string[]>>;

export function checkHeaders(given: readonly (readonly [string, string])[]): Result<HeaderFields, FetchProblem> {
  const fields = new Map<string, readonly string[]>(Object.entries(DEFAULTS));
  const own = new Map<string, string[]>();
  let characters = 0;
  for (const [name, value] of given) {
    const key = name.toLowerCase();
    if (!NAME.test(name)) return invalid(`${JSON.stringify(name.slice(0, 100))} is not the name of a header`);
    if (OURS.has(key) || key.startsWith("proxy-")) return invalid(`the header "${key}" is the switch's own`);
    if (!VALUE.test(value))
      return invalid(`the value of "${key}" has a line break or another character that may not be`);
    characters += name.length + value.length;
    own.set(key, [...(own.get(key) ?? []), value]);
  }
  if (given.length > MOST_FIELDS || characters > MOST_CHARACTERS) {
    const message = `a request has at most ${MOST_FIELDS} headers with ${MOST_CHARACTERS} characters together`;
    return fail({ code: "too-large", message });
  }
  for (const [key, values] of own) fields.set(key, values);
  return ok(Object.fromEntries(fields));
}

function invalid(message: string): Result<never, FetchProblem> {
  return fail({ code: "invalid-arguments", message });
}
