/**
 * Which header fields of a message go on to the other side. Dialog identifiers and whatever belongs to one leg stay here;
 * extensions that the switch does not speak are taken out of Supported and Allow; the rest is passed on untouched.
 */
import { NameSet } from "../../sip/message/header-name.ts";
import type { HeaderField, Headers } from "../../sip/message/message.ts";

/** Of one leg alone, or rewritten for the other: never copied. */
const OWNED = new NameSet([
  "via",
  "from",
  "to",
  "call-id",
  "cseq",
  "contact",
  "route",
  "record-route",
  "max-forwards",
  "max-breadth",
  "content-length",
  "path",
  "service-route",
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "authentication-info",
  "proxy-require",
  "require",
  "unsupported",
  "supported",
  "allow",
  "session-expires",
  "min-se",
  "rack",
  "rseq",
  "replaces",
  "join",
  "target-dialog",
  "refer-to",
  "referred-by",
  "refer-sub",
]);

/** Extensions that end at the switch as long as it does not speak them itself. */
const UNSPOKEN_OPTIONS: ReadonlySet<string> = new Set([
  "100rel",
  "timer",
  "replaces",
  "gruu",
  "outbound",
  "path",
  "norefersub",
]);

const UNSPOKEN_METHODS: ReadonlySet<string> = new Set(["PRACK", "REFER", "SUBSCRIBE", "PUBLISH", "REGISTER"]);

/** What of a message the other side gets. */
export function relayedFields(headers: Headers): HeaderField[] {
  const fields = headers.fieldsExcept(OWNED);
  addList(fields, "Supported", headers, "supported", (option) => !UNSPOKEN_OPTIONS.has(option.toLowerCase()));
  addList(fields, "Allow", headers, "allow", (method) => !UNSPOKEN_METHODS.has(method));
  return fields;
}

function addList(
  fields: HeaderField[],
  name: string,
  headers: Headers,
  canonical: string,
  isKept: (element: string) => boolean,
): void {
  if (!headers.has(canonical)) return;
  const kept = headers.list(canonical).filter(isKept);
  if (kept.length > 0) fields.push([name, kept.join(", ")]);
}
