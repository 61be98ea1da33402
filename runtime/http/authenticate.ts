/** Who calls, and whether they may: bearer tokens (RFC 6750) in the Authorization header and nowhere else. */
import type { IncomingMessage } from "node:http";
import type { Scope } from "../contract/scope.ts";
import type { TokenAuthority, TokenIdentity } from "../port/token.ts";
import { RequestProblem } from "./problem.ts";
import type { FailureThrottle } from "./throttle.ts";

const MAX_SECRET_CHARACTERS = 512;
const REALM = 'Bearer realm="strowger"';

const nobody: TokenIdentity = { id: "", name: "anonymous", scopes: [] };

/** Whether a token with `held` may do what needs all of `needed`. */
export function allows(held: readonly string[], needed: readonly Scope[]): boolean {
  return held.includes("admin") || needed.every((scope) => held.includes(scope));
}

/** The caller. Throws a `RequestProblem` where the token is missing or wrong. */
export function authenticate(
  request: IncomingMessage,
  scopes: readonly Scope[] | "public",
  by: { tokens: TokenAuthority; throttle: FailureThrottle },
): TokenIdentity {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    if (scopes === "public") return nobody;
    throw unauthorized(
      "Send a token: Authorization: Bearer TOKEN. A switch in its folder keeps one in data/token.",
      REALM,
    );
  }
  return identify(authorization, request.socket.remoteAddress ?? "", by);
}

/** Throws a `RequestProblem` where the caller is not allowed to do this. */
export function authorize(identity: TokenIdentity, scopes: readonly Scope[] | "public"): void {
  if (scopes === "public" || allows(identity.scopes, scopes)) return;
  const needed = scopes.join(" ");
  throw new RequestProblem("insufficient-scope", `The token "${identity.name}" lacks a scope: this needs ${needed}.`, {
    headers: { "WWW-Authenticate": `${REALM}, error="insufficient_scope", scope="${needed}"` },
  });
}

function identify(
  authorization: string,
  address: string,
  by: { tokens: TokenAuthority; throttle: FailureThrottle },
): TokenIdentity {
  // Asked before the token is looked at: whoever has to wait learns nothing from a right guess either.
  const wait = by.throttle.waitSeconds(address);
  if (wait > 0) {
    throw new RequestProblem(
      "too-many-requests",
      `Too many wrong tokens came from your address. Try again in ${wait} s.`,
      {
        headers: { "Retry-After": String(wait) },
      },
    );
  }
  const secret = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  const usable = secret !== undefined && secret.length <= MAX_SECRET_CHARACTERS;
  const identity = usable ? by.tokens.verify(secret) : undefined;
  if (identity !== undefined) return identity;
  by.throttle.fail(address);
  throw unauthorized("The token is not valid.", `${REALM}, error="invalid_token"`);
}

function unauthorized(detail: string, challenge: string): RequestProblem {
  return new RequestProblem("unauthorized", detail, { headers: { "WWW-Authenticate": challenge } });
}
