/** Voicemail boxes in memory, with the rules of the real ones: folders, room, PINs that lock. */
import { RequestError } from "../../base/errors.ts";
import { isoTime } from "../../base/iso-time.ts";
import { PinGuard } from "../../media/voicemail/pin-guard.ts";
import type {
  Deposit,
  DepositDetails,
  Folder,
  GreetingKind,
  MailboxChange,
  MailboxCounts,
  Mailboxes,
  MailboxMessage,
  MailboxSettings,
  MailboxWatcher,
} from "../../port/mailbox.ts";
import type { Page } from "../../port/page.ts";
import type { VoicemailQuery } from "../../port/voicemail-store.ts";
import type { Pace } from "../pace.ts";
import type { VirtualClock } from "../virtual-clock.ts";

const MOST_MESSAGES = 100;
const MOST_SECONDS = 180;

export interface MailboxOptions {
  readonly clock: VirtualClock;
  readonly pace: Pace;
  readonly domain: string;
  /** Whose boxes there are, with the PIN of each. */
  readonly owners: ReadonlyMap<string, string | null>;
  /** How long a file is that was recorded. */
  readonly secondsOf: (file: string) => number;
}

interface Box {
  readonly mailbox: string;
  pin: string | null;
  email: string | null;
  maxMessages: number;
  maxSeconds: number;
  retentionDays: number | null;
  /** Oldest first. */
  messages: MailboxMessage[];
  readonly greetings: Map<GreetingKind, string>;
}

export class MemoryMailboxes implements Mailboxes {
  readonly #options: MailboxOptions;
  readonly #boxes = new Map<string, Box>();
  readonly #guard: PinGuard;
  /** Of messages that are being spoken. */
  readonly #details = new Map<string, DepositDetails>();
  readonly #watchers: MailboxWatcher[] = [];
  #ids = 0;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#guard = new PinGuard(options.clock);
    for (const [mailbox, pin] of options.owners) {
      this.#boxes.set(mailbox, {
        mailbox,
        pin,
        email: null,
        maxMessages: MOST_MESSAGES,
        maxSeconds: MOST_SECONDS,
        retentionDays: null,
        messages: [],
        greetings: new Map(),
      });
    }
  }

  has(domain: string, mailbox: string): boolean {
    return this.#box(domain, mailbox) !== undefined;
  }

  settings(domain: string, mailbox: string): MailboxSettings | undefined {
    const box = this.#box(domain, mailbox);
    if (box === undefined) return undefined;
    const { pin, email, maxMessages, maxSeconds, retentionDays } = box;
    const greetings = [...box.greetings.keys()];
    return {
      domain,
      mailbox,
      hasPin: pin !== null,
      email,
      greetings,
      maxMessages,
      maxSeconds,
      retentionDays,
      managed: [],
    };
  }

  counts(domain: string, mailbox: string): MailboxCounts {
    const messages = this.#box(domain, mailbox)?.messages ?? [];
    const inFolder = (folder: Folder): number => messages.filter((message) => message.folder === folder).length;
    return { new: inFolder("new"), saved: inFolder("saved") };
  }

  greeting(domain: string, mailbox: string, kind: GreetingKind): string | null {
    return this.#box(domain, mailbox)?.greetings.get(kind) ?? null;
  }

  begin(domain: string, mailbox: string, details: DepositDetails): Deposit | "unknown" | "full" {
    const box = this.#box(domain, mailbox);
    if (box === undefined) return "unknown";
    if (this.#isFull(box)) return "full";
    const id = `message-${++this.#ids}`;
    this.#details.set(id, details);
    return { id, domain, mailbox, file: `voicemail:${mailbox}/${id}`, maxSeconds: box.maxSeconds };
  }

  keep({ id, domain, mailbox, file }: Deposit): Promise<MailboxMessage> {
    return this.#options.pace.outside("the mailbox", () => {
      const { clock, secondsOf } = this.#options;
      const { from = "", fromName = "", callId = "" } = this.#details.get(id) ?? {};
      this.#details.delete(id);
      const details = { from, fromName, callId, seconds: secondsOf(file), receivedAt: isoTime(clock.now()) };
      return this.add(mailbox, { id, domain, mailbox, folder: "new", transcript: null, ...details });
    });
  }

  discard({ id }: Deposit): void {
    this.#details.delete(id);
  }

  /** Puts a message into a box. */
  add(mailbox: string, message: MailboxMessage): MailboxMessage {
    this.#boxes.get(mailbox)?.messages.push(message);
    this.#changed(mailbox);
    for (const watcher of this.#watchers) watcher.messageKept(message, `voicemail:${mailbox}/${message.id}`);
    return message;
  }

  async messages({ domain, mailbox, folder, limit }: VoicemailQuery): Promise<Page<MailboxMessage>> {
    const all = this.#box(domain, mailbox)?.messages ?? [];
    const items = all.filter((message) => folder === undefined || message.folder === folder).reverse();
    return { items: items.slice(0, limit), next: null };
  }

  async message(domain: string, mailbox: string, id: string): Promise<MailboxMessage | undefined> {
    return this.#box(domain, mailbox)?.messages.find((message) => message.id === id);
  }

  async audio(domain: string, mailbox: string, id: string): Promise<string | undefined> {
    return (await this.message(domain, mailbox, id)) === undefined ? undefined : `voicemail:${mailbox}/${id}`;
  }

  async move(domain: string, mailbox: string, id: string, folder: Folder): Promise<MailboxMessage | undefined> {
    const box = this.#box(domain, mailbox);
    const index = box?.messages.findIndex((message) => message.id === id) ?? -1;
    const message = box?.messages[index];
    if (box === undefined || message === undefined) return undefined;
    if (message.folder === "deleted" && folder !== "deleted") this.#refuseFull(box);
    const moved: MailboxMessage = { ...message, folder };
    box.messages[index] = moved;
    this.#changed(mailbox);
    return moved;
  }

  async copy(domain: string, mailbox: string, id: string, to: string): Promise<MailboxMessage> {
    const message = await this.message(domain, mailbox, id);
    const box = this.#box(domain, to);
    if (message === undefined) throw new RequestError("not-found", `there is no message "${id}"`);
    if (box === undefined) throw new RequestError("not-found", `there is no mailbox "${to}"`);
    this.#refuseFull(box);
    return this.add(to, { ...message, id: `message-${++this.#ids}`, mailbox: to, folder: "new" });
  }

  async erase(domain: string, mailbox: string, id: string): Promise<boolean> {
    const box = this.#box(domain, mailbox);
    const index = box?.messages.findIndex((message) => message.id === id) ?? -1;
    if (box === undefined || index < 0) return false;
    box.messages.splice(index, 1);
    this.#changed(mailbox);
    return true;
  }

  scratch(): string {
    return `scratch-${++this.#ids}`;
  }

  async setGreeting(
    domain: string,
    mailbox: string,
    kind: GreetingKind,
    source: string | Uint8Array | null,
  ): Promise<boolean> {
    const box = this.#known(domain, mailbox);
    if (source === null) return box.greetings.delete(kind);
    box.greetings.set(kind, `greeting:${mailbox}/${kind}`);
    return true;
  }

  async configure(domain: string, mailbox: string, change: MailboxChange): Promise<MailboxSettings> {
    const box = this.#known(domain, mailbox);
    const { pin, email, maxMessages, maxSeconds, retentionDays } = change;
    if (pin !== undefined) box.pin = pin;
    if (email !== undefined) box.email = email;
    if (maxMessages !== undefined) box.maxMessages = maxMessages ?? MOST_MESSAGES;
    if (maxSeconds !== undefined) box.maxSeconds = maxSeconds ?? MOST_SECONDS;
    if (retentionDays !== undefined) box.retentionDays = retentionDays;
    // It is there.
    return this.settings(domain, mailbox) as MailboxSettings;
  }

  async checkPin(domain: string, mailbox: string, pin: string): Promise<"right" | "wrong" | "locked"> {
    if (!this.#guard.admit(mailbox)) return "locked";
    const known = this.#box(domain, mailbox)?.pin ?? null;
    if (known === null || known !== pin) return "wrong";
    this.#guard.forgive(mailbox);
    return "right";
  }

  list(domain: string): readonly MailboxSettings[] {
    return [...this.#boxes.keys()].sort().flatMap((mailbox) => this.settings(domain, mailbox) ?? []);
  }

  watch(watcher: MailboxWatcher): void {
    this.#watchers.push(watcher);
  }

  #changed(mailbox: string): void {
    const { domain } = this.#options;
    for (const watcher of this.#watchers) watcher.mailboxChanged(domain, mailbox, this.counts(domain, mailbox));
  }

  #box(domain: string, mailbox: string): Box | undefined {
    return domain === this.#options.domain ? this.#boxes.get(mailbox) : undefined;
  }

  #known(domain: string, mailbox: string): Box {
    const box = this.#box(domain, mailbox);
    if (box === undefined) throw new RequestError("not-found", `There is no mailbox "${mailbox}"`);
    return box;
  }

  #isFull({ mailbox, maxMessages }: Box): boolean {
    const { new: fresh, saved } = this.counts(this.#options.domain, mailbox);
    return fresh + saved >= maxMessages;
  }

  #refuseFull(box: Box): void {
    if (this.#isFull(box)) throw new RequestError("conflict", `The mailbox "${box.mailbox}" is full`);
  }
}
