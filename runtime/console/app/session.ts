/** Who is signed in. The switch keeps the session; the page knows its name, what it may do, and when it ends. */
import { signal } from "@preact/signals";
import type { SessionBody, SignInBody } from "../../contract/console-api.ts";
import type { Scope } from "../../contract/scope.ts";
import { get, onSignedOut, send } from "../api/client.ts";
import { reconnections } from "../api/connection.ts";
import { ApiError } from "../api/problem.ts";

const ENDED = "Your session has ended. Sign in again to go on where you were.";
const ASK_EVERY_MS = 5 * 60_000;

export type SessionState =
  | { readonly state: "asking" }
  /** `before`: whose session has ended by itself. Their page waits for them, with what they have not saved. */
  | { readonly state: "out"; readonly why: string | null; readonly before: SessionBody | null }
  | { readonly state: "in"; readonly session: SessionBody };

export const session = signal<SessionState>({ state: "asking" });

/** Whose the page is: who is signed in, or for whom it waits since their session has ended. */
export function ownerOf(now: SessionState): SessionBody | null {
  return now.state === "in" ? now.session : now.state === "out" ? now.before : null;
}

/** Whether who is signed in has this scope: what may not be done is not offered. */
export function can(scope: Scope): boolean {
  const now = session.value;
  return now.state === "in" && (now.session.scopes.includes("admin") || now.session.scopes.includes(scope));
}

export function canAll(scopes: readonly Scope[]): boolean {
  return scopes.every(can);
}

/** Also notices where a session has ended meanwhile. */
export async function askForSession(): Promise<void> {
  const known = session.peek();
  const before = known.state === "in" ? known.session : null;
  try {
    session.value = { state: "in", session: await get<SessionBody>("/v1/session") };
  } catch (error) {
    const isOut = error instanceof ApiError && error.status === 401;
    // Whoever is signed in stays so while the switch does not answer.
    if (!isOut && before !== null) return;
    const why = before !== null ? ENDED : isOut ? null : (error as Error).message;
    session.value = { state: "out", why, before };
  }
}

/** Throws `ApiError` where the switch refuses. */
export async function signIn(credentials: SignInBody): Promise<void> {
  session.value = { state: "in", session: await send<SessionBody>("POST", "/v1/session", credentials) };
  reconnections.value++;
}

export async function signOut(): Promise<void> {
  await send("DELETE", "/v1/session");
  session.value = { state: "out", why: null, before: null };
}

/** Whoever is at the page stays signed in, whatever they do here. */
export function startStaying(): void {
  let askAgainAtMs = Date.now() + ASK_EVERY_MS;
  const stay = () => {
    if (Date.now() < askAgainAtMs || session.peek().state !== "in") return;
    askAgainAtMs = Date.now() + ASK_EVERY_MS;
    void askForSession();
  };
  for (const what of ["keydown", "pointerdown"]) addEventListener(what, stay, { passive: true });
}

// One answer 401 may be about something else: the switch has the last word.
onSignedOut(() => {
  if (session.peek().state === "in") void askForSession();
});
