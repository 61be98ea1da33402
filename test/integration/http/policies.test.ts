import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { Policies } from "../../../runtime/policy/policies.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { Policing } from "../../../runtime/switch/policy/policing.ts";
import { runStrowger } from "./cli/run-strowger.ts";
import { ADMIN, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

const path = "/v1/scripts/front-desk/policy";
const policy = { destinations: { countries: ["DE", "AT"] }, maxConcurrentCalls: 5, dailyBudget: { minutes: 90 } };
const managed = { name: "night", policy: { maxSeconds: 60 } };

describe("the policy of a script over HTTP", () => {
  let store: Store;
  let policing: Policing;
  let policies: Policies;
  let api: FakeSwitch;

  beforeEach(async () => {
    store = await openSqliteStore({ file: ":memory:", log: silentLog });
    await renew();
    api = await startFakeSwitch({ policies });
  });
  afterEach(async () => {
    await api.close();
    await policing.stop();
    await store.close();
  });

  /** As at a start of the switch. */
  async function renew(): Promise<void> {
    policing = new Policing({
      clock: new VirtualClock(Date.UTC(2026, 0, 2, 6, 30)),
      log: silentLog,
      store: store.policies,
      domain: "example.com",
      index: { calls: [], byName: () => undefined },
      countryOf: () => null,
      timeZone: "Europe/Berlin",
      onLimit: () => {},
    });
    await policing.load();
    policies = new Policies({ store: store.policies, domain: "example.com", enforcement: policing });
    await policies.load([managed, { name: "none", policy: null }]);
  }

  it("is set, shown, kept by the switch and in the store, and removed", async () => {
    expect((await api.send("GET", path)).status).toBe(404);
    const put = await api.send("PUT", path, { json: { policy } });
    expect([put.status, put.body]).toEqual([201, { policy, managed: false }]);
    expect(policing.gateOf("front-desk").policy).toEqual(policy);
    expect((await api.send("GET", path)).body).toEqual({ policy, managed: false });
    await renew();
    expect(policing.gateOf("front-desk").policy).toEqual(policy);
    expect((await api.send("PUT", path, { json: { policy: {} } })).status).toBe(200);
    expect((await api.send("DELETE", path)).status).toBe(204);
    expect((await api.send("DELETE", path)).status).toBe(404);
    expect(await store.policies.all()).toEqual([]);
  });

  it("is not overwritten by whoever has not seen it", async () => {
    await api.send("PUT", path, { json: { policy } });
    const etag = (await api.send("GET", path)).headers.get("etag") ?? "";
    const write = (more: object) =>
      api.send("PUT", path, { json: { policy: { ...policy, ...more } }, headers: { "If-Match": etag } });
    expect((await write({ maxSeconds: 60 })).status).toBe(200);
    expect((await write({ maxSeconds: 70 })).status).toBe(412);
    const late = await api.send("DELETE", path, { headers: { "If-Match": etag } });
    expect([late.status, policies.of("front-desk")?.maxSeconds]).toEqual([412, 60]);
  });

  it("is read-only where the configuration declares it, and that of the API counts again once it does not", async () => {
    const night = "/v1/scripts/night/policy";
    expect((await api.send("GET", night)).body).toEqual({ policy: managed.policy, managed: true });
    for (const method of ["PUT", "DELETE"]) {
      const answer = await api.send(method, night, { ...(method === "PUT" ? { json: { policy } } : {}) });
      expect([answer.status, answer.body.code]).toEqual([409, "managed-by-config"]);
    }
    await api.send("PUT", path, { json: { policy } });
    policies.replaceConfigured([{ name: "front-desk", policy: { maxSeconds: 5 } }]);
    expect([policing.gateOf("front-desk").policy, policing.gateOf("night").policy]).toEqual([{ maxSeconds: 5 }, null]);
    policies.replaceConfigured([]);
    expect(policing.gateOf("front-desk").policy).toEqual(policy);
  });

  it("is refused with the field that is wrong", async () => {
    const wrong = await api.send("PUT", path, {
      json: { policy: { ...policy, destinations: { countries: ["Germany"] } } },
    });
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, "policy.destinations.countries.0"]);
    expect((await api.send("PUT", path, { json: { policy: { maxCalls: 5 } } })).status).toBe(400);
    expect((await api.send("PUT", path, { json: policy })).status).toBe(400);
    expect(policies.get("front-desk")).toBeUndefined();
  });

  it("is no business of whoever may deploy the script", async () => {
    const created = await api.send("POST", "/v1/tokens", {
      json: { name: "ci", scopes: ["deploy", "scripts:write", "scripts:read"] },
    });
    const token = created.body.secret;
    expect((await api.send("PUT", path, { json: { policy: {} }, token })).status).toBe(403);
    expect((await api.send("GET", "/v1/scripts/night/policy", { token })).status).toBe(200);
    expect((await api.send("DELETE", path, { token })).status).toBe(403);
  });

  it("is there with what was used of it", async () => {
    expect((await api.send("GET", `${path}/usage`)).status).toBe(404);
    await api.send("PUT", path, { json: { policy } });
    policing.gateOf("front-desk").enter("call-1");
    const usage = await api.send("GET", `${path}/usage`);
    expect(usage.headers.get("cache-control")).toBe("no-store");
    expect(usage.body).toMatchObject({
      day: "2026-01-02",
      timeZone: "Europe/Berlin",
      resetsAt: "2026-01-02T23:00:00.000Z",
      calls: 1,
      minutes: 0,
      reached: { destination: 0 },
    });
  });

  it("is set, shown and removed on the command line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strowger-"));
    const run = (...args: readonly string[]) =>
      runStrowger(["policy", ...args], { url: api.url, cwd: folder, token: ADMIN });
    await writeFile(join(folder, "policy.yaml"), "destinations: { countries: [de, at] }\nmaxConcurrentCalls: 5\n");
    const set = await run("set", "front-desk", "policy.yaml");
    expect([set.code, set.stdout]).toEqual([0, "The policy of front-desk is set: the switch keeps it from now on.\n"]);
    const got = await run("get", "front-desk");
    expect(JSON.parse(got.stdout)).toEqual({ destinations: { countries: ["DE", "AT"] }, maxConcurrentCalls: 5 });
    expect(JSON.parse((await run("get", "night", "--json")).stdout)).toEqual({
      policy: { maxSeconds: 60 },
      managed: true,
    });
    policing.gateOf("front-desk").note({ limit: "destination", detail: "country FR is not allowed" });
    const usage = await run("usage", "front-desk");
    expect(usage.stdout).toMatch(/^calls up +0 of 5$/m);
    expect(usage.stdout).toMatch(/^reached +destination: 1 times today$/m);
    await writeFile(join(folder, "wrong.yaml"), "a: [");
    const wrong = await run("set", "front-desk", "wrong.yaml");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("not readable as YAML")]);
    expect((await run("set", "front-desk", "nothing.yaml")).code).toBe(2);
    expect((await run("set", "night", "policy.yaml")).code).toBe(4);
    expect((await run("set", "front-desk", "policy.yaml", "--if-match", '"old"')).code).toBe(4);
    expect((await run("remove", "front-desk")).code).toBe(0);
    expect((await run("get", "front-desk")).code).toBe(1);
    await rm(folder, { recursive: true });
  });
});
