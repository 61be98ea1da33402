/** Text messages that wait for their users. */
import type { MessageContent, MessageHead, MessageSettled } from "../../port/message-store.ts";
import type { Database } from "../schema.ts";

/** As many ids as one statement may name. */
const MOST_IDS = 500;

export async function messageHeads(db: Database, now: number): Promise<MessageHead[]> {
  return await db
    .selectFrom("messages")
    .select(["id", "domain", "user", "from", "sender", "contentType", "bytes", "createdAt", "expiresAt", "deliveredAt"])
    .where("expiresAt", ">", now)
    .orderBy("id")
    .execute();
}

export async function settledMessages(db: Database): Promise<MessageSettled[]> {
  return await db.selectFrom("messageDevices").selectAll().execute();
}

export async function addMessage(db: Database, message: MessageHead & MessageContent): Promise<void> {
  await db.insertInto("messages").values(message).execute();
}

export async function messageContent(db: Database, id: string): Promise<MessageContent | undefined> {
  return await db.selectFrom("messages").select(["fields", "body"]).where("id", "=", id).executeTakeFirst();
}

export async function settleMessage(db: Database, settled: MessageSettled): Promise<void> {
  await db
    .insertInto("messageDevices")
    .values(settled)
    .onConflict((conflict) => conflict.columns(["message", "device"]).doNothing())
    .execute();
  if (settled.result === "refused") return;
  await db
    .updateTable("messages")
    .set({ deliveredAt: settled.at })
    .where("id", "=", settled.message)
    .where("deliveredAt", "is", null)
    .execute();
}

export async function removeMessages(db: Database, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += MOST_IDS) {
    const some = ids.slice(start, start + MOST_IDS);
    await db.deleteFrom("messages").where("id", "in", some).execute();
    await db.deleteFrom("messageDevices").where("message", "in", some).execute();
  }
}

export async function trimMessages(db: Database, now: number): Promise<void> {
  await db.deleteFrom("messages").where("expiresAt", "<=", now).execute();
  await db
    .deleteFrom("messageDevices")
    .where("message", "not in", (query) => query.selectFrom("messages").select("id"))
    .execute();
}
