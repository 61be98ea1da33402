import { afterAll, describe, expect, it } from "vitest";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { LoadOfCalls } from "./load-of-calls.ts";
import { metric } from "./world.ts";

const TIMES = 4;
const strowger = await startSwitch();
afterAll(() => strowger.stop());

function scriptHosts(): number[] {
  return descendantsOf(strowger.pid)
    .filter(({ command }) => command.includes("sandbox/host"))
    .map(({ pid }) => pid);
}

describe("When all script hosts are killed again and again, with calls under way", () => {
  it("no call that was up is lost, each has one record, and nothing is left of them", {
    timeout: 120_000,
  }, async () => {
    const load = await LoadOfCalls.begin(strowger, { seed: 1, callsPerSecond: 8, longestMs: 3_000 });
    for (let times = 1; times <= TIMES; times++) {
      const connected = load.counts.connected + 8;
      await until("calls to be up", () => load.counts.connected >= connected, 30_000);
      const killed = scriptHosts();
      for (const pid of killed) process.kill(pid, "SIGKILL");
      await until("other hosts", () => scriptHosts().some((pid) => !killed.includes(pid)), 20_000);
      // The one that ran when its host was lost is in quarantine, since it might be to blame.
      await load.deploy(times + 1);
    }
    // What a host did when it was killed has failed, the end of a call as well.
    expect(await load.finish({ isScriptWhole: false })).toEqual([]);
    await strowger.noCalls();
    expect(await metric(strowger, "strowger_media_endpoints")).toBe(0);
  });
});
