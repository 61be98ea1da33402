/** A search of the audit log: as the address has it, and as the API takes it. Pure. */
import type { AuditBody } from "../../../contract/audit-api.ts";
import { visibleLine } from "../../components/visible-text.ts";

export const FIELDS = ["actor", "action", "target", "outcome", "since", "until"] as const;
type AuditSearch = Readonly<Record<(typeof FIELDS)[number], string>>;

export function searchOf(asked: URLSearchParams): AuditSearch {
  const text = (name: string) => asked.get(name) ?? "";
  const outcome = text("outcome");
  return {
    actor: text("actor"),
    action: text("action"),
    target: text("target"),
    outcome: outcome === "done" || outcome === "refused" ? outcome : "",
    since: text("since"),
    until: text("until"),
  };
}

export function isNarrowed(search: AuditSearch): boolean {
  return Object.values(search).some((value) => value !== "");
}

/** Times of the address are those of this browser; the API has UTC. What is no time is left out. */
export function queryOf(search: AuditSearch): Readonly<Record<string, string>> {
  return { ...search, since: momentOf(search.since), until: momentOf(search.until) };
}

function momentOf(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}

/** "PUT /v1/routes/{name}" of a target "/v1/routes/sales" says twice what the target says: the method alone is left. */
export function actionText({ action }: Pick<AuditBody, "action">): string {
  return visibleLine(/^(POST|PUT|PATCH|DELETE) \//.exec(action)?.[1] ?? action);
}

export function outcomeText({ status, problem, result }: Pick<AuditBody, "status" | "problem" | "result">): string {
  const [what, more] = problem === null ? ["done", result] : ["refused", `${status} ${problem}`];
  return visibleLine(more === null || more === "" ? what : `${what} · ${more}`);
}
