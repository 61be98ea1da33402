/** Mailbox settings and voicemail messages. */
import { sql } from "kysely";
import type {
  Folder,
  FolderCount,
  MailboxRow,
  MailRow,
  OutdatedQuery,
  VoicemailQuery,
  VoicemailRow,
} from "../../port/voicemail-store.ts";
import { userOf } from "../cdr-search.ts";
import type { ListPlace } from "../cursor.ts";
import type { Database } from "../schema.ts";

export async function mailboxSettings(db: Database): Promise<MailboxRow[]> {
  return await db.selectFrom("mailboxes").selectAll().orderBy("domain").orderBy("mailbox").execute();
}

export async function putMailboxSettings(db: Database, row: MailboxRow): Promise<void> {
  await db
    .insertInto("mailboxes")
    .values(row)
    .onConflict((conflict) => conflict.columns(["domain", "mailbox"]).doUpdateSet(row))
    .execute();
}

export async function removeMailboxSettings(db: Database, domain: string, mailbox: string): Promise<void> {
  await db.deleteFrom("mailboxes").where("domain", "=", domain).where("mailbox", "=", mailbox).execute();
}

export async function voicemailCounts(db: Database): Promise<FolderCount[]> {
  const rows = await db
    .selectFrom("voicemails")
    .select(({ fn }) => ["domain", "mailbox", "folder", fn.countAll<number>().as("count")])
    .groupBy(["domain", "mailbox", "folder"])
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export async function addVoicemail(db: Database, message: VoicemailRow, mail: MailRow | null): Promise<boolean> {
  const result = await db
    .insertInto("voicemails")
    .values(message)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirstOrThrow();
  const isNew = (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  if (isNew && mail !== null) await db.insertInto("mailQueue").values(mail).execute();
  return isNew;
}

export async function findVoicemail(
  db: Database,
  domain: string,
  mailbox: string,
  id: string,
): Promise<VoicemailRow | undefined> {
  return await db
    .selectFrom("voicemails")
    .selectAll()
    .where("id", "=", id)
    .where("domain", "=", domain)
    .where("mailbox", "=", mailbox)
    .executeTakeFirst();
}

/** One more than `limit` where there are more. */
export async function searchVoicemails(
  db: Database,
  query: Omit<VoicemailQuery, "cursor"> & { readonly after?: ListPlace },
): Promise<VoicemailRow[]> {
  let select = db
    .selectFrom("voicemails")
    .selectAll()
    .where("domain", "=", query.domain)
    .where("mailbox", "=", query.mailbox);
  if (query.folder !== undefined) select = select.where("folder", "=", query.folder);
  const after = query.after;
  if (after !== undefined) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("receivedAt", "id"), "<", tuple(after.at, after.id)),
    );
  }
  return await select
    .orderBy("receivedAt", "desc")
    .orderBy("id", "desc")
    .limit(query.limit + 1)
    .execute();
}

export async function voicemailIds(db: Database, domain: string, mailbox: string): Promise<string[]> {
  const rows = await db
    .selectFrom("voicemails")
    .select("id")
    .where("domain", "=", domain)
    .where("mailbox", "=", mailbox)
    .execute();
  return rows.map((row) => row.id);
}

export async function moveVoicemail(
  db: Database,
  domain: string,
  mailbox: string,
  id: string,
  folder: Folder,
  at: number,
): Promise<VoicemailRow | undefined> {
  const before = await findVoicemail(db, domain, mailbox, id);
  if (before === undefined || before.folder === folder) return before;
  await db.updateTable("voicemails").set({ folder, folderAt: at }).where("id", "=", id).execute();
  return before;
}

export async function removeVoicemail(
  db: Database,
  domain: string,
  mailbox: string,
  id: string,
): Promise<VoicemailRow | undefined> {
  const before = await findVoicemail(db, domain, mailbox, id);
  if (before === undefined) return undefined;
  await db.deleteFrom("mailQueue").where("message", "=", id).execute();
  await db.deleteFrom("voicemails").where("id", "=", id).execute();
  return before;
}

export async function outdatedVoicemails(db: Database, query: OutdatedQuery): Promise<VoicemailRow[]> {
  return await db
    .selectFrom("voicemails")
    .selectAll()
    .where("domain", "=", query.domain)
    .where("mailbox", "=", query.mailbox)
    .where("folder", "=", query.folder)
    .where("folderAt", "<", query.before)
    .orderBy("folderAt")
    .limit(query.limit)
    .execute();
}

export async function untranscribedVoicemails(db: Database, limit: number): Promise<VoicemailRow[]> {
  return await db
    .selectFrom("voicemails")
    .selectAll()
    .where("transcription", "=", "pending")
    .orderBy("receivedAt")
    .limit(limit)
    .execute();
}

export async function transcribedVoicemail(
  db: Database,
  id: string,
  transcript: string | null,
  at: number,
): Promise<void> {
  const transcription = transcript === null ? "failed" : "done";
  await db.updateTable("voicemails").set({ transcript, transcription }).where("id", "=", id).execute();
  // One that was tried already keeps the time of its next attempt.
  await db
    .updateTable("mailQueue")
    .set({ nextAttemptAt: at })
    .where("message", "=", id)
    .where("attempts", "=", 0)
    .execute();
}

/** The caller is kept as a URI, or as what he was called by. */
export async function voicemailsLeftBy(
  db: Database,
  domain: string,
  name: string,
): Promise<Pick<VoicemailRow, "mailbox" | "id">[]> {
  const rows = await db
    .selectFrom("voicemails")
    .select(["mailbox", "id", "from"])
    .where("domain", "=", domain)
    .where(sql<boolean>`instr("from", ${name}) > 0`)
    .execute();
  return rows.filter(({ from }) => userOf(from) === name).map(({ mailbox, id }) => ({ mailbox, id }));
}
