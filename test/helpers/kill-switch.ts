/** Kills the process of a running switch as a fault of the machine would; its parent starts it again. */
import { descendantsOf } from "./process-tree.ts";
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";

const START_MS = 60_000;

/** Resolves once the next process is ready. */
export async function killSwitch(strowger: RunningSwitch): Promise<void> {
  await killProcess(strowger);
  await readyAgain(strowger);
}

/** Resolves once there is another process, whether it is ready or not. */
export async function killProcess(strowger: RunningSwitch): Promise<void> {
  const before = switchProcessOf(strowger.pid);
  if (before === undefined) throw new Error("The switch has no process.");
  process.kill(before, "SIGKILL");
  await until("another process of the switch", () => switchProcessOf(strowger.pid, before), START_MS);
}

export async function readyAgain(strowger: RunningSwitch): Promise<void> {
  const isReady = async () => (await fetch(`${strowger.url}/readyz`).catch(() => undefined))?.status === 200;
  await until("the switch to be ready again", isReady, START_MS);
}

function switchProcessOf(parent: number, not?: number): number | undefined {
  const find = descendantsOf(parent).find(({ pid, command }) => pid !== not && command.includes("switch-process"));
  return find?.pid;
}
