/**
 * Who calls, and whether they may: a bearer token (RFC 6750) in the Authorization header and nowhere else, or the cookie of
 * somebody who has signed in to the console.
 */
import type { IncomingMessage } from "node:http";
import type { Scope } from "../contract/scope.ts";
import type { TokenAuthority, TokenIdentity } from "../port/token.ts";
import { sessionCookieOf } from "./console/cookie.ts";
import { requireOwnPage } from "./console/same-origin.ts";
import type { Caller, Sessions } from "./console/sessions.ts";
import { RequestProblem } from "./problem.ts";
import type { FailureThrottle } from "./throttle.ts";

const MAX_SECRET_CHARACTERS = 512;
const REALM = 'Bearer realm="strowger"';

const nobody: Caller = { id: "", name: "anonymous", scopes: [] };

/** What callers are known by. */
export interface Identities {
  readonly tokens: TokenAuthority;
  readonly console: { readonly sessions: Pick<Sessions, "find"> };
  readonly throttle: FailureThrottle;
}

/** Whether a token with `held` may do what needs all of `needed`. */
export function allows(held: readonly string[], needed: readonly Scope[]): boolean {
  return held.includes("admin") || needed.every((scope) => held.includes(scope));
}

/** Whether nobody has said who they are. */
export function isNobody(caller: Pick<Caller, "id">): boolean {
  return caller.id === nobody.id;
}

/** The caller. Throws a `RequestProblem` where a token or a session is needed and missing, or wrong. */
export function authenticate(request: IncomingMessage, scopes: readonly Scope[] | "public", by: Identities): Caller {
  const { authorization } = request.headers;
  if (authorization !== undefined) return identify(authorization, request.socket.remoteAddress ?? "", by);
  const cookie = sessionCookieOf(request);
  const caller = cookie === undefined ? undefined : by.console.sessions.find(cookie);
  if (caller !== undefined) {
    requireOwnPage(request.headers, request.method ?? "");
    return caller;
  }
  if (scopes === "public") return nobody;
  throw unauthorized(
    cookie === undefined
      ? "Send a token: Authorization: Bearer TOKEN. A switch in its folder keeps one in data/token."
      : "The session has ended: sign in again.",
  );
}

/** Throws a `RequestProblem` where the caller is not allowed to do this. */
export function authorize(identity: Caller, scopes: readonly Scope[] | "public"): void {
  if (scopes === "public" || allows(identity.scopes, scopes)) return;
  const needed = scopes.join(" ");
  const who = identity.session?.type === "user" ? "The user" : "The token";
  throw new RequestProblem("insufficient-scope", `${who} "${identity.name}" lacks a scope: this needs ${needed}.`, {
    headers: { "WWW-Authenticate": `${REALM}, error="insufficient_scope", scope="${needed}"` },
  });
}

/** For whoever has shown nothing. */
export function unauthorized(detail: string, challenge = REALM): RequestProblem {
  return new RequestProblem("unauthorized", detail, { headers: { "WWW-Authenticate": challenge } });
}

function identify(authorization: string, address: string, by: Identities): TokenIdentity {
  by.throttle.refuse(address);
  const secret = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  const usable = secret !== undefined && secret.length <= MAX_SECRET_CHARACTERS;
  const identity = usable ? by.tokens.verify(secret) : undefined;
  if (identity !== undefined) return identity;
  by.throttle.fail(address);
  throw unauthorized("The token is not valid.", `${REALM}, error="invalid_token"`);
}
