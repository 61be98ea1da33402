import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { createSchedules, type Schedules } from "../../../runtime/schedule/schedules.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { runStrowger } from "./cli/run-strowger.ts";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

const open = { name: "open", cron: "0 8 * * 1-5", timeZone: "Europe/Berlin" };
const path = "/v1/scripts/front-desk/schedules";

describe("the schedules of a script over HTTP", () => {
  let store: Store;
  let schedules: Schedules;
  let api: FakeSwitch;

  beforeEach(async () => {
    store = await openSqliteStore({ file: ":memory:", log: silentLog });
    schedules = await createSchedules({
      clock: new VirtualClock(Date.UTC(2026, 0, 2, 6, 30)),
      log: silentLog,
      store: store.schedules,
      events: { isHandled: () => false, run: async () => ({ type: "unhandled" }) },
      onResult: () => {},
      configured: { "front-desk": [{ name: "fixed", cron: "0 0 * * *", timeZone: "UTC" }] },
    });
    api = await startFakeSwitch({ schedules });
    await api.send("PUT", "/v1/scripts/front-desk", { body: "export default {}" });
  });
  afterEach(async () => {
    await api.close();
    schedules.stop();
    await store.close();
  });

  it("are set as a whole and shown with their next time, beside those of the configuration", async () => {
    const put = await api.send("PUT", path, { json: { schedules: [open, { name: "tick", cron: "*/5 * * * *" }] } });
    expect(put.status).toBe(200);
    expect(put.body.schedules).toEqual([
      expect.objectContaining({ name: "fixed", managed: true }),
      {
        ...open,
        managed: false,
        nextAt: "2026-01-02T07:00:00.000Z",
        lastAt: null,
        lastResult: null,
        running: false,
      },
      expect.objectContaining({ name: "tick", timeZone: "UTC", nextAt: "2026-01-02T06:35:00.000Z" }),
    ]);
    const got = await api.send("GET", path);
    expect(got.body).toEqual(put.body);
    expect(got.headers.get("etag")).toBe(put.headers.get("etag"));
    expect(got.headers.get("cache-control")).toBe("no-store");
    expect(await store.schedules.all()).toHaveLength(2);
  });

  it("are not overwritten by whoever has not seen them", async () => {
    const first = await api.send("GET", path);
    const etag = first.headers.get("etag") ?? "";
    expect((await api.send("PUT", path, { json: { schedules: [open] }, headers: { "If-Match": etag } })).status).toBe(
      200,
    );
    const late = await api.send("PUT", path, { json: { schedules: [] }, headers: { "If-Match": etag } });
    expect(late.status).toBe(412);
    expect(schedules.stored("front-desk")).toEqual([open]);
  });

  it("are refused with the field that is wrong, and those of the configuration stay as they are", async () => {
    const put = async (schedules: unknown) => api.send("PUT", path, { json: { schedules } });
    const wrong = await put([open, { name: "b", cron: "every day", timeZone: "UTC" }]);
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, "schedules.1.cron"]);
    expect((await put([open, open])).body.errors[0].path).toBe("schedules.1.name");
    const many = Array.from({ length: 51 }, (_, index) => ({ ...open, name: `s-${index}` }));
    expect((await put(many)).status).toBe(400);
    const managed = await put([{ ...open, name: "fixed" }]);
    expect([managed.status, managed.body.code]).toEqual([409, "managed-by-config"]);
    expect((await api.send("PUT", "/v1/scripts/nobody/schedules", { json: { schedules: [] } })).status).toBe(404);
  });

  it("go with their script", async () => {
    await api.send("PUT", path, { json: { schedules: [open] } });
    await api.send("DELETE", "/v1/scripts/front-desk");
    expect(schedules.stored("front-desk")).toEqual([]);
    expect(await store.schedules.all()).toEqual([]);
  });

  it("are set, listed and removed on the command line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strowger-"));
    const run = (...args: readonly string[]) => runStrowger(["schedules", ...args], { url: api.url, cwd: folder });
    const set = await run("set", "front-desk", "open", "0 8 * * 1-5", "--time-zone", "Europe/Berlin");
    expect([set.code, set.stdout]).toEqual([
      0,
      'front-desk gets the schedule event "open" next at 2026-01-02T07:00:00.000Z.\n',
    ]);
    const listed = await run("list", "front-desk");
    expect(listed.stdout.split("\n")[0]).toMatch(/^NAME +CRON +TIME ZONE +NEXT +LAST +RESULT +FROM CONFIG$/);
    expect(listed.stdout).toMatch(/^open +0 8 \* \* 1-5 +Europe\/Berlin +2026-01-02T07:00:00\.000Z +- +- +-$/m);
    const wrong = await run("set", "front-desk", "open", "0 99 * * *");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("is no schedule")]);
    expect((await run("remove", "front-desk", "open")).code).toBe(0);
    expect((await run("remove", "front-desk", "open")).code).toBe(1);
    expect(schedules.stored("front-desk")).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
