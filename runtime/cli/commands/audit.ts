/** `strowger audit`: who changed what, newest first. */
import type { Command } from "commander";
import type { AuditBody } from "../../contract/audit-api.ts";
import { parseCount } from "../count.ts";
import { openSession } from "../session.ts";

const DEFAULT_LIMIT = 20;

interface AuditOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly outcome?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

export function defineAudit(program: Command): void {
  program
    .command("audit")
    .description("list who changed what, or tried to, newest first")
    .option("--actor <token>", "only by the token with this name, or by the switch itself: switch")
    .option("--action <action>", 'only this: "PUT /v1/users/{name}", auto-rollback, reload')
    .option("--target <path>", "only what begins with this: /v1/scripts/front-desk")
    .option("--outcome <outcome>", "done or refused")
    .option("--since <time>", "ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z")
    .option("--until <time>", "ISO 8601")
    .option("--limit <count>", "how many at most", parseCount, DEFAULT_LIMIT)
    .action(async ({ limit, ...filters }: AuditOptions, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<AuditBody>("/v1/audit", filters, limit),
        ["AT", "ACTOR", "SOURCE", "STATUS", "ACTION", "TARGET", "RESULT"],
        ({ at, actor, source, status, action, target, result, problem }) => [
          at,
          actor,
          source,
          status,
          action,
          target,
          result ?? problem,
        ],
        "No records.",
      );
    });
}
