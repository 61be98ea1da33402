import qrcode from "qrcode-generator";
import { describe, expect, it } from "vitest";
import { changeOf, type MailboxForm } from "../../../../runtime/console/pages/users/mailbox-change.ts";
import { isBehindNat } from "../../../../runtime/console/pages/users/nat.ts";
import { qrOutline } from "../../../../runtime/console/pages/users/qr.ts";
import { filterUsers, rowsOf, sortUsers } from "../../../../runtime/console/pages/users/user-rows.ts";
import type { RegistrationBody, UserBody } from "../../../../runtime/contract/resource-api.ts";
import type { MailboxBody } from "../../../../runtime/contract/voicemail-api.ts";

const user = (name: string, extension: string | null = null, displayName: string | null = null): UserBody => ({
  name,
  domain: "example.test",
  extension,
  displayName,
  managed: false,
  registered: false,
});
const phone = (name: string, more: Partial<RegistrationBody> = {}): RegistrationBody => ({
  user: name,
  domain: "example.test",
  contact: `sip:${name}@192.0.2.7:5060`,
  source: "192.0.2.7:5060",
  transport: "udp",
  q: 1,
  userAgent: null,
  instance: null,
  regId: null,
  path: [],
  gruu: null,
  registeredAt: "2026-01-01T00:00:00.000Z",
  expiresAt: "2026-01-01T01:00:00.000Z",
  ...more,
});

describe("The list of users", () => {
  const all = rowsOf(
    [user("alice", "100", "Alice Ant"), user("bob", "20"), user("carol")],
    [
      phone("alice", { userAgent: "Linphone" }),
      phone("alice"),
      phone("bob", { domain: "elsewhere.test" }),
      phone("carol", { source: "198.51.100.9:1024" }),
    ],
  );
  const found = (text: string, phones = "") => filterUsers(all, { text, phones }).map(({ name }) => name);
  const sorted = (column: string, direction: "ascending" | "descending") =>
    sortUsers(all, { column, direction }).map(({ name }) => name);

  it("has the phones of each, of the same domain alone", () => {
    expect(all.map(({ name, phones }) => [name, phones.length])).toEqual([
      ["alice", 2],
      ["bob", 0],
      ["carol", 1],
    ]);
  });

  it("finds users by what is known of them and of their phones", () => {
    expect(found("ANT")).toEqual(["alice"]);
    expect(found("20")).toEqual(["bob"]);
    expect(found("linphone")).toEqual(["alice"]);
    expect(found("198.51")).toEqual(["carol"]);
    expect(found("", "with")).toEqual(["alice", "carol"]);
    expect(found("", "without")).toEqual(["bob"]);
  });

  it("sorts numbers as numbers, and who has none last", () => {
    expect(sorted("extension", "ascending")).toEqual(["bob", "alice", "carol"]);
    expect(sorted("extension", "descending")).toEqual(["alice", "bob", "carol"]);
    expect(sorted("phones", "descending")).toEqual(["alice", "carol", "bob"]);
    expect(sorted("name", "descending")).toEqual(["carol", "bob", "alice"]);
  });
});

describe("Whether a phone is behind a NAT", () => {
  it.each([
    ["seen where it says it is", {}, false],
    ["seen elsewhere", { source: "198.51.100.9:40000" }, true],
    ["of IPv6", { contact: "sip:a@[2001:db8::1]:5060", source: "[2001:db8::1]:5062" }, false],
    ["by TCP, without a user, seen elsewhere", { contact: "sip:10.0.0.2;transport=tcp", source: "192.0.2.1:1" }, true],
    ["of a name", { contact: "sip:a@phone.example.test" }, null],
    ["of a browser", { contact: "sip:x@abc.invalid;transport=ws", transport: "ws" }, null],
    ["behind a proxy", { path: ["<sip:edge.example.test;lr>"], source: "192.0.2.99:5060" }, null],
  ] as const)("%s", (_what, more, result) => {
    expect(isBehindNat(phone("a", { ...more, path: "path" in more ? [...more.path] : [] }))).toBe(result);
  });
});

describe("What a form about a mailbox changes", () => {
  const box: MailboxBody = {
    mailbox: "alice",
    domain: "example.test",
    new: 0,
    saved: 0,
    hasPin: true,
    email: null,
    greetings: [],
    maxMessages: 100,
    maxSeconds: 180,
    retentionDays: null,
    managed: [],
  };
  const same: MailboxForm = {
    pin: "",
    removesPin: false,
    email: "",
    maxMessages: "100",
    maxSeconds: "180",
    retentionDays: "",
  };

  it("is nothing where nothing was typed", () => expect(changeOf(box, same)).toEqual({}));

  it("is what was typed, and null where it was emptied", () => {
    const typed = { ...same, pin: "1234", email: " a@example.test ", maxMessages: "", retentionDays: "30" };
    expect(changeOf(box, typed)).toEqual({
      pin: "1234",
      email: "a@example.test",
      maxMessages: null,
      retentionDays: 30,
    });
  });

  it("removes the PIN only where that is asked for", () => {
    expect(changeOf(box, { ...same, pin: "1234", removesPin: true })).toEqual({ pin: null });
  });

  it("leaves alone what the configuration declares", () => {
    expect(changeOf({ ...box, email: "a@example.test", managed: ["email"] }, same)).toEqual({});
  });
});

describe("A QR code", () => {
  it("is the outline of its dark modules, with the light around it that scanners want", () => {
    const text = "https://example.test/v1/provisioning/0123456789abcdef";
    const { size, path } = qrOutline(text);
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    expect(size).toBe(count + 8);
    const dark = new Set<string>();
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
      for (let at = 0; at < Number(width); at++) dark.add(`${Number(y) - 4} ${Number(x) + at - 4}`);
    }
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++)
        expect(dark.has(`${row} ${column}`)).toBe(code.isDark(row, column));
    }
  });
});
