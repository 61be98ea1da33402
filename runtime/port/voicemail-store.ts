/** What voicemail keeps in the store: settings of boxes, messages (their audio is a file), and mails that wait to be sent. */
import type { Page } from "./page.ts";

export type Folder = "new" | "saved" | "deleted";

/** What somebody has set for a box. `null`: as it is by default. */
export interface MailboxRow {
  readonly domain: string;
  readonly mailbox: string;
  /** Salted and slow to guess; the PIN itself is never kept. */
  readonly pinHash: string | null;
  readonly email: string | null;
  readonly maxMessages: number | null;
  readonly maxSeconds: number | null;
  readonly retentionDays: number | null;
}

export interface VoicemailRow {
  readonly id: string;
  readonly domain: string;
  readonly mailbox: string;
  readonly folder: Folder;
  /** Milliseconds since 1970 at which the message came into this folder. */
  readonly folderAt: number;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
  readonly seconds: number;
  readonly from: string;
  readonly fromName: string;
  readonly callId: string;
  readonly transcript: string | null;
  /** `none`: nobody was to write down what was said. */
  readonly transcription: "none" | "pending" | "done" | "failed";
}

/** A mail that tells of a message. It is removed once a server has taken it. */
export interface MailRow {
  /** Id of the message. */
  readonly message: string;
  readonly email: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  /** `failed`: given up, kept to be seen. */
  readonly state: "waiting" | "failed";
  readonly error: string | null;
}

export interface FolderCount {
  readonly domain: string;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly count: number;
}

export interface VoicemailQuery {
  readonly domain: string;
  readonly mailbox: string;
  readonly folder?: Folder;
  readonly limit: number;
  /** Opaque: as the page before gave it. */
  readonly cursor?: string;
}

export interface OutdatedQuery {
  readonly domain: string;
  readonly mailbox: string;
  readonly folder: Folder;
  /** Came into the folder before this. */
  readonly before: number;
  readonly limit: number;
}

export interface VoicemailStore {
  settings(): Promise<readonly MailboxRow[]>;
  putSettings(row: MailboxRow): Promise<void>;
  removeSettings(domain: string, mailbox: string): Promise<void>;
  /** How many messages each folder of each box has; those without any are left out. */
  counts(): Promise<readonly FolderCount[]>;
  /** Adds a message, and the mail that tells of it, in one commit; `false`: it is there already, and stays as it is. */
  add(message: VoicemailRow, mail: MailRow | null): Promise<boolean>;
  get(domain: string, mailbox: string, id: string): Promise<VoicemailRow | undefined>;
  /** Newest first. */
  search(query: VoicemailQuery): Promise<Page<VoicemailRow>>;
  /** All messages of a box: its files are compared with them. */
  ids(domain: string, mailbox: string): Promise<readonly string[]>;
  /** Resolves with the message as it was before; `undefined`: there is none. */
  move(domain: string, mailbox: string, id: string, folder: Folder, at: number): Promise<VoicemailRow | undefined>;
  /** Removes a message and its mail; resolves with the message that was there. */
  remove(domain: string, mailbox: string, id: string): Promise<VoicemailRow | undefined>;
  /** Messages that somebody has left, in all boxes of the domain. */
  leftBy(domain: string, name: string): Promise<readonly Pick<VoicemailRow, "mailbox" | "id">[]>;
  /** Messages that have been in a folder for long, oldest first. */
  outdated(query: OutdatedQuery): Promise<readonly VoicemailRow[]>;
  /** Messages that wait to be written down, oldest first. */
  untranscribed(limit: number): Promise<readonly VoicemailRow[]>;
  /** Keeps what was said (`null`: that failed), and lets the mail that waits for it go at `at`. */
  transcribed(id: string, transcript: string | null, at: number): Promise<void>;
}

export interface MailStore {
  /** Mails whose time has come, with the message each tells of; longest waiting first. */
  due(now: number, limit: number): Promise<readonly { readonly mail: MailRow; readonly message: VoicemailRow }[]>;
  /** When the next one is due; `undefined`: none waits. */
  nextAttemptAt(): Promise<number | undefined>;
  /** Notes an attempt that failed. */
  put(mail: MailRow): Promise<void>;
  remove(message: string): Promise<void>;
}
