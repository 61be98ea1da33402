/**
 * The Route of a request that comes to a proxy (RFC 3261 §16.4), and where a request that leaves it goes by its Route
 * (§16.6 steps 6 and 7). Pure.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { parseNameAddr } from "../message/header/name-addr.ts";
import type { SipRequest } from "../message/message.ts";
import { parseUri, type SipUri, toRequestUri } from "../message/uri.ts";

export interface RoutedRequest {
  /** The Request-URI; what a strict router had put in its place is undone. */
  readonly uri: string;
  /** Route values that are left for others. */
  readonly routes: readonly string[];
  /** URIs of our own that stood before them, in order. */
  readonly own: readonly SipUri[];
}

/** What belongs to us among the URIs of a request. */
export interface OwnRoutes {
  /** Whether host and port are an address of ours. */
  isOurs(host: string, port: number | undefined): boolean;
  /** Whether this is a URI that we write into Record-Route. */
  isRecordRoute(uri: SipUri): boolean;
}

/** Takes our own values off the Route; a problem: the value that is no address. */
export function takeOwnRoutes(request: SipRequest, ours: OwnRoutes): Result<RoutedRequest, string> {
  let { uri } = request;
  let routes = request.headers.list("route");
  const own: SipUri[] = [];
  const { requestUri } = request;
  const last = routes.at(-1);
  if (requestUri?.kind === "sip" && last !== undefined && ours.isRecordRoute(requestUri)) {
    // RFC 3261 §16.4: a strict router has put our Record-Route where the Request-URI was, and that at the end of Route.
    const target = uriOf(last);
    if (target === undefined) return fail(last);
    own.push(requestUri);
    uri = target;
    routes = routes.slice(0, -1);
  }
  let taken = 0;
  for (const route of routes) {
    const text = uriOf(route);
    if (text === undefined) return fail(route);
    const parsed = parseUri(text);
    if (parsed?.kind !== "sip" || !ours.isOurs(parsed.host, parsed.port)) break;
    own.push(parsed);
    taken++;
  }
  return ok({ uri, routes: taken === 0 ? routes : routes.slice(taken), own });
}

export interface RoutedCopy {
  /** What stands in the request line. */
  readonly uri: string;
  readonly routes: readonly string[];
  /** The URI that is looked up; `undefined`: that of the target itself. */
  readonly next: string | undefined;
}

/** A request on its way to a target by a Route: the next hop is its first value, be it a loose or a strict router. */
export function byRoute(uri: string, routes: readonly string[]): RoutedCopy {
  const first = routes[0];
  const text = first === undefined ? undefined : uriOf(first);
  if (text === undefined) return { uri, routes, next: undefined };
  const parsed = parseUri(text);
  if (parsed?.kind === "sip" && parsed.params.has("lr")) return { uri, routes, next: text };
  // RFC 3261 §16.6 step 6: a strict router takes its own URI from the request line and puts the last Route there.
  return { uri: toRequestUri(text), routes: [...routes.slice(1), `<${uri}>`], next: text };
}

function uriOf(route: string): string | undefined {
  return parseNameAddr(route)?.uri;
}
