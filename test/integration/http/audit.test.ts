import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { AuditLog } from "../../../runtime/observe/audit-log.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("the audit log over HTTP", () => {
  let store: Store;
  let now: number;
  let limits: { days: number; rows: number };
  let audit: AuditLog;
  let api: FakeSwitch;

  beforeEach(async () => {
    store = await openSqliteStore({ file: ":memory:", log: silentLog });
    now = Date.parse("2026-03-01T12:00:00Z");
    limits = { days: 30, rows: 1000 };
    audit = new AuditLog(store.audit, { now: () => now++ }, silentLog, () => limits);
    api = await startFakeSwitch({ audit });
  });
  afterEach(async () => {
    await api.close();
    await store.close();
  });

  const deploy = (name: string, body = "export default {};") => api.send("PUT", `/v1/scripts/${name}`, { body });
  const actions = async (query = "") =>
    (await api.send("GET", `/v1/audit${query}`)).body.items.map(
      (item: { action: string; target: string; status: number }) => [item.action, item.target, item.status],
    );

  it("tells who did what, newest first, at the moment the answer is there", async () => {
    await deploy("desk");
    expect((await api.send("GET", "/v1/audit")).body).toMatchObject({
      items: [
        {
          actor: "admin",
          action: "PUT /v1/scripts/{name}",
          target: "/v1/scripts/desk",
          result: "/v1/scripts/desk/versions/1",
          status: 201,
          problem: null,
          source: "127.0.0.1",
          at: expect.stringMatching(/^2026-03-01T12:00/),
        },
      ],
      next: null,
    });
    await api.send("POST", "/v1/scripts/desk/rollback", { json: {} });
    await api.send("GET", "/v1/scripts");
    expect(await actions()).toEqual([
      ["POST /v1/scripts/{name}/rollback", "/v1/scripts/desk/rollback", 409],
      ["PUT /v1/scripts/{name}", "/v1/scripts/desk", 201],
    ]);
  });

  it("tells of those who were not allowed, and not of strangers", async () => {
    const reader = await api.token("reader", "scripts:read");
    await api.send("DELETE", "/v1/calls/call-1", { token: reader });
    await api.send("DELETE", "/v1/calls/call-1", { token: "guess" });
    await api.send("DELETE", "/v1/calls/call-1", { token: null });
    const { items } = (await api.send("GET", "/v1/audit?actor=reader")).body;
    expect(items).toMatchObject([{ actor: "reader", status: 403, problem: "insufficient-scope" }]);
    expect(await actions("?action=DELETE%20/v1/calls/{id}")).toHaveLength(1);
  });

  it("is searched by actor, action, target, outcome and time, page by page", async () => {
    for (const name of ["a", "b", "ab"]) await deploy(name);
    await deploy("c", "SYNTAX");
    audit.note({
      actor: "switch",
      action: "reload",
      target: "x",
      result: null,
      status: 200,
      problem: null,
      source: null,
    });
    expect(await actions("?target=/v1/scripts/a")).toHaveLength(2);
    expect(await actions("?outcome=refused")).toEqual([["PUT /v1/scripts/{name}", "/v1/scripts/c", 422]]);
    expect(await actions("?outcome=done&actor=admin")).toHaveLength(3);
    expect(await actions("?action=reload")).toEqual([["reload", "x", 200]]);
    expect(await actions("?until=2026-03-01T12:00:00Z")).toEqual([]);
    expect(await actions("?since=2026-03-01T12:00:00Z&limit=2")).toHaveLength(2);
    const first = (await api.send("GET", "/v1/audit?limit=2")).body;
    const second = (await api.send("GET", `/v1/audit?limit=4&cursor=${first.next}`)).body;
    expect([...first.items, ...second.items].map(({ target }: { target: string }) => target)).toEqual([
      "x",
      "/v1/scripts/c",
      "/v1/scripts/ab",
      "/v1/scripts/b",
      "/v1/scripts/a",
    ]);
    expect(second.next).toBeNull();
    expect((await api.send("GET", "/v1/audit?cursor=nonsense")).status).toBe(400);
  });

  it("needs a scope of its own", async () => {
    const reader = await api.token("reader", "scripts:read");
    const auditor = await api.token("auditor", "audit:read");
    expect((await api.send("GET", "/v1/audit", { token: reader })).status).toBe(403);
    expect((await api.send("GET", "/v1/audit", { token: auditor })).status).toBe(200);
  });

  it("is bounded by age and by number", async () => {
    const note = (target: string) =>
      audit.note({ actor: "a", action: "b", target, result: null, status: 200, problem: null, source: null });
    limits = { days: 1, rows: 100 };
    note("old");
    now += 2 * 24 * 60 * 60 * 1000;
    for (let index = 0; index < 600; index++) note(`${index}`);
    const kept = await audit.search({ limit: 1000 });
    expect(kept.items.map(({ target }) => target)).not.toContain("old");
    expect(kept.items.length).toBeLessThan(250);
    expect(kept.items[0]?.target).toBe("599");
  });
});
