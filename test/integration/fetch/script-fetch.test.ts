import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DeployError } from "../../../runtime/base/errors.ts";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { Builder } from "../../../runtime/deploy/builder.ts";
import { findWalls } from "../../../runtime/deploy/walls.ts";
import { createBroker } from "../../../runtime/sandbox/broker/broker.ts";
import { webOperations } from "../../../runtime/sandbox/broker/web-operations.ts";
import { ScriptRunner } from "../sandbox/script-runner.ts";
import { readAll, serve, Web, type WebServer } from "./web.ts";

const web = new Web();
const operations = createBroker({ web: webOperations(web.fetcher) }, silentLog);
// A script must not fail here because the machine is busy.
const runner = new ScriptRunner({ eventMs: 1000, cpuMs: 2000 }, 1, operations);
let server: WebServer;
let answer: RequestListener = () => {};
let base: string;

beforeAll(async () => {
  server = await serve((request, response) => answer(request, response));
  base = `http://crm.example:${server.port}`;
  await runner.sandbox.start();
});
afterAll(async () => {
  await runner.sandbox.stop();
  web.fetcher.close();
  server.close();
});
beforeEach(() => {
  answer = (_request, response) => response.end("ok");
});

let scripts = 0;

/** What the body of a handler returns; `base` is where the server is. */
function run(body: string): Promise<unknown> {
  const ref = runner.load(`web-${++scripts}`, source(body));
  return runner.value(ref, { event: { base } });
}

function source(body: string): string {
  return `import { OperationError } from "strowger";
const failed = (error) => [error.constructor.name, error.code ?? error.name, error.message];
export default { async invite(call, { base }) { ${body} } };`;
}

describe("A script that fetches", () => {
  it("asks another system about a caller, and routes by its answer", async () => {
    answer = async (request, response) => {
      const { number } = JSON.parse(await readAll(request));
      const isKnown = number === "+1555" && request.headers.authorization === "Basic azp2";
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ agent: isKnown ? "zoë" : null }));
    };
    const decision = await run(`
      const url = new URL("/callers", base);
      url.searchParams.set("lang", "de");
      const answer = await fetch(url, {
        method: "post",
        headers: { Authorization: "Basic " + btoa("k:v"), "Content-Type": "application/json" },
        body: JSON.stringify({ number: "+1555" }),
        timeoutSeconds: 2,
      });
      const { agent } = await answer.json();
      return { agent, ok: answer.ok, status: answer.status, type: answer.headers.get("content-type"), url: answer.url };
    `);
    const type = "application/json";
    expect(decision).toEqual({ agent: "zoë", ok: true, status: 200, type, url: `${base}/callers?lang=de` });
  });

  it("gets every byte of an answer that is no text, and sends such", async () => {
    let sent = "";
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80, 0x41]);
    answer = (request, response) => {
      request.on("data", (chunk: Buffer) => {
        sent += chunk.toString("hex");
      });
      request.on("end", () => response.end(bytes));
    };
    const got = await run(`
      const answer = await fetch(base, { method: "PUT", body: new Uint8Array([1, 0x80, 0xff]) });
      const copy = answer.clone();
      return { bytes: [...(await answer.bytes())], text: await copy.text(), used: copy.bodyUsed };
    `);
    expect(got).toEqual({ bytes: [...bytes], text: bytes.toString("utf8"), used: true });
    expect(sent).toBe("0180ff");
  });

  it("takes an answer of a megabyte in any script of the world within one event", async () => {
    const text = "Привет, мир 😀 ".repeat(40_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    answer = (_request, response) => response.end(text);
    const length = await run("return fetch(base).then((answer) => answer.text()).then((text) => text.length);");
    expect(length).toBe(text.length);
  });

  it("hears as an OperationError what came in the way, with the line that asked", async () => {
    const ref = runner.load("alone", source('\n  await fetch("http://10.0.0.1/");'));
    expect(await runner.fault(ref, { event: { base } })).toMatchObject({
      message: expect.stringMatching(/^OperationError: web\.fetch: 10\.0\.0\.1: it is not a public address/),
      file: "main.ts",
      line: 4,
    });
    expect(
      await run('try { await fetch("http://10.0.0.1/"); } catch (error) { return error instanceof OperationError; }'),
    ).toBe(true);
  });

  it.each([
    ['fetch("http://10.0.0.1/")', "not-allowed"],
    ['fetch("file:///etc/passwd")', "TypeError"],
    ['fetch("/relative")', "TypeError"],
    ['fetch("ftp://crm.example/")', "invalid-arguments"],
    ['fetch("http://u:p@crm.example/")', "invalid-arguments"],
    ["fetch(base, { timeoutSeconds: 11 })", "invalid-arguments"],
    ["fetch(base, { timeoutSeconds: 0 })", "TypeError"],
    ['fetch(base, { method: "TRACE" })', "invalid-arguments"],
    ['fetch(base, { method: "A B" })', "TypeError"],
    ['fetch(base, { headers: { Host: "evil" } })', "invalid-arguments"],
    ['fetch(base, { headers: { "X-A": "1\\r\\nB: 2" } })', "TypeError"],
    ['fetch(base, { body: "x" })', "TypeError"],
    ['fetch(base, { method: "POST", body: { a: 1 } })', "TypeError"],
    ['fetch(base, { method: "POST", body: "x".repeat(70000) })', "too-large"],
    ['fetch(base, { redirect: "never" })', "TypeError"],
    ["fetch(base, { signal: AbortSignal.abort() })", "AbortError"],
  ])("%s comes to nothing: %s", async (call, code) => {
    const got = await run(`return ${call}.then(() => "fetched", (error) => error.code ?? error.name);`);
    expect(got).toBe(code);
  });

  it("stops waiting where its signal says so", async () => {
    answer = () => {};
    const reasons = await run(`
      const controller = new AbortController();
      setTimeout(() => controller.abort("enough"), 20);
      const one = fetch(base, { signal: controller.signal }).catch((reason) => reason);
      const two = fetch(base, { signal: AbortSignal.timeout(20) }).catch((error) => error.name);
      return Promise.all([one, two]);
    `);
    expect(reasons).toEqual(["enough", "TimeoutError"]);
  });

  it("leaves no request behind when its call ends", async () => {
    const asked = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.on("close", () => closed.resolve());
      asked.resolve();
    };
    const ref = runner.load("ends", source("await fetch(base); return 1;"));
    const { ticket } = runner.start(ref, { event: { base } });
    await asked.promise;
    runner.sandbox.abort(ticket);
    await closed.promise;
  });

  it("cannot reach the host process by what it is given", async () => {
    const ways = await run(`
      const values = [fetch, URL, Response, Headers, crypto.subtle.digest];
      const types = await Promise.all(values.map((value) => value.constructor("return typeof process + typeof require")()));
      const answer = await fetch(base);
      return [...new Set(types), answer.constructor === Response, Object.getPrototypeOf(answer.headers) === Headers.prototype];
    `);
    expect(ways).toEqual(["undefinedundefined", true, true]);
  });

  it("changes its own answers alone where it changes built-ins", async () => {
    const got = await run(`
      JSON.stringify = () => "broken"; JSON.parse = () => "broken";
      Map.prototype.get = () => "broken"; Array.prototype[Symbol.iterator] = () => { throw new Error("mine"); };
      return fetch(base).then(() => "fetched", (error) => error.message);
    `);
    expect(typeof got).toBe("string");
    expect(await run("return fetch(base).then((answer) => answer.text());")).toBe("ok");
  });
});

describe("A script that names nothing of the web", () => {
  const count = `Object.getOwnPropertyNames(globalThis).filter((name) => /^(?:fe.*ch|UR.|a.ob|Resp.*)$/.test(name))`;

  it("is spared the making of it", async () => {
    expect(await run(`return ${count};`)).toEqual([]);
    expect(await run(`return [${count}.length, typeof fetch];`)).toEqual([4, "function"]);
  });

  it("has it where any of its files names it", async () => {
    const main = 'import { get } from "./get.ts"; export default { invite: (call, { base }) => get(base) };';
    const get = "export const get = async (url) => (await fetch(url)).text();";
    const ref = runner.load("files", { "main.ts": main, "get.ts": get });
    expect(await runner.value(ref, { event: { base } })).toBe("ok");
  });
});

describe("crypto.subtle.digest", () => {
  it.each(["SHA-1", "SHA-256", "SHA-384", "SHA-512"])("gives the %s of bytes", async (algorithm) => {
    const hex = createHash(algorithm.replace("-", "").toLowerCase()).update("grüße").digest("hex");
    const got = await run(`
      const digest = await crypto.subtle.digest("${algorithm}", new TextEncoder().encode("grüße"));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    `);
    expect(got).toBe(hex);
  });

  it("refuses another algorithm, and what is no bytes", async () => {
    expect(await run('return crypto.subtle.digest("MD5", new Uint8Array(1)).catch((error) => error.code);')).toBe(
      "invalid-arguments",
    );
    expect(await run('return crypto.subtle.digest({ name: "SHA-256" }, "text").catch((error) => error.name);')).toBe(
      "TypeError",
    );
  });
});

describe("A Response that a script returns", () => {
  it("leaves it as plain data", async () => {
    const made = `[
      Response.json({ a: "ü" }, { status: 201, headers: { "X-A": "1" } }),
      new Response("text"),
      new Response(new TextEncoder().encode("bytes")),
      new Response(null, { status: 204 }),
      Response.redirect("https://a.example/", 303),
    ]`;
    const type = "text/plain;charset=UTF-8";
    expect(await run(`return ${made};`)).toEqual([
      { status: 201, headers: { "content-type": "application/json", "x-a": "1" }, body: '{"a":"ü"}' },
      { status: 200, headers: { "content-type": type }, body: "text" },
      { status: 200, headers: {}, body: "bytes" },
      { status: 204, headers: {}, body: "" },
      { status: 303, headers: { location: "https://a.example/" }, body: "" },
    ]);
  });
});

describe("An upload", () => {
  const check = async (text: string) => {
    const files = { "main.ts": text };
    return new Builder(new TimerWheel(), await findWalls(silentLog)).check({ entry: "main.ts", files, env: {} });
  };

  it("may make URLs, headers and Base64 while it is loaded", async () => {
    const { handlers } = await check(`
      const api = new URL("v1/", "https://crm.example");
      if (api.href !== "https://crm.example/v1/") throw new Error(api.href);
      const headers = new Headers({ Authorization: "Basic " + btoa("ü") });
      export default { invite: () => fetch(api, { headers }), http: () => Response.json({ at: api }) };
    `);
    expect(handlers).toEqual(["invite", "http"]);
  });

  it("is refused where it fetches while it is loaded, at that place", async () => {
    const error = await check('\nvoid fetch("https://crm.example/");\nexport default { bye() {} };').catch(
      (reason: unknown) => reason,
    );
    expect(error instanceof DeployError && error.diagnostics).toMatchObject([
      { line: 2, message: expect.stringContaining("fetch works only inside a handler") },
    ]);
  });
});
