/** Call detail records: written once, searched newest first. */
import { sql } from "kysely";
import type { Cdr } from "../../../sdk/events.ts";
import type { CdrSearch } from "../cdr-search.ts";
import { userOf } from "../cdr-search.ts";
import { runPrepared } from "../prepared.ts";
import type { CdrTable, Database } from "../schema.ts";

/** Rows of one statement: their parameters stay far below what SQLite and PostgreSQL take. */
const ROWS_PER_STATEMENT = 25;

/**
 * Adds records, given as the JSON of an array. One that is there already is replaced: after a restart the journal may
 * write it again.
 */
export async function addCdrs(db: Database, json: string): Promise<void> {
  // Written by `CdrWriter` from records.
  const rows = (JSON.parse(json) as Cdr[]).map(toRow);
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await insert(db, rows.slice(start, start + ROWS_PER_STATEMENT));
  }
}

function insert(db: Database, rows: readonly CdrTable[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}) as (keyof CdrTable)[];
  const parameters = rows.flatMap((row) => columns.map((column) => row[column]));
  const build = () =>
    db
      .insertInto("cdrs")
      .values([...rows])
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet((set) => Object.fromEntries(columns.map((column) => [column, set.ref(`excluded.${column}`)]))),
      );
  return runPrepared(db, `cdrs.add ${rows.length}`, build, parameters);
}

/** Every column of every row, in one order: the statements are written for it. */
function toRow(cdr: Cdr): CdrTable {
  return {
    id: cdr.id,
    domain: cdr.domain,
    startedAt: cdr.startedAt,
    ringingAt: cdr.ringingAt,
    answeredAt: cdr.answeredAt,
    endedAt: cdr.endedAt,
    seconds: cdr.seconds,
    direction: cdr.direction,
    from: cdr.from,
    fromUser: userOf(cdr.from),
    to: cdr.to,
    toUser: userOf(cdr.to),
    user: cdr.user,
    trunk: cdr.trunk,
    script: cdr.script,
    version: cdr.version,
    result: cdr.result,
    code: cdr.code,
    reason: cdr.reason,
    endedBy: cdr.endedBy,
    legs: JSON.stringify(cdr.legs),
    tags: JSON.stringify(cdr.tags),
  };
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
  const { trunk } = search;
  if (trunk !== undefined) {
    query = query.where(({ or, eb }) =>
      or([eb("trunk", "=", trunk.name), sql<boolean>`legs like ${trunk.inLegs} escape '\\'`]),
    );
  }
  if (search.result !== undefined) query = query.where("result", "=", search.result);
  if (search.since !== undefined) query = query.where("startedAt", ">=", search.since);
  if (search.until !== undefined) query = query.where("startedAt", "<", search.until);
  const after = search.after;
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple("startedAt", "id"), "<", tuple(after.at, after.id)));
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

/** Removes the oldest that began before `before` (ISO 8601), or are more than the newest `keep`; at most `most`. */
export async function trimCdrs(db: Database, before: string, keep: number, most: number): Promise<number> {
  const { count } = await db
    .selectFrom("cdrs")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const surplus = Math.min(most, Math.max(0, count - keep));
  const oldest = db.selectFrom("cdrs").select("id").orderBy("startedAt").orderBy("id");
  const isSurplus = oldest.limit(surplus);
  const isOld = oldest.where("startedAt", "<", before).limit(most);
  const { numDeletedRows } = await db
    .deleteFrom("cdrs")
    .where("id", "in", surplus > 0 ? isSurplus : isOld)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
