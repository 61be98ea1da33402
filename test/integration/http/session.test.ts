import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { hashPassword } from "../../../runtime/base/password-hash.ts";
import { createConsole } from "../../../runtime/http/console/console.ts";
import { createTokenAuthority } from "../../../runtime/http/tokens.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { Browser, PASSWORD, signedIn } from "./browser.ts";
import { ADMIN, consoleSettings, consoleStore, type FakeSwitch, startFakeSwitch, tokenStore } from "./fake-switch.ts";

const HOUR_MS = 3_600_000;

describe("signing in to the console", () => {
  let api: FakeSwitch;

  beforeAll(async () => {
    api = await startFakeSwitch();
    await api.console.users.put({ name: "anna", role: "operator", password: PASSWORD });
  });
  afterAll(() => api.close());

  it("as a user sets a cookie that no script and no other site gets, and that goes to the API alone", async () => {
    const answer = await new Browser(api).signIn({ name: "anna", password: PASSWORD });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ type: "user", name: "anna", role: "operator", canChangePassword: true });
    const port = new URL(api.url).port;
    expect(answer.headers.get("set-cookie")).toMatch(
      new RegExp(`^strowger_session_${port}=[\\w-]{43}; Path=/v1; Max-Age=43200; HttpOnly; SameSite=Strict$`),
    );
  });

  it("from a page over TLS, a proxy in front or not, sets a cookie for TLS alone", async () => {
    const browser = new Browser(api);
    const headers = { Origin: "https://switch.example.com" };
    const json = { name: "anna", password: PASSWORD };
    const answer = await browser.send("POST", "/v1/session", { json, headers });
    expect(answer.headers.get("set-cookie")).toMatch(/; SameSite=Strict; Secure$/);
  });

  it("with a token gives a session with the scopes of the token", async () => {
    const browser = new Browser(api);
    const token = await api.token("reader", "calls:read");
    expect((await browser.signIn({ token })).body).toMatchObject({
      type: "token",
      name: "reader",
      role: null,
      scopes: ["calls:read"],
      canChangePassword: false,
    });
    expect((await browser.send("GET", "/v1/calls")).status).toBe(200);
    expect((await browser.send("DELETE", "/v1/calls/call-1")).status).toBe(403);
  });

  it("answers a wrong password and an unknown name alike", async () => {
    const wrong = await new Browser(api).signIn({ name: "anna", password: "not this one" });
    const unknown = await new Browser(api).signIn({ name: "nobody", password: "not this one" });
    const told = ({ status, body, headers }: typeof wrong) => [status, { ...body, instance: "" }, [...headers.keys()]];
    expect(told(unknown)).toEqual(told(wrong));
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("set-cookie")).toBeNull();
  });

  it("is told to the audit log, with who and whence, and a failure without a name that is nobody's", async () => {
    const from = api.audited.length;
    await api.console.users.put({ name: "ben", role: "viewer", password: PASSWORD });
    await new Browser(api).signIn({ name: "ben", password: PASSWORD });
    await new Browser(api).signIn({ name: "ben", password: "not this one" });
    await new Browser(api).signIn({ name: "hunter2", password: "not this one" });
    expect(api.audited.slice(from)).toMatchObject([
      { actor: "ben", action: "POST /v1/session", result: "signed in", status: 201, source: "127.0.0.1" },
      { actor: "anonymous", result: 'a wrong password for "ben"', status: 401, problem: "unauthorized" },
    ]);
    expect(JSON.stringify(api.audited)).not.toMatch(/hunter2|not this one|correct horse/);
  });

  it("tells who is signed in, also to a token, and to nobody else", async () => {
    const browser = await signedIn(api, "viewer");
    const { body } = await browser.send("GET", "/v1/session");
    expect(body).toMatchObject({ type: "user", name: "the-viewer", role: "viewer" });
    expect(Date.parse(body.expiresAt) - Date.parse(body.signedInAt)).toBe(12 * HOUR_MS);
    expect((await api.send("GET", "/v1/session")).body).toEqual({
      type: "token",
      name: "admin",
      role: null,
      scopes: ["admin"],
      signedInAt: null,
      expiresAt: null,
      idleExpiresAt: null,
      canChangePassword: false,
    });
    expect((await new Browser(api).send("GET", "/v1/session")).status).toBe(401);
  });

  it("is over once somebody signs out, also for whoever has a copy of the cookie", async () => {
    const browser = await signedIn(api, "viewer");
    const answer = await browser.send("DELETE", "/v1/session");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("set-cookie")).toContain("=; Path=/v1; Max-Age=0;");
    const later = await browser.send("GET", "/v1/calls");
    expect([later.status, later.body.detail]).toEqual([401, "The session has ended: sign in again."]);
  });

  it("makes an address wait that guesses, even with the right password", async () => {
    const guessed = await startFakeSwitch();
    await guessed.console.users.put({ name: "anna", role: "viewer", password: PASSWORD });
    for (let guess = 0; guess < 20; guess++) await new Browser(guessed).signIn({ token: `wrong-${guess}` });
    const answer = await new Browser(guessed).signIn({ name: "anna", password: PASSWORD });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    await guessed.close();
  });

  it("is refused where the console is off, and whoever was signed in is not any more", async () => {
    const off = await startFakeSwitch();
    const browser = await signedIn(off, "admin");
    off.console.configure({ ...consoleSettings, enabled: false });
    expect((await browser.send("GET", "/v1/calls")).status).toBe(401);
    expect((await new Browser(off).signIn({ token: ADMIN })).status).toBe(403);
    expect((await off.send("GET", "/v1/calls")).status).toBe(200);
    await off.close();
  });
});

describe("a session of the console", () => {
  it("ends an hour after its last request, and half a day after its beginning, whatever comes", async () => {
    const clock = new VirtualClock();
    const api = await startFakeSwitch({ clock });
    const [idle, busy] = [await signedIn(api, "viewer"), await signedIn(api, "operator")];
    for (let hour = 0; hour < 11; hour++) {
      clock.advance(HOUR_MS - 1000);
      expect([hour, (await busy.send("GET", "/v1/calls")).status]).toEqual([hour, 200]);
    }
    expect((await idle.send("GET", "/v1/calls")).status).toBe(401);
    clock.advance(HOUR_MS - 1000);
    await busy.send("GET", "/v1/calls");
    clock.advance(12_000);
    expect((await busy.send("GET", "/v1/calls")).status).toBe(401);
    await api.close();
  });

  it("takes its streams with it when it ends", async () => {
    const clock = new VirtualClock();
    const api = await startFakeSwitch({ clock });
    const browser = await signedIn(api, "viewer");
    const open = () => fetch(`${api.url}/v1/events`, { headers: { Cookie: browser.cookie } });
    const idle = await open();
    expect(api.events.listeners).toBe(1);
    clock.advance(HOUR_MS + 30_000);
    await expect(idle.text()).rejects.toThrow();
    const again = await signedIn(api, "viewer");
    const followed = await fetch(`${api.url}/v1/events`, { headers: { Cookie: again.cookie } });
    await again.send("DELETE", "/v1/session");
    await expect(followed.text()).rejects.toThrow();
    await api.close();
  });

  it("does at once what the user, or the token, may do now", async () => {
    const api = await startFakeSwitch();
    const browser = await signedIn(api, "operator");
    await api.send("PUT", "/v1/console/users/the-operator", { json: { role: "viewer" } });
    expect((await browser.send("DELETE", "/v1/calls/call-1")).status).toBe(403);
    await api.send("DELETE", "/v1/console/users/the-operator");
    expect((await browser.send("GET", "/v1/calls")).status).toBe(401);
    const { body } = await api.send("POST", "/v1/tokens", { json: { name: "ci", scopes: ["calls:read"] } });
    const byToken = new Browser(api);
    await byToken.signIn({ token: body.secret });
    await api.send("DELETE", `/v1/tokens/${body.token.id}`);
    expect((await byToken.send("GET", "/v1/calls")).status).toBe(401);
    await api.close();
  });

  it("is the only one that outlives a new password of its user", async () => {
    const api = await startFakeSwitch();
    const [own, other] = [await signedIn(api, "viewer"), new Browser(api)];
    await other.signIn({ name: "the-viewer", password: PASSWORD });
    const change = (current: string) =>
      own.send("PUT", "/v1/session/password", { json: { current, password: "a better one, I hope" } });
    const refused = await change("not this one");
    expect([refused.status, refused.body.errors]).toMatchObject([403, [{ path: "current" }]]);
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await own.send("GET", "/v1/calls")).status).toBe(200);
    expect((await other.send("GET", "/v1/calls")).status).toBe(401);
    expect((await other.signIn({ name: "the-viewer", password: "a better one, I hope" })).status).toBe(201);
    await api.close();
  });

  it("is one of twenty of its user: the oldest makes room", async () => {
    const api = await startFakeSwitch();
    const browsers = Array.from({ length: 21 }, () => new Browser(api));
    for (const browser of browsers) await browser.signIn({ token: ADMIN });
    expect((await browsers[0]?.send("GET", "/v1/calls"))?.status).toBe(401);
    expect((await browsers[1]?.send("GET", "/v1/calls"))?.status).toBe(200);
    await api.close();
  });

  it("outlives a restart, and is kept as nothing that a cookie could be made of", async () => {
    const store = consoleStore();
    const tokens = await createTokenAuthority(tokenStore(new Map()), { now: () => 0 });
    const user = { name: "anna", role: "viewer", passwordHash: await hashPassword(PASSWORD) } as const;
    const settings = { ...consoleSettings, users: [user] };
    const parts = { store, tokens, clock: new VirtualClock(), log: silentLog, folder: "/nowhere" };
    const id = await (await createConsole(parts, settings)).sessions.begin({ ...user, createdAt: null, managed: true });
    const second = await createConsole(parts, settings);
    expect(second.sessions.find(id)).toMatchObject({ name: "anna", session: { role: "viewer" } });
    expect(JSON.stringify(await store.sessions())).not.toContain(id);
    const other = { ...user, passwordHash: await hashPassword("another one, quite new") };
    second.configure({ ...settings, users: [other] });
    expect(second.sessions.find(id)).toBeUndefined();
    expect(await store.sessions()).toEqual([]);
  });
});

describe("a request with the cookie of the console", () => {
  let api: FakeSwitch;
  let browser: Browser;

  beforeAll(async () => {
    api = await startFakeSwitch();
    browser = await signedIn(api, "admin");
  });
  afterAll(() => api.close());

  const reload = (headers: Record<string, string>) => browser.send("POST", "/v1/reload", { headers });

  it("changes nothing without the header that no other page can send", async () => {
    expect((await reload({ "X-Strowger-Console": "" })).status).toBe(403);
    expect((await reload({})).status).toBe(200);
  });

  it.each(["cross-site", "same-site", "none"])("changes nothing where the browser calls it %s", async (site) => {
    expect((await reload({ "Sec-Fetch-Site": site })).status).toBe(403);
  });

  it("changes nothing from another origin, where the browser tells no more than that", async () => {
    const port = new URL(api.url).port;
    for (const origin of ["https://evil.example", `http://127.0.0.1:${Number(port) + 1}`, "null"]) {
      expect([origin, (await reload({ "Sec-Fetch-Site": "", Origin: origin })).status]).toEqual([origin, 403]);
    }
    expect((await reload({ "Sec-Fetch-Site": "", Origin: api.url })).status).toBe(200);
  });

  it.each(["cross-site", "same-site"])(
    "reads nothing where the browser calls it %s, streams included",
    async (site) => {
      for (const path of ["/v1/calls", "/v1/events", "/v1/session", "/v1/openapi.json"]) {
        expect([path, (await browser.send("GET", path, { headers: { "Sec-Fetch-Site": site } })).status]).toEqual([
          path,
          403,
        ]);
      }
    },
  );

  it("signs nobody in from another page either", async () => {
    const headers = { Cookie: "", "Sec-Fetch-Site": "cross-site" };
    expect((await browser.send("POST", "/v1/session", { json: { token: ADMIN }, headers })).status).toBe(403);
  });

  it("counts for nothing beside a token, which needs none of this", async () => {
    const token = await api.token("reader", "calls:read");
    const headers = { "X-Strowger-Console": "", "Sec-Fetch-Site": "cross-site" };
    expect((await browser.send("DELETE", "/v1/calls/call-1", { token, headers })).status).toBe(403);
    expect((await browser.send("GET", "/v1/calls", { token, headers })).status).toBe(200);
    expect((await browser.send("POST", "/v1/reload", { token: ADMIN, headers })).status).toBe(200);
  });

  it("is answered for its own origin alone", async () => {
    const { headers } = await browser.send("GET", "/v1/calls", { headers: { Origin: api.url } });
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  it("is nobody's with a cookie that is made up", async () => {
    for (const value of ["", "x", "a".repeat(43), `${browser.cookie}=`]) {
      const cookie = `${browser.cookie.split("=", 1)[0]}=${value}`;
      expect((await browser.send("GET", "/v1/calls", { headers: { Cookie: cookie } })).status).toBe(401);
    }
  });
});
