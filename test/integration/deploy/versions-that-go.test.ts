import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { createDeployments, type DeployedScripts } from "../../../runtime/deploy/deployments.ts";
import type { TypecheckMode, Upload } from "../../../runtime/port/deployment.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-versions-"));
let file: string;
let files = 0;
let store: Store;
let scripts: DeployedScripts;
let pinned: Set<number>;
let unloaded: number[];

function upload(text: string, typecheck: TypecheckMode = "off"): Upload {
  return { entry: "main.ts", files: { "main.ts": text }, author: "ci", typecheck };
}

const refusing = (code: number) =>
  `import { reject } from "strowger";\nexport default { invite: () => reject(${code}) };\n`;
const badlyTyped = 'import { reject } from "strowger";\nexport default { invite: () => reject("404") };\n';
const whole = (version: number | string) => [{ version, percent: 100 }];
const by = { author: "ci" };

async function open(): Promise<void> {
  store = await openSqliteStore({ file, log: silentLog });
  unloaded = [];
  scripts = await createDeployments({
    store,
    sandbox: {
      load: () => {},
      unload: ({ version }) => void unloaded.push(version),
      run: () => 1,
      abort: () => {},
      isQuarantined: () => false,
    },
    log: silentLog,
    clock: new TimerWheel(),
    onDeployment: () => {},
    pinned: () => pinned,
    keepVersions: () => 3,
  });
}

beforeEach(async () => {
  pinned = new Set();
  file = join(folder, `${++files}.db`);
  await open();
});
afterEach(async () => {
  await scripts.stop();
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an upload with wrong types", () => {
  it("is stored with warnings, is refused, or is not looked at, as it asks for", async () => {
    const warned = await scripts.upload("desk", upload(badlyTyped, "warn"));
    expect(warned.diagnostics).toMatchObject([{ file: "main.ts", line: 2, code: "TS2345", severity: "warning" }]);
    expect((await scripts.version("desk", 1))?.diagnostics).toEqual(warned.diagnostics);
    const refused = { code: "script-does-not-compile", diagnostics: [{ line: 3, code: "TS2345", severity: "error" }] };
    await expect(scripts.upload("desk", upload(`\n${badlyTyped}`, "error"))).rejects.toMatchObject(refused);
    expect((await scripts.upload("desk", upload(`\n\n${badlyTyped}`, "off"))).diagnostics).toEqual([]);
    expect(await scripts.check("desk", upload(badlyTyped, "warn"))).toMatchObject({ diagnostics: [{ line: 2 }] });
  });

  it("is also refused where the same text came in with warnings before", async () => {
    await scripts.upload("desk", upload(badlyTyped, "warn"));
    await expect(scripts.upload("desk", upload(badlyTyped, "error"))).rejects.toMatchObject({
      code: "script-does-not-compile",
    });
  });
});

describe("a release for some of the calls", () => {
  it("leaves the rest to the version that most calls got", async () => {
    for (const code of [404, 405, 406]) await scripts.upload("desk", upload(refusing(code)));
    const live = async (version: number, percent: number) =>
      (await scripts.release("desk", version, { ...by, percent })).versions;
    expect(await live(1, 10)).toEqual(whole(1));
    expect(await live(2, 10)).toEqual([
      { version: 2, percent: 10 },
      { version: 1, percent: 90 },
    ]);
    expect(await live(3, 50)).toEqual([
      { version: 3, percent: 50 },
      { version: 1, percent: 50 },
    ]);
    expect(await live(3, 100)).toEqual(whole(3));
    expect(await live(3, 20)).toEqual(whole(3));
    await expect(scripts.release("desk", 9, by)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("versions of a script", () => {
  async function five(): Promise<void> {
    for (const code of [404, 405]) {
      const { version } = await scripts.upload("desk", upload(refusing(code)));
      await scripts.deploy("desk", whole(version), by);
    }
    pinned = new Set([3]);
    for (const code of [406, 407, 408]) await scripts.upload("desk", upload(refusing(code)));
  }
  const numbers = async () => (await scripts.versions("desk")).map(({ version }) => version);

  it("are removed when there are too many, but for those that are live, previous, or used by calls", async () => {
    await five();
    expect(await numbers()).toEqual([1, 2, 3, 4, 5]);
    pinned = new Set();
    await scripts.upload("desk", upload(refusing(480)));
    expect(await numbers()).toEqual([1, 2, 4, 5, 6]);
    await scripts.deploy("desk", whole(6), by);
    await scripts.upload("desk", upload(refusing(481)));
    expect(await numbers()).toEqual([2, 5, 6, 7]);
    expect(await store.scripts.files("desk", 1)).toEqual({});
    expect(unloaded).toEqual([1]);
  });

  it("that were removed are gone, also after a restart, and were never not there", async () => {
    await five();
    await scripts.removeVersion("desk", 4);
    for (const again of [false, true]) {
      if (again) {
        await scripts.stop();
        await store.close();
        await open();
      }
      await expect(scripts.version("desk", 4)).rejects.toMatchObject({ code: "gone" });
      await expect(scripts.source("desk", 4, "main.ts")).rejects.toMatchObject({ code: "gone" });
      await expect(scripts.rollback("desk", { ...by, to: 4 })).rejects.toMatchObject({ code: "gone" });
      expect(await scripts.version("desk", 6)).toBeUndefined();
    }
    expect((await scripts.upload("desk", upload(refusing(480)))).version).toBe(6);
  });

  it.each([
    ["live", 2],
    ["what a rollback goes back to", 1],
    ["used by a call", 3],
    ["the newest", 5],
  ])("cannot be removed while they are %s", async (_, version) => {
    await five();
    await expect(scripts.removeVersion("desk", version)).rejects.toMatchObject({ code: "conflict" });
    expect(await numbers()).toContain(version);
  });

  it("stay loaded as long as calls run on them, however many come after", async () => {
    const { version } = await scripts.upload("desk", upload(refusing(404)));
    await scripts.deploy("desk", whole(version), by);
    pinned = new Set([version]);
    for (let code = 500; code < 522; code++) {
      const next = await scripts.upload("desk", upload(refusing(code)));
      await scripts.deploy("desk", whole(next.version), by);
    }
    expect(scripts.handles({ script: "desk", version }, "invite")).toBe(true);
    expect(scripts.loadedVersions).toBeLessThanOrEqual(21);
    expect(unloaded).toContain(version + 1);
    expect(unloaded).not.toContain(version);
  });
});
