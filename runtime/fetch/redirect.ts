/** Redirects (RFC 9110 §15.4, WHATWG Fetch §4.4): what is asked next, and what of the request goes along. */
import { fail, ok, type Result } from "../base/result.ts";
import type { FetchProblem } from "../port/fetch.ts";
import type { HeaderFields } from "./request-headers.ts";
import { parseTarget, type Target } from "./target.ts";

const MOST_REDIRECTS = 5;
const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What only the first host was meant to see. */
const SECRETS = ["authorization", "cookie", "proxy-authorization"];
const OF_THE_BODY = ["content-encoding", "content-language", "content-location", "content-type"];

/** One request on its way through redirects. */
export interface Hop {
  readonly target: Target;
  readonly method: string;
  readonly headers: HeaderFields;
  readonly body: Uint8Array | null;
  /** Redirects so far. */
  readonly count: number;
}

export function isRedirect(status: number, location: string | undefined): location is string {
  return STATUSES.has(status) && location !== undefined;
}

export function nextHop(hop: Hop, status: number, location: string): Result<Hop, FetchProblem> {
  const { target, method } = hop;
  if (hop.count >= MOST_REDIRECTS) {
    return fail({ code: "network", message: `${target.label}: more than ${MOST_REDIRECTS} redirects` });
  }
  const next = parseTarget(location, target.url);
  if (!next.ok)
    return fail({ ...next.problem, code: "network", message: `${target.label} redirects: ${next.problem.message}` });
  const becomesGet = status === 303 ? method !== "HEAD" && method !== "GET" : status < 303 && method === "POST";
  const dropped = [...(becomesGet ? OF_THE_BODY : []), ...(next.value.url.origin === target.url.origin ? [] : SECRETS)];
  return ok({
    target: next.value,
    method: becomesGet ? "GET" : method,
    headers: Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped.includes(name))),
    body: becomesGet ? null : hop.body,
    count: hop.count + 1,
  });
}
