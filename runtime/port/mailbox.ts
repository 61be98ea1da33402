/**
 * Voicemail boxes as the switch, the API and scripts use them. A message is a WAV file and a row of the store; what is
 * reported as kept is on the disk and committed. A box belongs to a user (`domain`, `mailbox` = the user's name); that of a
 * user who is removed is not to be seen, kept for a week in case that the user comes back, and then erased.
 */
import type { Page } from "./page.ts";
import type { Folder, VoicemailQuery, VoicemailRow } from "./voicemail-store.ts";

export type { Folder } from "./voicemail-store.ts";

/** Which greeting a caller hears: the temporary one where there is one, else by why the call came here. */
export type GreetingKind = "unavailable" | "busy" | "temporary" | "name";

export type MailboxMessage = Omit<VoicemailRow, "folderAt" | "transcription">;

/** Deleted ones, which can be restored for a while, do not count. */
export interface MailboxCounts {
  readonly new: number;
  readonly saved: number;
}

export interface MailboxSettings {
  readonly domain: string;
  readonly mailbox: string;
  readonly hasPin: boolean;
  readonly email: string | null;
  readonly greetings: readonly GreetingKind[];
  /** Most messages that are kept, deleted ones not counted. */
  readonly maxMessages: number;
  /** Longest message, in seconds. */
  readonly maxSeconds: number;
  /** Days after which a saved message is removed; `null`: never. A deleted one goes after 7 days at the latest. */
  readonly retentionDays: number | null;
  /** What the configuration declares, and so cannot be set here. */
  readonly managed: readonly MailboxSetting[];
}

export type MailboxSetting = "pin" | "email" | "maxMessages" | "maxSeconds" | "retentionDays";

/** Absent: stays as it is. `null`: as it is by default; without a PIN, only the owner's own phone gets in. */
export interface MailboxChange {
  readonly pin?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly maxMessages?: number | null | undefined;
  readonly maxSeconds?: number | null | undefined;
  readonly retentionDays?: number | null | undefined;
}

/** Who speaks: known before the first word, so that a message whose recording is broken off has it, too. */
export interface DepositDetails {
  /** URI and display name of who spoke. */
  readonly from: string;
  readonly fromName: string;
  readonly callId: string;
}

/** A message that is being spoken. */
export interface Deposit {
  readonly id: string;
  readonly domain: string;
  readonly mailbox: string;
  /** Where it is to be recorded: does not exist yet, its folder does. */
  readonly file: string;
  readonly maxSeconds: number;
}

export interface Mailboxes {
  /** Whether there is such a box. Answered from memory, as everything here that is no promise. */
  has(domain: string, mailbox: string): boolean;
  settings(domain: string, mailbox: string): MailboxSettings | undefined;
  counts(domain: string, mailbox: string): MailboxCounts;
  /** The WAV file of a greeting, or `null` where the box has none of its own. */
  greeting(domain: string, mailbox: string, kind: GreetingKind): string | null;
  /** Begins a message; `full`: the box or the disk has no room. */
  begin(domain: string, mailbox: string, details: DepositDetails): Deposit | "unknown" | "full";
  /**
   * The recording is done: resolves when the message is safe, in its folder and in the store. How long it is says its
   * file, whose header is mended where it has to be. Rejects with `StorageError`; what was spoken is then kept as it is,
   * and delivered as soon as that is possible.
   */
  keep(deposit: Deposit): Promise<MailboxMessage>;
  /** Nothing worth keeping was said. */
  discard(deposit: Deposit): void;

  /** Newest first. Throws `RequestError` (`invalid-request`) for a cursor that no page gave. */
  messages(query: VoicemailQuery): Promise<Page<MailboxMessage>>;
  message(domain: string, mailbox: string, id: string): Promise<MailboxMessage | undefined>;
  /** The WAV file of a message. */
  audio(domain: string, mailbox: string, id: string): Promise<string | undefined>;
  /**
   * Moves a message to a folder (`deleted` can be undone until the retention removes it); `undefined`: no such message.
   * Throws `RequestError` (`conflict`) where a deleted one would come back into a box that is full.
   */
  move(domain: string, mailbox: string, id: string, folder: Folder): Promise<MailboxMessage | undefined>;
  /** Puts a copy of a message into another box. Throws `RequestError` (`not-found`, `conflict` where it is full). */
  copy(domain: string, mailbox: string, id: string, to: string): Promise<MailboxMessage>;
  /** Removes a message and its file for good; `false`: no such message. */
  erase(domain: string, mailbox: string, id: string): Promise<boolean>;
  /** A path on which something may be recorded that can become a greeting: does not exist yet, its folder does. */
  scratch(): string;
  /**
   * Takes a WAV file (which is moved) or the bytes of one as a greeting. `null` removes the greeting; `false`: there was
   * none. Throws `RequestError` (`not-found`, `invalid-request` where it is no WAV, or too long).
   */
  setGreeting(
    domain: string,
    mailbox: string,
    kind: GreetingKind,
    source: string | Uint8Array | null,
  ): Promise<boolean>;
  /** Throws `RequestError` (`not-found`, `managed-by-config`, `invalid-request`). */
  configure(domain: string, mailbox: string, change: MailboxChange): Promise<MailboxSettings>;
  /** Compares in constant time; damps guessing: after five wrong ones none is right for a minute, then for two, and so on. */
  checkPin(domain: string, mailbox: string, pin: string): Promise<"right" | "wrong" | "locked">;
  /** All boxes of a domain, by name. */
  list(domain: string): readonly MailboxSettings[];
  /** Tells of every change from now on. */
  watch(watcher: MailboxWatcher): void;
}

/** Who wants to know when the number of messages of a box has changed: the lamps of phones. */
export interface MailboxWatcher {
  mailboxChanged(domain: string, mailbox: string, counts: MailboxCounts): void;
  /** A message has come: for the log and the feed. */
  messageKept(message: MailboxMessage, file: string): void;
}
