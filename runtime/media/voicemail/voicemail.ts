/**
 * Puts voicemail together: opens the folders, repairs what a crash has left, loads what is answered from memory, and then
 * runs what goes on by itself: mails, transcripts, the removal of what is outdated.
 */
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { StorageError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Mailboxes } from "../../port/mailbox.ts";
import type { Store } from "../../port/store.ts";
import type { MailRow, VoicemailRow } from "../../port/voicemail-store.ts";
import { AbandonedBoxes } from "./abandoned-boxes.ts";
import { Archive } from "./archive.ts";
import { type BoxDefaults, type BoxOwners, BoxTable, type DeclaredBox, keyOf } from "./box-table.ts";
import { Delivery } from "./delivery.ts";
import { DiskRoom, type FreeBytes } from "./disk-room.ts";
import { type BoxName, Folders } from "./folders.ts";
import { boxesOnDisk, Greetings } from "./greetings.ts";
import { MailQueue } from "./mail/mail-queue.ts";
import { createMailer, type SmtpConfig } from "./mail/smtp.ts";
import { VoicemailBoxes } from "./mailboxes.ts";
import { Recovery } from "./recovery.ts";
import { Retention } from "./retention.ts";
import { createTranscriber, type TranscriberConfig } from "./transcript/transcriber.ts";
import { Transcription } from "./transcript/transcription.ts";

/** Beyond the time that a transcriber has: a mail waits so long for what was said, and no longer. */
const TRANSCRIPT_GRACE_MS = 30_000;

export interface VoicemailConfig extends BoxDefaults {
  readonly smtp: SmtpConfig | null;
  readonly transcribe: TranscriberConfig | null;
}

export interface VoicemailOptions {
  /** The folder of all that is kept; voicemail has one of its own in it. */
  readonly data: string;
  readonly store: Pick<Store, "voicemail" | "mails">;
  readonly clock: Clock;
  readonly log: Log;
  readonly owners: BoxOwners;
  /** The domain that users of the configuration belong to. */
  readonly domain: string;
  readonly configured: readonly DeclaredBox[];
  readonly config: VoicemailConfig;
  /** @default what the file system says */
  readonly freeBytes?: FreeBytes;
}

export interface Voicemail {
  readonly mailboxes: Mailboxes;
  /** Whether the disk has room for more than the store needs. */
  hasRoom(): boolean;
  /** Puts a configuration that was read anew in force; mail server and transcriber stay as they were. */
  replaceConfigured(configured: readonly DeclaredBox[], defaults: BoxDefaults): void;
  /**
   * A user is gone: `keep` keeps what is in its box for a week, in case that it comes back; `erase` erases it, and rejects
   * with `StorageError` where that cannot be done now.
   */
  userRemoved(domain: string, mailbox: string, fate: "keep" | "erase"): Promise<void>;
  /** Begins to send mails, to write down what was said, and to remove what is outdated. */
  start(): void;
  stop(): Promise<void>;
}

/** Resolves when all is in order and loaded. Rejects with `StorageError` where the folder cannot be used. */
export async function createVoicemail(options: VoicemailOptions): Promise<Voicemail> {
  const { data, store, clock, log, owners, domain, config } = options;
  const root = join(data, "voicemail");
  const folders = new Folders(root);
  const table = new BoxTable(owners, domain, config);
  table.declare(options.configured, config);
  const archive = new Archive(folders);
  const audioOf = (message: VoicemailRow): string => folders.message(message, message.id).audio;
  const background = createBackground(options, audioOf);
  const mailFor = (row: VoicemailRow): MailRow | null => mailOf(row, table, config, clock.now());
  const delivery = new Delivery({
    folders,
    archive,
    store: store.voicemail,
    clock,
    log,
    isTranscribed: config.transcribe !== null,
    mailFor,
    onKept: (row) => {
      mailboxes.kept(row);
      background.kept(row);
    },
  });
  const greetings = new Greetings(folders, table);
  const disk = new DiskRoom({ folder: root, clock, log, freeBytes: options.freeBytes });
  const parts = { folders, table, archive, greetings, delivery, disk, store: store.voicemail, clock, log };
  const mailboxes = new VoicemailBoxes(parts);
  const erase = (box: BoxName, id: string): Promise<boolean> => mailboxes.erase(box.domain, box.mailbox, id);
  const abandoned = new AbandonedBoxes({ ...parts, erase });
  const retention = new Retention({ ...parts, abandoned, erase });

  await openArchive(archive, root);
  const recovery = new Recovery({ ...parts, deliver: (note) => delivery.deliver(note) });
  await load({ ...parts, recovery });
  await disk.look();
  return {
    mailboxes,
    hasRoom: () => disk.has(0),
    replaceConfigured: (configured, defaults) => table.declare(configured, defaults),
    userRemoved: (of, mailbox, fate) => abandoned[fate]({ domain: of, mailbox }),
    start() {
      background.start();
      retention.start();
    },
    async stop() {
      retention.stop();
      await delivery.stop();
      await background.stop();
    },
  };
}

async function openArchive(archive: Archive, root: string): Promise<void> {
  try {
    await archive.open();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = "this user must be able to write there";
    throw new StorageError("store-unavailable", `cannot use the folder ${root}: ${reason}; ${advice}`, { cause });
  }
}

interface LoadedParts {
  readonly folders: Folders;
  readonly table: BoxTable;
  readonly greetings: Greetings;
  readonly recovery: Recovery;
  readonly store: Store["voicemail"];
}

/** Settings come first, since what is delivered late is mailed by them; counts last, when all is in order. */
async function load({ folders, table, greetings, recovery, store }: LoadedParts): Promise<void> {
  for (const row of await store.settings()) table.setRow(row);
  const inStore = (await store.counts()).map(({ domain, mailbox }) => ({ domain, mailbox }));
  const boxes = new Map([...inStore, ...(await boxesOnDisk(folders))].map((box) => [keyOf(box), box]));
  await recovery.run([...boxes.values()]);
  table.setCounts(await store.counts());
  await greetings.load([...boxes.values()]);
}

interface Background {
  kept(row: VoicemailRow): void;
  start(): void;
  stop(): Promise<void>;
}

/** Mails and transcripts, as far as they are configured. */
function createBackground(options: VoicemailOptions, audioOf: (message: VoicemailRow) => string): Background {
  const { store, clock, log, config } = options;
  const mails =
    config.smtp === null
      ? null
      : new MailQueue({ store: store.mails, mailer: createMailer(config.smtp), clock, log, audioOf });
  const transcription =
    config.transcribe === null
      ? null
      : new Transcription({
          transcribe: createTranscriber(config.transcribe),
          timeoutMs: config.transcribe.timeoutMs,
          store: store.voicemail,
          clock,
          log,
          audioOf,
          onDone: () => mails?.wake(),
        });
  let isStarted = false;
  return {
    kept(row) {
      // What is kept before the start is found there.
      if (!isStarted) return;
      if (row.transcription === "pending") transcription?.add(row);
      mails?.wake();
    },
    start() {
      isStarted = true;
      transcription?.start().catch((error: unknown) => {
        log.warn("Messages that wait to be written down cannot be read now", { error });
      });
      mails?.wake();
    },
    async stop() {
      transcription?.stop();
      await mails?.stop();
    },
  };
}

function mailOf(row: VoicemailRow, table: BoxTable, config: VoicemailConfig, now: number): MailRow | null {
  const email = table.settings(row)?.email ?? null;
  if (email === null || config.smtp === null) return null;
  const isAwaited = row.transcription === "pending" && config.transcribe !== null;
  const waitMs = isAwaited ? (config.transcribe?.timeoutMs ?? 0) + TRANSCRIPT_GRACE_MS : 0;
  const times = { createdAt: now, nextAttemptAt: now + waitMs };
  return { message: row.id, email, ...times, attempts: 0, state: "waiting", error: null };
}
