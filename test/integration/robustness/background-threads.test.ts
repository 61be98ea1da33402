import { readdirSync, readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { startSwitch } from "../../helpers/switch.ts";
import { switchProcess } from "../../helpers/thread-of-the-switch.ts";

/** Field 19 of `proc_pid_stat(5)`, counted behind the name, which is in brackets. */
function nicenessOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
}

it.runIf(process.platform === "linux")(
  "garbage is marked by threads that yield to the one that answers calls",
  async () => {
    const strowger = await startSwitch();
    onTestFinished(() => strowger.stop());
    const tasks = `/proc/${switchProcess(strowger)}/task`;
    const found = new Map<string, Set<number>>();
    for (const thread of readdirSync(tasks)) {
      const stat = readFileSync(`${tasks}/${thread}/stat`, "utf8");
      const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
      found.set(name, (found.get(name) ?? new Set()).add(nicenessOf(stat)));
    }
    const ours = nicenessOf(readFileSync("/proc/self/stat", "utf8"));
    expect([found.get("MainThread"), found.get("media")]).toEqual([new Set([ours]), new Set([ours])]);
    expect(found.get("V8Worker")).toEqual(new Set([Math.max(ours, 10)]));
  },
);
