/**
 * `voicemail`: a decision, and the mailboxes of this domain for scripts that look into them, such as a menu for retrieval.
 */
import type { Sound, Voicemail, VoicemailOptions } from "./audio.ts";
import { operate } from "./operation.ts";

/** `deleted` can be undone until the retention of the mailbox removes the message. */
export type VoicemailFolder = "new" | "saved" | "deleted";

/**
 * Which greeting a caller hears: `temporary` where there is one, else `busy` or `unavailable` by why the call came here.
 * `name` is the name of the owner alone, spoken within the greeting of the switch.
 */
export type VoicemailGreeting = "unavailable" | "busy" | "temporary" | "name";

export interface VoicemailCounts {
  readonly new: number;
  readonly saved: number;
}

export interface VoicemailMessage {
  readonly id: string;
  readonly folder: VoicemailFolder;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
  /** How long it is. */
  readonly seconds: number;
  /** URI of who spoke. */
  readonly from: string;
  /** The display name, or an empty string. */
  readonly fromName: string;
  /** What was said, where the switch has a transcriber and it has answered, else `null`. */
  readonly transcript: string | null;
  /** What `play` takes to play the message; what it looks like may change. */
  readonly audio: Sound;
}

export interface VoicemailMessagesOptions {
  /** Default: all three. */
  readonly folder?: VoicemailFolder;
  /**
   * How many at most, 1 to 100.
   * @default 50
   */
  readonly limit?: number;
}

export interface VoicemailSettings {
  /** The user whose mailbox it is. */
  readonly mailbox: string;
  /** Whether a PIN is set. */
  readonly hasPin: boolean;
  /** The greetings that the owner has recorded. */
  readonly greetings: readonly VoicemailGreeting[];
  /** How many messages are kept at most. */
  readonly maxMessages: number;
  /** How long a message may be. */
  readonly maxSeconds: number;
  /** Days after which a saved or deleted message is removed; `null`: never. */
  readonly retentionDays: number | null;
}

/** `locked`: too many wrong ones; for a while, none is right. */
export type VoicemailPinCheck = "right" | "wrong" | "locked";

function take(mailbox: string, options: VoicemailOptions = {}): Voicemail {
  return { type: "voicemail", mailbox, ...options };
}

const operations = {
  /** How many messages there are. */
  counts(mailbox: string): Promise<VoicemailCounts> {
    return operate("voicemail.counts", { mailbox });
  },

  /** The messages, newest first. `too-large` where transcripts make them so: ask for fewer. */
  messages(mailbox: string, options: VoicemailMessagesOptions = {}): Promise<readonly VoicemailMessage[]> {
    return operate("voicemail.messages", { ...options, mailbox });
  },

  /** One message. `not-found`: there is no such message. */
  message(mailbox: string, id: string): Promise<VoicemailMessage> {
    return operate("voicemail.message", { mailbox, id });
  },

  /**
   * Moves a message to another folder, and gives it as it is then. `not-found`: there is no such message; `full`: a
   * deleted one has no room any more.
   */
  move(mailbox: string, id: string, folder: VoicemailFolder): Promise<VoicemailMessage> {
    return operate("voicemail.move", { mailbox, id, folder });
  },

  /** Removes a message for good. `not-found`: there is no such message. */
  erase(mailbox: string, id: string): Promise<void> {
    return operate("voicemail.erase", { mailbox, id });
  },

  /** Puts a copy into another mailbox, and gives the copy. `not-found`: no such message or mailbox; `full`: no room there. */
  copy(mailbox: string, id: string, toMailbox: string): Promise<VoicemailMessage> {
    return operate("voicemail.copy", { mailbox, id, toMailbox });
  },

  /** Whether this is the PIN of the mailbox. Where none is set, nothing is right. */
  checkPin(mailbox: string, pin: string): Promise<VoicemailPinCheck> {
    return operate("voicemail.checkPin", { mailbox, pin });
  },

  /**
   * Sets the PIN: 4 to 10 digits, or `null` for none. `managed-by-config`: the configuration declares it.
   */
  setPin(mailbox: string, pin: string | null): Promise<void> {
    return operate("voicemail.setPin", { mailbox, pin });
  },

  settings(mailbox: string): Promise<VoicemailSettings> {
    return operate("voicemail.settings", { mailbox });
  },

  /**
   * Makes a recording a greeting: `recordingId` is the `recording` of an event `recorded`. `null` removes the greeting.
   * `not-found`: this call has no such recording; `invalid-arguments`: it is too long for a greeting.
   */
  setGreeting(mailbox: string, kind: VoicemailGreeting, recordingId: string | null): Promise<void> {
    return operate("voicemail.setGreeting", { mailbox, kind, recordingId });
  },
};

/**
 * `voicemail("alice")` is the decision that takes a message. Its functions ask the switch about a mailbox, named as its
 * user, or by the extension: await them. Each rejects with an `OperationError`: `not-found` where there is no such mailbox, besides what it says
 * itself.
 *
 * @example
 * invite: () => [forward("alice", { ringSeconds: 20 }), voicemail("alice")],
 *
 * async gathered(call, event) {
 *   const [first] = await voicemail.messages("alice", { folder: "new", limit: 1 });
 *   return first === undefined ? hangup() : play(first.audio);
 * }
 */
export const voicemail = Object.freeze(Object.assign(take, operations));
