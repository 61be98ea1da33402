/** What every store must do for the console: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { ConsoleSessionRow, ConsoleUserRow } from "../../runtime/port/console.ts";
import type { Store } from "../../runtime/port/store.ts";

const anna: ConsoleUserRow = {
  name: "anna",
  role: "operator",
  passwordHash: "$scrypt$ln=15,r=8,p=3$salt$hash",
  createdAt: "2026-01-01T00:00:00.000Z",
};
const session: ConsoleSessionRow = {
  hash: "a".repeat(64),
  type: "user",
  subject: "anna",
  credential: "of the hash",
  createdAt: 1_767_225_600_000,
  seenAt: 1_767_225_600_000,
};

/** `current` gives the store of the test that runs. */
export function consoleContract(current: () => Store): void {
  describe("the console", () => {
    it("keeps its users by name, replaced and removed", async () => {
      const { console } = current();
      await console.putUser(anna);
      await console.putUser({ ...anna, name: "ben", role: "viewer" });
      await console.putUser({ ...anna, role: "admin" });
      expect(await console.users()).toEqual([
        { ...anna, role: "admin" },
        { ...anna, name: "ben", role: "viewer" },
      ]);
      expect(await console.removeUser("ben")).toBe(true);
      expect(await console.removeUser("ben")).toBe(false);
      expect(await console.users()).toEqual([{ ...anna, role: "admin" }]);
    });

    it("keeps who has signed in, oldest first, when they were seen last, and removes many at once", async () => {
      const { console } = current();
      const later = { ...session, hash: "b".repeat(64), type: "token" as const, createdAt: session.createdAt + 1 };
      const last = { ...session, hash: "c".repeat(64), createdAt: session.createdAt + 2 };
      for (const row of [later, session, last]) await console.putSession(row);
      await console.putSession({ ...session, seenAt: session.seenAt + 5 });
      expect(await console.sessions()).toEqual([{ ...session, seenAt: session.seenAt + 5 }, later, last]);
      await console.removeSessions([session.hash, last.hash, "unknown"]);
      expect(await console.sessions()).toEqual([later]);
    });
  });
}
