import { execFileSync } from "node:child_process";
import { closeSync, cpSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { killProcess, readyAgain } from "../../helpers/kill-switch.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import type { TestConfig } from "../../helpers/switch-config.ts";
import { until } from "../../helpers/until.ts";
import { aNewCallWorks, CallThatIsUp, linesWith, mayMount, metric } from "./world.ts";

const MEGABYTE = Buffer.alloc(1024 * 1024, 1);
const PAGE = MEGABYTE.subarray(0, 4096);

/** Takes all the room that there is, to the last page. */
function fill(file: string): void {
  const handle = openSync(file, "w");
  try {
    for (const part of [MEGABYTE, PAGE]) {
      try {
        for (;;) writeSync(handle, part);
      } catch {}
    }
  } finally {
    closeSync(handle);
  }
}

/** A switch whose data folder has a disk of its own. */
async function onSmallDisk(config: TestConfig, work: (strowger: RunningSwitch, data: string) => Promise<void>) {
  const strowger = await startSwitch(config);
  const data = join(strowger.folder, "data");
  try {
    await strowger.restart(() => {
      cpSync(data, `${data}.before`, { recursive: true });
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", data]);
      cpSync(`${data}.before`, data, { recursive: true });
    });
    await work(strowger, data);
  } finally {
    await strowger.restart(() => execFileSync("umount", [data]));
    await strowger.stop();
  }
}

describe.runIf(mayMount())("When the disk of the data folder is full", () => {
  it("calls go on, records wait, and all is written once there is room again", () =>
    onSmallDisk({}, async (strowger, data) => {
      const call = await CallThatIsUp.begin(strowger);
      const told = strowger.log().length;
      fill(join(data, "ballast"));
      const ended = (await strowger.cdrs()).length;
      for (let calls = 0; calls < 3; calls++) await aNewCallWorks(strowger, call.callee);
      await call.works();
      const phone = await rawPhone(strowger, "alice");
      expect((await register(phone, { user: "alice" })).status).toBe(200);
      await until("the switch to know", async () => (await metric(strowger, "strowger_store_failing")) === 1);
      expect(linesWith(strowger, "The database cannot be written")).toBe(1);
      expect((await strowger.api("PUT", "/v1/users/late", { password: "pw-late-long" })).status).toBe(503);
      expect(await metric(strowger, "strowger_store_records_waiting")).toBe(3);
      // One line for each room that writes, whatever has come to nothing.
      expect(strowger.log().slice(told).split("\n").length).toBeLessThan(10);
      rmSync(join(data, "ballast"));
      await until("the records", async () => (await strowger.cdrs()).length === ended + 3, 10_000);
      expect(linesWith(strowger, "The database can be written again")).toBe(1);
      expect(await metric(strowger, "strowger_store_failing")).toBe(0);
      await call.works();
      await call.end();
      await until("the last record", async () => (await strowger.cdrs()).length === ended + 4);
    }));

  it("a switch that dies says what it needs to start, and goes on with its calls once it has that", () =>
    onSmallDisk({ restart: { keepCallsSeconds: 300 } }, async (strowger, data) => {
      const call = await CallThatIsUp.begin(strowger);
      fill(join(data, "ballast"));
      const told = strowger.log().length;
      await killProcess(strowger);
      const start = "The switch cannot start: no space is left in its data folder";
      await until("the switch to say so", () => strowger.log().slice(told).includes(start), 20_000);
      rmSync(join(data, "ballast"));
      await readyAgain(strowger);
      await call.works();
      await call.end();
      await until("its record", async () => (await strowger.cdrs()).length === 1);
    }));
});
