import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import type { ScriptRef } from "../../../runtime/port/script.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { createBroker } from "../../../runtime/sandbox/broker/broker.ts";
import { kvOperations } from "../../../runtime/sandbox/broker/kv-operations.ts";
import { Turnstile } from "../../../runtime/sandbox/broker/turnstile.ts";
import { webOperations } from "../../../runtime/sandbox/broker/web-operations.ts";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { KvDesk } from "../../../runtime/script-data/kv.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { serve, Web, type WebServer } from "../fetch/web.ts";
import { ScriptRunner } from "../sandbox/script-runner.ts";

const DOMAIN = "example.com";
const web = new Web();
let store: Store;
let server: WebServer;
let runner: ScriptRunner;
/** Paths that were asked for. */
const requests: (string | undefined)[] = [];
/** Writes wait for it. */
let disk: Promise<void> = Promise.resolve();

beforeAll(async () => {
  store = await openSqliteStore({ file: ":memory:", log: silentLog });
  server = await serve((request, response) => {
    requests.push(request.url);
    response.end("ok");
  });
  const desk = new KvDesk(store.scriptData.kv, { now: () => Date.now() }, { keys: 1000, bytes: 64 * 1024 * 1024 });
  const kv: Parameters<typeof kvOperations>[0] = {
    get: (...args) => desk.get(...args),
    entries: (...args) => desk.entries(...args),
    delete: (...args) => desk.delete(...args),
    increment: (...args) => desk.increment(...args),
    async set(...args) {
      await disk;
      return desk.set(...args);
    },
  };
  const modules = { kv: kvOperations(kv, DOMAIN, new Turnstile()), web: webOperations(web.fetcher) };
  runner = new ScriptRunner({ eventMs: 10_000, cpuMs: 20_000, handlerMs: 60_000 }, 1, createBroker(modules, silentLog));
  await runner.sandbox.start();
});
afterAll(async () => {
  await runner.sandbox.stop();
  web.fetcher.close();
  server.close();
  await store.close();
});

function asked(path: string): readonly unknown[] {
  return requests.filter((url) => url === path);
}

function load(name: string, body: string): ScriptRef {
  return runner.load(
    name,
    `import { kv } from "strowger";\nexport default { async invite(call, event) {\n${body}\n} };`,
  );
}

describe("a flood of what a script may ask of the switch", () => {
  it("by fetch reaches the web no oftener than one event may ask", async () => {
    const ref = load("fetches", `for (let k = 0; k < 5000; k++) fetch(event.base).catch(() => 0);`);
    const fault = await runner.fault(ref, { event: { base: `http://web.example:${server.port}/one` } });
    expect(fault).toMatchObject({ reason: "too-many-operations" });
    expect(asked("/one").length).toBeLessThanOrEqual(DEFAULT_LIMITS.operations);
  });

  it("by fetch and kv in turn, whatever it catches, is counted together", async () => {
    const ref = load(
      "both",
      `for (let k = 0; ; k++) try { await (k % 2 ? kv.get("k") : fetch(event.base)); } catch {}`,
    );
    const fault = await runner.fault(ref, { event: { base: `http://web.example:${server.port}/both` } });
    expect(["too-many-operations", "timeout"]).toContain(fault.reason);
    expect(asked("/both").length).toBeLessThanOrEqual(DEFAULT_LIMITS.operations / 2);
  });

  it("by large values from many events is refused beyond what one script may have under way, and no other waits for it", async () => {
    const flood = load(
      "writes",
      `const all = await Promise.all(Array.from({ length: 50 }, (_, k) => kv.set("k" + k, "y".repeat(1e5)).then(() => "kept", (error) => error.code)));
       return [...new Set(all)];`,
    );
    const quick = load("reads", `return (await kv.get("mine")) ?? call.id;`);
    const busy = Promise.withResolvers<void>();
    disk = busy.promise;
    const floods = Array.from({ length: 40 }, (_, call) => runner.value(flood, { callId: `flood-${call}` }));
    expect(await runner.value(quick, { callId: "quick" })).toBe("quick");
    busy.resolve();
    const codes = new Set((await Promise.all(floods)).flat());
    expect([...codes].toSorted()).toEqual(["kept", "overloaded"]);
    expect(await runner.value(quick, { callId: "later" })).toBe("later");
  });

  it("by one value larger than any may be is refused, and so is its event where it takes too much", async () => {
    const ref = load("large", `return kv.set("k", "y".repeat(2e5)).then(() => "kept", (error) => error.code);`);
    expect(await runner.value(ref)).toMatch(/^(too-large|invalid-arguments)$/);
    const larger = load("larger", `return kv.set("k", "y".repeat(2e8)).then(() => "kept", (error) => error.code);`);
    const outcome = await runner.run(larger);
    if (outcome.type === "returned") expect(outcome.value).toBe("too-large");
    else expect(["timeout", "memory", "crashed", "threw"]).toContain(outcome.fault.reason);
  });
});
