/** What every store must do for what scripts keep: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { KvCondition, SealedSecret } from "../../runtime/port/script-data.ts";
import type { KvStore, KvWrite } from "../../runtime/port/script-data-store.ts";
import type { Store } from "../../runtime/port/store.ts";

const OF = { domain: "example.com", script: "desk" };
const ROOM = { keys: 100, bytes: 10_000 };
const NONE: KvCondition = { type: "none" };

function write(key: string, value: unknown, over: Partial<KvWrite> = {}): KvWrite {
  return { ...OF, key, json: JSON.stringify(value), expiresAt: null, condition: NONE, now: 1000, room: ROOM, ...over };
}

function sealed(name: string, over: Partial<SealedSecret> = {}): SealedSecret {
  return { name, keyId: "k1", nonce: "bm9uY2U=", sealed: "c2VhbGVk", updatedAt: "2026-01-01T00:00:00.000Z", ...over };
}

/** `kv` gives the store of the test that runs. */
export function kvContract(kv: () => KvStore): void {
  const value = async (key: string, now = 1000): Promise<unknown> => {
    const entry = await kv().get(OF, key, now);
    return entry === undefined ? undefined : JSON.parse(entry.json);
  };
  const keys = async (over: object = {}): Promise<string[]> =>
    (await kv().keys({ ...OF, prefix: "", limit: 100, now: 1000, ...over })).map(({ key }) => key);

  describe("kv", () => {
    it("keeps values by script and key, and replaces them", async () => {
      const value1 = { list: [1, null, "日本 \u{1F600}"], "a b": true };
      await kv().put(write("k", value1));
      await kv().put(write("k", "other", { script: "menu" }));
      await kv().put(write("k", "elsewhere", { domain: "example.org" }));
      expect(await value("k")).toEqual(value1);
      await kv().put(write("k", 2));
      expect(await value("k")).toBe(2);
      expect(await kv().get({ ...OF, script: "menu" }, "k", 0)).toMatchObject({ json: '"other"' });
      expect(await value("K")).toBeUndefined();
    });

    it("gives each write another version, also after the key was gone", async () => {
      const versions: number[] = [];
      const put = async () => {
        const written = await kv().put(write("k", 1));
        if (written.type === "written") versions.push(written.entry.version);
      };
      await put();
      await put();
      await kv().remove(OF, "k", NONE, 1000);
      await put();
      expect(new Set(versions).size).toBe(3);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect((await kv().get(OF, "k", 1000))?.version).toBe(versions[2]);
    });

    it("does not show what has expired, swept or not, and takes it for absent", async () => {
      await kv().put(write("k", 1, { expiresAt: 2000 }));
      expect(await value("k", 1999)).toBe(1);
      expect(await value("k", 2000)).toBeUndefined();
      expect(await keys({ now: 2000 })).toEqual([]);
      expect(await kv().remove(OF, "k", NONE, 2000)).toBe(false);
      const unmet = await kv().put(write("k", 2, { now: 1999, condition: { type: "absent" } }));
      expect(unmet).toEqual({ type: "unmet" });
      expect(await kv().put(write("k", 2, { now: 2000, condition: { type: "present" } }))).toEqual({ type: "unmet" });
      expect(await kv().put(write("k", 2, { now: 2000, condition: { type: "absent" } }))).toMatchObject({
        type: "written",
        entry: { expiresAt: null },
      });
      expect(await value("k", 9000)).toBe(2);
    });

    it("writes under a condition alone where it holds", async () => {
      await kv().put(write("k", { a: 1, b: [2] }));
      const version = (await kv().get(OF, "k", 1000))?.version ?? 0;
      const put = async (condition: KvCondition) => (await kv().put(write("k", "new", { condition }))).type;
      expect(await put({ type: "absent" })).toBe("unmet");
      expect(await put({ type: "version", versions: [version + 1] })).toBe("unmet");
      expect(await put({ type: "value", json: '{"a":1,"b":[3]}' })).toBe("unmet");
      expect(await value("k")).toEqual({ a: 1, b: [2] });
      expect(await put({ type: "value", json: '{"b":[2],"a":1}' })).toBe("written");
      expect(await put({ type: "version", versions: [version] })).toBe("unmet");
      expect(await kv().remove(OF, "k", { type: "version", versions: [version] }, 1000)).toBe(false);
      expect(await kv().remove(OF, "k", { type: "present" }, 1000)).toBe(true);
      expect(await put({ type: "version", versions: [version] })).toBe("unmet");
    });

    it("counts exactly, however many count at once", async () => {
      const add = (by: number) => kv().increment({ ...OF, key: "n", by, expiresAt: 5000, now: 1000, room: ROOM });
      const sums = await Promise.all(Array.from({ length: 200 }, () => add(1)));
      const seen = sums.map((written) => (written.type === "written" ? JSON.parse(written.entry.json) : null));
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
      expect(await add(-200)).toMatchObject({ type: "written", entry: { json: "0", expiresAt: 5000 } });
    });

    it("counts anew once the number has expired, and leaves its time alone before", async () => {
      const add = (now: number, expiresAt: number | null) =>
        kv().increment({ ...OF, key: "n", by: 1, expiresAt, now, room: ROOM });
      expect(await add(1000, 2000)).toMatchObject({ entry: { json: "1", expiresAt: 2000 } });
      expect(await add(1999, 9000)).toMatchObject({ entry: { json: "2", expiresAt: 2000 } });
      expect(await add(2000, null)).toMatchObject({ entry: { json: "1", expiresAt: null } });
    });

    it.each([["text"], [1.5], [null], [Number.MAX_SAFE_INTEGER]])("does not count in %j", async (before) => {
      await kv().put(write("n", before));
      expect(await kv().increment({ ...OF, key: "n", by: 1, expiresAt: null, now: 1000, room: ROOM })).toEqual({
        type: "no-number",
      });
      expect(await value("n")).toEqual(before);
    });

    it("pages through the keys of a prefix in the order of their bytes", async () => {
      for (const key of ["b/1", "a", "b/\u{10FFFF}x", "b/ä", "b/z", "b", "c", "B/1", "b0"])
        await kv().put(write(key, key));
      const first = await kv().keys({ ...OF, prefix: "b/", limit: 2, now: 1000 });
      expect(first.map(({ key }) => key)).toEqual(["b/1", "b/z", "b/ä"]);
      expect(await keys({ prefix: "b/", after: "b/z" })).toEqual(["b/ä", "b/\u{10FFFF}x"]);
      expect(await keys({ prefix: "x" })).toEqual([]);
      expect((await keys()).length).toBe(9);
      expect(first[0]).toEqual({ key: "b/1", bytes: 8, version: 1, expiresAt: null, updatedAt: 1000 });
    });

    it("gives values until they are too many bytes, and one at least", async () => {
      for (const key of ["a", "b", "c"]) await kv().put(write(key, key.repeat(100)));
      const scan = { ...OF, prefix: "", limit: 10, now: 1000 };
      const found = async (maxBytes: number) => {
        const { items, more } = await kv().entries({ ...scan, maxBytes });
        return [items.map(({ key }) => key).join(""), more];
      };
      expect(await found(1000)).toEqual(["abc", false]);
      expect(await found(210)).toEqual(["ab", true]);
      expect(await found(1)).toEqual(["a", true]);
      expect((await kv().entries({ ...scan, limit: 2, maxBytes: 1000 })).more).toBe(true);
      expect((await kv().entries({ ...scan, maxBytes: 1000 })).items[0]?.json).toBe(`"${"a".repeat(100)}"`);
    });

    it("is full by keys or by bytes, and has room again for what takes no more", async () => {
      const room = { keys: 2, bytes: 100 };
      const put = async (key: string, value: unknown, now = 1000) =>
        (await kv().put(write(key, value, { room, now }))).type;
      expect(await put("a", "x".repeat(50))).toBe("written");
      expect(await put("b", "x".repeat(50))).toBe("full");
      expect(await put("b", 1)).toBe("written");
      expect(await put("c", 1)).toBe("full");
      expect(await put("a", "x".repeat(90))).toBe("written");
      expect(await put("a", "x".repeat(97))).toBe("full");
      expect(await put("a", "x")).toBe("written");
      await kv().remove(OF, "b", NONE, 1000);
      expect(await put("c", 1)).toBe("written");
      expect(await kv().increment({ ...OF, key: "n", by: 1, expiresAt: null, now: 1000, room })).toEqual({
        type: "full",
      });
      expect((await kv().put(write("a", 1, { script: "menu", room }))).type).toBe("written");
    });

    it("makes room of what has expired when there is none", async () => {
      const room = { keys: 2, bytes: 1000 };
      await kv().put(write("a", 1, { room, expiresAt: 2000 }));
      await kv().put(write("b", 1, { room }));
      expect((await kv().put(write("c", 1, { room, now: 1999 }))).type).toBe("full");
      expect((await kv().put(write("c", 1, { room, now: 2000 }))).type).toBe("written");
      expect(await keys({ now: 0 })).toEqual(["b", "c"]);
    });

    it("sweeps what has expired, of all scripts, so many at a time, and gives the room back", async () => {
      const room = { keys: 3, bytes: 1000 };
      for (const key of ["a", "b", "c"]) await kv().put(write(key, 1, { room, expiresAt: 2000 }));
      await kv().put(write("d", 1, { script: "menu", expiresAt: 1500 }));
      await kv().put(write("stays", 1, { script: "menu" }));
      expect(await kv().sweep(1499, 100)).toBe(0);
      expect(await kv().sweep(2000, 3)).toBe(3);
      expect(await kv().sweep(2000, 3)).toBe(1);
      expect(await keys({ now: 0 })).toEqual([]);
      for (const key of ["x", "y", "z"]) expect((await kv().put(write(key, 1, { room }))).type).toBe("written");
      expect(await keys({ script: "menu" })).toEqual(["stays"]);
    });

    it("clears a prefix of one script, expired or not, so many at a time", async () => {
      for (const key of ["a/1", "a/2", "a/3", "b"]) await kv().put(write(key, 1, { expiresAt: 500 }));
      await kv().put(write("a/1", 1, { script: "menu" }));
      expect(await kv().clear(OF, "a/", 2)).toBe(2);
      expect(await kv().clear(OF, "a/", 2)).toBe(1);
      expect(await keys({ now: 0 })).toEqual(["b"]);
      expect(await keys({ script: "menu" })).toEqual(["a/1"]);
    });
  });
}

/** `current` gives the store of the test that runs. */
export function scriptDataContract(current: () => Store): void {
  const kv = () => current().scriptData.kv;
  const secrets = () => current().scriptData.secrets;
  kvContract(kv);

  describe("secrets", () => {
    it("keep what was sealed, by script and name, under a new version each time", async () => {
      await secrets().change({ of: OF, put: [sealed("KEY"), sealed("PIN")], most: 10 }, []);
      await secrets().change(
        { of: { ...OF, script: "menu" }, put: [sealed("KEY", { sealed: "b3RoZXI=" })], most: 10 },
        [],
      );
      expect(await secrets().get(OF, "KEY")).toEqual({ ...sealed("KEY"), version: 1 });
      await secrets().change({ of: OF, put: [sealed("KEY", { sealed: "bmV3" })], most: 10 }, ["PIN"]);
      expect(await secrets().list(OF)).toEqual([{ name: "KEY", version: 3, updatedAt: sealed("KEY").updatedAt }]);
      await secrets().change({ of: OF, put: [], most: 10 }, ["KEY"]);
      expect(await secrets().get(OF, "KEY")).toBeUndefined();
      await secrets().change({ of: OF, put: [sealed("KEY")], most: 10 }, []);
      expect((await secrets().get(OF, "KEY"))?.version).toBe(4);
      expect(await secrets().count()).toBe(2);
    });

    it("change as a whole, or not at all where there would be too many", async () => {
      await secrets().change({ of: OF, put: [sealed("A"), sealed("B")], most: 2 }, []);
      expect(await secrets().change({ of: OF, put: [sealed("A"), sealed("C")], most: 2 }, [])).toBe(false);
      expect((await secrets().list(OF)).map(({ name, version }) => [name, version])).toEqual([
        ["A", 1],
        ["B", 2],
      ]);
      expect(await secrets().change({ of: OF, put: [sealed("C")], most: 2 }, ["A"])).toBe(true);
    });

    it("are set together with a deployment, or neither is", async () => {
      const deployment = {
        script: "desk",
        id: 1,
        versions: [{ version: 1, percent: 100 }],
        reason: "deploy",
        autoRollback: true,
        message: null,
        author: "ci",
        createdAt: "2026-01-01T00:00:00.000Z",
      } as const;
      const { scripts } = current();
      expect(await scripts.addDeployment(deployment, { of: OF, put: [sealed("A"), sealed("B")], most: 1 })).toBe(false);
      expect([await scripts.deployments("desk"), await secrets().list(OF)]).toEqual([[], []]);
      expect(await scripts.addDeployment(deployment, { of: OF, put: [sealed("A")], most: 1 })).toBe(true);
      expect([(await scripts.deployments("desk")).length, (await secrets().list(OF)).length]).toEqual([1, 1]);
      // A deployment that is refused takes its secrets with it.
      const again = scripts.addDeployment(deployment, { of: OF, put: [sealed("A", { sealed: "bmV3" })], most: 1 });
      await expect(again).rejects.toMatchObject({ code: "store-unavailable" });
      expect((await secrets().get(OF, "A"))?.sealed).toBe(sealed("A").sealed);
    });
  });

  describe("variables of scripts", () => {
    it("are kept by script, replaced, and gone where there are none", async () => {
      const { environments } = current().scriptData;
      await environments.put({ ...OF, variables: { RING_SECONDS: "20", __x: "ö" } });
      await environments.put({ domain: OF.domain, script: "menu", variables: { A: "1" } });
      await environments.put({ ...OF, variables: { RING_SECONDS: "30" } });
      await environments.put({ domain: OF.domain, script: "menu", variables: {} });
      expect(await environments.all()).toEqual([{ ...OF, variables: { RING_SECONDS: "30" } }]);
    });

    it("go together with the secrets of a script; versions are not given again", async () => {
      const { scriptData } = current();
      await scriptData.environments.put({ ...OF, variables: { A: "1" } });
      await secrets().change({ of: OF, put: [sealed("A")], most: 10 }, []);
      await secrets().change({ of: { ...OF, script: "menu" }, put: [sealed("A")], most: 10 }, []);
      await scriptData.remove(OF);
      expect([await scriptData.environments.all(), await secrets().list(OF)]).toEqual([[], []]);
      expect(await secrets().count()).toBe(1);
      await secrets().change({ of: OF, put: [sealed("A")], most: 10 }, []);
      expect((await secrets().get(OF, "A"))?.version).toBe(2);
    });
  });
}
