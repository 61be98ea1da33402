/** `strowger cdrs`: records of ended calls, newest first. */
import { type Command, InvalidArgumentError } from "commander";
import type { CdrBody } from "../../contract/call-api.ts";
import { openSession } from "../session.ts";

const DEFAULT_LIMIT = 20;

interface CdrOptions {
  readonly from?: string;
  readonly to?: string;
  readonly script?: string;
  readonly trunk?: string;
  readonly result?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

export function defineCdrs(program: Command): void {
  program
    .command("cdrs")
    .description("list call detail records, newest first")
    .option("--from <uri>", "only from this caller")
    .option("--to <uri>", "only to this called")
    .option("--script <name>", "only of this script")
    .option("--trunk <name>", "only those that came, or left, by this trunk")
    .option("--result <result>", "answered, failed or cancelled")
    .option("--since <time>", "ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z")
    .option("--until <time>", "ISO 8601")
    .option("--limit <count>", "how many at most", parseLimit, DEFAULT_LIMIT)
    .action(async ({ limit, ...query }: CdrOptions, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<CdrBody>("/v1/cdrs", { ...query }, limit),
        ["STARTED", "DIRECTION", "FROM", "TO", "RESULT", "CODE", "SECONDS", "SCRIPT", "TRUNK", "ID"],
        (cdr) => [
          cdr.startedAt,
          cdr.direction,
          cdr.from,
          cdr.to,
          cdr.result,
          cdr.code,
          cdr.seconds.toFixed(0),
          cdr.script === "" ? null : `${cdr.script} v${cdr.version}`,
          cdr.trunk,
          cdr.id,
        ],
        "No records.",
      );
    });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError("It is a whole number above 0.");
}
