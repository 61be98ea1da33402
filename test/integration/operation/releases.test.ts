import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { memoryBytesOf } from "../../bench/kernel.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { ackRefusal, expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const CALLS = 30;
/** So many come before anything is compared: hosts, compilers and caches are there then. */
const WARM_UP = 22;
const DEPLOYS = 30;
/** Versions that are kept ready, and one. */
const MOST_LOADED = 21;
const MOST_GROWTH_MB = 48;

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function refusedWith(code: number): Promise<void> {
  const caller = await rawPhone(strowger, "caller");
  await expectRefusal(caller, invite(caller, "700"), code);
}

describe("A release for half of the calls", () => {
  it("gets its share of them, is promoted, and stays in the history", async () => {
    const old = await strowger.deploy("main", inviteScript("reject(480)"));
    const body = inviteScript("reject(486)");
    const released = await strowger.api("PUT", "/v1/scripts/main?percent=50&message=half", body);
    const { version } = released.body;
    const both = [
      { version, percent: 50 },
      { version: old, percent: 50 },
    ];
    expect(released.body.live).toEqual(both);
    const caller = await rawPhone(strowger, "caller");
    const codes: number[] = [];
    for (let count = 0; count < CALLS; count++) {
      const pending = invite(caller, "700");
      const refusal = await caller.expect(/^SIP\/2\.0 48[06] /);
      ackRefusal(caller, pending, refusal);
      codes.push(refusal.status);
    }
    expect([...new Set(codes)].sort()).toEqual([480, 486]);
    const cdrs = await until("the records of all calls", async () => {
      const all = await strowger.cdrs();
      return all.length === CALLS && all;
    });
    expect(cdrs.filter((cdr) => cdr.version === version)).toHaveLength(codes.filter((code) => code === 486).length);
    expect((await strowger.api("PUT", "/v1/scripts/main", body)).body.live).toEqual([{ version, percent: 100 }]);
    await refusedWith(486);
    const { items } = (await strowger.api("GET", "/v1/scripts/main/deployments")).body;
    expect(items).toMatchObject([
      { reason: "deploy", message: null, versions: [{ version, percent: 100 }] },
      { reason: "deploy", message: "half", versions: both },
      { reason: "deploy", message: null },
    ]);
  });
});

describe("A rollback", () => {
  it("takes effect for the next call", async () => {
    await strowger.deploy("main", inviteScript("reject(404)"));
    await strowger.deploy("main", inviteScript("reject(603)"));
    const caller = await rawPhone(strowger, "caller");
    expect((await strowger.api("POST", "/v1/scripts/main/rollback", {})).status).toBe(201);
    await expectRefusal(caller, invite(caller, "700"), 404);
  });
});

describe("Many deploys in a row", () => {
  async function loaded(): Promise<number> {
    const { body } = await strowger.api("GET", "/metrics");
    return Number(/^strowger_script_versions_loaded (\d+)/m.exec(body)?.[1]);
  }

  /** What a deploy might leave behind, but for memory. */
  function remains(): { processes: number; descriptors: number; files: string[] } {
    const processes = [{ pid: strowger.pid }, ...descendantsOf(strowger.pid)];
    return {
      processes: processes.length,
      descriptors: processes.reduce((sum, { pid }) => sum + readdirSync(`/proc/${pid}/fd`).length, 0),
      files: readdirSync(join(strowger.folder, "data", "types", "work")),
    };
  }

  async function deployMany(count: number, from: number): Promise<void> {
    for (let index = from; index < from + count; index++) {
      await strowger.deploy("main", `// ${index}\n${inviteScript(`reject(${400 + (index % 90)})`)}`);
    }
  }

  it("leave no process, descriptor, file, loaded version or memory behind", async () => {
    await deployMany(WARM_UP, 0);
    const before = remains();
    const memory = memoryBytesOf(strowger.pid);
    await deployMany(DEPLOYS, WARM_UP);
    await refusedWith(400 + ((WARM_UP + DEPLOYS - 1) % 90));
    await until("the last child to be gone", () => remains().processes <= before.processes);
    expect(remains().files).toEqual(before.files);
    expect(remains().descriptors).toBeLessThanOrEqual(before.descriptors + 5);
    expect(await loaded()).toBeLessThanOrEqual(MOST_LOADED);
    expect((memoryBytesOf(strowger.pid) - memory) / 2 ** 20).toBeLessThan(MOST_GROWTH_MB);
  }, 120_000);
});
