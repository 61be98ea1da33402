/** What every store must do for text messages: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { MessageContent, MessageHead } from "../../runtime/port/message-store.ts";
import type { Store } from "../../runtime/port/store.ts";

function message(id: string, over: Partial<MessageHead & MessageContent> = {}): MessageHead & MessageContent {
  return {
    id,
    domain: "example.com",
    user: "bob",
    from: '"J\u00c3\u00b6rg" <sip:alice@example.com>',
    sender: "alice",
    contentType: "text/plain",
    bytes: 5,
    createdAt: 1_790_000_000_000,
    expiresAt: 1_790_000_600_000,
    deliveredAt: null,
    fields: '[["Content-Type","text/plain"]]',
    body: "a\u0000\u00ff\r\nb",
    ...over,
  };
}

function headOf({ fields: _, body: __, ...head }: MessageHead & MessageContent): MessageHead {
  return head;
}

/** `current` gives the store of the test that runs. */
export function messageContract(current: () => Store): void {
  describe("text messages", () => {
    it("are kept octet by octet, and listed in the order of their ids while they last", async () => {
      const { messages } = current();
      await messages.add(message("m2"));
      await messages.add(message("m1", { sender: null }));
      await messages.add(message("m3", { expiresAt: 1_790_000_000_001 }));
      expect(await messages.heads(1_790_000_000_500)).toEqual([
        headOf(message("m1", { sender: null })),
        headOf(message("m2")),
      ]);
      expect(await messages.content("m2")).toEqual({ fields: message("").fields, body: message("").body });
      expect(await messages.content("m9")).toBeUndefined();
    });

    it("remember which devices are done with them, and when the first has taken one", async () => {
      const { messages } = current();
      await messages.add(message("m1"));
      await messages.settle({ message: "m1", device: "sip:a", result: "refused", at: 5 });
      expect((await messages.heads(0))[0]?.deliveredAt).toBeNull();
      await messages.settle({ message: "m1", device: "sip:b", result: "taken", at: 7 });
      await messages.settle({ message: "m1", device: "sip:c", result: "taken", at: 9 });
      await messages.settle({ message: "m1", device: "sip:c", result: "taken", at: 11 });
      expect((await messages.heads(0))[0]?.deliveredAt).toBe(7);
      expect(await messages.settled()).toHaveLength(3);
    });

    it("go with all that is known of them", async () => {
      const { messages } = current();
      for (const id of ["m1", "m2", "m3"]) await messages.add(message(id));
      await messages.settle({ message: "m1", device: "sip:a", result: "taken", at: 5 });
      await messages.remove(["m1", "m2"]);
      expect((await messages.heads(0)).map(({ id }) => id)).toEqual(["m3"]);
      expect(await messages.settled()).toEqual([]);
      await messages.settle({ message: "m3", device: "sip:a", result: "taken", at: 5 });
      await messages.trim(1_790_000_600_000);
      expect([await messages.heads(0), await messages.settled()]).toEqual([[], []]);
    });
  });
}
