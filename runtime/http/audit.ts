/** What the audit log keeps of a request: every write that was tried by somebody with a valid token. */
import type { IncomingMessage } from "node:http";
import type { TokenIdentity } from "../port/token.ts";
import type { Api } from "./api.ts";
import type { Rendered } from "./render.ts";
import type { Route } from "./route.ts";

export function noteWrite(
  route: Route,
  http: IncomingMessage,
  caller: TokenIdentity,
  answer: Pick<Rendered, "status" | "headers" | "problem">,
  { audit, log }: Pick<Api, "audit" | "log">,
): void {
  if (route.method === "get") return;
  const { status, headers, problem = null } = answer;
  const action = `${route.method.toUpperCase()} ${route.path}`;
  audit.note({
    actor: caller.name,
    action,
    target: (http.url ?? "").split("?", 1)[0] ?? "",
    result: headers.Location ?? null,
    status,
    problem,
    source: http.socket.remoteAddress ?? null,
  });
  if (status < 400) log.info("A write over the HTTP API", { action, status, token: caller.name });
}
