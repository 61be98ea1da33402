import { beforeEach, describe, expect, it } from "vitest";
import type { Store, UserRow } from "../../../../runtime/port/store.ts";
import { hashPassword } from "../../../../runtime/sip/auth/digest.ts";
import { createUsers, type DeclaredUser, type Users } from "../../../../runtime/switch/users/users.ts";

type UserStore = Store["users"];

class MemoryUsers implements UserStore {
  readonly rows = new Map<string, UserRow>();

  async all(): Promise<readonly UserRow[]> {
    return [...this.rows.values()];
  }

  async put(user: UserRow): Promise<void> {
    await Promise.resolve();
    this.rows.set(`${user.domain} ${user.name}`, user);
  }

  async remove(domain: string, name: string): Promise<boolean> {
    return this.rows.delete(`${domain} ${name}`);
  }
}

const DOMAIN = "example.com";
const REALM = "the-realm";
const ALICE: DeclaredUser = { name: "alice", password: "secret", extension: "100", displayName: "Alice" };

let store: MemoryUsers;
let removed: string[];

function create(configured: readonly DeclaredUser[] = []): Promise<Users> {
  return createUsers({
    store,
    domain: DOMAIN,
    realm: REALM,
    configured,
    isRegistered: (_, name) => name === "bob",
    onRemoved: async (domain, name) => void removed.push(`${name}@${domain}`),
  });
}

beforeEach(() => {
  store = new MemoryUsers();
  removed = [];
});

describe("the users of the switch", () => {
  it("are known by name and by extension, with the hashes of their password", async () => {
    const users = await create([ALICE]);
    const { password: _, ...rest } = ALICE;
    const alice = { ...rest, domain: DOMAIN, managed: true, ...hashPassword("alice", REALM, "secret") };
    expect(users.byName(DOMAIN, "alice")).toEqual(alice);
    expect(users.byExtension(DOMAIN, "100")).toEqual(alice);
    expect(users.byName("example.net", "alice")).toBeUndefined();
    expect(users.byExtension("example.net", "100")).toBeUndefined();
    expect(users.byName(DOMAIN, "Alice")).toBeUndefined();
    expect(users.byExtension(DOMAIN, "")).toBeUndefined();
  });

  it("can be made, and are there after a restart; the password is kept nowhere", async () => {
    const users = await create();
    const view = {
      domain: DOMAIN,
      name: "bob",
      extension: "101",
      displayName: "Bob",
      managed: false,
      registered: true,
    };
    const made = await users.put({ name: "bob", password: "hunter2hunter2", extension: "101", displayName: "Bob" });
    expect(made).toEqual({ created: true, user: view });
    expect(JSON.stringify([...store.rows.values()])).not.toContain("hunter2");
    const later = await create();
    expect(later.list()).toEqual([view]);
    expect(later.byExtension(DOMAIN, "101")).toMatchObject(hashPassword("bob", REALM, "hunter2hunter2"));
  });

  it("keep what an update does not name", async () => {
    const users = await create();
    await users.put({ name: "bob", password: "one", extension: "101", displayName: "Bob" });
    expect(await users.put({ name: "bob", extension: null })).toMatchObject({
      created: false,
      user: { extension: null, displayName: "Bob" },
    });
    expect(users.byName(DOMAIN, "bob")).toMatchObject(hashPassword("bob", REALM, "one"));
    expect(users.byExtension(DOMAIN, "101")).toBeUndefined();
    await users.put({ name: "bob", password: "two" });
    expect(users.byName(DOMAIN, "bob")).toMatchObject(hashPassword("bob", REALM, "two"));
  });

  it("are listed by name", async () => {
    const users = await create([ALICE]);
    await users.put({ name: "zoe", password: "x" });
    await users.put({ name: "adam", password: "x" });
    expect(users.list().map(({ name }) => name)).toEqual(["adam", "alice", "zoe"]);
    expect(users.get("zoe")).toMatchObject({ registered: false, managed: false });
    expect(users.get("nobody")).toBeUndefined();
  });

  it("are gone once they are removed, and whatever they had registered", async () => {
    const users = await create();
    await users.put({ name: "bob", password: "x", extension: "101" });
    await users.remove("bob");
    expect(users.byName(DOMAIN, "bob")).toBeUndefined();
    expect(users.byExtension(DOMAIN, "101")).toBeUndefined();
    expect(removed).toEqual(["bob@example.com"]);
    expect(store.rows.size).toBe(0);
    await expect(users.remove("bob")).rejects.toMatchObject({ code: "not-found" });
  });

  it("of the configuration can only be changed there", async () => {
    const users = await create([ALICE]);
    expect(users.get("alice")).toMatchObject({ managed: true });
    await expect(users.put({ name: "alice", password: "x" })).rejects.toMatchObject({ code: "managed-by-config" });
    await expect(users.remove("alice")).rejects.toMatchObject({ code: "managed-by-config" });
  });

  it("of a configuration that is read anew replace the old ones, and come before stored ones", async () => {
    const users = await create([ALICE]);
    await users.put({ name: "carol", password: "stored", extension: "102" });
    users.replaceConfigured([
      { name: "carol", password: "declared", extension: null, displayName: null },
      { name: "dave", password: "x", extension: "102", displayName: null },
    ]);
    expect(users.list().map(({ name, managed }) => [name, managed])).toEqual([
      ["carol", true],
      ["dave", true],
    ]);
    expect(users.byName(DOMAIN, "carol")).toMatchObject(hashPassword("carol", REALM, "declared"));
    expect(users.byExtension(DOMAIN, "102")?.name).toBe("dave");
    expect(users.byExtension(DOMAIN, "100")).toBeUndefined();
    expect(removed).toEqual(["alice@example.com"]);
    users.replaceConfigured([]);
    expect(users.byName(DOMAIN, "carol")).toMatchObject(hashPassword("carol", REALM, "stored"));
    expect(users.byExtension(DOMAIN, "102")?.name).toBe("carol");
    expect(removed).toEqual(["alice@example.com", "dave@example.com"]);
  });

  it("have no extension in common, also when they are made at the same time", async () => {
    const users = await create([ALICE]);
    await expect(users.put({ name: "bob", password: "x", extension: "100" })).rejects.toMatchObject({
      code: "already-exists",
      message: 'The extension 100 belongs to the user "alice"; choose another',
    });
    const results = await Promise.allSettled([
      users.put({ name: "bob", password: "x", extension: "101" }),
      users.put({ name: "eve", password: "x", extension: "101" }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await users.put({ name: "bob", extension: "101" })).user.extension).toBe("101");
  });

  it.each([
    [{ name: "bob" }, "password: a new user needs one"],
    [{ name: "a b", password: "x" }, `name: a user's name has 1 to 64 letters, digits and . _ + -, found text "a b"`],
    [{ name: "", password: "x" }, `name: a user's name has 1 to 64 letters, digits and . _ + -, found text ""`],
    [{ name: "bob", password: "" }, "password: expected at least 1 character(s), found 0"],
    [{ name: "bob", password: "x", extension: "10a" }, 'extension: expected 1 to 32 digits, found text "10a"'],
    [
      { name: "bob", password: "x", displayName: "a\r\nb" },
      "displayName: a name may have no line break or other control character",
    ],
  ])("are checked: %j is refused", async (input, message) => {
    const users = await create();
    await expect(users.put(input)).rejects.toMatchObject({ code: "invalid-request", message });
    expect(store.rows.size).toBe(0);
  });

  it("that the store cannot keep are not there", async () => {
    const users = await create();
    store.put = () => Promise.reject(new Error("the disk is full"));
    await expect(users.put({ name: "bob", password: "x" })).rejects.toThrow("the disk is full");
    expect(users.get("bob")).toBeUndefined();
  });
});
