/**
 * What is known of a message besides its audio, as a small file of JSON beside it: written when somebody begins to speak,
 * so that a recording that is broken off still has a box to go to, and kept for as long as the message is.
 */
import { parseJson } from "./json.ts";

export interface MessageNote {
  readonly id: string;
  readonly domain: string;
  readonly mailbox: string;
  readonly from: string;
  readonly fromName: string;
  readonly callId: string;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
  /** Known already where it is a copy. */
  readonly transcript: string | null;
}

const TEXTS = ["id", "domain", "mailbox", "from", "fromName", "callId", "receivedAt"] as const;

export function formatNote(note: MessageNote): string {
  return `${JSON.stringify(note, null, 2)}\n`;
}

/** `undefined` for what is no note, as a full disk leaves it. */
export function parseNote(text: string): MessageNote | undefined {
  const fields = parseJson(text);
  if (fields === undefined || TEXTS.some((name) => typeof fields[name] !== "string")) return undefined;
  const transcript = fields.transcript ?? null;
  if (transcript !== null && typeof transcript !== "string") return undefined;
  // The fields that are texts have just been checked, one by one.
  return { ...(fields as unknown as MessageNote), transcript };
}
