/** Puts together what takes a person out of all that is kept. */
import type { CallRecordings } from "../media/library/call-recordings.ts";
import type { Mailboxes } from "../port/mailbox.ts";
import type { Store } from "../port/store.ts";
import { Redactor } from "../redaction/redactor.ts";
import type { Messages } from "../switch/messages/messages.ts";
import type { JournalRooms } from "./journal.ts";

export function assembleRedactions(parts: {
  readonly store: Store;
  readonly domain: string;
  readonly journal: JournalRooms;
  readonly recordings: CallRecordings;
  readonly mailboxes: Mailboxes;
  readonly messages: Messages;
}): Redactor {
  const { store, domain, journal, recordings, mailboxes, messages } = parts;
  return new Redactor({
    domain,
    store,
    forgetCalls: (ids) => journal.forget(ids),
    forgetRecordings: (ids) => recordings.removeOf(domain, ids),
    eraseVoicemail: (mailbox, id) => mailboxes.erase(domain, mailbox, id),
    forgetMessages: (name) => messages.forgetOf(domain, name),
  });
}
