/**
 * Requests of ours within dialogs whose other side has given a GRUU as its Contact (RFC 5627 §6.1): the contact that it stands
 * for is looked up for each, so that a phone may change its address, or its connection, while it talks.
 */
import type { OutgoingRequest } from "../../sip/client-request.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { Domains } from "../domains.ts";
import { reachOf } from "../reach.ts";
import type { Directory } from "../target.ts";

export interface RetargetParts {
  readonly domains: Domains;
  readonly directory: Directory;
}

/** The request as it is to be sent; the same one where its URI is no GRUU of ours, or the device is not registered. */
export function retarget(request: OutgoingRequest, { domains, directory }: RetargetParts): OutgoingRequest {
  const uri = parseUri(request.uri);
  const domain = uri?.kind === "sip" ? domains.of(uri.host, uri.port) : undefined;
  if (uri?.kind !== "sip" || domain === undefined) return request;
  const contact = directory.deviceOf?.(uri, domain)?.contacts[0];
  const reach = contact === undefined ? undefined : reachOf(contact);
  if (reach === undefined) return request;
  // A route set of the dialog is the way already; only where there is none the contact says it.
  const hasRoute = request.fields.some(([name]) => name === "Route");
  if (hasRoute) return { ...request, uri: reach.uri };
  const route = reach.route.map((value): readonly [string, string] => ["Route", value]);
  return { ...request, uri: reach.uri, hop: reach.hop, fields: [...route, ...request.fields] };
}
