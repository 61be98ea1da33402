import { beforeEach, describe, expect, it } from "vitest";
import type { Log } from "../../../../runtime/base/log.ts";
import type { Route } from "../../../../runtime/contract/route.ts";
import type { RouteRow, Store } from "../../../../runtime/port/store.ts";
import { createRoutes, type Routes } from "../../../../runtime/switch/routes/routes.ts";

type RouteStore = Store["routes"];

class MemoryRoutes implements RouteStore {
  readonly rows = new Map<string, RouteRow>();

  async all(): Promise<readonly RouteRow[]> {
    return [...this.rows.values()];
  }

  async put(...routes: readonly RouteRow[]): Promise<void> {
    await Promise.resolve();
    for (const route of routes) this.rows.set(route.name, route);
  }

  async remove(name: string): Promise<boolean> {
    return this.rows.delete(name);
  }
}

const FRONT: Route = { name: "front", to: "100", script: "front-desk" };

let store: MemoryRoutes;
let errors: unknown[];
let onlyScript: string | undefined;

function create(configured: readonly Route[] = []): Promise<Routes> {
  const log: Log = { debug() {}, info() {}, warn() {}, error: (text, fields) => errors.push([text, fields?.route]) };
  return createRoutes({ store, log, domain: "example.com", configured, scriptWithoutRoutes: () => onlyScript });
}

function names(routes: Routes): readonly string[] {
  return routes.list().map(({ name }) => name);
}

beforeEach(() => {
  store = new MemoryRoutes();
  errors = [];
  onlyScript = undefined;
});

describe("the routes of the switch", () => {
  it("come from the configuration first, then from the store in their order", async () => {
    const routes = await create([FRONT]);
    await routes.put("zeta", { to: "2XX", script: "a" });
    await routes.put("alpha", { to: "2*", script: "b" });
    expect(names(routes)).toEqual(["front", "zeta", "alpha"]);
    expect(names(await create([FRONT]))).toEqual(["front", "zeta", "alpha"]);
    expect(routes.match({ to: "200" })?.name).toBe("zeta");
    expect(routes.match({ to: "2000" })?.name).toBe("alpha");
  });

  it("are put into another order, behind those of the configuration, and stay in it", async () => {
    const routes = await create([FRONT]);
    for (const name of ["one", "two", "three"]) await routes.put(name, { to: "2XX", script: "a" });
    await routes.reorder(["three", "one", "two"]);
    expect(names(routes)).toEqual(["front", "three", "one", "two"]);
    expect(routes.match({ to: "200" })?.name).toBe("three");
    expect(names(await create([FRONT]))).toEqual(["front", "three", "one", "two"]);
    await routes.put("four", { to: "2XX", script: "a" });
    expect(names(routes)).toEqual(["front", "three", "one", "two", "four"]);
  });

  it("are put into no order that leaves one out, names one twice, or names one of the configuration", async () => {
    const routes = await create([FRONT]);
    for (const name of ["one", "two"]) await routes.put(name, { to: "2XX", script: "a" });
    for (const order of [["one"], ["one", "one"], ["one", "two", "front"], ["one", "other"]]) {
      await expect(routes.reorder(order)).rejects.toMatchObject({ code: "conflict" });
    }
    expect(names(routes)).toEqual(["front", "one", "two"]);
  });

  it("keep their place when they are overwritten", async () => {
    const routes = await create();
    await routes.put("one", { script: "a", to: "1" });
    await routes.put("two", { script: "b", to: "1" });
    expect(await routes.put("one", { name: "one", script: "c", to: "1", public: true })).toEqual({
      created: false,
      route: { name: "one", position: 1, managed: false, match: { to: "1" }, script: "c", fallback: [], public: true },
    });
    expect(routes.match({ to: "1" })).toMatchObject({ name: "one", script: "c" });
    expect(JSON.parse(store.rows.get("one")?.json ?? "")).toEqual({ name: "one", script: "c", to: "1", public: true });
  });

  it("get a place of their own when they are made at the same time", async () => {
    const routes = await create();
    await Promise.all([routes.put("one", { script: "a" }), routes.put("two", { script: "b" })]);
    expect([...store.rows.values()].map(({ name, position }) => [name, position])).toEqual([
      ["one", 1],
      ["two", 2],
    ]);
  });

  it("are gone once they are removed", async () => {
    const routes = await create();
    await routes.put("one", { script: "a" });
    await routes.remove("one");
    expect(names(routes)).toEqual([]);
    expect(store.rows.size).toBe(0);
    await expect(routes.remove("one")).rejects.toMatchObject({ code: "not-found" });
  });

  it("of the configuration can only be changed there", async () => {
    const routes = await create([FRONT]);
    expect(routes.get("front")).toMatchObject({ managed: true, match: { to: "100" }, position: 1 });
    await expect(routes.put("front", { script: "x" })).rejects.toMatchObject({ code: "managed-by-config" });
    await expect(routes.remove("front")).rejects.toMatchObject({ code: "managed-by-config" });
  });

  it("of the store stand aside for those of the configuration with the same name, and come back", async () => {
    const routes = await create();
    await routes.put("front", { script: "stored" });
    routes.replaceConfigured([FRONT, { name: "rest", script: "default" }]);
    expect(routes.list().map(({ name, managed, script }) => [name, managed, script])).toEqual([
      ["front", true, "front-desk"],
      ["rest", true, "default"],
    ]);
    expect(routes.match({ to: "999" })?.name).toBe("rest");
    routes.replaceConfigured([]);
    expect(routes.get("front")).toMatchObject({ managed: false, script: "stored" });
  });

  it("that are none at all send every call to one script, where there is one", async () => {
    const routes = await create();
    expect(names(routes)).toEqual([]);
    expect(routes.match({ to: "1" })).toBeUndefined();
    onlyScript = "front-desk";
    expect(routes.match({ to: "1" })).toMatchObject({ name: "default", script: "front-desk" });
    await routes.put("one", { script: "a", to: "2" });
    expect(routes.match({ to: "1" })).toBeUndefined();
  });

  it("are found for a caller and a source, with its port or without", async () => {
    const routes = await create([
      { name: "four", from: "bob", source: "192.0.2.0/24", script: "a" },
      { name: "six", source: "2001:db8::/32", script: "a" },
      { name: "rest", script: "a" },
    ]);
    const take = (source: string) => routes.match({ to: "1", from: "bob", source })?.name;
    expect([take("192.0.2.4"), take("192.0.2.4:5060")]).toEqual(["four", "four"]);
    expect([take("2001:db8::4"), take("[2001:db8::4]:5060"), take("[2001:db8::4]")]).toEqual(["six", "six", "six"]);
    expect([take("198.51.100.1"), take("")]).toEqual(["rest", "rest"]);
  });

  it.each([
    [5, 'A route is an object such as { "to": "100", "script": "front-desk" }'],
    [[], 'A route is an object such as { "to": "100", "script": "front-desk" }'],
    [{}, "script: expected text, found nothing"],
    [{ script: "a", name: "other" }, 'name: expected "one" as in the address, or none'],
    [
      { script: "a", too: "1", to: "1*2" },
      'to: "*" stands for the rest and must be last; write "\\*" for the key; too: unknown field "too", did you mean "to"?',
    ],
  ])("are checked: %j is refused", async (value, message) => {
    const routes = await create();
    await expect(routes.put("one", value)).rejects.toMatchObject({ code: "invalid-request", message });
    expect(store.rows.size).toBe(0);
  });

  it("that the store cannot keep are not in force", async () => {
    const routes = await create();
    store.put = () => Promise.reject(new Error("the disk is full"));
    await expect(routes.put("one", { script: "a" })).rejects.toThrow("the disk is full");
    expect(names(routes)).toEqual([]);
  });

  it("that cannot be read from the store are passed over, with an error in the log", async () => {
    store.rows.set("bad", { name: "bad", position: 1, json: "{", managed: false });
    store.rows.set("old", { name: "old", position: 2, json: '{"name":"old"}', managed: false });
    store.rows.set("good", { name: "good", position: 3, json: '{"name":"good","script":"a"}', managed: false });
    expect(names(await create())).toEqual(["good"]);
    expect(errors).toEqual([
      ["A stored route cannot be read and is passed over", "bad"],
      ["A stored route cannot be read and is passed over", "old"],
    ]);
  });
});
