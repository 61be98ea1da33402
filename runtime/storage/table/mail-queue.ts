/** Mails that wait to be sent. */
import type { MailRow, VoicemailRow } from "../../port/voicemail-store.ts";
import type { Database } from "../schema.ts";

export async function dueMails(
  db: Database,
  now: number,
  limit: number,
): Promise<{ mail: MailRow; message: VoicemailRow }[]> {
  const mails = await db
    .selectFrom("mailQueue")
    .selectAll()
    .where("state", "=", "waiting")
    .where("nextAttemptAt", "<=", now)
    .orderBy("nextAttemptAt")
    .orderBy("message")
    .limit(limit)
    .execute();
  if (mails.length === 0) return [];
  const ids = mails.map((mail) => mail.message);
  const messages = await db.selectFrom("voicemails").selectAll().where("id", "in", ids).execute();
  const byId = new Map(messages.map((message) => [message.id, message]));
  // A mail goes together with its message, so each has one.
  return mails.flatMap((mail) => {
    const message = byId.get(mail.message);
    return message === undefined ? [] : [{ mail, message }];
  });
}

export async function nextMailAttempt(db: Database): Promise<number | undefined> {
  const row = await db
    .selectFrom("mailQueue")
    .select("nextAttemptAt")
    .where("state", "=", "waiting")
    .orderBy("nextAttemptAt")
    .limit(1)
    .executeTakeFirst();
  return row?.nextAttemptAt;
}

export async function putMail(db: Database, mail: MailRow): Promise<void> {
  // Gone means that its message was erased meanwhile: nothing is to be told any more.
  const { message, ...rest } = mail;
  await db.updateTable("mailQueue").set(rest).where("message", "=", message).execute();
}

export async function removeMail(db: Database, message: string): Promise<void> {
  await db.deleteFrom("mailQueue").where("message", "=", message).execute();
}
