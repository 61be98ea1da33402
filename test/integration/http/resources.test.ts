import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aCall, aQuality, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("calls over HTTP", () => {
  let api: FakeSwitch;

  beforeEach(async () => {
    api = await startFakeSwitch();
  });
  afterEach(() => api.close());

  it("lists and shows live calls", async () => {
    expect((await api.send("GET", "/v1/calls")).body).toEqual({ items: [aCall("call-1")], next: null });
    expect((await api.send("GET", "/v1/calls/call-1")).body).toEqual(aCall("call-1"));
    expect((await api.send("GET", "/v1/calls/call-9")).status).toBe(404);
  });

  it("tells how the audio of the calls is that are up, of each once", async () => {
    const answer = await api.send("GET", "/v1/calls/quality?calls=call-1,call-9,call-1");
    expect(answer.body).toEqual({ items: [aQuality("call-1")] });
  });

  it("tells it of a hundred calls at once, and of no more", async () => {
    const calls = (count: number) => Array.from({ length: count }, (_, index) => `call-${index}`).join();
    expect((await api.send("GET", `/v1/calls/quality?calls=${calls(100)}`)).body.items).toHaveLength(1);
    for (const query of ["", "?calls=", "?calls=call-1,", `?calls=${calls(101)}`]) {
      expect((await api.send("GET", `/v1/calls/quality${query}`)).status).toBe(400);
    }
  });

  it("hangs up", async () => {
    expect((await api.send("DELETE", "/v1/calls/call-1?reason=fraud")).status).toBe(204);
    expect(api.calls.size).toBe(0);
    expect((await api.send("DELETE", "/v1/calls/call-1")).status).toBe(404);
  });

  it("lets no line break into a reason, which goes into a SIP header", async () => {
    expect((await api.send("DELETE", "/v1/calls/call-1?reason=a%0d%0aVia:%20x")).status).toBe(400);
    expect(api.calls.size).toBe(1);
  });

  it("does a decision or a plan on a call", async () => {
    const decision = { type: "forward", targets: ["bob"] };
    expect((await api.send("POST", "/v1/calls/call-1/decisions", { json: decision })).status).toBe(204);
    await api.send("POST", "/v1/calls/call-1/decisions", { json: [decision, { type: "hangup" }] });
    expect(api.decisions.map((done) => done.decision)).toEqual([decision, [decision, { type: "hangup" }]]);
    expect((await api.send("POST", "/v1/calls/call-1/decisions", { json: { targets: [] } })).status).toBe(400);
    expect((await api.send("POST", "/v1/calls/call-9/decisions", { json: decision })).status).toBe(404);
  });
});

describe("users, registrations and routes over HTTP", () => {
  let api: FakeSwitch;

  beforeEach(async () => {
    api = await startFakeSwitch();
  });
  afterEach(() => api.close());

  it("makes, changes, shows and removes a user", async () => {
    const made = await api.send("PUT", "/v1/users/carol", { json: { password: "correct horse", extension: "102" } });
    expect(made.status).toBe(201);
    expect(made.text).not.toContain("correct horse");
    const changed = await api.send("PUT", "/v1/users/carol", { json: { displayName: "Carol" } });
    expect([changed.status, changed.body.extension, changed.body.displayName]).toEqual([200, "102", "Carol"]);
    expect(api.passwords.get("carol")).toBe("correct horse");
    expect((await api.send("GET", "/v1/users")).body.items).toEqual([changed.body]);
    expect((await api.send("DELETE", "/v1/users/carol")).status).toBe(204);
    expect((await api.send("GET", "/v1/users/carol")).status).toBe(404);
  });

  it("overwrites a user only for who has seen it, when asked so", async () => {
    const made = await api.send("PUT", "/v1/users/carol", { json: { password: "correct horse" } });
    const etag = made.headers.get("etag") ?? "";
    expect((await api.send("GET", "/v1/users/carol")).headers.get("etag")).toBe(etag);
    const json = { displayName: "Carol" };
    const writes = await Promise.all(
      [1, 2].map(() => api.send("PUT", "/v1/users/carol", { json, headers: { "If-Match": etag } })),
    );
    expect(writes.map(({ status }) => status).sort()).toEqual([200, 412]);
    const again = await api.send("PUT", "/v1/users/carol", { json, headers: { "If-None-Match": "*" } });
    expect(again.status).toBe(412);
    const nobody = await api.send("PUT", "/v1/users/dave", { json, headers: { "If-Match": "*" } });
    expect(nobody.status).toBe(412);
    expect((await api.send("DELETE", "/v1/users/carol", { headers: { "If-Match": etag } })).status).toBe(412);
  });

  it("does not touch a user of the configuration", async () => {
    const user = {
      name: "alice",
      domain: "example.com",
      extension: null,
      displayName: null,
      managed: true,
      registered: true,
    };
    api.users.set("alice", user);
    const answer = await api.send("PUT", "/v1/users/alice", { json: { extension: "9" } });
    expect([answer.status, answer.body.code]).toEqual([409, "managed-by-config"]);
  });

  it("lists and removes registrations", async () => {
    expect((await api.send("GET", "/v1/registrations?user=bob")).body.items).toEqual([]);
    expect((await api.send("GET", "/v1/registrations?user=alice")).body.items).toHaveLength(1);
    expect((await api.send("DELETE", "/v1/registrations/alice")).status).toBe(204);
    expect((await api.send("DELETE", "/v1/registrations/alice")).status).toBe(404);
  });

  it("makes routes, lists them in their order, and tells which one a call takes", async () => {
    for (const [name, to] of [
      ["front", "100"],
      ["a-rest", "1XX"],
    ] as const) {
      const made = await api.send("PUT", `/v1/routes/${name}`, { json: { to, script: "front-desk" } });
      expect(made.status).toBe(201);
    }
    const { items } = (await api.send("GET", "/v1/routes")).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(["front", "a-rest"]);
    expect((await api.send("GET", "/v1/routes/match?to=100")).body.name).toBe("front");
    expect((await api.send("GET", "/v1/routes/match?to=1XX")).body).toMatchObject({
      name: "a-rest",
      passed: [{ name: "front", field: "to" }],
    });
    expect(await api.send("GET", "/v1/routes/match?to=555")).toMatchObject({
      status: 404,
      body: { errors: [{ path: "front", message: "its to does not fit" }, { path: "a-rest" }] },
    });
    expect((await api.send("PUT", "/v1/routes/front", { json: { script: "other" } })).status).toBe(200);
    expect((await api.send("DELETE", "/v1/routes/front")).status).toBe(204);
    expect((await api.send("GET", "/v1/routes/front")).status).toBe(404);
  });

  it("puts routes into another order, unless somebody else has changed them meanwhile", async () => {
    for (const name of ["one", "two"]) await api.send("PUT", `/v1/routes/${name}`, { json: { script: "front-desk" } });
    const { headers } = await api.send("GET", "/v1/routes");
    const order = { json: { names: ["two", "one"] }, headers: { "If-Match": headers.get("etag") ?? "" } };
    expect((await api.send("PUT", "/v1/routes", order)).status).toBe(204);
    const { items } = (await api.send("GET", "/v1/routes")).body;
    expect(items.map((route: { name: string }) => route.name)).toEqual(["two", "one"]);
    expect((await api.send("PUT", "/v1/routes", order)).status).toBe(412);
  });

  it("keeps the name that the API itself uses below routes", async () => {
    expect((await api.send("PUT", "/v1/routes/match", { json: { script: "x" } })).status).toBe(400);
  });
});

describe("records and operation over HTTP", () => {
  let api: FakeSwitch;

  beforeEach(async () => {
    api = await startFakeSwitch();
  });
  afterEach(() => api.close());

  it("searches records with all filters", async () => {
    const query =
      "from=sip:a@x&to=sip:b@x&script=s&trunk=carrier&result=failed&since=2026-01-31&until=2026-02-01T01:00:00%2B01:00&limit=5&cursor=abc";
    const answer = await api.send("GET", `/v1/cdrs?${query}`);
    expect(answer.body.items).toHaveLength(1);
    expect(api.cdrQueries).toEqual([
      {
        from: "sip:a@x",
        to: "sip:b@x",
        script: "s",
        trunk: "carrier",
        result: "failed",
        since: "2026-01-31T00:00:00.000Z",
        until: "2026-02-01T00:00:00.000Z",
        limit: 5,
        cursor: "abc",
      },
    ]);
    expect((await api.send("GET", "/v1/cdrs?since=yesterday")).status).toBe(400);
    expect((await api.send("GET", "/v1/cdrs/call-0")).body.code).toBe(404);
    expect((await api.send("GET", "/v1/cdrs/call-9")).status).toBe(404);
  });

  it("reloads, and says what takes effect later", async () => {
    expect((await api.send("POST", "/v1/reload")).body).toEqual({
      warnings: ["listen: takes effect at the next start"],
    });
  });

  it("shows metrics to tokens that may read them", async () => {
    const token = await api.token("prometheus", "metrics:read");
    const answer = await api.send("GET", "/metrics", { token });
    expect(answer.text).toBe("strowger_calls_active 1\n");
    expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  });

  it("answers HEAD as GET, without a body", async () => {
    const answer = await api.send("HEAD", "/v1/calls");
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });
});
