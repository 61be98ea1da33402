/** The voicemail part of the store port on named operations. */
import type { MailStore, VoicemailStore } from "../port/voicemail-store.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import type { RunOperation } from "./operations.ts";

const MAX_PAGE = 1000;

export function createVoicemailStore(run: RunOperation): VoicemailStore {
  return {
    settings: () => run("voicemail.settings"),
    putSettings: (row) => run("voicemail.putSettings", row),
    removeSettings: (domain, mailbox) => run("voicemail.removeSettings", domain, mailbox),
    counts: () => run("voicemail.counts"),
    add: (message, mail) => run("voicemail.add", message, mail),
    get: (domain, mailbox, id) => run("voicemail.get", domain, mailbox, id),
    ids: (domain, mailbox) => run("voicemail.ids", domain, mailbox),
    async search({ cursor, ...query }) {
      const limit = Math.min(MAX_PAGE, Math.max(1, Math.trunc(query.limit)));
      const after = cursor === undefined ? {} : { after: parseCursor(cursor) };
      const found = await run("voicemail.search", { ...query, limit, ...after });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items, next: last === undefined ? null : formatCursor({ at: last.receivedAt, id: last.id }) };
    },
    move: (domain, mailbox, id, folder, at) => run("voicemail.move", domain, mailbox, id, folder, at),
    remove: (domain, mailbox, id) => run("voicemail.remove", domain, mailbox, id),
    leftBy: (domain, name) => run("voicemail.leftBy", domain, name),
    outdated: (query) => run("voicemail.outdated", query),
    untranscribed: (limit) => run("voicemail.untranscribed", limit),
    transcribed: (id, transcript, at) => run("voicemail.transcribed", id, transcript, at),
  };
}

export function createMailStore(run: RunOperation): MailStore {
  return {
    due: (now, limit) => run("mails.due", now, limit),
    nextAttemptAt: () => run("mails.nextAttemptAt"),
    put: (mail) => run("mails.put", mail),
    remove: (message) => run("mails.remove", message),
  };
}
