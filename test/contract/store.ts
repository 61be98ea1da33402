/** What every store must do, whatever the database: run it on each driver. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StorageError } from "../../runtime/base/errors.ts";
import type { Deployment, ScriptVersion } from "../../runtime/port/deployment.ts";
import type { BindingRow, RouteRow, Store, TokenRow, UserRow } from "../../runtime/port/store.ts";
import type { Cdr } from "../../sdk/events.ts";
import { consoleContract } from "./console.ts";
import { guardContract } from "./guard.ts";
import { messageContract } from "./messages.ts";
import { policyContract } from "./policies.ts";
import { redactionContract } from "./redaction.ts";
import { scheduleContract } from "./schedules.ts";
import { scriptDataContract } from "./script-data.ts";
import { trunkContract } from "./trunks.ts";
import { voicemailContract } from "./voicemail.ts";

export function user(over: Partial<UserRow> = {}): UserRow {
  return {
    domain: "example.com",
    name: "alice",
    extension: "100",
    ha1Md5: "a".repeat(32),
    ha1Sha256: "b".repeat(64),
    displayName: "Alice Öz",
    managed: false,
    ...over,
  };
}

export function cdr(over: Partial<Cdr> = {}): Cdr {
  return {
    id: "call-1",
    domain: "example.com",
    startedAt: "2026-01-01T10:00:00.000Z",
    ringingAt: null,
    answeredAt: "2026-01-01T10:00:05.000Z",
    endedAt: "2026-01-01T10:01:05.500Z",
    seconds: 60.5,
    from: "sip:bob@example.com",
    to: "sip:alice@example.com",
    user: "bob",
    trunk: null,
    script: "default",
    version: 3,
    result: "answered",
    code: 200,
    reason: "OK",
    endedBy: "caller",
    direction: "inbound",
    legs: [{ target: "alice", uri: "sip:alice@192.0.2.7", code: 200, reason: "OK" }],
    tags: { queue: "sales" },
    ...over,
  };
}

function binding(over: Partial<BindingRow> = {}): BindingRow {
  return {
    domain: "example.com",
    user: "alice",
    contact: "sip:alice@192.0.2.7:5062",
    callId: "reg-1",
    cseq: 4_294_967_295,
    q: 0.7,
    expiresAt: 2_000_000_000_000,
    path: ["<sip:edge.example.com;lr;ob>", "<sip:192.0.2.9;lr>"],
    instance: "<urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128>",
    regId: 2_147_483_647,
    registeredAt: 1_999_999_700_000,
    userAgent: null,
    transport: "udp",
    localAddress: "192.0.2.1",
    localPort: 5060,
    remoteAddress: "192.0.2.7",
    remotePort: 5062,
    connection: 0,
    ...over,
  };
}

function route(over: Partial<RouteRow> = {}): RouteRow {
  return { name: "front", position: 0, json: '{"to":"100"}', managed: true, ...over };
}

function token(over: Partial<TokenRow> = {}): TokenRow {
  const createdAt = "2026-01-01T00:00:00.000Z";
  return {
    id: "t1",
    name: "ci",
    hash: "c".repeat(64),
    scopes: ["scripts:write", "deploy"],
    createdAt,
    managed: false,
    ...over,
  };
}

function version(over: Partial<ScriptVersion> = {}): ScriptVersion {
  return {
    script: "front-desk",
    version: 1,
    sha256: "d".repeat(64),
    entry: "main.ts",
    handlers: ["invite", "bye"],
    files: ["lib/table.ts", "main.ts"],
    tag: null,
    message: "first",
    author: "ci",
    createdAt: "2026-01-01T00:00:00.000Z",
    diagnostics: [{ file: "main.ts", line: 2, column: 3, code: "x", severity: "warning", message: "hm" }],
    ...over,
  };
}

function deployment(over: Partial<Deployment> = {}): Deployment {
  return {
    script: "front-desk",
    id: 1,
    versions: [
      { version: 1, percent: 90 },
      { version: 2, percent: 10 },
    ],
    reason: "deploy",
    message: null,
    author: "ci",
    autoRollback: true,
    createdAt: "2026-01-01T00:00:00.000Z",
    ...over,
  };
}

async function allPages(store: Store, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store["cdrs"]["search"]>> = await store.cdrs.search({
      limit,
      ...(cursor !== null && { cursor }),
    });
    pages.push(page.items.map((item) => item.id));
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

/** `open` gives an empty store each time it is called. */
export function storeContract(driver: string, open: () => Promise<Store>): void {
  describe(`store on ${driver}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it("keeps a user as it was given, and replaces it by domain and name", async () => {
      await store.users.put(user());
      await store.users.put(user({ domain: "example.org", extension: null, displayName: null, managed: true }));
      await store.users.put(user({ extension: "102" }));
      expect(await store.users.all()).toEqual([
        user({ extension: "102" }),
        user({ domain: "example.org", extension: null, displayName: null, managed: true }),
      ]);
    });

    it("says whether a user was there to be removed", async () => {
      await store.users.put(user());
      expect(await store.users.remove("example.org", "alice")).toBe(false);
      expect(await store.users.remove("example.com", "alice")).toBe(true);
      expect(await store.users.all()).toEqual([]);
    });

    it("replaces the bindings of one user as a whole and in order, and leaves those of others", async () => {
      const bobs = binding({ user: "bob", contact: "sip:bob@192.0.2.8" });
      const second = binding({ contact: "sip:alice@192.0.2.9", transport: "tcp", q: 1, userAgent: "phone/1" });
      await store.bindings.replace("example.com", "bob", [bobs]);
      await store.bindings.replace("example.com", "alice", [binding({ contact: "sip:old@192.0.2.1" })]);
      await store.bindings.replace("example.com", "alice", [second, binding()]);
      expect(await store.bindings.all(0)).toEqual([second, binding(), bobs]);
      await store.bindings.replace("example.com", "alice", []);
      expect(await store.bindings.all(0)).toEqual([bobs]);
    });

    it("forgets which TCP connection a binding came over: the number means nothing to another process", async () => {
      await store.bindings.replace("example.com", "alice", [binding({ transport: "tcp", connection: 17 })]);
      expect(await store.bindings.all(0)).toEqual([binding({ transport: "tcp", connection: 0 })]);
    });

    it("leaves out bindings that have run out", async () => {
      await store.bindings.replace("example.com", "alice", [binding({ expiresAt: 1000 })]);
      expect(await store.bindings.all(999)).toHaveLength(1);
      expect(await store.bindings.all(1000)).toEqual([]);
    });

    it("gives routes in the order of their position", async () => {
      await store.routes.put(route({ name: "rest", position: 2, managed: false }));
      await store.routes.put(route({ position: 5 }));
      await store.routes.put(route({ position: 1 }), route({ name: "last", position: 9 }));
      expect(await store.routes.all()).toEqual([
        route({ position: 1 }),
        route({ name: "rest", position: 2, managed: false }),
        route({ name: "last", position: 9 }),
      ]);
      expect(await store.routes.remove("front")).toBe(true);
      expect(await store.routes.remove("front")).toBe(false);
    });

    it("keeps versions of scripts with their files", async () => {
      const files = { "main.ts": "export default {};\n// ü €", "lib/table.ts": "" };
      await store.scripts.addVersion(version(), files);
      await store.scripts.addVersion(version({ version: 2, tag: "stable", diagnostics: [] }), { "main.ts": "2" });
      await store.scripts.addVersion(version({ script: "other" }), { "main.ts": "3" });
      expect(await store.scripts.versions("front-desk")).toEqual([
        version(),
        version({ version: 2, tag: "stable", diagnostics: [] }),
      ]);
      expect(await store.scripts.versions()).toHaveLength(3);
      expect(await store.scripts.files("front-desk", 1)).toEqual(files);
      expect(await store.scripts.files("front-desk", 7)).toEqual({});
    });

    it("never changes a version that is there", async () => {
      await store.scripts.addVersion(version(), { "main.ts": "1" });
      await expect(store.scripts.addVersion(version({ author: "eve" }), { "main.ts": "2" })).rejects.toThrow(
        StorageError,
      );
      expect(await store.scripts.versions()).toEqual([version()]);
      expect(await store.scripts.files("front-desk", 1)).toEqual({ "main.ts": "1" });
    });

    it("removes single versions, and forgets old deployments", async () => {
      for (const number of [1, 2, 3]) {
        await store.scripts.addVersion(version({ version: number }), { "main.ts": "x" });
        await store.scripts.addDeployment(deployment({ id: number, autoRollback: number !== 2 }));
      }
      await store.scripts.removeVersions("front-desk", [1, 3]);
      await store.scripts.trimDeployments("front-desk", 2);
      expect((await store.scripts.versions()).map((one) => one.version)).toEqual([2]);
      expect(await store.scripts.files("front-desk", 3)).toEqual({});
      expect((await store.scripts.deployments()).map(({ id, autoRollback }) => [id, autoRollback])).toEqual([
        [2, false],
        [3, true],
      ]);
    });

    it("keeps deployments, and removes a script with all that belongs to it", async () => {
      const back = deployment({ id: 2, versions: [{ version: 1, percent: 100 }], reason: "rollback", message: "oops" });
      await store.scripts.addVersion(version(), { "main.ts": "1" });
      await store.scripts.addDeployment(deployment());
      await store.scripts.addDeployment(back);
      await store.scripts.addDeployment(deployment({ script: "other" }));
      expect(await store.scripts.deployments("front-desk")).toEqual([deployment(), back]);
      await store.scripts.remove("front-desk");
      expect(await store.scripts.deployments()).toEqual([deployment({ script: "other" })]);
      expect(await store.scripts.versions()).toEqual([]);
      expect(await store.scripts.files("front-desk", 1)).toEqual({});
    });

    it("keeps a CDR as it was given, and takes it twice as one", async () => {
      await store.cdrs.add(cdr());
      await store.cdrs.add(cdr({ endedBy: "switch", direction: "outbound" }));
      expect(await store.cdrs.get("call-1")).toEqual(cdr({ endedBy: "switch", direction: "outbound" }));
      expect(await store.cdrs.get("call-2")).toBeUndefined();
      expect((await store.cdrs.search({ limit: 10 })).items).toHaveLength(1);
    });

    it("pages through CDRs newest first, each once, also where several began in the same millisecond", async () => {
      const ids = ["a", "b", "c", "d", "e"];
      await Promise.all(ids.map((id) => store.cdrs.add(cdr({ id }))));
      await store.cdrs.add(cdr({ id: "newest", startedAt: "2026-01-02T00:00:00.000Z" }));
      expect(await allPages(store, 2)).toEqual([
        ["newest", "e"],
        ["d", "c"],
        ["b", "a"],
      ]);
      expect(await allPages(store, 4)).toEqual([
        ["newest", "e", "d", "c"],
        ["b", "a"],
      ]);
      expect(await allPages(store, 6)).toEqual([["newest", "e", "d", "c", "b", "a"]]);
    });

    it("lets go of the oldest records: those before a time, and those that are too many, so many at a time", async () => {
      for (const [index, id] of ["d", "a", "c", "b", "e"].entries()) {
        await store.cdrs.add(cdr({ id, startedAt: `2026-01-0${index + 1}T00:00:00.000Z` }));
      }
      const ids = async () => (await store.cdrs.search({ limit: 10 })).items.map(({ id }) => id);
      expect(await store.cdrs.trim("2026-01-03T00:00:00.000Z", 10, 1)).toBe(1);
      expect(await store.cdrs.trim("2026-01-03T00:00:00.000Z", 10, 5)).toBe(1);
      expect(await store.cdrs.trim("2026-01-03T00:00:00.000Z", 10, 5)).toBe(0);
      expect(await ids()).toEqual(["e", "b", "c"]);
      expect(await store.cdrs.trim("", 2, 5)).toBe(1);
      expect(await store.cdrs.trim("", 2, 5)).toBe(0);
      expect(await ids()).toEqual(["e", "b"]);
    });

    it("keeps its place in the list of CDRs while new ones come in", async () => {
      for (const id of ["a", "b", "c"]) await store.cdrs.add(cdr({ id }));
      const first = await store.cdrs.search({ limit: 1 });
      await store.cdrs.add(cdr({ id: "later", startedAt: "2026-05-01T00:00:00.000Z" }));
      const second = await store.cdrs.search({ limit: 5, cursor: first.next ?? "" });
      expect(second.items.map((item) => item.id)).toEqual(["b", "a"]);
    });

    it("finds CDRs by caller, called, script, result and time", async () => {
      await store.cdrs.add(cdr({ id: "1" }));
      await store.cdrs.add(
        cdr({ id: "2", from: "sip:carol@example.net", script: "night", result: "failed", code: 486 }),
      );
      await store.cdrs.add(
        cdr({ id: "3", to: "tel:+4930123456;phone-context=x", startedAt: "2026-02-01T00:00:00.000Z" }),
      );
      const find = async (query: object) =>
        (await store.cdrs.search({ limit: 10, ...query })).items.map((item) => item.id);
      expect(await find({ from: "carol" })).toEqual(["2"]);
      expect(await find({ from: "sip:bob@example.com" })).toEqual(["3", "1"]);
      expect(await find({ from: "sip:bob@example.net" })).toEqual([]);
      expect(await find({ to: "+4930123456" })).toEqual(["3"]);
      expect(await find({ script: "night" })).toEqual(["2"]);
      expect(await find({ result: "failed" })).toEqual(["2"]);
      expect(await find({ since: "2026-02-01T01:00:00+01:00" })).toEqual(["3"]);
      expect(await find({ until: "2026-02-01T00:00:00Z", from: "bob" })).toEqual(["1"]);
    });

    it("finds CDRs by the trunk that the call came by, or that a leg of it left by", async () => {
      const left = {
        target: "+4930123456",
        uri: "sip:+4930123456@192.0.2.9",
        code: 503,
        reason: "No",
        trunk: "car_1%",
      };
      await store.cdrs.add(cdr({ id: "1", trunk: "pbx", legs: [left, { ...left, trunk: "carXer" }] }));
      await store.cdrs.add(cdr({ id: "2", trunk: "carXer" }));
      await store.cdrs.add(
        cdr({ id: "3", trunk: null, legs: [{ ...left, trunk: "carX1%", target: '"trunk":"pbx"' }] }),
      );
      const find = async (trunk: string) =>
        (await store.cdrs.search({ limit: 10, trunk })).items.map((item) => item.id);
      expect(await find("pbx")).toEqual(["1"]);
      expect(await find("carXer")).toEqual(["2", "1"]);
      expect(await find("car_1%")).toEqual(["1"]);
      expect(await find("car")).toEqual([]);
      expect(await find('"')).toEqual([]);
    });

    it.each([
      ["a cursor that it never gave", { cursor: "bm90LWpzb24" }],
      ["an empty cursor", { cursor: "" }],
      ["a cursor of other data", { cursor: Buffer.from('{"a":1}').toString("base64url") }],
      ["a time that is none", { since: "yesterday" }],
    ])("refuses %s", async (_, query) => {
      await expect(store.cdrs.search({ limit: 1, ...query })).rejects.toMatchObject({ code: "invalid-request" });
    });

    it("keeps tokens and settings", async () => {
      await store.tokens.put(token());
      await store.tokens.put(token({ name: "renamed", managed: true }));
      expect(await store.tokens.all()).toEqual([token({ name: "renamed", managed: true })]);
      expect(await store.tokens.remove("t1")).toBe(true);
      expect(await store.tokens.remove("t1")).toBe(false);
      expect(await store.settings.get("realm")).toBeUndefined();
      await store.settings.put("realm", "example.com");
      await store.settings.put("realm", "example.org");
      expect(await store.settings.get("realm")).toBe("example.org");
    });

    voicemailContract(() => store);
    scheduleContract(() => store);
    messageContract(() => store);
    policyContract(() => store);
    consoleContract(() => store);
    guardContract(() => store);
    redactionContract(() => store, cdr);
    scriptDataContract(() => store);
    trunkContract(() => store);

    it("lets a write that fails fail alone among those that came with it", async () => {
      await store.scripts.addVersion(version(), { "main.ts": "1" });
      const results = await Promise.allSettled([
        store.settings.put("before", "1"),
        store.scripts.addVersion(version(), { "main.ts": "2" }),
        store.settings.put("after", "2"),
      ]);
      expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect([await store.settings.get("before"), await store.settings.get("after")]).toEqual(["1", "2"]);
    });

    it("shows a reader what was written just before, in the same turn", async () => {
      const writing = store.settings.put("realm", "x");
      expect(await store.settings.get("realm")).toBe("x");
      await writing;
    });

    it("takes text as text", async () => {
      const hostile = "'; drop table users; -- \u0000 \u{1F600} %_";
      await store.users.put(user({ displayName: hostile }));
      expect((await store.users.all())[0]?.displayName).toBe(hostile);
    });

    it("rejects what comes after it was closed, and does what came before", async () => {
      const writing = store.settings.put("last", "1");
      await store.close();
      await writing;
      await expect(store.settings.get("last")).rejects.toMatchObject({ code: "store-unavailable" });
    });
  });
}
