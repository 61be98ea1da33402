/** Call detail records: written once, searched newest first. */
import type { Cdr } from "../../../sdk/events.ts";
import type { CdrSearch } from "../cdr-search.ts";
import { userOf } from "../cdr-search.ts";
import type { CdrTable, Database } from "../schema.ts";

/** A record that is there already is replaced: after a restart the journal may write it again. */
export async function addCdr(db: Database, cdr: Cdr): Promise<void> {
  const row: CdrTable = {
    ...cdr,
    fromUser: userOf(cdr.from),
    toUser: userOf(cdr.to),
    legs: JSON.stringify(cdr.legs),
    tags: JSON.stringify(cdr.tags),
  };
  await db
    .insertInto("cdrs")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function findCdr(db: Database, id: string): Promise<Cdr | undefined> {
  const row = await db.selectFrom("cdrs").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toCdr(row);
}

/** One more than `limit` where there are more. */
export async function searchCdrs(db: Database, search: CdrSearch): Promise<Cdr[]> {
  let query = db.selectFrom("cdrs").selectAll();
  if (search.from !== undefined) query = query.where("fromUser", "=", search.from.user);
  if (search.from?.uri !== undefined) query = query.where("from", "=", search.from.uri);
  if (search.to !== undefined) query = query.where("toUser", "=", search.to.user);
  if (search.to?.uri !== undefined) query = query.where("to", "=", search.to.uri);
  if (search.script !== undefined) query = query.where("script", "=", search.script);
  if (search.result !== undefined) query = query.where("result", "=", search.result);
  if (search.since !== undefined) query = query.where("startedAt", ">=", search.since);
  if (search.until !== undefined) query = query.where("startedAt", "<", search.until);
  const after = search.after;
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("startedAt", "id"), "<", tuple(after.startedAt, after.id)),
    );
  }
  const rows = await query
    .orderBy("startedAt", "desc")
    .orderBy("id", "desc")
    .limit(search.limit + 1)
    .execute();
  return rows.map(toCdr);
}

function toCdr({ fromUser: _, toUser: __, legs, tags, ...row }: CdrTable): Cdr {
  // Written by `addCdr` from the very types they are read as.
  return { ...row, legs: JSON.parse(legs) as Cdr["legs"], tags: JSON.parse(tags) as Cdr["tags"] };
}
