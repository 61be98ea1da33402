/**
 * Whether a request that a browser sends with the cookie comes from the console's own page. SameSite=Strict keeps the
 * cookie from pages of other sites; this also keeps off those of other ports and sub-domains, which are of the same site.
 */
import type { IncomingHttpHeaders } from "node:http";
import { RequestProblem } from "../problem.ts";

/** No page of another origin can send it without asking first (CORS), and nobody is ever told yes. */
export const CONSOLE_HEADER = "x-strowger-console";

/** Throws a `RequestProblem` where another page sends it, or where it changes something and lacks the header. */
export function requireOwnPage(headers: IncomingHttpHeaders, method: string): void {
  const isRead = method === "GET" || method === "HEAD";
  if (!isOwnPage(headers, isRead)) {
    throw new RequestProblem("forbidden", "The session of the console is for its own page: this is from another one.");
  }
  if (isRead || headers[CONSOLE_HEADER] === "1") return;
  throw new RequestProblem("forbidden", "Send the header X-Strowger-Console: 1 with what a session changes.");
}

/** Browsers tell it by Sec-Fetch-Site, but over plain HTTP to localhost alone; there by Origin. */
function isOwnPage(headers: IncomingHttpHeaders, isRead: boolean): boolean {
  const site = headers["sec-fetch-site"];
  // `none`: somebody has typed the address.
  if (site !== undefined) return site === "same-origin" || (isRead && site === "none");
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
