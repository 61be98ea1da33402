/** What every store must do to take a person out of it: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { Store } from "../../runtime/port/store.ts";
import type { VoicemailRow } from "../../runtime/port/voicemail-store.ts";
import type { Cdr } from "../../sdk/events.ts";

const NOBODY = "sip:redacted@redacted.invalid";
const DOMAIN = "example.com";

/** `current` gives the store of the test that runs. `cdr` makes a record. */
export function redactionContract(current: () => Store, cdr: (over: Partial<Cdr>) => Cdr): void {
  describe("a person", () => {
    it("is taken out of the records of all calls whose party he was, and of no other", async () => {
      const { cdrs } = current();
      const leg = (target: string, uri: string | null) => ({ target, uri, code: 486, reason: "Busy Here" });
      const other = cdr({
        id: "other",
        from: "sip:carola@example.com",
        to: "sip:dave@example.com",
        user: null,
        legs: [],
      });
      const legs = [leg("carol", "sip:carol@192.0.2.9"), leg("trunk:one/+4930", null), leg("bob", "sip:bob@192.0.2.1")];
      await cdrs.add(other);
      await cdrs.add(
        cdr({ id: "from", from: "sip:carol@example.com", user: "carol", legs: [], tags: { who: "carol" } }),
      );
      await cdrs.add(cdr({ id: "to", to: "sip:carol@example.com", user: null, legs }));
      await cdrs.add(cdr({ id: "elsewhere", domain: "example.net", from: "sip:carol@example.net" }));
      expect((await cdrs.ofParty(DOMAIN, "carol")).toSorted()).toEqual(["from", "to"]);
      expect(await cdrs.redact(DOMAIN, "carol")).toBe(2);
      expect(await cdrs.get("from")).toMatchObject({ from: NOBODY, user: null, tags: {}, seconds: 60.5 });
      expect(await cdrs.get("to")).toMatchObject({
        to: NOBODY,
        legs: [leg("redacted", NOBODY), leg("trunk:one/+4930", null), leg("bob", "sip:bob@192.0.2.1")],
      });
      expect(await cdrs.get("other")).toEqual(other);
      expect((await cdrs.get("elsewhere"))?.from).toBe("sip:carol@example.net");
      expect([await cdrs.redact(DOMAIN, "carol"), await cdrs.ofParty(DOMAIN, "carol")]).toEqual([0, []]);
    });

    it("is found as the number that was dialled by a trunk", async () => {
      const { cdrs } = current();
      const uri = "sip:4930123456@gw.example.net";
      const legs = [{ target: "trunk:one/+4930123456", uri, code: 200, reason: "OK", trunk: "one" }];
      await cdrs.add(cdr({ id: "out", to: "sip:0030123456@example.com", legs }));
      expect(await cdrs.ofParty(DOMAIN, "+49301234")).toEqual([]);
      expect(await cdrs.redact(DOMAIN, "+4930123456")).toBe(1);
      expect((await cdrs.get("out"))?.legs).toEqual([{ ...legs[0], target: "redacted", uri: NOBODY }]);
    });

    it("is known by the voicemails that he has left", async () => {
      const { voicemail } = current();
      const row: VoicemailRow = {
        ...{
          id: "m1",
          domain: DOMAIN,
          mailbox: "alice",
          folder: "new",
          folderAt: 0,
          receivedAt: "2026-01-01T00:00:00.000Z",
        },
        ...{ seconds: 1, from: "sip:carol@example.com", fromName: "Carol", callId: "c", transcript: null },
        transcription: "none",
      };
      await voicemail.add(row, null);
      await voicemail.add({ ...row, id: "m2", mailbox: "bob", from: "carol" }, null);
      await voicemail.add({ ...row, id: "m3", from: "sip:carola@example.com" }, null);
      const left = await voicemail.leftBy(DOMAIN, "carol");
      expect(left.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
        { mailbox: "alice", id: "m1" },
        { mailbox: "bob", id: "m2" },
      ]);
    });
  });
}
