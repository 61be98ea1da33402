/** The port of voicemail boxes: what is asked is answered from memory, what is changed is in the store before it is told. */
import type { Clock } from "../../base/clock.ts";
import { RequestError, StorageError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { randomText } from "../../base/random.ts";
import { parseWith } from "../../contract/issue.ts";
import { mailboxChangeSchema } from "../../contract/mailbox.ts";
import type {
  Deposit,
  DepositDetails,
  GreetingKind,
  MailboxChange,
  MailboxCounts,
  Mailboxes,
  MailboxMessage,
  MailboxSettings,
  MailboxWatcher,
} from "../../port/mailbox.ts";
import type { Page } from "../../port/page.ts";
import type { Folder, VoicemailQuery, VoicemailRow, VoicemailStore } from "../../port/voicemail-store.ts";
import type { Archive } from "./archive.ts";
import { type BoxTable, keyOf } from "./box-table.ts";
import { type Delivery, toMessage } from "./delivery.ts";
import type { DiskRoom } from "./disk-room.ts";
import type { BoxName, Folders } from "./folders.ts";
import type { Greetings } from "./greetings.ts";
import { hashPin, isSame, matchesHash } from "./pin.ts";
import { PinGuard } from "./pin-guard.ts";

const SCRATCH_CHARACTERS = 20;
/** Of 16-bit samples at 8000 Hz, as messages are recorded. */
const BYTES_PER_SECOND = 16_000;
const MAX_PIN_CHARACTERS = 32;
/** What a caller says of itself may be as long as a SIP message. */
const MAX_DETAIL_CHARACTERS = 512;

export interface MailboxesOptions {
  readonly folders: Folders;
  readonly table: BoxTable;
  readonly archive: Archive;
  readonly greetings: Greetings;
  readonly delivery: Delivery;
  readonly disk: DiskRoom;
  readonly store: VoicemailStore;
  readonly clock: Clock;
  readonly log: Log;
}

export class VoicemailBoxes implements Mailboxes {
  readonly #options: MailboxesOptions;
  readonly #guard: PinGuard;
  readonly #watchers: MailboxWatcher[] = [];
  /** Settings of a box are read, changed and written as a whole, one change after the other. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: MailboxesOptions) {
    this.#options = options;
    this.#guard = new PinGuard(options.clock);
  }

  watch(watcher: MailboxWatcher): void {
    this.#watchers.push(watcher);
  }

  has(domain: string, mailbox: string): boolean {
    return this.#options.table.has({ domain, mailbox });
  }

  list(domain: string): readonly MailboxSettings[] {
    const names = [...this.#options.table.names(domain)].sort();
    return names.flatMap((mailbox) => this.settings(domain, mailbox) ?? []);
  }

  settings(domain: string, mailbox: string): MailboxSettings | undefined {
    return this.#options.table.settings({ domain, mailbox });
  }

  counts(domain: string, mailbox: string): MailboxCounts {
    return this.#options.table.counts({ domain, mailbox });
  }

  greeting(domain: string, mailbox: string, kind: GreetingKind): string | null {
    const { table, folders } = this.#options;
    const box = { domain, mailbox };
    return table.hasGreeting(box, kind) ? folders.greeting(box, kind) : null;
  }

  begin(domain: string, mailbox: string, details: DepositDetails): Deposit | "unknown" | "full" {
    const { from, fromName, callId } = details;
    const texts = { from: bounded(from), fromName: bounded(fromName), callId: bounded(callId) };
    return this.#begin({ domain, mailbox }, { ...texts, receivedAt: this.#now(), transcript: null });
  }

  keep(deposit: Deposit): Promise<MailboxMessage> {
    return this.#options.delivery.keep(deposit);
  }

  discard(deposit: Deposit): void {
    this.#options.delivery.discard(deposit);
  }

  async messages(query: VoicemailQuery): Promise<Page<MailboxMessage>> {
    const { items, next } = await this.#options.store.search(query);
    return { items: items.map(toMessage), next };
  }

  async message(domain: string, mailbox: string, id: string): Promise<MailboxMessage | undefined> {
    const row = await this.#options.store.get(domain, mailbox, id);
    return row === undefined ? undefined : toMessage(row);
  }

  async audio(domain: string, mailbox: string, id: string): Promise<string | undefined> {
    const row = await this.#options.store.get(domain, mailbox, id);
    return row === undefined ? undefined : this.#options.folders.message(row, row.id).audio;
  }

  async move(domain: string, mailbox: string, id: string, folder: Folder): Promise<MailboxMessage | undefined> {
    const { table, store, clock } = this.#options;
    const box = { domain, mailbox };
    const current = await store.get(domain, mailbox, id);
    if (current === undefined) return undefined;
    if (current.folder === "deleted" && folder !== "deleted" && this.#isFull(box)) throw full(mailbox);
    const before = await store.move(domain, mailbox, id, folder, clock.now());
    if (before === undefined) return undefined;
    if (before.folder !== folder) {
      table.moved(box, before.folder, folder);
      this.#changed(box);
    }
    return toMessage({ ...before, folder });
  }

  async copy(domain: string, mailbox: string, id: string, to: string): Promise<MailboxMessage> {
    const { table, store, archive } = this.#options;
    const target = { domain, mailbox: to };
    table.refuseUnknown(target);
    const row = await store.get(domain, mailbox, id);
    if (row === undefined)
      throw new RequestError("not-found", `There is no message ${id} in ${JSON.stringify(mailbox)}.`);
    const deposit = this.#begin(target, row);
    if (typeof deposit === "string") throw full(to);
    try {
      if (await archive.duplicate(row, row.id, deposit.file)) return await this.keep(deposit);
    } catch (cause) {
      this.discard(deposit);
      throw cause instanceof StorageError ? cause : unreadable(id, cause);
    }
    this.discard(deposit);
    throw new RequestError("not-found", `The audio of the message ${id} is not there.`);
  }

  async erase(domain: string, mailbox: string, id: string): Promise<boolean> {
    const { table, store, archive } = this.#options;
    const box = { domain, mailbox };
    if ((await store.get(domain, mailbox, id)) === undefined) return false;
    await archive.hide(box, id);
    const before = await store.remove(domain, mailbox, id);
    await archive.destroy(box, id);
    if (before === undefined) return false;
    table.moved(box, before.folder, null);
    if (before.folder !== "deleted") this.#changed(box);
    return true;
  }

  scratch(): string {
    return this.#options.folders.scratch(randomText(SCRATCH_CHARACTERS));
  }

  async setGreeting(
    domain: string,
    mailbox: string,
    kind: GreetingKind,
    source: string | Uint8Array | null,
  ): Promise<boolean> {
    const { table, greetings } = this.#options;
    const box = { domain, mailbox };
    table.refuseUnknown(box);
    if (source === null) return await greetings.remove(box, kind);
    if (typeof source === "string") await greetings.put(box, kind, source);
    else await greetings.putBytes(box, kind, source, this.scratch());
    return true;
  }

  configure(domain: string, mailbox: string, change: MailboxChange): Promise<MailboxSettings> {
    const done = this.#lastWrite.then(() => this.#configure({ domain, mailbox }, change));
    this.#lastWrite = done.catch(() => {});
    return done;
  }

  async checkPin(domain: string, mailbox: string, pin: string): Promise<"right" | "wrong" | "locked"> {
    const box = { domain, mailbox };
    if (!this.#options.table.has(box)) return "wrong";
    const key = keyOf(box);
    if (!this.#guard.admit(key)) return "locked";
    const known = this.#options.table.pin(box);
    if (known === null || pin.length > MAX_PIN_CHARACTERS) return "wrong";
    const isRight = known.type === "plain" ? isSame(pin, known.text) : await matchesHash(pin, known.text);
    if (isRight) this.#guard.forgive(key);
    return isRight ? "right" : "wrong";
  }

  /** A message has arrived in a box: for the composition, which hears of it first. */
  kept(row: VoicemailRow): void {
    const { table, folders } = this.#options;
    table.moved(row, null, row.folder);
    this.#changed(row);
    const { audio } = folders.message(row, row.id);
    for (const watcher of this.#watchers) this.#tell(() => watcher.messageKept(toMessage(row), audio));
  }

  async #configure(box: BoxName, change: MailboxChange): Promise<MailboxSettings> {
    const { table, store } = this.#options;
    table.refuseUnknown(box);
    table.refuseManaged(box, change);
    const checked = parseWith(mailboxChangeSchema, change);
    if (!checked.ok) {
      throw new RequestError(
        "invalid-request",
        checked.problem.map(({ path, message }) => `${path}: ${message}`).join("; "),
      );
    }
    const old = table.row(box);
    const { pin, email, maxMessages, maxSeconds, retentionDays } = change;
    const row = {
      ...old,
      pinHash: pin === undefined ? old.pinHash : pin === null ? null : await hashPin(pin),
      email: email === undefined ? old.email : email,
      maxMessages: maxMessages === undefined ? old.maxMessages : maxMessages,
      maxSeconds: maxSeconds === undefined ? old.maxSeconds : maxSeconds,
      retentionDays: retentionDays === undefined ? old.retentionDays : retentionDays,
    };
    await store.putSettings(row);
    table.setRow(row);
    if (pin !== undefined) this.#guard.forgive(keyOf(box));
    const settings = table.settings(box);
    // The user was removed meanwhile.
    if (settings === undefined)
      throw new RequestError("not-found", `There is no mailbox ${JSON.stringify(box.mailbox)}.`);
    return settings;
  }

  #begin(
    { domain, mailbox }: BoxName,
    {
      from,
      fromName,
      callId,
      receivedAt,
      transcript,
    }: DepositDetails & { receivedAt: string; transcript: string | null },
  ): Deposit | "unknown" | "full" {
    const { delivery, disk } = this.#options;
    const settings = this.settings(domain, mailbox);
    if (settings === undefined) return "unknown";
    const { maxSeconds } = settings;
    if (this.#isFull({ domain, mailbox }) || !disk.has(maxSeconds * BYTES_PER_SECOND)) return "full";
    return delivery.begin({ domain, mailbox, from, fromName, callId, receivedAt, transcript }, maxSeconds);
  }

  #isFull(box: BoxName): boolean {
    const { table, delivery } = this.#options;
    const counts = table.counts(box);
    const most = table.settings(box)?.maxMessages ?? 0;
    return counts.new + counts.saved + delivery.arriving(box) >= most;
  }

  #changed({ domain, mailbox }: BoxName): void {
    const counts = this.counts(domain, mailbox);
    for (const watcher of this.#watchers) this.#tell(() => watcher.mailboxChanged(domain, mailbox, counts));
  }

  /** What a watcher does wrong is not the fault of whoever left a message. */
  #tell(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#options.log.error("Somebody who watches a mailbox has failed", { error });
    }
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

function bounded(text: string): string {
  return text.length > MAX_DETAIL_CHARACTERS ? text.slice(0, MAX_DETAIL_CHARACTERS).toWellFormed() : text;
}

function full(mailbox: string): RequestError {
  return new RequestError("conflict", `The mailbox ${JSON.stringify(mailbox)} is full: delete some messages first.`);
}

function unreadable(id: string, cause: unknown): StorageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageError("store-unavailable", `The message ${id} cannot be copied: ${reason}`, { cause });
}
