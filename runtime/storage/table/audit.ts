/** The audit log: rows are added and, when they are old or too many, removed; never changed. */
import type { AuditQuery, AuditRecord } from "../../port/audit.ts";
import type { Database } from "../schema.ts";

export async function addAudit(db: Database, record: AuditRecord): Promise<void> {
  await db.insertInto("audit").values(record).execute();
}

/** Newest first, one more than `limit` where there are more. `cursor` is the id of the last row of the page before. */
export async function searchAudit(db: Database, query: AuditQuery): Promise<AuditRecord[]> {
  const { cursor, actor, action, target, outcome, since, until, limit } = query;
  let search = db.selectFrom("audit").selectAll();
  if (cursor !== undefined) search = search.where("id", "<", cursor);
  if (actor !== undefined) search = search.where("actor", "=", actor);
  if (action !== undefined) search = search.where("action", "=", action);
  // Not `like`: what is asked for is text, not a pattern.
  if (target !== undefined) search = search.where("target", ">=", target).where("target", "<", `${target}\u{10ffff}`);
  if (outcome !== undefined) search = search.where("status", outcome === "done" ? "<" : ">=", 400);
  if (since !== undefined) search = search.where("at", ">=", since);
  if (until !== undefined) search = search.where("at", "<", until);
  const rows = await search
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  return rows.map(({ domain: _, ...record }) => record);
}

/** Removes what is older than `before` (ISO 8601), and all but the newest `keep`. */
export async function trimAudit(db: Database, before: string, keep: number): Promise<void> {
  await db.deleteFrom("audit").where("at", "<", before).execute();
  const first = await db
    .selectFrom("audit")
    .select("id")
    .orderBy("id", "desc")
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  if (first !== undefined) await db.deleteFrom("audit").where("id", "<=", first.id).execute();
}
