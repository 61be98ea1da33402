/**
 * The cookie of a session (RFC 6265), sent to the API alone. Cookies know no ports, so its name does: two switches on one
 * host are two.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

const VALUE = /^[A-Za-z0-9_-]{43}$/;
/** Cookies that are looked at: a browser sends its own few. */
const MAX_COOKIES = 50;

type Request = Pick<IncomingMessage, "headers"> & { readonly socket: Pick<Socket, "localPort"> };

export function sessionCookieOf({ headers, socket }: Request): string | undefined {
  const name = nameOf(socket);
  for (const cookie of (headers.cookie ?? "").split(";", MAX_COOKIES)) {
    const [key = "", value = ""] = cookie.split("=", 2);
    if (key.trim() === name && VALUE.test(value.trim())) return value.trim();
  }
  return undefined;
}

/** `seconds`: how long a browser keeps it; 0: it forgets it. */
export function setSessionCookie(request: Request, id: string, seconds: number): string {
  const secure = isSecure(request) ? "; Secure" : "";
  return `${nameOf(request.socket)}=${id}; Path=/v1; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

function nameOf({ localPort }: Pick<Socket, "localPort">): string {
  return `strowger_session_${localPort}`;
}

/** Over TLS, or by a proxy that ends it: the browser tells the scheme of its page. */
function isSecure({ headers, socket }: Request): boolean {
  return "encrypted" in socket || (headers.origin ?? "").startsWith("https://");
}
