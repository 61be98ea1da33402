/** `If-Match` and `If-None-Match` of a key (RFC 9110 §13.1) as the store checks them: at the very moment of the write. */
import type { IncomingHttpHeaders } from "node:http";
import type { KvCondition } from "../port/script-data.ts";
import { RequestProblem } from "./problem.ts";

const MAX_VERSIONS = 100;

export function kvCondition(headers: IncomingHttpHeaders): KvCondition {
  const match = headers["if-match"]?.trim();
  const noneMatch = headers["if-none-match"]?.trim();
  if (match !== undefined && noneMatch !== undefined) {
    throw new RequestProblem("invalid-request", "Send If-Match or If-None-Match, not both.");
  }
  if (noneMatch !== undefined) {
    if (noneMatch === "*") return { type: "absent" };
    throw new RequestProblem("invalid-request", "If-None-Match of a write knows * alone: only where there is none.");
  }
  if (match === undefined) return { type: "none" };
  if (match === "*") return { type: "present" };
  // Whatever is no tag of ours matches nothing.
  const versions = match.split(",").flatMap((tag) => /^\s*"(\d{1,15})"\s*$/.exec(tag)?.slice(1, 2).map(Number) ?? []);
  return { type: "version", versions: versions.slice(0, MAX_VERSIONS) };
}

export function isConditional(headers: IncomingHttpHeaders): boolean {
  return headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
}
