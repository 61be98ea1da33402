/**
 * Voicemail boxes as the switch, the API and scripts use them. A message is a WAV file and a row of the store; what is
 * reported as kept is on the disk and committed. A box belongs to a user (`domain`, `mailbox` = the user's name).
 */
import type { Page } from "./store.ts";

export type Folder = "new" | "saved" | "deleted";

/** Which greeting a caller hears: the temporary one where there is one, else by why the call came here. */
export type GreetingKind = "unavailable" | "busy" | "temporary" | "name";

export interface MailboxMessage {
  readonly id: string;
  readonly domain: string;
  readonly mailbox: string;
  readonly folder: Folder;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
  readonly seconds: number;
  /** URI and display name of who spoke. */
  readonly from: string;
  readonly fromName: string;
  readonly callId: string;
  /** What was said, where a transcriber is configured and has answered. */
  readonly transcript: string | null;
}

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
  /** Most messages that are kept. */
  readonly maxMessages: number;
  /** Longest message, in seconds. */
  readonly maxSeconds: number;
  /** Days after which a saved or deleted message is removed; `null`: never. */
  readonly retentionDays: number | null;
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

export interface DepositDetails {
  readonly seconds: number;
  readonly from: string;
  readonly fromName: string;
  readonly callId: string;
}

export interface Mailboxes {
  /** Whether there is such a box. Answered from memory, as everything here that is no promise. */
  has(domain: string, mailbox: string): boolean;
  settings(domain: string, mailbox: string): MailboxSettings | undefined;
  counts(domain: string, mailbox: string): MailboxCounts;
  /** The WAV file of a greeting, or `null` where the box has none of its own. */
  greeting(domain: string, mailbox: string, kind: GreetingKind): string | null;
  /** Begins a message; `full`: the box or the disk has no room. */
  begin(domain: string, mailbox: string): Deposit | "unknown" | "full";
  /** The recording is done: resolves when the message is safe, in its folder and in the store. Rejects with `StorageError`. */
  keep(deposit: Deposit, details: DepositDetails): Promise<MailboxMessage>;
  /** Nothing worth keeping was said. */
  discard(deposit: Deposit): void;

  messages(query: {
    readonly domain: string;
    readonly mailbox: string;
    readonly folder?: Folder;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<MailboxMessage>>;
  message(domain: string, mailbox: string, id: string): Promise<MailboxMessage | undefined>;
  /** The WAV file of a message. */
  audio(domain: string, mailbox: string, id: string): Promise<string | undefined>;
  /** Moves a message to a folder (`deleted` can be undone until the retention removes it); `undefined`: no such message. */
  move(domain: string, mailbox: string, id: string, folder: Folder): Promise<MailboxMessage | undefined>;
  /** Puts a copy of a message into another box. Throws `RequestError` (`not-found`, `conflict` where it is full). */
  copy(domain: string, mailbox: string, id: string, to: string): Promise<MailboxMessage>;
  /** Removes a message and its file for good; `false`: no such message. */
  erase(domain: string, mailbox: string, id: string): Promise<boolean>;
  /** Takes a WAV file as a greeting; the file is moved. `null` removes the greeting. Throws `RequestError` (`invalid-request`). */
  setGreeting(domain: string, mailbox: string, kind: GreetingKind, file: string | null): Promise<void>;
  setPin(domain: string, mailbox: string, pin: string): Promise<void>;
  /** Compares in constant time; damps guessing: after five wrong ones, none is right for a minute. */
  checkPin(domain: string, mailbox: string, pin: string): Promise<"right" | "wrong" | "locked">;
}

/** Who wants to know when the number of messages of a box has changed: the lamps of phones. */
export interface MailboxWatcher {
  mailboxChanged(domain: string, mailbox: string, counts: MailboxCounts): void;
  /** A message has come: for the log, the feed and the mail. */
  messageKept(message: MailboxMessage, file: string): void;
}
