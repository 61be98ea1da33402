/**
 * What a proxy changes in a request that it forwards (RFC 3261 §16.6) and in a response that it passes back (§16.7 steps
 * 3 to 9): its own fields. All else goes on as it came, in its order.
 */
import { NameSet } from "../message/header-name.ts";
import type { HeaderField, Headers, SipRequest, SipResponse } from "../message/message.ts";
import { serializeForwardedResponse } from "../message/serialize.ts";

const DEFAULT_MAX_FORWARDS = 70;

const OF_THE_PROXY = new NameSet(["via", "route", "record-route", "max-forwards", "max-breadth", "content-length"]);
const NO_CONTENT_OF_RESPONSE = new NameSet(["via", "from", "to", "call-id", "cseq", "content-length"]);
const VIA = new NameSet(["via"]);
const VIA_AND_CHALLENGES = new NameSet(["via", "www-authenticate", "proxy-authenticate"]);

/** The fields of a request that its proxy leaves alone. */
export function foreignFields(headers: Headers): HeaderField[] {
  return headers.fieldsExcept(OF_THE_PROXY);
}

export interface CopyParts {
  readonly routes: readonly string[];
  readonly maxBreadth: number;
  /** See `foreignFields`. */
  readonly rest: readonly HeaderField[];
}

/** All fields of one copy but our own Via and Record-Route, which depend on the way that it takes. */
export function copyFields(request: SipRequest, { routes, maxBreadth, rest }: CopyParts): HeaderField[] {
  const fields = request.responseVias.map((via): HeaderField => ["Via", via]);
  for (const value of request.headers.all("record-route")) fields.push(["Record-Route", value]);
  // RFC 3261 §16.6 step 3: 70 where there is none, else one less.
  const { maxForwards } = request;
  const left = maxForwards === undefined ? DEFAULT_MAX_FORWARDS : maxForwards - 1;
  fields.push(["Max-Forwards", String(left)], ["Max-Breadth", String(maxBreadth)]);
  for (const route of routes) fields.push(["Route", route]);
  fields.push(...rest);
  return fields;
}

/** The text of a response on its way back; `undefined`: there is no Via but ours, so it is for nobody else. */
export function forwardedResponse(response: SipResponse, challenges: readonly SipResponse[]): string | undefined {
  const [, ...vias] = response.headers.list("via");
  if (vias.length === 0) return undefined;
  const isChallenge = response.status === 401 || response.status === 407;
  const rest = response.headers.fieldsExcept(isChallenge ? VIA_AND_CHALLENGES : VIA);
  const fields: HeaderField[] = [...vias.map((via): HeaderField => ["Via", via]), ...rest];
  // RFC 3261 §16.7 step 7: the sender may answer all who have asked, in one request.
  if (isChallenge) for (const one of challenges) fields.push(...challengesOf(one.headers));
  const { status, reason, body } = response;
  return serializeForwardedResponse({ status, reason, fields, body });
}

/** The fields of a response that say something, for whoever answers in its place. */
export function contentFields(headers: Headers): HeaderField[] {
  return headers.fieldsExcept(NO_CONTENT_OF_RESPONSE);
}

function challengesOf(headers: Headers): HeaderField[] {
  return [
    ...headers.all("www-authenticate").map((value): HeaderField => ["WWW-Authenticate", value]),
    ...headers.all("proxy-authenticate").map((value): HeaderField => ["Proxy-Authenticate", value]),
  ];
}
