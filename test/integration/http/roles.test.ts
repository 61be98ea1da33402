import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLES, type Role, scopesOf } from "../../../runtime/contract/role.ts";
import { routes } from "../../../runtime/http/routes/table.ts";
import { type Browser, signedIn } from "./browser.ts";
import { examplePath, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("what each role may do", () => {
  let api: FakeSwitch;
  let browsers: ReadonlyMap<Role, Browser>;

  beforeAll(async () => {
    api = await startFakeSwitch();
    browsers = new Map(await Promise.all(ROLES.map(async (role) => [role, await signedIn(api, role)] as const)));
  });
  afterAll(() => api.close());

  const guarded = routes.filter(({ scopes }) => scopes !== "public");
  const matrix = guarded.flatMap((route) =>
    ROLES.map((role) => {
      const held: readonly string[] = scopesOf(role);
      const isAllowed =
        held.includes("admin") || (route.scopes as readonly string[]).every((scope) => held.includes(scope));
      return { role, route, isAllowed, title: `${route.method} ${route.path}` };
    }),
  );

  it.each(matrix.filter(({ isAllowed }) => !isAllowed))("a $role is refused: $title", async ({ role, route }) => {
    const answer = await browsers.get(role)?.send(route.method.toUpperCase(), examplePath(route));
    expect([answer?.status, answer?.body?.code]).toEqual([403, "insufficient-scope"]);
    expect(answer?.body.detail).toContain(`The user "the-${role}"`);
  });

  // What is allowed is tried in a way that comes to nothing: by a precondition, or a body that is no JSON.
  it.each(matrix.filter(({ isAllowed }) => isAllowed))("a $role is let in: $title", async ({ role, route }) => {
    const own = { "X-Strowger-Console": "1", "If-Match": '"never"', "Content-Type": "application/json" };
    const response = await fetch(api.url + examplePath(route), {
      method: route.method === "get" ? "HEAD" : route.method.toUpperCase(),
      headers: { ...own, Cookie: browsers.get(role)?.cookie ?? "" },
      ...(route.body === undefined ? {} : { body: "{" }),
    });
    expect([401, 403, 405]).not.toContain(response.status);
  });

  it.each([
    ["viewer", "PUT", "/v1/scripts/front-desk", 403],
    ["viewer", "DELETE", "/v1/calls/call-1", 403],
    ["viewer", "GET", "/v1/scripts/front-desk/secrets", 403],
    ["viewer", "GET", "/v1/scripts/front-desk/kv", 403],
    ["viewer", "GET", "/v1/voicemail/alice/messages", 403],
    ["viewer", "GET", "/v1/calls/call-1/recordings", 403],
    ["viewer", "GET", "/v1/users/alice/messages", 403],
    ["viewer", "GET", "/v1/audit", 403],
    ["operator", "PUT", "/v1/scripts/front-desk", 403],
    ["operator", "POST", "/v1/scripts/front-desk/rollback", 403],
    ["operator", "POST", "/v1/reload", 403],
    ["operator", "GET", "/v1/tokens", 403],
    ["deployer", "PUT", "/v1/scripts/front-desk/policy", 403],
    ["deployer", "PUT", "/v1/users/alice", 403],
    ["deployer", "GET", "/v1/voicemail/alice/messages", 403],
    ["deployer", "GET", "/v1/console/users", 403],
    ["deployer", "GET", "/v1/backup", 403],
    ["admin", "GET", "/v1/console/users", 200],
    ["deployer", "GET", "/v1/scripts", 200],
    ["operator", "GET", "/v1/audit", 200],
    ["viewer", "GET", "/v1/calls", 200],
  ] as const)("a %s who asks for %s %s gets %i", async (role, method, path, status) => {
    expect((await browsers.get(role)?.send(method, path))?.status).toBe(status);
  });
});

describe("users of the console", () => {
  let api: FakeSwitch;

  beforeAll(async () => {
    api = await startFakeSwitch();
  });
  afterAll(() => api.close());

  const password = "long enough for anybody";

  it("are made, listed, changed and removed, and their passwords never shown", async () => {
    const made = await api.send("PUT", "/v1/console/users/anna", { json: { role: "viewer", password } });
    expect(made.status).toBe(201);
    const again = { json: { role: "operator" }, headers: { "If-Match": made.headers.get("etag") ?? "" } };
    expect((await api.send("PUT", "/v1/console/users/anna", again)).body).toMatchObject({ role: "operator" });
    expect((await api.send("PUT", "/v1/console/users/anna", again)).status).toBe(412);
    const list = await api.send("GET", "/v1/console/users");
    expect(list.body.items).toEqual([
      { name: "anna", role: "operator", createdAt: expect.any(String), managed: false },
    ]);
    expect(list.text).not.toMatch(/scrypt|password/i);
    expect((await api.send("DELETE", "/v1/console/users/anna")).status).toBe(204);
    expect((await api.send("GET", "/v1/console/users/anna")).status).toBe(404);
  });

  it("have a password of twelve characters or more, and one at all", async () => {
    for (const json of [{ role: "viewer" }, { role: "viewer", password: "too short" }, { role: "owner", password }]) {
      expect((await api.send("PUT", "/v1/console/users/ben", { json })).status).toBe(400);
    }
  });

  it("are not changed here where the configuration declares them", async () => {
    const user = { name: "root", role: "admin", passwordHash: "" } as const;
    api.console.users.replaceConfigured([user]);
    const answer = await api.send("PUT", "/v1/console/users/root", { json: { role: "viewer", password } });
    expect([answer.status, answer.body.code]).toEqual([409, "managed-by-config"]);
    expect((await api.send("DELETE", "/v1/console/users/root")).status).toBe(409);
    api.console.users.replaceConfigured([]);
  });

  it("are given no more than their maker may do, and nobody gets the password of somebody who may do more", async () => {
    await api.send("PUT", "/v1/console/users/boss", { json: { role: "admin", password } });
    const token = await api.token("keeper", "tokens:admin", ...scopesOf("viewer"));
    const put = (name: string, role: string) =>
      api.send("PUT", `/v1/console/users/${name}`, { token, json: { role, password } });
    expect((await put("carl", "viewer")).status).toBe(201);
    expect((await put("carl", "operator")).status).toBe(403);
    expect((await put("boss", "viewer")).status).toBe(403);
    expect((await api.send("DELETE", "/v1/console/users/boss", { token })).status).toBe(403);
  });
});
