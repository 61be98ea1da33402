/** Takes a person out of call records: who called whom goes, when and how it ended stays. */
import { sql } from "kysely";
import type { Attempt } from "../../../sdk/events.ts";
import { userOf } from "../cdr-search.ts";
import type { Database } from "../schema.ts";

const NOBODY = { user: "redacted", uri: "sip:redacted@redacted.invalid" };

interface Row {
  readonly id: string;
  readonly fromUser: string;
  readonly toUser: string;
  readonly user: string | null;
  readonly legs: string;
}

export async function cdrsOfParty(db: Database, domain: string, name: string): Promise<string[]> {
  return (await rowsOf(db, domain, name)).map(({ id }) => id);
}

/** Tags go as well: what a script has noted there may be about him. */
export async function redactCdrs(db: Database, domain: string, name: string): Promise<number> {
  const rows = await rowsOf(db, domain, name);
  for (const row of rows) {
    await db
      .updateTable("cdrs")
      .set({
        ...(row.fromUser === name ? { from: NOBODY.uri, fromUser: NOBODY.user } : {}),
        ...(row.toUser === name ? { to: NOBODY.uri, toUser: NOBODY.user } : {}),
        ...(row.user === name ? { user: null } : {}),
        legs: JSON.stringify(legsOf(row).map((leg) => (isWith(leg, name) ? nobody(leg) : leg))),
        tags: "{}",
      })
      .where("id", "=", row.id)
      .execute();
  }
  return rows.length;
}

async function rowsOf(db: Database, domain: string, name: string): Promise<Row[]> {
  const rows = await db
    .selectFrom("cdrs")
    .select(["id", "fromUser", "toUser", "user", "legs"])
    .where("domain", "=", domain)
    .where(({ eb, or }) =>
      or([
        eb("fromUser", "=", name),
        eb("toUser", "=", name),
        eb("user", "=", name),
        // A part of it may be that of a longer name: each leg is looked at below.
        sql<boolean>`instr(legs, ${name}) > 0`,
      ]),
    )
    .execute();
  return rows.filter(
    (row) => [row.fromUser, row.toUser, row.user].includes(name) || legsOf(row).some((leg) => isWith(leg, name)),
  );
}

function legsOf({ legs }: Pick<Row, "legs">): readonly Attempt[] {
  // Written by `addCdrs` from the very type it is read as.
  return JSON.parse(legs) as Attempt[];
}

/** A target is a user, a number, a URI, or `trunk:NAME/NUMBER`. */
function isWith({ target, uri }: Attempt, name: string): boolean {
  const dialled = target.startsWith("trunk:") ? target.slice(target.indexOf("/") + 1) : userOf(target);
  return dialled === name || (uri !== null && userOf(uri) === name);
}

function nobody(leg: Attempt): Attempt {
  return { ...leg, target: NOBODY.user, uri: leg.uri === null ? null : NOBODY.uri };
}
