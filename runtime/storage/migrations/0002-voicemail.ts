/** Settings of mailboxes, voicemail messages, and mails that wait to be sent. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("mailboxes")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("mailbox", "text", (column) => column.notNull())
    .addColumn("pinHash", "text")
    .addColumn("email", "text")
    .addColumn("maxMessages", "integer")
    .addColumn("maxSeconds", "integer")
    .addColumn("retentionDays", "integer")
    .addPrimaryKeyConstraint("mailboxesKey", ["domain", "mailbox"])
    .execute();
  await db.schema
    .createTable("voicemails")
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("mailbox", "text", (column) => column.notNull())
    .addColumn("folder", "text", (column) => column.notNull())
    .addColumn("folderAt", "bigint", (column) => column.notNull())
    .addColumn("receivedAt", "text", (column) => column.notNull())
    .addColumn("seconds", "real", (column) => column.notNull())
    .addColumn("from", "text", (column) => column.notNull())
    .addColumn("fromName", "text", (column) => column.notNull())
    .addColumn("callId", "text", (column) => column.notNull())
    .addColumn("transcript", "text")
    .addColumn("transcription", "text", (column) => column.notNull())
    .execute();
  const boxAndTime = ["domain", "mailbox", "receivedAt", "id"];
  await db.schema.createIndex("voicemailsByBox").on("voicemails").columns(boxAndTime).execute();
  const boxAndFolder = ["domain", "mailbox", "folder", "folderAt"];
  await db.schema.createIndex("voicemailsByFolder").on("voicemails").columns(boxAndFolder).execute();
  await db.schema.createIndex("voicemailsByTranscription").on("voicemails").column("transcription").execute();
  await db.schema
    .createTable("mailQueue")
    .addColumn("message", "text", (column) => column.notNull().primaryKey())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("createdAt", "bigint", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("nextAttemptAt", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("error", "text")
    .execute();
  await db.schema.createIndex("mailQueueByTime").on("mailQueue").columns(["state", "nextAttemptAt"]).execute();
}
