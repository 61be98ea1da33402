import { env, kv, secrets } from "strowger";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import type { ScriptRef } from "../../../runtime/port/script.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { createBroker } from "../../../runtime/sandbox/broker/broker.ts";
import { kvOperations } from "../../../runtime/sandbox/broker/kv-operations.ts";
import { secretOperations } from "../../../runtime/sandbox/broker/secret-operations.ts";
import { Turnstile } from "../../../runtime/sandbox/broker/turnstile.ts";
import { ConcealedTexts } from "../../../runtime/script-data/concealed-texts.ts";
import { KvDesk } from "../../../runtime/script-data/kv.ts";
import { SecretDesk } from "../../../runtime/script-data/secrets.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { ScriptRunner } from "./script-runner.ts";

const DOMAIN = "example.com";
const SECRET = 'hunter22-"quoted"-and-long-enough';
let now = Date.UTC(2026, 0, 1);
let store: Store;
let desk: KvDesk;
let secretDesk: SecretDesk;
let runner: ScriptRunner;

const IMPORTS = 'import { env, kv, OperationError, secrets } from "strowger";';

function load(name: string, body: string, before = ""): ScriptRef {
  return runner.load(name, `${IMPORTS}\n${before}\nexport default { async invite(call, event) {\n${body}\n} };`);
}

beforeAll(async () => {
  store = await openSqliteStore({ file: ":memory:", log: silentLog });
  const clock = { now: () => now };
  desk = new KvDesk(store.scriptData.kv, clock, { keys: 300, bytes: 1024 * 1024 });
  secretDesk = new SecretDesk({ store: store.scriptData.secrets, clock, log: silentLog });
  await secretDesk.useKey({ configured: "ab".repeat(32), file: "/nowhere" });
  const concealment = new ConcealedTexts();
  const turnstile = new Turnstile();
  const modules = {
    kv: kvOperations(desk, DOMAIN, turnstile),
    secrets: secretOperations(secretDesk, DOMAIN, turnstile, concealment),
  };
  runner = new ScriptRunner({ eventMs: 1000, cpuMs: 2000 }, 1, createBroker(modules, silentLog), concealment);
  await runner.sandbox.start();
});
afterAll(async () => {
  await runner.sandbox.stop();
  await store.close();
});
afterEach(() => {
  runner.lines.length = 0;
});

describe("kv in a script", () => {
  it("keeps JSON from one event, call and version to the next, for the script alone", async () => {
    const put = load("keeps", "return await kv.set('k', { list: [1, null, '日本'], at: event.at });");
    expect(await runner.value(put, { callId: "c1", domain: "a.example", event: { at: 5 } })).toBe(true);
    const get = load("keeps", "return [await kv.get('k'), await kv.get('none') === undefined, await kv.entry('k')];");
    const value = { list: [1, null, "日本"], at: 5 };
    expect(await runner.value(get, { callId: "c2", domain: "b.example" })).toEqual([
      value,
      true,
      { key: "k", value, version: 1, expiresAt: null },
    ]);
    expect(await runner.value(load("other", "return (await kv.get('k')) ?? 'nothing';"))).toBe("nothing");
  });

  it("counts exactly however many events count at once", async () => {
    const ref = load(
      "counts",
      "return [await kv.increment('n'), await kv.increment('n', 2), await kv.increment('n', -2)];",
    );
    const sums = await Promise.all(Array.from({ length: 60 }, () => runner.value(ref)));
    expect(new Set(sums.map((sum) => (sum as number[])[0])).size).toBe(60);
    expect(await runner.value(load("counts", "return kv.get('n');"))).toBe(60);
  });

  it("takes a lock once, and lets it go by time", async () => {
    const ref = load("locks", "return kv.set('lock', call.id, { ifAbsent: true, ttlSeconds: 30 });");
    const taken = await Promise.all(Array.from({ length: 10 }, () => runner.value(ref)));
    expect(taken.filter((isMine) => isMine)).toHaveLength(1);
    now += 29_999;
    expect(await runner.value(ref)).toBe(false);
    now += 1;
    expect(await runner.value(ref)).toBe(true);
  });

  it("writes where nobody was faster, by value or by version", async () => {
    const ref = load(
      "compares",
      `await kv.set("k", { open: true });
      const { version } = await kv.entry("k");
      const done = [await kv.compareAndSet("k", { value: { open: false } }, 1)];
      done.push(await kv.compareAndSet("k", { value: { open: true } }, { open: false }, { ttlSeconds: 60 }));
      done.push(await kv.compareAndSet("k", { version }, 2));
      const entry = await kv.entry("k");
      done.push(await kv.compareAndSet("k", { version: entry.version }, null));
      return [done, entry.expiresAt, await kv.get("k"), await kv.delete("k"), await kv.delete("k")];`,
    );
    const expiresAt = new Date(now + 60_000).toISOString();
    expect(await runner.value(ref)).toEqual([[false, true, false, true], expiresAt, null, true, false]);
  });

  it("lists by prefix, page by page", async () => {
    const ref = load(
      "lists",
      `for (const key of ["q/1", "q/2", "q/3", "r"]) await kv.set(key, key.toUpperCase());
      const first = await kv.list({ prefix: "q/", limit: 2 });
      const rest = await kv.list({ prefix: "q/", cursor: first.cursor });
      return [first.entries.map(({ key, value }) => key + value), rest.entries.length, rest.cursor, (await kv.list()).entries.length];`,
    );
    expect(await runner.value(ref)).toEqual([["q/1Q/1", "q/2Q/2"], 1, null, 4]);
  });

  it("takes a value of 128 KB, and a list gives it back, in pages that are never too large", async () => {
    const ref = load(
      "large",
      `const text = "é".repeat((128 * 1024 - 2) / 2);
      for (const key of ["a", "b", "c"]) await kv.set(key, text);
      const sizes = [];
      let cursor;
      do {
        const page = await kv.list({ cursor });
        sizes.push(page.entries.map(({ value }) => value.length));
        cursor = page.cursor ?? undefined;
      } while (cursor);
      return [sizes, (await kv.get("b")).length, await kv.set("d", text + "x").catch((error) => error.code)];`,
    );
    const length = (128 * 1024 - 2) / 2;
    expect(await runner.value(ref)).toEqual([[[length], [length], [length]], length, "too-large"]);
  });

  it.each([
    ["an empty key", "kv.get('')", "invalid-arguments"],
    ["a key that is too long", "kv.get('é'.repeat(257))", "invalid-arguments"],
    ["a key with a line end", "kv.set('a\\nb', 1)", "invalid-arguments"],
    ["a key that is half a character", "kv.set('\\ud800', 1)", "invalid-arguments"],
    ["no value", "kv.set('k', undefined)", "invalid-arguments"],
    ["a function", "kv.set('k', () => 1)", "invalid-arguments"],
    ["no time", "kv.set('k', 1, { ttlSeconds: 0 })", "invalid-arguments"],
    ["an option that there is not", "kv.set('k', 1, { ttl: 5 })", "invalid-arguments"],
    ["half a number", "kv.increment('k', 0.5)", "invalid-arguments"],
    ["a number out of text", "kv.set('t', 'x').then(() => kv.increment('t'))", "invalid-arguments"],
    ["a cursor of its own", "kv.list({ cursor: 'bm90IG91cnM*' })", "invalid-arguments"],
    ["nothing to compare with", "kv.compareAndSet('k', {}, 1)", "invalid-arguments"],
  ])("refuses %s, and says so", async (_what, work, code) => {
    const ref = load(
      "wrong",
      `return ${work}.then(() => "done", (error) => [error instanceof OperationError, error.code]);`,
    );
    expect(await runner.value(ref)).toEqual([true, code]);
  });

  it("is full at its limit, for this script alone", async () => {
    const fill = load(
      "fills",
      "for (let k = 0; k < 40; k++) await kv.set(String(event.from + k), 1).catch((error) => { throw error.code; }); return 'done';",
    );
    for (let from = 0; from < 280; from += 40) expect(await runner.value(fill, { event: { from } })).toBe("done");
    expect((await runner.fault(fill, { event: { from: 280 } })).message).toBe("Thrown: full");
    expect(await runner.value(load("roomy", "return kv.set('k', 1);"))).toBe(true);
  });

  it("is not there at the top level, nor in a test without a switch", async () => {
    const ref = load("early", "return 1;", "kv.set('k', 1);");
    expect((await runner.fault(ref)).message).toMatch(/"kv.set" works only inside a handler/);
    await expect(kv.get("k")).rejects.toMatchObject({ code: "not-in-handler" });
    await expect(secrets.get("KEY")).rejects.toMatchObject({ code: "not-in-handler" });
  });
});

describe("secrets in a script", () => {
  const of = (script: string) => ({ domain: DOMAIN, script });

  it("are what was set last, for the script alone", async () => {
    await secretDesk.change(of("knows"), { KEY: SECRET });
    const body = "const key = await secrets.get('KEY'); return [key.length, key === event.expected];";
    expect(await runner.value(load("knows", body), { event: { expected: SECRET } })).toEqual([SECRET.length, true]);
    await secretDesk.change(of("knows"), { KEY: "another one" });
    expect(await runner.value(load("knows", body), { event: { expected: "another one" } })).toEqual([11, true]);
    const fault = await runner.fault(load("spies", body));
    expect(fault.message).toBe(
      'OperationError: secrets.get: there is no secret "KEY"; set it with: strowger secret put spies KEY',
    );
  });

  it("are masked in console lines and errors, also in later events that have it in a variable", async () => {
    await secretDesk.change(of("prints"), { KEY: SECRET });
    const ref = load(
      "prints",
      `kept ??= await secrets.get("KEY");
      console.log("key", kept, { key: kept });
      if (event.fails) throw new Error("no access with " + kept);`,
      "let kept;",
    );
    await runner.run(ref);
    await runner.run(ref);
    expect(runner.lines.map(({ text }) => text)).toEqual(Array(2).fill('key *** {"key":"***"}'));
    const fault = await runner.fault(ref, { event: { fails: true } });
    expect(fault.message).toBe("Error: no access with ***");
    expect(JSON.stringify([fault, runner.invocations, runner.lines])).not.toContain("hunter22");
  });

  it("say that the switch has lost the key to them", async () => {
    await secretDesk.change(of("lost"), { KEY: SECRET });
    await secretDesk.useKey({ configured: "cd".repeat(32), file: "/nowhere" });
    const ref = load("lost", "return secrets.get('KEY').catch((error) => [error.code, error.message]);");
    expect(await runner.value(ref)).toEqual(["unavailable", expect.stringContaining("encrypted with another key")]);
    await secretDesk.useKey({ configured: "ab".repeat(32), file: "/nowhere" });
  });
});

describe("env in a script", () => {
  const body = "return [env.RING ?? null, AT_LOAD ?? null, 'toString' in env, Object.keys(env)];";
  const before = "const AT_LOAD = env.RING;";

  it("is there from the first line on, and changes with the next event", async () => {
    runner.sandbox.setEnvironment("rings", { RING: "20 é" });
    const ref = load("rings", body, before);
    expect(await runner.value(ref)).toEqual(["20 é", "20 é", false, ["RING"]]);
    runner.sandbox.setEnvironment("rings", { RING: "30", MORE: "" });
    expect(await runner.value(ref)).toEqual(["30", "30", false, ["RING", "MORE"]]);
    runner.sandbox.setEnvironment("rings", {});
    expect(await runner.value(ref)).toEqual([null, null, false, []]);
    expect(await runner.value(load("quiet", body, before))).toEqual([null, null, false, []]);
  });

  it("stays as it was for an event that has begun", async () => {
    runner.sandbox.setEnvironment("waits", { RING: "20" });
    const ref = load(
      "waits",
      "await kv.set('begun', 1); await new Promise((done) => setTimeout(done, 100)); return env.RING;",
    );
    const { outcome } = runner.start(ref);
    await expect.poll(() => desk.get({ domain: DOMAIN, script: "waits" }, "begun")).toBeDefined();
    runner.sandbox.setEnvironment("waits", { RING: "30" });
    expect(await runner.value(ref)).toBe("30");
    expect(await outcome).toMatchObject({ type: "returned", value: "20" });
  });

  it("cannot be changed by the script", async () => {
    runner.sandbox.setEnvironment("frozen", { RING: "20" });
    const ref = load(
      "frozen",
      `let error;
      try { env.RING = "1"; } catch (thrown) { error = thrown.name; }
      globalThis[Symbol.for("strowger.env")] === env || (error = "hidden");
      return [error, env.RING];`,
    );
    expect(await runner.value(ref)).toEqual(["TypeError", "20"]);
  });

  it("is an empty object that a test may fill where there is no switch", () => {
    expect(env).toEqual({});
    Object.assign(env, { RING: "5" });
    expect(env.RING).toBe("5");
  });
});
