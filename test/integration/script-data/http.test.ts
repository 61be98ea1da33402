import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeptWorld, DESK, type KeptWorld } from "./world.ts";

const SECRET = "hunter22-is-the-secret";
const KV = "/v1/scripts/desk/kv";
const SECRETS = "/v1/scripts/desk/secrets";
const ENV = "/v1/scripts/desk/env";
const SCRIPT = { entry: "desk.ts", files: { "desk.ts": "export default {};" } };

let world: KeptWorld;
beforeEach(async () => {
  world = await createKeptWorld([{ name: "desk", env: { RING: "20" } }]);
});
afterEach(() => world.close());

const send: KeptWorld["api"]["send"] = (...request) => world.api.send(...request);
const put = (key: string, body: string, headers: Record<string, string> = {}) =>
  send("PUT", `${KV}/${key}`, { body, headers });

describe("Keys over HTTP", () => {
  it("are written, read, listed and removed; the body is the value, the ETag its version", async () => {
    const written = await put("open", '{"since":[1,null,"é"]}');
    expect(written.status).toBe(204);
    const read = await send("GET", `${KV}/open`);
    expect([read.status, read.body]).toEqual([200, { since: [1, null, "é"] }]);
    expect(read.headers.get("etag")).toBe(written.headers.get("etag"));
    expect(read.headers.get("strowger-expires-at")).toBeNull();
    expect((await send("GET", KV)).body).toEqual({
      items: [{ key: "open", bytes: 27, version: 1, expiresAt: null, updatedAt: "2026-01-01T00:00:00.000Z" }],
      next: null,
    });
    expect((await send("DELETE", `${KV}/open`)).status).toBe(204);
    expect((await send("DELETE", `${KV}/open`)).status).toBe(404);
    expect((await send("GET", `${KV}/open`)).body).toMatchObject({ code: "not-found" });
  });

  it.each(["null", "false", "0", '""', "[]"])("may hold %s", async (json) => {
    await put("k", json);
    const read = await send("GET", `${KV}/k`);
    expect([read.status, read.text]).toEqual([200, json]);
  });

  it.each(["a/b/c", "a//b", "%", "a b?c#d", "ä\u{1F600}", "..a", "a/../b", "k".repeat(512)])(
    "may be called %j",
    async (key) => {
      const path = encodeURIComponent(key);
      await put(path, "1");
      expect((await world.data.kv.keys(DESK, { prefix: "", limit: 10 })).items.map((item) => item.key)).toEqual([key]);
      expect((await send("GET", `${KV}/${path}`)).text).toBe("1");
      expect((await send("DELETE", `${KV}/${path}`)).status).toBe(204);
    },
  );

  it("may be called with plain slashes", async () => {
    await put("a/b/c", "1");
    expect((await world.data.kv.get(DESK, "a/b/c"))?.json).toBe("1");
  });

  it("expire, and say when", async () => {
    await send("PUT", `${KV}/k?ttl=60`, { body: "1" });
    expect((await send("GET", `${KV}/k`)).headers.get("strowger-expires-at")).toBe("2026-01-01T00:01:00.000Z");
    world.now += 60_000;
    expect((await send("GET", `${KV}/k`)).status).toBe(404);
    expect((await send("GET", KV)).body.items).toEqual([]);
  });

  it("are changed only where If-Match and If-None-Match hold", async () => {
    const etag = (await put("k", "1", { "if-none-match": "*" })).headers.get("etag") ?? "";
    expect((await put("k", "2", { "if-none-match": "*" })).body).toMatchObject({ code: "precondition-failed" });
    expect((await put("k", "2", { "if-match": '"999"' })).status).toBe(412);
    expect((await put("none", "2", { "if-match": "*" })).status).toBe(412);
    expect((await put("k", "2", { "if-match": `"999", ${etag}` })).status).toBe(204);
    expect((await put("k", "3", { "if-match": etag })).status).toBe(412);
    expect((await send("DELETE", `${KV}/k`, { headers: { "if-match": etag } })).status).toBe(412);
    expect((await put("k", "3", { "if-match": "*" })).status).toBe(204);
    expect((await put("k", "4", { "if-match": "*", "if-none-match": "*" })).status).toBe(400);
    expect((await put("k", "4", { "if-none-match": etag })).status).toBe(400);
    expect((await send("GET", `${KV}/k`)).text).toBe("3");
  });

  it("count exactly however many requests count at once", async () => {
    const add = (json: object) => send("POST", `${KV}/n`, { json });
    const answers = await Promise.all(Array.from({ length: 20 }, () => add({})));
    expect(answers.map(({ body }) => body.value).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    const last = await add({ increment: -5, ttlSeconds: 60 });
    expect([last.body.value, last.body.expiresAt]).toEqual([15, null]);
    expect(last.headers.get("etag")).toBe(`"${last.body.version}"`);
    await put("t", '"text"');
    expect((await send("POST", `${KV}/t`, { json: {} })).body).toMatchObject({ status: 400, code: "invalid-request" });
  });

  it("come page by page, by prefix, and are cleared by prefix", async () => {
    for (const key of ["a/1", "a/2", "a/3", "b"]) await put(key, "1");
    const first = (await send("GET", `${KV}?prefix=a/&limit=2`)).body;
    expect(first.items.map((item: { key: string }) => item.key)).toEqual(["a/1", "a/2"]);
    const second = (await send("GET", `${KV}?prefix=a/&limit=2&cursor=${first.next}`)).body;
    expect([second.items.map((item: { key: string }) => item.key), second.next]).toEqual([["a/3"], null]);
    expect((await send("GET", `${KV}?cursor=x*`)).status).toBe(400);
    expect((await send("DELETE", `${KV}?prefix=a/`)).body).toEqual({ removed: 3 });
    expect((await send("DELETE", KV)).body).toEqual({ removed: 1 });
  });

  it.each([
    ["an empty body", "k", "", 400, "invalid-request"],
    ["what is not JSON", "k", "{open", 400, "invalid-request"],
    ["a value that is too large", "k", JSON.stringify("x".repeat(128 * 1024)), 413, "value-too-large"],
    ["a body that is too large", "k", JSON.stringify("x".repeat(300 * 1024)), 413, "request-too-large"],
    ["a value that is nested too deep", "k", "[".repeat(60_000) + "]".repeat(60_000), 400, "invalid-request"],
    ["a key that is too long", "k".repeat(513), "1", 400, "invalid-request"],
    ["a key with a control character", "a%00b", "1", 400, "invalid-request"],
  ])("refuse %s", async (_what, key, body, status, code) => {
    expect((await put(key, body)).body).toMatchObject({ status, code });
    expect((await world.data.kv.keys(DESK, { prefix: "", limit: 10 })).items).toEqual([]);
  });

  it("are full at the limit of their script", async () => {
    for (let count = 0; count < 50; count++) await world.data.kv.set(DESK, `k${count}`, 1);
    const refused = await put("more", "1");
    expect(refused.body).toMatchObject({ status: 507, code: "full" });
    expect(refused.body.detail).toContain("50 keys and 1 MB at most");
    expect((await send("PUT", "/v1/scripts/menu/kv/k", { body: "1" })).status).toBe(204);
  });

  it("need their scopes", async () => {
    const token = await world.api.token("reader", "kv:read");
    expect((await send("GET", KV, { token })).status).toBe(200);
    expect((await send("PUT", `${KV}/k`, { token, body: "1" })).status).toBe(403);
    const other = await world.api.token("deployer", "scripts:read", "scripts:write", "deploy");
    for (const path of [KV, `${KV}/k`, SECRETS]) expect((await send("GET", path, { token: other })).status).toBe(403);
  });
});

describe("Secrets over HTTP", () => {
  const set = (name: string, value: unknown) => send("PUT", `${SECRETS}/${name}`, { json: { value } });

  it("are set, listed and removed, and never shown", async () => {
    const made = await set("KEY", SECRET);
    expect([made.status, made.body]).toEqual([201, { name: "KEY", version: 1, updatedAt: "2026-01-01T00:00:00.000Z" }]);
    expect((await set("KEY", `${SECRET}-2`)).body).toMatchObject({ name: "KEY", version: 2 });
    const listed = await send("GET", SECRETS);
    expect(listed.body.items).toEqual([{ name: "KEY", version: 2, updatedAt: "2026-01-01T00:00:00.000Z" }]);
    expect(listed.text).not.toContain("hunter");
    expect(await world.data.secrets.reveal(DESK, "KEY")).toBe(`${SECRET}-2`);
    expect((await send("GET", `${SECRETS}/KEY`)).status).toBe(405);
    expect((await send("DELETE", `${SECRETS}/KEY`)).status).toBe(204);
    expect((await send("DELETE", `${SECRETS}/KEY`)).status).toBe(404);
  });

  it("are set and removed together, or not at all", async () => {
    await set("OLD", SECRET);
    const patched = await send("PATCH", SECRETS, { json: { secrets: { A: "aaaa", B: "bbbb", OLD: null } } });
    expect(patched.body.items.map(({ name }: { name: string }) => name)).toEqual(["A", "B"]);
    const refused = await send("PATCH", SECRETS, { json: { secrets: { C: "cccc", "not a name": "dddd" } } });
    expect(refused.status).toBe(400);
    expect((await send("GET", SECRETS)).body.items).toHaveLength(2);
  });

  it.each([
    ["too short", "abc"],
    ["too long", "x".repeat(16_385)],
    ["no text", 12_345_678],
    ["half a character", "abcd\ud800"],
    ["nothing", undefined],
  ])("are refused where they are %s, without a word of them", async (_what, value) => {
    const refused = await set("KEY", value);
    expect(refused.body).toMatchObject({ status: 400, code: "invalid-request" });
    if (value !== undefined) expect(refused.text).not.toContain(String(value).slice(0, 8));
  });

  it("stand in no problem where the body is not JSON", async () => {
    for (const body of [SECRET, `{"value": ${SECRET}}`, `{"value": "${SECRET}"`, `{"value": "${SECRET}" x`]) {
      const refused = await send("PUT", `${SECRETS}/KEY`, { body });
      expect(refused.status).toBe(400);
      expect(refused.text).not.toMatch(/hunter|is-the/);
    }
  });

  it.each(["1A", "A-B", "__proto__", "A".repeat(65)])("are not called %s", async (name) => {
    expect((await set(name, SECRET)).status).toBe(400);
  });
});

describe("Secrets that come with an upload", () => {
  const upload = (secrets: object, over: object = {}) => ({ json: { ...SCRIPT, ...over, secrets } });
  const names = async () => (await world.data.secrets.list(DESK)).map(({ name }) => name);

  it("go with the deployment, sealed", async () => {
    expect((await send("PUT", "/v1/scripts/desk", upload({ KEY: SECRET }))).status).toBe(201);
    const [release] = world.api.deployments.releases;
    expect(release?.secrets).toMatchObject({ of: DESK, put: [{ name: "KEY" }] });
    expect(JSON.stringify(release)).not.toContain("hunter");
    const path = "/v1/scripts/desk/versions?deploy=1";
    expect((await send("POST", path, upload({ PIN: SECRET }, { message: "two" }))).status).toBe(201);
    expect(world.api.deployments.releases[1]?.secrets?.put.map(({ name }) => name)).toEqual(["PIN"]);
  });

  it("need a deployment, and the scope", async () => {
    const refused = await send("POST", "/v1/scripts/desk/versions", upload({ KEY: SECRET }));
    expect(refused.body).toMatchObject({ status: 400, code: "invalid-request" });
    expect(refused.body.detail).toContain("add ?deploy=1");
    const token = await world.api.token("ci", "scripts:write", "deploy");
    expect((await send("PUT", "/v1/scripts/desk", { ...upload({ KEY: SECRET }), token })).status).toBe(403);
    expect(world.api.deployments.uploads).toEqual([]);
    const allowed = await world.api.token("ci-2", "scripts:write", "deploy", "secrets:write");
    expect((await send("PUT", "/v1/scripts/desk", { ...upload({ KEY: SECRET }), token: allowed })).status).toBe(201);
  });

  it("change nothing where the upload is refused, and are in no word of it", async () => {
    const broken = upload({ KEY: SECRET }, { files: { "desk.ts": "SYNTAX" } });
    const refused = await send("PUT", "/v1/scripts/desk", broken);
    expect(refused.status).toBe(422);
    expect(refused.text).not.toContain("hunter");
    expect((await send("PUT", "/v1/scripts/desk", upload({ "bad name": SECRET }))).text).not.toContain("hunter");
    expect((await send("PUT", "/v1/scripts/desk", upload({ KEY: "abc" }))).status).toBe(400);
    expect(await names()).toEqual([]);
  });
});

describe("Variables over HTTP", () => {
  it("are shown and set as a whole, beside those of the configuration", async () => {
    const before = await send("GET", ENV);
    expect(before.body).toEqual({ variables: { RING: "20" }, managed: ["RING"] });
    const etag = before.headers.get("etag") ?? "";
    const json = { variables: { RING: "20", GREETING: "hi" } };
    const set = await send("PUT", ENV, { json, headers: { "if-match": etag } });
    expect(set.body).toEqual({ variables: { GREETING: "hi", RING: "20" }, managed: ["RING"] });
    expect(set.headers.get("etag")).toBe((await send("GET", ENV)).headers.get("etag"));
    expect((await send("PUT", ENV, { json, headers: { "if-match": etag } })).status).toBe(412);
    expect((await send("PUT", ENV, { json: { variables: {} } })).body.variables).toEqual({ RING: "20" });
  });

  it.each([
    ["another value of what the configuration declares", { RING: "30" }, 409],
    ["a number", { A: 5 }, 400],
    ["a name that is none", { "a b": "1" }, 400],
    ["too many", Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`V${index}`, ""])), 400],
    ["too much", Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`V${index}`, "x".repeat(8000)])), 400],
  ])("refuse %s", async (_what, variables, status) => {
    expect((await send("PUT", ENV, { json: { variables } })).status).toBe(status);
    expect((await send("GET", ENV)).body.variables).toEqual({ RING: "20" });
  });
});

describe("A script that is removed", () => {
  it("leaves what it has kept, until that is asked for as well", async () => {
    await send("PUT", "/v1/scripts/desk", { json: SCRIPT });
    await put("k", "1");
    await send("PUT", `${SECRETS}/KEY`, { json: { value: SECRET } });
    expect((await send("DELETE", "/v1/scripts/desk")).status).toBe(204);
    expect((await send("GET", `${KV}/k`)).status).toBe(200);
    expect((await send("GET", SECRETS)).body.items).toHaveLength(1);
    expect((await send("DELETE", "/v1/scripts/desk")).status).toBe(404);
    const token = await world.api.token("ci", "scripts:write", "deploy");
    expect((await send("DELETE", "/v1/scripts/desk?purge=1", { token })).status).toBe(403);
    expect((await send("DELETE", "/v1/scripts/desk?purge=1")).status).toBe(204);
    expect((await send("GET", `${KV}/k`)).status).toBe(404);
    expect((await send("GET", SECRETS)).body.items).toEqual([]);
  });
});
