/** What every store must do for voicemail: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { Store } from "../../runtime/port/store.ts";
import type { MailboxRow, MailRow, VoicemailRow } from "../../runtime/port/voicemail-store.ts";

const DOMAIN = "example.com";

function message(over: Partial<VoicemailRow> = {}): VoicemailRow {
  return {
    id: "m1",
    domain: DOMAIN,
    mailbox: "alice",
    folder: "new",
    folderAt: 1_767_225_600_000,
    receivedAt: "2026-01-01T00:00:00.000Z",
    seconds: 12.5,
    from: "sip:bob@example.com",
    fromName: "Bob Öz \u{1F600}",
    callId: "call-1",
    transcript: null,
    transcription: "none",
    ...over,
  };
}

function mail(over: Partial<MailRow> = {}): MailRow {
  const times = { createdAt: 1000, nextAttemptAt: 1000 };
  return { message: "m1", email: "a@example.com", ...times, attempts: 0, state: "waiting", error: null, ...over };
}

function settings(over: Partial<MailboxRow> = {}): MailboxRow {
  const limits = { maxMessages: 5, maxSeconds: null, retentionDays: null };
  return { domain: DOMAIN, mailbox: "alice", pinHash: "scrypt$1$a$b", email: null, ...limits, ...over };
}

/** `current` gives the store of the test that runs. */
export function voicemailContract(current: () => Store): void {
  const boxes = () => current().voicemail;
  const mails = () => current().mails;
  const ids = async (query: object = {}): Promise<string[]> =>
    (await boxes().search({ domain: DOMAIN, mailbox: "alice", limit: 100, ...query })).items.map(({ id }) => id);

  describe("voicemail", () => {
    it("keeps settings of boxes, and replaces them by domain and mailbox", async () => {
      await boxes().putSettings(settings());
      await boxes().putSettings(settings({ mailbox: "bob", pinHash: null }));
      await boxes().putSettings(settings({ email: "a@example.com", retentionDays: 30 }));
      expect(await boxes().settings()).toEqual([
        settings({ email: "a@example.com", retentionDays: 30 }),
        settings({ mailbox: "bob", pinHash: null }),
      ]);
    });

    it("removes settings of a box, and of no other", async () => {
      await boxes().putSettings(settings());
      await boxes().putSettings(settings({ mailbox: "bob" }));
      await boxes().removeSettings(DOMAIN, "alice");
      await boxes().removeSettings(DOMAIN, "alice");
      expect(await boxes().settings()).toEqual([settings({ mailbox: "bob" })]);
    });

    it("keeps a message as it was given, once, and shows it to its own box alone", async () => {
      expect(await boxes().add(message(), null)).toBe(true);
      expect(await boxes().add(message({ fromName: "Eve" }), mail())).toBe(false);
      expect(await boxes().get(DOMAIN, "alice", "m1")).toEqual(message());
      expect(await boxes().get(DOMAIN, "bob", "m1")).toBeUndefined();
      expect(await boxes().get("example.org", "alice", "m1")).toBeUndefined();
      expect(await mails().due(5000, 10)).toEqual([]);
    });

    it("counts messages by box and folder", async () => {
      await boxes().add(message(), null);
      await boxes().add(message({ id: "m2" }), null);
      await boxes().add(message({ id: "m3", folder: "saved" }), null);
      await boxes().add(message({ id: "m4", mailbox: "bob" }), null);
      const counts = [...(await boxes().counts())].sort(
        (a, b) => b.count - a.count || (a.mailbox < b.mailbox ? -1 : 1),
      );
      expect(counts).toEqual([
        { domain: DOMAIN, mailbox: "alice", folder: "new", count: 2 },
        { domain: DOMAIN, mailbox: "alice", folder: "saved", count: 1 },
        { domain: DOMAIN, mailbox: "bob", folder: "new", count: 1 },
      ]);
      expect([...(await boxes().ids(DOMAIN, "alice"))].sort()).toEqual(["m1", "m2", "m3"]);
    });

    it("pages through messages newest first, each once, also those of one millisecond, while new ones come in", async () => {
      for (const id of ["a", "b", "c", "d"]) await boxes().add(message({ id }), null);
      await boxes().add(message({ id: "newest", receivedAt: "2026-01-02T00:00:00.000Z" }), null);
      const first = await boxes().search({ domain: DOMAIN, mailbox: "alice", limit: 2 });
      expect(first.items.map(({ id }) => id)).toEqual(["newest", "d"]);
      await boxes().add(message({ id: "later", receivedAt: "2026-05-01T00:00:00.000Z" }), null);
      expect(await ids({ cursor: first.next ?? "" })).toEqual(["c", "b", "a"]);
      await boxes().move(DOMAIN, "alice", "b", "saved", 5);
      expect(await ids({ folder: "saved" })).toEqual(["b"]);
      const bad = boxes().search({ domain: DOMAIN, mailbox: "alice", limit: 2, cursor: "bm90LWpzb24" });
      await expect(bad).rejects.toMatchObject({ code: "invalid-request" });
    });

    it("moves a message and tells where it was", async () => {
      await boxes().add(message(), null);
      expect(await boxes().move(DOMAIN, "alice", "m1", "saved", 7000)).toEqual(message());
      expect(await boxes().get(DOMAIN, "alice", "m1")).toEqual(message({ folder: "saved", folderAt: 7000 }));
      await boxes().move(DOMAIN, "alice", "m1", "saved", 9000);
      expect((await boxes().get(DOMAIN, "alice", "m1"))?.folderAt).toBe(7000);
      expect(await boxes().move(DOMAIN, "bob", "m1", "deleted", 8000)).toBeUndefined();
    });

    it("removes a message with its mail, and tells what it was", async () => {
      await boxes().add(message(), mail());
      expect(await boxes().remove(DOMAIN, "bob", "m1")).toBeUndefined();
      expect(await boxes().remove(DOMAIN, "alice", "m1")).toEqual(message());
      expect(await boxes().remove(DOMAIN, "alice", "m1")).toBeUndefined();
      expect(await mails().nextAttemptAt()).toBeUndefined();
    });

    it("finds what has been in a folder for long, oldest first", async () => {
      for (const [id, folderAt] of [
        ["m1", 300],
        ["m2", 100],
        ["m3", 200],
        ["m4", 900],
      ] as const) {
        await boxes().add(message({ id, folderAt, folder: "deleted" }), null);
      }
      const outdated = async (limit: number) => {
        const box = { domain: DOMAIN, mailbox: "alice", folder: "deleted" } as const;
        return (await boxes().outdated({ ...box, before: 900, limit })).map(({ id }) => id);
      };
      expect(await outdated(10)).toEqual(["m2", "m3", "m1"]);
      expect(await outdated(1)).toEqual(["m2"]);
    });

    it("keeps what was said, and lets the mail that waits for it go", async () => {
      await boxes().add(message({ transcription: "pending" }), mail({ nextAttemptAt: 9000 }));
      await boxes().add(message({ id: "m2", transcription: "pending" }), mail({ message: "m2", nextAttemptAt: 9000 }));
      expect((await boxes().untranscribed(10)).map(({ id }) => id)).toEqual(["m1", "m2"]);
      await boxes().transcribed("m1", "Hello.", 2000);
      await mails().put(mail({ message: "m2", attempts: 1, nextAttemptAt: 9000 }));
      await boxes().transcribed("m2", null, 2000);
      expect(await boxes().untranscribed(10)).toEqual([]);
      expect(await boxes().get(DOMAIN, "alice", "m1")).toMatchObject({ transcript: "Hello.", transcription: "done" });
      expect(await boxes().get(DOMAIN, "alice", "m2")).toMatchObject({ transcript: null, transcription: "failed" });
      // One that was tried already keeps the time of its next attempt.
      expect((await mails().due(2000, 10)).map(({ mail }) => mail.message)).toEqual(["m1"]);
    });

    it("gives mails when they are due, with their messages, and not those that were given up", async () => {
      await boxes().add(message(), mail({ nextAttemptAt: 2000 }));
      await boxes().add(message({ id: "m2" }), mail({ message: "m2" }));
      expect(await mails().nextAttemptAt()).toBe(1000);
      expect(await mails().due(999, 10)).toEqual([]);
      expect(await mails().due(1000, 10)).toEqual([{ mail: mail({ message: "m2" }), message: message({ id: "m2" }) }]);
      expect((await mails().due(2000, 10)).map(({ mail }) => mail.message)).toEqual(["m2", "m1"]);
      expect(await mails().due(2000, 1)).toHaveLength(1);
      await mails().put(mail({ message: "m2", attempts: 3, state: "failed", error: "550 no" }));
      await mails().remove("m1");
      expect(await mails().due(9000, 10)).toEqual([]);
      expect(await mails().nextAttemptAt()).toBeUndefined();
    });

    it("makes no mail out of an attempt whose message was removed meanwhile", async () => {
      await mails().put(mail({ attempts: 1 }));
      expect(await mails().nextAttemptAt()).toBeUndefined();
    });
  });
}
