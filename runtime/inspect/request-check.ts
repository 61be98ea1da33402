/**
 * Whom the debugger's port answers. Whoever speaks to it has all that a script has, so a page in the developer's browser must
 * not: neither by asking (its origin is told) nor under a name that leads to this machine (the Host header is that name).
 */
import { isIP } from "node:net";

/** Why a request is refused, or `null`. */
export function refusal(headers: {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}): string | null {
  const { host = "", origin } = headers;
  if (!isLocal(host)) return "The Host header must be an IP address or localhost.";
  if (origin !== undefined && /^https?:/i.test(origin)) return "Pages of a browser may not debug scripts.";
  return null;
}

function isLocal(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name.toLowerCase() === "localhost" || isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}
