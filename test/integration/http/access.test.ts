import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../../runtime/http/routes/table.ts";
import { ADMIN, examplePath, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("who may call the API", () => {
  let api: FakeSwitch;

  beforeAll(async () => {
    api = await startFakeSwitch();
    await api.send("PUT", "/v1/scripts/front-desk", { body: "export default {}" });
  });
  afterAll(() => api.close());

  const guarded = routes
    .filter(({ scopes }) => scopes !== "public")
    .map((route) => [`${route.method} ${route.path}`, route] as const);

  it.each(guarded)("%s asks for a token", async (_title, route) => {
    const answer = await api.send(route.method.toUpperCase(), examplePath(route), { token: null });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe("unauthorized");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
  });

  it.each(guarded)("%s refuses a token without its scopes", async (title, route) => {
    const others = routes.flatMap(({ scopes }) => (scopes === "public" ? [] : scopes));
    const needed = route.scopes === "public" ? [] : route.scopes;
    const without = [...new Set(others)].filter((scope) => scope !== "admin" && scope !== needed[0]);
    const token = await api.token(title, ...without);
    const answer = await api.send(route.method.toUpperCase(), examplePath(route), { token });
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe("insufficient-scope");
    expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  });

  it("lets a token in that has just the scopes", async () => {
    const token = await api.token("reader", "calls:read");
    expect((await api.send("GET", "/v1/calls", { token })).status).toBe(200);
    expect((await api.send("DELETE", "/v1/calls/call-1", { token })).status).toBe(403);
  });

  it("asks for both scopes where a request uploads and deploys", async () => {
    const token = await api.token("uploader", "scripts:write");
    const put = await api.send("PUT", "/v1/scripts/other", { token, body: "export default {}" });
    expect(put.status).toBe(403);
    const post = await api.send("POST", "/v1/scripts/other/versions?deploy=1", { token, body: "export default {}" });
    expect(post.status).toBe(403);
    expect((await api.send("POST", "/v1/scripts/other/versions", { token, body: "export default {}" })).status).toBe(
      201,
    );
  });

  it("takes no token from the query", async () => {
    const answer = await api.send("GET", `/v1/calls?token=${ADMIN}`, { token: null });
    expect(answer.status).toBe(401);
  });

  it("takes no other scheme than Bearer", async () => {
    const basic = `Basic ${Buffer.from(`admin:${ADMIN}`).toString("base64")}`;
    expect((await api.send("GET", "/v1/calls", { token: null, headers: { Authorization: basic } })).status).toBe(401);
  });

  it("hides why the switch is not ready from those without a token", async () => {
    const busy = await startFakeSwitch({ health: { ready: () => ({ ready: false, reason: "the store is away" }) } });
    const anybody = await busy.send("GET", "/readyz", { token: null });
    expect(anybody.status).toBe(503);
    expect(anybody.text).not.toContain("store is away");
    expect((await busy.send("GET", "/readyz")).body.detail).toBe("the store is away");
    expect((await busy.send("GET", "/healthz", { token: null })).body).toEqual({ status: "ok" });
    await busy.close();
  });

  it("makes an address wait that sends wrong tokens, even for the right one, and no one who sends none", async () => {
    const guessed = await startFakeSwitch();
    for (let guess = 0; guess < 20; guess++) {
      expect((await guessed.send("GET", "/v1/calls", { token: `wrong-${guess}` })).status).toBe(401);
    }
    const answer = await guessed.send("GET", "/v1/calls");
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await guessed.send("GET", "/healthz", { token: null })).status).toBe(200);
    await guessed.close();
  });
});

describe("tokens", () => {
  let api: FakeSwitch;

  beforeAll(async () => {
    api = await startFakeSwitch();
  });
  afterAll(() => api.close());

  it("tells a secret once, keeps only its hash, and forgets the token when it is removed", async () => {
    const created = await api.send("POST", "/v1/tokens", { json: { name: "ci", scopes: ["scripts:read"] } });
    expect(created.status).toBe(201);
    const { secret, token } = created.body;
    expect(secret).toMatch(/^stw_[0-9a-z]{52}$/);
    expect(JSON.stringify([...api.tokenRows.values()])).not.toContain(secret);
    expect((await api.send("GET", "/v1/tokens")).text).not.toContain(secret);
    expect((await api.send("GET", "/v1/scripts", { token: secret })).status).toBe(200);
    expect((await api.send("DELETE", `/v1/tokens/${token.id}`)).status).toBe(204);
    expect((await api.send("GET", "/v1/scripts", { token: secret })).status).toBe(401);
  });

  it("hands out no scope that the caller has not", async () => {
    const token = await api.token("keeper", "tokens:admin", "calls:read");
    const refused = await api.send("POST", "/v1/tokens", { token, json: { name: "more", scopes: ["admin"] } });
    expect(refused.status).toBe(403);
    const given = await api.send("POST", "/v1/tokens", { token, json: { name: "less", scopes: ["calls:read"] } });
    expect(given.status).toBe(201);
  });

  it("does not remove what the configuration declares", async () => {
    const { items } = (await api.send("GET", "/v1/tokens")).body;
    const admin = items.find((token: { name: string }) => token.name === "admin");
    const answer = await api.send("DELETE", `/v1/tokens/${admin.id}`);
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe("managed-by-config");
  });

  it("refuses an unknown scope and a name that is taken", async () => {
    const unknown = await api.send("POST", "/v1/tokens", { json: { name: "x", scopes: ["everything"] } });
    expect(unknown.status).toBe(400);
    expect(unknown.body.errors[0].path).toBe("scopes.0");
    await api.send("POST", "/v1/tokens", { json: { name: "twice", scopes: ["admin"] } });
    const twice = await api.send("POST", "/v1/tokens", { json: { name: "twice", scopes: ["admin"] } });
    expect(twice.body.code).toBe("already-exists");
  });
});
