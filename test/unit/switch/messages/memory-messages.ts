/** The store of messages in memory, which a test can hold back, break, or hand to another switch. */
import type {
  MessageContent,
  MessageHead,
  MessageSettled,
  MessageStore,
} from "../../../../runtime/port/message-store.ts";

export class MemoryMessages implements MessageStore {
  readonly rows = new Map<string, MessageHead & MessageContent>();
  readonly done: MessageSettled[] = [];
  isBroken = false;
  /** What `add` waits for. */
  gate: Promise<void> = Promise.resolve();

  async heads(now: number): Promise<readonly MessageHead[]> {
    const found = [...this.rows.values()].filter(({ expiresAt }) => expiresAt > now);
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async settled(): Promise<readonly MessageSettled[]> {
    return this.done;
  }

  async add(message: MessageHead & MessageContent): Promise<void> {
    await this.gate;
    if (this.isBroken) throw new Error("as the test asks");
    this.rows.set(message.id, message);
  }

  async content(id: string): Promise<MessageContent | undefined> {
    return this.rows.get(id);
  }

  async settle(settled: MessageSettled): Promise<void> {
    if (this.isBroken) throw new Error("as the test asks");
    this.done.push(settled);
    const row = this.rows.get(settled.message);
    if (row !== undefined && settled.result === "taken") {
      this.rows.set(row.id, { ...row, deliveredAt: row.deliveredAt ?? settled.at });
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.rows.delete(id);
  }

  async trim(): Promise<void> {}
}
