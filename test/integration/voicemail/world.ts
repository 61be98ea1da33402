/** Voicemail over a real store and a real folder, on virtual time, with users that a test names. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, silentLog } from "../../../runtime/base/log.ts";
import type { DeclaredBox } from "../../../runtime/media/voicemail/box-table.ts";
import { createVoicemail, type Voicemail, type VoicemailConfig } from "../../../runtime/media/voicemail/voicemail.ts";
import type {
  Deposit,
  DepositDetails,
  MailboxCounts,
  Mailboxes,
  MailboxMessage,
} from "../../../runtime/port/mailbox.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { wavBytes } from "../../helpers/wav.ts";

export const DOMAIN = "example.com";
export const NO_CONFIG: VoicemailConfig = {
  smtp: null,
  transcribe: null,
  maxMessages: 100,
  maxSeconds: 180,
  retentionDays: null,
};
export const BOB: DepositDetails = { from: "sip:bob@example.com", fromName: "Bob Öz", callId: "call-1" };

export interface LoggedLine {
  readonly level: string;
  readonly text: string;
  readonly fields: unknown;
}

export interface WorldOptions {
  readonly users?: readonly string[];
  readonly configured?: readonly DeclaredBox[];
  readonly config?: Partial<VoicemailConfig>;
  readonly freeBytes?: () => Promise<number>;
}

export class World {
  readonly folder: string;
  readonly clock = new VirtualClock();
  readonly log: LoggedLine[] = [];
  readonly changes: { readonly mailbox: string; readonly counts: MailboxCounts }[] = [];
  readonly kept: string[] = [];
  readonly users: Set<string>;
  readonly #options: WorldOptions;
  #store: Store | null = null;
  #voicemail: Voicemail | null = null;

  constructor(folder: string, options: WorldOptions) {
    this.folder = folder;
    this.#options = options;
    this.users = new Set(options.users ?? ["alice", "bob", "carol"]);
  }

  get store(): Store {
    if (this.#store === null) throw new Error("The store is not open.");
    return this.#store;
  }

  get voicemail(): Voicemail {
    if (this.#voicemail === null) throw new Error("Voicemail is not open.");
    return this.#voicemail;
  }

  get boxes(): Mailboxes {
    return this.voicemail.mailboxes;
  }

  /** Opens it, also again after `close`. `wrap` puts something between voicemail and the store. */
  async open(wrap: (store: Store) => Store = (store) => store, changed: Partial<VoicemailConfig> = {}): Promise<void> {
    this.#store = await openSqliteStore({ file: join(this.folder, "strowger.sqlite"), log: silentLog });
    const { configured = [], config, freeBytes } = this.#options;
    this.#voicemail = await createVoicemail({
      data: this.folder,
      store: wrap(this.#store),
      clock: this.clock,
      log: this.#logger(),
      owners: { has: (domain, name) => domain === DOMAIN && this.users.has(name), names: () => [...this.users] },
      domain: DOMAIN,
      configured,
      config: { ...NO_CONFIG, ...config, ...changed },
      ...(freeBytes === undefined ? {} : { freeBytes }),
    });
    this.boxes.watch({
      mailboxChanged: (_, mailbox, counts) => this.changes.push({ mailbox, counts }),
      messageKept: (message) => this.kept.push(message.id),
    });
    this.voicemail.start();
  }

  async close(): Promise<void> {
    await this.#voicemail?.stop();
    await this.#store?.close();
    this.#voicemail = null;
    this.#store = null;
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true });
  }

  /** Begins a message, and fails where there is no room. */
  begin(mailbox = "alice", details = BOB): Deposit {
    const deposit = this.boxes.begin(DOMAIN, mailbox, details);
    if (typeof deposit === "string") throw new Error(`The mailbox is ${deposit}.`);
    return deposit;
  }

  /** Leaves a message of so many seconds. */
  async leave(mailbox = "alice", seconds = 2, details = BOB): Promise<MailboxMessage> {
    const deposit = this.begin(mailbox, details);
    await writeFile(deposit.file, wavBytes(seconds));
    return await this.boxes.keep(deposit);
  }

  async ids(mailbox = "alice", folder?: "new" | "saved" | "deleted"): Promise<string[]> {
    const query = { domain: DOMAIN, mailbox, limit: 1000, ...(folder === undefined ? {} : { folder }) };
    return (await this.boxes.messages(query)).items.map(({ id }) => id);
  }

  #logger(): Log {
    const note =
      (level: string) =>
      (text: string, fields?: unknown): void =>
        void this.log.push({ level, text, fields });
    return { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  }
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const world = new World(await mkdtemp(join(tmpdir(), "strowger-voicemail-")), options);
  await world.open();
  return world;
}
