/**
 * Which header fields of a message go on to the other side. Dialog identifiers and whatever belongs to one leg stay here;
 * extensions that the switch does not speak are taken out of Supported and Allow; the rest is passed on untouched.
 */
import { NameSet } from "../../sip/message/header-name.ts";
import type { HeaderField, Headers } from "../../sip/message/message.ts";
import { WAY_FIELDS } from "../../sip/message/way-fields.ts";
import { passesAcross } from "../extensions.ts";

/** Of one leg alone, or rewritten for the other: never copied. */
const OWNED = new NameSet([
  ...WAY_FIELDS,
  "service-route",
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "authentication-info",
  // RFC 3325 §5: what is asserted is passed on by whoever has reason to believe it.
  "p-asserted-identity",
  "p-preferred-identity",
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

const UNSPOKEN_METHODS: ReadonlySet<string> = new Set(["SUBSCRIBE", "PUBLISH", "REGISTER"]);
/** It ends here: whatever the far phone can do, this one can have its call transferred. */
const TRANSFER = "REFER";

/** What of a message the other side gets. `options`: extensions of ours that Supported names as well. */
export function relayedFields(headers: Headers, options = ""): HeaderField[] {
  const fields = headers.fieldsExcept(OWNED);
  addList(fields, "Supported", headers, "supported", passesAcross, options);
  const isAllowed = (method: string): boolean => method !== TRANSFER && !UNSPOKEN_METHODS.has(method);
  addList(fields, "Allow", headers, "allow", isAllowed, headers.has("allow") ? TRANSFER : "");
  return fields;
}

function addList(
  fields: HeaderField[],
  name: string,
  headers: Headers,
  canonical: string,
  isKept: (element: string) => boolean,
  added = "",
): void {
  const kept = headers.has(canonical) ? headers.list(canonical).filter(isKept) : [];
  if (added !== "") kept.push(added);
  if (kept.length > 0) fields.push([name, kept.join(", ")]);
}
