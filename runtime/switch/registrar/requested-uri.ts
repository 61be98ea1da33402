/**
 * The Request-URI of a call as its route and its script see it: a temporary GRUU names nobody (RFC 5627), so the public one of
 * the same device stands in its place.
 */
import type { SipRequest } from "../../sip/message/message.ts";
import { formatHost } from "../../sip/message/uri.ts";
import type { Domains } from "../domains.ts";
import type { Directory } from "../target.ts";
import type { Registrar } from "./registrar.ts";

export interface RequestedParts {
  readonly domains: Domains;
  readonly directory: Directory;
  readonly registrar: Registrar;
}

/** `null`: a GRUU of our domain that we have not given out, or whose time is over. */
export function requestedUri({ domains, directory, registrar }: RequestedParts, request: SipRequest): string | null {
  const uri = request.requestUri;
  if (!request.uri.includes(";gr") || uri?.kind !== "sip") return request.uri;
  const domain = domains.of(uri.host, uri.port);
  const device = domain === undefined ? undefined : directory.deviceOf?.(uri, domain);
  if (domain === undefined || device === undefined) return request.uri;
  if (device === null) return null;
  const instance = device.contacts[0]?.instance ?? null;
  const isTemporary = uri.params.get("gr") === true || uri.params.get("gr") === "";
  if (!isTemporary || instance === null) return request.uri;
  const host = uri.port === undefined ? formatHost(uri.host) : `${formatHost(uri.host)}:${uri.port}`;
  return registrar.gruus.publicOf({ domain, user: device.user }, host, instance);
}
