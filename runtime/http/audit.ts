/** What the audit log keeps of a request: every write that was tried by somebody who is known. */
import type { IncomingMessage } from "node:http";
import type { Api } from "./api.ts";
import { isNobody } from "./authenticate.ts";
import type { Caller } from "./console/sessions.ts";
import type { Rendered } from "./render.ts";
import type { Route } from "./route.ts";

export function noteWrite(
  route: Route,
  http: IncomingMessage,
  caller: Caller,
  answer: Pick<Rendered, "status" | "headers" | "problem" | "audited">,
  { audit, log }: Pick<Api, "audit" | "log">,
): void {
  const { status, headers, problem = null, audited } = answer;
  if (route.method === "get" || (isNobody(caller) && audited === undefined)) return;
  const actor = audited?.actor ?? caller.name;
  const action = `${route.method.toUpperCase()} ${route.path}`;
  audit.note({
    actor,
    action,
    target: (http.url ?? "").split("?", 1)[0] ?? "",
    result: audited?.result ?? headers.Location ?? null,
    status,
    problem,
    source: http.socket.remoteAddress ?? null,
  });
  if (status < 400) log.info("A write over the HTTP API", { action, status, token: actor });
}
