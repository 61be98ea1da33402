import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { createDeployments, type DeployedScripts } from "../../../runtime/deploy/deployments.ts";
import type { Deployment, Upload } from "../../../runtime/port/deployment.ts";
import type { ScriptBundle } from "../../../runtime/port/sandbox.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-deploy-"));
let files = 0;
let file: string;
let store: Store;
let scripts: DeployedScripts;
let loaded: ScriptBundle[];
let told: Deployment[];

function upload(code: string, over: Partial<Upload> = {}): Upload {
  const source = `import { reject } from "strowger";\nexport default { invite: () => reject(${code}) };\n`;
  return { entry: "main.ts", files: { "main.ts": source }, author: "ci", ...over };
}

async function open(): Promise<void> {
  store = await openSqliteStore({ file, log: silentLog });
  loaded = [];
  told = [];
  scripts = await createDeployments({
    store,
    sandbox: {
      load: (bundle) => void loaded.push(bundle),
      unload: () => {},
      run: () => 7,
      abort: () => {},
      isQuarantined: () => false,
    },
    log: silentLog,
    clock: new TimerWheel(),
    onDeployment: (deployment) => void told.push(deployment),
  });
}

async function reopen(): Promise<void> {
  scripts.stop();
  await store.close();
  await open();
}

function live(): unknown {
  return scripts.pick("desk", "some-call");
}

const whole = (version: number | string) => [{ version, percent: 100 }];
const by = { author: "ci" };

describe("deployments", () => {
  beforeEach(async () => {
    file = join(folder, `${++files}.db`);
    await open();
  });
  afterEach(async () => {
    scripts.stop();
    await store.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("count versions from 1 for each script, and give the latest again for the same content", async () => {
    const first = await scripts.upload("desk", upload("404", { message: "first", tag: "stable" }));
    expect(first).toMatchObject({
      version: 1,
      handlers: ["invite"],
      files: ["main.ts"],
      tag: "stable",
      message: "first",
    });
    expect((await scripts.upload("desk", upload("405"))).version).toBe(2);
    expect((await scripts.upload("desk", upload("405", { message: "again" }))).version).toBe(2);
    expect((await scripts.upload("desk", upload("404"))).version).toBe(3);
    expect((await scripts.upload("other", upload("404"))).version).toBe(1);
    expect((await scripts.versions("desk")).map((version) => version.version)).toEqual([1, 2, 3]);
    expect(await scripts.source("desk", "stable", "main.ts")).toContain("reject(404)");
    expect(await scripts.source("desk", "latest", "other.ts")).toBeUndefined();
    expect(live()).toMatchObject({ reason: "missing" });
  });

  it("store nothing of what was only checked, nor of what is refused", async () => {
    expect(await scripts.check("desk", upload("404"))).toEqual({ handlers: ["invite"], diagnostics: [] });
    await expect(scripts.upload("desk", upload("404 +"))).rejects.toMatchObject({ code: "script-does-not-compile" });
    expect(await scripts.list()).toEqual([]);
    await expect(scripts.versions("desk")).rejects.toMatchObject({ code: "not-found" });
  });

  it("make a version live for the next call, go back, and tell of it", async () => {
    await scripts.upload("desk", upload("404"));
    await scripts.deploy("desk", whole(1), by);
    expect(live()).toEqual({ script: "desk", version: 1 });
    expect(scripts.handles({ script: "desk", version: 1 }, "invite")).toBe(true);
    expect(scripts.handles({ script: "desk", version: 1 }, "bye")).toBe(false);
    await scripts.upload("desk", upload("405"));
    expect(live()).toEqual({ script: "desk", version: 1 });
    await scripts.deploy("desk", whole("latest"), { author: "ci", message: "try" });
    expect(live()).toEqual({ script: "desk", version: 2 });
    const back = await scripts.rollback("desk", by);
    expect(back).toMatchObject({ id: 3, versions: whole(1), reason: "rollback" });
    expect(live()).toEqual({ script: "desk", version: 1 });
    expect(told.map(({ id, reason }) => `${id} ${reason}`)).toEqual(["1 deploy", "2 deploy", "3 rollback"]);
    expect(loaded.map(({ ref }) => ref.version)).toEqual([1, 2]);
    expect(loaded[0]).toMatchObject({ entry: "main.ts", handlers: ["invite"], modules: [{ path: "main.ts" }] });
  });

  it("split calls between versions by selectors, and roll back to one", async () => {
    await scripts.upload("desk", upload("404", { tag: "stable" }));
    await scripts.upload("desk", upload("405"));
    await scripts.deploy("desk", whole("stable"), by);
    const split = [
      { version: "latest", percent: 20 },
      { version: "active", percent: 80 },
    ];
    expect((await scripts.deploy("desk", split, by)).versions).toEqual([
      { version: 2, percent: 20 },
      { version: 1, percent: 80 },
    ]);
    const picks = Array.from({ length: 500 }, (_, n) => scripts.pick("desk", `call-${n}`));
    expect(new Set(picks.map((pick) => ("version" in pick ? pick.version : 0)))).toEqual(new Set([1, 2]));
    expect((await scripts.rollback("desk", { ...by, to: 2 })).versions).toEqual(whole(2));
  });

  it("refuse what cannot be made live, and change nothing", async () => {
    await scripts.upload("desk", upload("404"));
    const refused = (promise: Promise<unknown>, code: string) => expect(promise).rejects.toMatchObject({ code });
    await refused(scripts.rollback("desk", by), "conflict");
    await scripts.deploy("desk", whole(1), by);
    await refused(scripts.rollback("desk", by), "conflict");
    await refused(scripts.rollback("desk", { ...by, to: 9 }), "not-found");
    await refused(scripts.deploy("desk", whole(9), by), "not-found");
    await refused(scripts.deploy("nobody", whole(1), by), "not-found");
    await refused(scripts.deploy("desk", [{ version: 1, percent: 99 }], by), "invalid-request");
    await refused(scripts.deploy("desk", [...whole(1), ...whole("latest")], by), "invalid-request");
    await refused(scripts.deploy("desk", whole(1), { ...by, ifMatch: 0 }), "precondition-failed");
    expect(await scripts.deployments("desk")).toHaveLength(1);
    await scripts.deploy("desk", whole(1), { ...by, ifMatch: 1 });
  });

  it("let one of two who saw the same deployment win", async () => {
    await scripts.upload("desk", upload("404"));
    const results = await Promise.allSettled([1, 2].map(() => scripts.deploy("desk", whole(1), { ...by, ifMatch: 0 })));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("number uploads that come at once one after the other", async () => {
    const codes = ["404", "405", "406"];
    const versions = await Promise.all(codes.map((code) => scripts.upload("desk", upload(code))));
    expect(versions.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it("turn uploads away while too many are checked", async () => {
    const results = await Promise.allSettled(Array.from({ length: 18 }, () => scripts.upload("desk", upload("404"))));
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: "too-many-requests" } });
    expect(await scripts.versions("desk")).toHaveLength(1);
  });

  it("are the same after a restart: live versions are loaded, the previous one too", async () => {
    for (const code of ["404", "405", "406"]) {
      const { version } = await scripts.upload("desk", upload(code));
      await scripts.deploy("desk", whole(version), by);
    }
    await scripts.upload("other", upload("404"));
    const before = await scripts.list();
    await reopen();
    expect(await scripts.list()).toEqual(before);
    expect(live()).toEqual({ script: "desk", version: 3 });
    expect(loaded.map(({ ref }) => ref.version)).toEqual([3, 2]);
    expect(loaded[0]?.modules[0]?.code).toContain("reject(406)");
    expect((await scripts.rollback("desk", by)).versions).toEqual(whole(2));
    await scripts.deploy("desk", whole(1), by);
    expect(live()).toEqual({ script: "desk", version: 1 });
    expect(loaded.at(-1)?.modules[0]?.code).toContain("reject(404)");
  });

  it("change nothing in memory where the store cannot write", async () => {
    await scripts.upload("desk", upload("404"));
    await scripts.deploy("desk", whole(1), by);
    await scripts.upload("desk", upload("405"));
    await store.close();
    await expect(scripts.deploy("desk", whole(2), by)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(live()).toEqual({ script: "desk", version: 1 });
    expect(told).toHaveLength(1);
  });

  it("take a removed script from new calls, keep it for those that run, and never give its numbers again", async () => {
    await scripts.upload("desk", upload("404"));
    await scripts.deploy("desk", whole(1), by);
    await scripts.remove("desk");
    expect(live()).toMatchObject({ reason: "missing", message: expect.stringContaining('"desk"') });
    expect(scripts.handles({ script: "desk", version: 1 }, "invite")).toBe(true);
    expect(await scripts.version("desk", "latest")).toBeUndefined();
    await expect(scripts.remove("desk")).rejects.toMatchObject({ code: "not-found" });
    await reopen();
    expect((await scripts.upload("desk", upload("404"))).version).toBe(2);
    expect((await scripts.deploy("desk", whole(2), by)).id).toBe(2);
  });

  it("hand runs on to the sandbox", () => {
    const run = {
      ref: { script: "desk", version: 1 },
      handler: "invite" as const,
      callId: "a",
      json: "{}",
      state: "null",
    };
    expect(scripts.run(run, { scriptOutcome() {} })).toBe(7);
  });
});
