/** Mailboxes in memory, with as much of their behaviour as their operations show to a script. */
import { RequestError } from "../../../../runtime/base/errors.ts";
import type { GreetingKind, MailboxMessage, MailboxSettings } from "../../../../runtime/port/mailbox.ts";
import type { ScriptMailboxes } from "../../../../runtime/sandbox/broker/voicemail-operations.ts";

export const DOMAIN = "example.com";

export class MemoryMailboxes implements ScriptMailboxes {
  readonly boxes = new Map<string, MailboxMessage[]>([
    ["alice", []],
    ["bob", []],
  ]);
  readonly pins = new Map<string, string>();
  readonly greetings: [GreetingKind, string | Uint8Array | null][] = [];

  add(mailbox: string, message: Partial<MailboxMessage> & { readonly id: string }): void {
    const whole: MailboxMessage = {
      domain: DOMAIN,
      mailbox,
      folder: "new",
      receivedAt: "2026-05-06T07:08:09.000Z",
      seconds: 4.5,
      from: "sip:carol@example.net",
      fromName: "Carol",
      callId: "call-0",
      transcript: null,
      ...message,
    };
    this.boxes.get(mailbox)?.push(whole);
  }

  settings(domain: string, mailbox: string): MailboxSettings | undefined {
    if (domain !== DOMAIN || !this.boxes.has(mailbox)) return undefined;
    const kept = { maxMessages: 2, maxSeconds: 180, retentionDays: null, email: "a@example.com" };
    return { domain, mailbox, hasPin: this.pins.has(mailbox), greetings: ["busy"], managed: [], ...kept };
  }

  counts(_domain: string, mailbox: string): { new: number; saved: number } {
    const inFolder = (folder: string) => this.#of(mailbox).filter((message) => message.folder === folder).length;
    return { new: inFolder("new"), saved: inFolder("saved") };
  }

  async messages(query: {
    mailbox: string;
    folder?: string;
    limit: number;
  }): Promise<{ items: MailboxMessage[]; next: null }> {
    const all = this.#of(query.mailbox).filter(({ folder }) => query.folder === undefined || folder === query.folder);
    return { items: all.slice(0, query.limit), next: null };
  }

  async message(_domain: string, mailbox: string, id: string): Promise<MailboxMessage | undefined> {
    return this.#of(mailbox).find((message) => message.id === id);
  }

  async move(
    _domain: string,
    mailbox: string,
    id: string,
    folder: MailboxMessage["folder"],
  ): Promise<MailboxMessage | undefined> {
    const all = this.#of(mailbox);
    const index = all.findIndex((message) => message.id === id);
    const message = all[index];
    if (message === undefined) return undefined;
    if (message.folder === "deleted" && all.length > 2)
      throw new RequestError("conflict", `the mailbox "${mailbox}" is full`);
    const moved = { ...message, folder };
    all[index] = moved;
    return moved;
  }

  async erase(_domain: string, mailbox: string, id: string): Promise<boolean> {
    const all = this.#of(mailbox);
    const index = all.findIndex((message) => message.id === id);
    if (index >= 0) all.splice(index, 1);
    return index >= 0;
  }

  async copy(_domain: string, mailbox: string, id: string, to: string): Promise<MailboxMessage> {
    const message = this.#of(mailbox).find((one) => one.id === id);
    if (message === undefined) throw new RequestError("not-found", `there is no message "${id}"`);
    if (this.#of(to).length >= 2) throw new RequestError("conflict", `the mailbox "${to}" is full`);
    const copy: MailboxMessage = { ...message, id: `${id}-copy`, mailbox: to, folder: "new" };
    this.#of(to).push(copy);
    return copy;
  }

  async checkPin(_domain: string, mailbox: string, pin: string): Promise<"right" | "wrong" | "locked"> {
    return this.pins.get(mailbox) === pin ? "right" : "wrong";
  }

  async configure(domain: string, mailbox: string, { pin }: { pin?: string | null }): Promise<MailboxSettings> {
    if (mailbox === "bob") throw new RequestError("managed-by-config", "the PIN is declared in strowger.yaml");
    if (pin == null) this.pins.delete(mailbox);
    else this.pins.set(mailbox, pin);
    return this.settings(domain, mailbox) as MailboxSettings; // It has been looked for.
  }

  async setGreeting(
    _domain: string,
    _mailbox: string,
    kind: GreetingKind,
    source: string | Uint8Array | null,
  ): Promise<boolean> {
    this.greetings.push([kind, source]);
    return true;
  }

  #of(mailbox: string): MailboxMessage[] {
    return this.boxes.get(mailbox) ?? [];
  }
}
