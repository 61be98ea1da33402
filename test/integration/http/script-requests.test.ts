import { request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LiveScripts, startLiveScripts } from "./live-scripts.ts";

let live: LiveScripts;

beforeAll(async () => {
  live = await startLiveScripts();
});
afterEach(() => {
  live.rules.clear();
  live.faults.length = 0;
  live.lines.length = 0;
  live.invocations.length = 0;
});
afterAll(() => live.stop());

const ECHO = `export default { http(event) {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(event) };
} };`;

// biome-ignore lint/suspicious/noExplicitAny: a test reads the fields it expects.
async function jsonOf(response: Response): Promise<any> {
  return JSON.parse(await response.text());
}

function body(source: string): string {
  return `export default { http(event) { ${source} } };`;
}

describe("a request to a script", () => {
  it("is an event with all that was sent, and the answer is what the handler returns", async () => {
    live.deploy("echo", ECHO);
    const response = await fetch(`${live.url}/x/echo/a%20b/c?on=1&on=2&to=%2B49`, {
      method: "POST",
      headers: { "Content-Type": "text/plain", "X-Signature": "abc", Authorization: "Basic dTpw" },
      body: "Grüße",
    });
    expect(response.status).toBe(200);
    const event = await jsonOf(response);
    expect(event).toMatchObject({
      type: "http",
      method: "POST",
      path: "/a%20b/c",
      query: { on: "1", to: "+49" },
      search: "?on=1&on=2&to=%2B49",
      body: "Grüße",
      source: "127.0.0.1",
    });
    expect(event.id).toMatch(/^[0-9a-z]{16}$/);
    expect(event.headers).toMatchObject({
      "content-type": "text/plain",
      "x-signature": "abc",
      authorization: "Basic dTpw",
    });
  });

  it("has the path / where nothing follows the name, and belongs to no call", async () => {
    live.deploy("echo", ECHO);
    for (const path of ["/x/echo", "/x/echo/", "/x/echo?a=1"]) {
      expect((await jsonOf(await fetch(live.url + path))).path).toBe("/");
    }
    const [invocation] = live.invocations;
    expect(invocation).toMatchObject({ handler: "http", callId: null, outcome: "returned" });
    expect(invocation?.eventId).toMatch(/^[0-9a-z]{16}$/);
  });

  it.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])("may be a %s", async (method) => {
    live.deploy("method", body("return { body: event.method };"));
    expect(await (await fetch(`${live.url}/x/method/`, { method })).text()).toBe(method);
  });

  it("of HEAD gets the headers of an answer, and no body", async () => {
    live.deploy("method", body("return { body: event.method, headers: { ETag: '\"1\"' } };"));
    const response = await fetch(`${live.url}/x/method/`, { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("4");
    expect(response.headers.get("etag")).toBe('"1"');
    expect(await response.text()).toBe("");
  });

  it("is answered 204 where the handler returns nothing, and by an async handler too", async () => {
    live.deploy("quiet", `export default { async http(event) { await null; console.log("got", event.body); } };`);
    const response = await fetch(`${live.url}/x/quiet/hook`, { method: "POST", body: "ping" });
    expect(response.status).toBe(204);
    expect(live.lines).toMatchObject([{ text: "got ping", callId: null, handler: "http" }]);
    expect(live.lines[0]?.eventId).toBe(live.invocations[0]?.eventId);
  });

  it("cannot make the browser trust the answer: no scripts, no frames, no guessing of types, nothing kept", async () => {
    const html = `return { headers: { "Content-Type": "text/html" }, body: "<script>steal()</script>" };`;
    live.deploy("page", body(html));
    const { headers } = await fetch(`${live.url}/x/page/`);
    expect(headers.get("content-type")).toBe("text/html");
    expect(headers.get("content-security-policy")).toMatch(/^sandbox allow-forms; default-src 'none'/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    live.deploy("page", body(`return { headers: { "Cache-Control": "max-age=60" }, body: "x" };`));
    expect((await fetch(`${live.url}/x/page/`)).headers.get("cache-control")).toBe("max-age=60");
  });

  it("does not show the script the cookies of the console, nor a token of the API", async () => {
    live.deploy("echo", ECHO);
    const headers = { Cookie: "session=secret", Authorization: "Bearer stw_somebodys_own_token" };
    const event = await jsonOf(await fetch(`${live.url}/x/echo/`, { headers }));
    expect(JSON.stringify(event)).not.toContain("secret");
    expect(JSON.stringify(event)).not.toContain("stw_");
  });
});

describe("what a script answers", () => {
  it.each(["script", "worker", "serviceworker", "style"])("is no %s of the console's page", async (dest) => {
    live.deploy("echo", ECHO);
    const get = (site: string) =>
      fetch(`${live.url}/x/echo/`, { headers: { "Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest } });
    expect((await get("same-origin")).status).toBe(403);
    expect((await get("cross-site")).status).toBe(200);
  });

  it("may be a Response", async () => {
    live.deploy(
      "made",
      body("return Response.json({ path: event.path }, { status: 201, headers: { ETag: '\"1\"' } });"),
    );
    const response = await fetch(`${live.url}/x/made/a`);
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("etag")).toBe('"1"');
    expect(await jsonOf(response)).toEqual({ path: "/a" });
    live.deploy("made", body("return new Response(null, { status: 204 });"));
    expect((await fetch(`${live.url}/x/made/a`)).status).toBe(204);
  });

  it.each([
    ["a cookie", `return { headers: { "Set-Cookie": "a=b" } };`, /Set-Cookie/],
    ["a line break in a header", `return { headers: { Location: "/\\r\\nSet-Cookie: a=b" } };`, /line break/],
    ["a policy of its own", `return { headers: { "Content-Security-Policy": "" } };`, /Content-Security-Policy/],
    ["a status that is none", `return { status: 42 };`, /^status/],
    ["something else", `return "hello";`, /expected an object/],
  ])("fails with %s, and whoever asked learns no more than that", async (_title, source, message) => {
    live.deploy("bad", body(source));
    const response = await fetch(`${live.url}/x/bad/`);
    expect(response.status).toBe(500);
    expect(response.headers.get("set-cookie")).toBeNull();
    const problem = await jsonOf(response);
    expect(problem).toMatchObject({
      code: "script-failed",
      detail: "The script failed at this request; its tail says why.",
    });
    expect(live.faults).toMatchObject([
      { fault: { reason: "invalid-decision", message: expect.stringMatching(message) } },
    ]);
    expect(problem.instance).toBe(`urn:strowger:request:${live.faults[0]?.id}`);
  });

  it("tells nothing of an error in the script", async () => {
    live.deploy("throws", body(`throw new Error("the password is 1234");`));
    const response = await fetch(`${live.url}/x/throws/`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("1234");
    expect(live.faults[0]?.fault.message).toContain("the password is 1234");
  });

  it("is 504 where it takes too long, and 503 while the version is quarantined for it", async () => {
    live.deploy("slow", body("for (;;);"));
    const statuses: number[] = [];
    for (let time = 0; time < 4; time++) statuses.push((await fetch(`${live.url}/x/slow/`)).status);
    expect(statuses).toEqual([504, 504, 504, 503]);
    const response = await fetch(`${live.url}/x/slow/`);
    expect((await jsonOf(response)).code).toBe("script-unavailable");
    expect(response.headers.get("retry-after")).toBe("5");
  });
});

describe("where nothing takes a request", () => {
  it("the answer is the same: no script, no handler, no name", async () => {
    live.deploy("calls", "export default { invite() {} };", ["invite"]);
    const answers = await Promise.all(
      ["/x/missing/", "/x/calls/", "/x/NO-NAME/", "/x/%zz/", "/x/", "/x"].map(async (path) => {
        const response = await fetch(live.url + path);
        const { instance, ...problem } = await jsonOf(response);
        const { date, ...headers } = Object.fromEntries(response.headers);
        expect([instance, date]).toHaveLength(2);
        return { problem, headers };
      }),
    );
    expect(answers[0]?.problem).toMatchObject({ status: 404, code: "not-found", detail: "There is nothing here." });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe("a request that is too much", () => {
  it("is 413 where the body is larger than an event may be, and with headers that do not fit beside it", async () => {
    live.deploy("echo", body("return { body: String(event.body.length) };"));
    const send = (bytes: number) => fetch(`${live.url}/x/echo/`, { method: "POST", body: "x".repeat(bytes) });
    expect(await (await send(30_000)).text()).toBe("30000");
    expect((await send(33_000)).status).toBe(413);
    expect((await send(32_700)).status).toBe(413);
    expect((await send(2_000_000)).status).toBe(413);
  });

  it("is refused where the body is compressed, or no text", async () => {
    live.deploy("echo", ECHO);
    const gzip = await fetch(`${live.url}/x/echo/`, {
      method: "POST",
      headers: { "Content-Encoding": "gzip" },
      body: "x",
    });
    expect(gzip.status).toBe(415);
    const bytes = await fetch(`${live.url}/x/echo/`, { method: "POST", body: new Uint8Array([0xff, 0xfe]) });
    expect(bytes.status).toBe(400);
  });

  it("waits once a source has sent too many, whatever it asked for", async () => {
    live.deploy("echo", ECHO);
    live.exempt = false;
    const asked = Array.from({ length: 300 }, (_, time) => fetch(`${live.url}/x/${time % 2 ? "echo" : "none"}/`));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    live.exempt = true;
    expect(statuses.filter((status) => status === 200 || status === 404).length).toBeGreaterThanOrEqual(60);
    expect(statuses).toContain(429);
  });

  it("waits once a script has got too many, and others do not", async () => {
    live.deploy("busy", body("return { body: 'x' };"));
    live.deploy("free", body("return { body: 'x' };"));
    live.rules.set("busy", { perSecond: 1 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(`${live.url}/x/busy/`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
    const late = answers.find(({ status }) => status === 429);
    expect(Number(late?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await fetch(`${live.url}/x/free/`)).status).toBe(200);
  });
});

describe("a script that the configuration gives a token", () => {
  it("gets the requests that have it, without it, and no others", async () => {
    live.deploy("hook", ECHO);
    live.rules.set("hook", { token: "a-secret-of-the-hook" });
    const send = (authorization?: string) =>
      fetch(`${live.url}/x/hook/`, { headers: authorization === undefined ? {} : { Authorization: authorization } });
    const refused = await send();
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="strowger-script"');
    expect((await send("Bearer another")).status).toBe(401);
    expect((await send("Basic a-secret-of-the-hook")).status).toBe(401);
    const taken = await send("Bearer a-secret-of-the-hook");
    expect(taken.status).toBe(200);
    expect((await jsonOf(taken)).headers.authorization).toBeUndefined();
    expect(live.invocations).toHaveLength(1);
  });
});

describe("a handler whose requester has gone", () => {
  it("runs to its end", async () => {
    live.deploy(
      "patient",
      `export default { async http() {
        console.log("begun");
        await new Promise((resolve) => setTimeout(resolve, 50));
        console.log("done");
      } };`,
    );
    const gone = request(`${live.url}/x/patient/`, { method: "POST" });
    gone.on("error", () => {});
    gone.end("x");
    await expect.poll(() => live.lines.map(({ text }) => text)).toEqual(["begun"]);
    gone.destroy();
    await expect.poll(() => live.lines.map(({ text }) => text)).toEqual(["begun", "done"]);
    await expect.poll(() => live.invocations.map(({ outcome }) => outcome)).toEqual(["returned"]);
  });
});
