import { describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { OperationContext } from "../../../../runtime/port/sandbox.ts";
import { createBroker } from "../../../../runtime/sandbox/broker/broker.ts";
import { registrationOperations, userOperations } from "../../../../runtime/sandbox/broker/directory-operations.ts";
import { PublicDirectory } from "../../../../runtime/switch/script-directory.ts";
import { Users } from "../../../../runtime/switch/users/users.ts";
import { DOMAIN, World } from "../../switch/call/world.ts";

const NAMES = ["dave", "alice", "carol", "bob"];

function rooms() {
  const world = new World();
  const users = new Users(
    {
      store: { all: async () => [], put: async () => {}, remove: async () => true },
      domain: DOMAIN,
      realm: "strowger",
      configured: NAMES.map((name, index) => ({
        name,
        password: "secret password",
        extension: String(100 + index),
        displayName: null,
      })),
      isRegistered: () => false,
    },
    [],
  );
  const directory = new PublicDirectory(users, world.registrar);
  const modules = { users: userOperations(directory), registrations: registrationOperations(directory) };
  const broker = createBroker(modules, silentLog);
  const context: OperationContext = {
    ref: { script: "main", version: 1 },
    callId: null,
    domain: DOMAIN,
    signal: new AbortController().signal,
  };
  const ask = (name: string, args: unknown, domain = DOMAIN) =>
    new Promise((done) =>
      broker.run({ ...context, domain }, name, args, (result) => done(result.ok ? result.value : result.problem.code)),
    );
  return { world, users, ask };
}

describe("users of a script", () => {
  it("are found by name and by extension, with whether they are registered and nothing secret", async () => {
    const { world, ask } = rooms();
    world.registered("alice");
    const alice = { name: "alice", extension: "101", displayName: null, registered: true };
    expect(await ask("users.get", { name: "alice" })).toEqual(alice);
    expect(await ask("users.byExtension", { extension: "101" })).toEqual(alice);
    expect(await ask("users.get", { name: "101" })).toBeNull();
    expect(await ask("users.byExtension", { extension: "999" })).toBeNull();
    expect(await ask("users.get", { name: "alice" }, "other.example")).toBeNull();
  });

  it("are listed by name, so many at a time", async () => {
    const { users, ask } = rooms();
    const names = async (args: object) =>
      ((await ask("users.list", args)) as { name: string }[]).map(({ name }) => name);
    expect(await names({})).toEqual(["alice", "bob", "carol", "dave"]);
    expect(await names({ limit: 2 })).toEqual(["alice", "bob"]);
    expect(await names({ after: "bob", limit: 2 })).toEqual(["carol", "dave"]);
    await users.put({ name: "anna", password: "secret password" });
    expect(await names({ limit: 2 })).toEqual(["alice", "anna"]);
    expect(await ask("users.list", { limit: 1000 })).toBe("invalid-arguments");
    expect(await ask("users.list", {}, "other.example")).toEqual([]);
  });
});

describe("registrations of a script", () => {
  it("are told of a user by name or extension, without credentials", async () => {
    const { world, ask } = rooms();
    const phone = world.registered("alice");
    const contacts = await ask("registrations.of", { user: "101" });
    expect(contacts).toMatchObject([
      { user: "alice", contact: expect.stringContaining(phone.address), transport: "udp" },
    ]);
    expect(Object.keys((contacts as object[])[0] ?? {}).sort()).toEqual([
      "contact",
      "expiresAt",
      "gruu",
      "instance",
      "path",
      "q",
      "regId",
      "registeredAt",
      "source",
      "transport",
      "user",
      "userAgent",
    ]);
    expect(await ask("registrations.of", { user: "alice" })).toEqual(contacts);
    expect(await ask("registrations.isRegistered", { user: "alice" })).toBe(true);
    expect(await ask("registrations.isRegistered", { user: "bob" })).toBe(false);
    expect(await ask("registrations.isRegistered", { user: "nobody at all" })).toBe(false);
    expect(await ask("registrations.of", { user: "nobody" })).toEqual([]);
    expect(await ask("registrations.of", { user: "alice" }, "other.example")).toEqual([]);
  });
});
