/** Whom a request is for: the domain of ours that its URI names, and what it calls somebody there. */
import type { Uri } from "../../sip/message/uri.ts";
import { nameOf } from "../name-of.ts";
import type { Switch } from "../switch.ts";

/** `undefined`: none of ours. A telephone number is one of the home domain. */
export function domainOf(sw: Switch, uri: Uri | undefined): string | undefined {
  if (uri?.kind === "sip") return sw.parts.domains.of(uri.host, uri.port);
  return uri?.kind === "tel" ? sw.parts.domains.home : undefined;
}

/** What a URI of ours calls somebody; empty where it is none of ours or names nobody. */
export function nameIn(sw: Switch, uri: Uri | undefined): string {
  return domainOf(sw, uri) === undefined ? "" : nameOf(uri);
}

/** The names that a request has for whom it is about, best first; none of them is empty. */
export function namesOf(sw: Switch, ...uris: readonly (Uri | undefined)[]): readonly string[] {
  return uris.map((uri) => nameIn(sw, uri)).filter((name) => name !== "");
}
