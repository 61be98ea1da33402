/** `/v1/session`: signing in to the console, and out again. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { isoTime } from "../../base/iso-time.ts";
import { ownPasswordSchema, type SessionBody, sessionSchema, signInSchema } from "../../contract/console-api.ts";
import type { Api } from "../api.ts";
import { isNobody, unauthorized } from "../authenticate.ts";
import { setSessionCookie } from "../console/cookie.ts";
import { requireOwnPage } from "../console/same-origin.ts";
import type { Caller } from "../console/sessions.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, empty, json, type Route } from "../route.ts";

const common = { path: "/v1/session", params: z.object({}), query: z.strictObject({}), scopes: "public" } as const;
const MS = 1000;

export const sessionRoutes: readonly Route[] = [
  defineRoute({
    ...common,
    method: "post",
    summary: "Sign in to the console as one of its users, or with a token; the answer sets the cookie of the session",
    body: { type: "json", schema: signInSchema, isRequired: true },
    responses: { 201: json(sessionSchema) },
    async handler({ body, headers, socket }, { signIn, console, clock }) {
      requireOwnPage(headers, "POST");
      const who = await signIn.identify(body, socket.remoteAddress ?? "");
      if (!console.isEnabled) throw new RequestProblem("forbidden", OFF);
      const id = await console.sessions.begin(who);
      const caller = console.sessions.find(id);
      // Somebody has removed the user, or the token, at this moment.
      if (caller?.session === undefined) throw unauthorized("Nobody may sign in as this user any more.");
      const seconds = Math.ceil((caller.session.expiresAt - clock.now()) / MS);
      const cookie = setSessionCookie({ headers, socket }, id, seconds);
      const audited = { actor: who.name, result: "signed in" };
      return { status: 201, headers: { "Set-Cookie": cookie }, audited, body: viewOf(caller, console) };
    },
  }),
  defineRoute({
    ...common,
    method: "get",
    summary: "Who is signed in, or whose token this is, and what they may do",
    responses: { 200: json(sessionSchema) },
    handler: ({ caller }, { console }) => ({
      status: 200,
      headers: { "Cache-Control": "no-store" },
      body: viewOf(known(caller), console),
    }),
  }),
  defineRoute({
    ...common,
    method: "delete",
    summary: "Sign out; streams that are open in this session end",
    responses: { 204: empty },
    async handler({ caller: { session }, headers, socket }, { console }) {
      if (session !== undefined) await console.sessions.end(session);
      return { status: 204, headers: { "Set-Cookie": setSessionCookie({ headers, socket }, "", 0) } };
    },
  }),
  defineRoute({
    ...common,
    method: "put",
    path: "/v1/session/password",
    summary: "Change the password of the user of the console who is signed in; other sessions of theirs end",
    body: { type: "json", schema: ownPasswordSchema, isRequired: true },
    responses: { 204: empty },
    async handler({ caller, body, socket }, { signIn, console, throttle }) {
      const { name, session } = known(caller);
      const user = session?.type === "user" ? console.users.find(name) : undefined;
      if (session === undefined || user === undefined) {
        throw new RequestError("forbidden", "A token has no password: sign in as a user of the console.");
      }
      const address = socket.remoteAddress ?? "";
      throttle.refuse(address);
      if (!(await signIn.isPassword(user, body.current))) {
        throttle.fail(address);
        const wrong = { path: "current", message: "This is not your current password." };
        throw new RequestProblem("forbidden", "The current password is not right.", { errors: [wrong] });
      }
      const changed = await console.users.put({ name, role: user.role, password: body.password });
      await console.sessions.renew(session, changed.user);
      return { status: 204 };
    },
  }),
];

const OFF = "The console is off: `console.enabled` of the configuration says so.";

function known(caller: Caller): Caller {
  if (isNobody(caller)) throw unauthorized("Nobody is signed in: POST /v1/session begins a session.");
  return caller;
}

function viewOf({ name, scopes, session }: Caller, { users }: Api["console"]): SessionBody {
  const { createdAt, expiresAt, idleExpiresAt } = session ?? {};
  const isOwn = session?.type === "user" && users.find(name)?.managed === false;
  return {
    type: session?.type ?? "token",
    name,
    role: session?.role ?? null,
    scopes: [...scopes],
    signedInAt: timeOf(createdAt),
    expiresAt: timeOf(expiresAt),
    idleExpiresAt: timeOf(idleExpiresAt),
    canChangePassword: isOwn,
  };
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : isoTime(ms);
}
