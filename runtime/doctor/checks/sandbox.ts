/** Whether scripts can run here: a host process is started as the switch does it, with what this machine has for walls. */
import { TimerWheel } from "../../base/timer-wheel.ts";
import { createSandbox } from "../../sandbox/sandbox.ts";
import { type Found, ok, problem, reasonOf, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

export async function checkSandbox({ config, live }: Subject): Promise<readonly Found[]> {
  // Another one beside the running switch would take memory from it, and tell nothing new.
  if (live?.isReady === true) return [ok("script hosts", "those of the running switch are ready")];
  const warnings: string[] = [];
  const note = (text: string): void => void warnings.push(text);
  const log = { debug() {}, info() {}, warn: note, error: note };
  const sandbox = createSandbox({
    limits: config.limits.script,
    hosts: 1,
    listener: { invocation() {}, logLine() {} },
    log,
    clock: new TimerWheel(),
  });
  try {
    await sandbox.start();
    const found = warnings.map((text) => warning("script hosts", text, "allow unshare to this user"));
    return sandbox.readyHosts > 0
      ? [ok("script hosts", "they start"), ...found]
      : [problem("script hosts", "they do not start", "see the warnings; run npm rebuild isolated-vm"), ...found];
  } catch (error) {
    return [
      problem("script hosts", `they do not start: ${reasonOf(error)}`, "run npm ci, and see the log of the switch"),
    ];
  } finally {
    await sandbox.stop();
  }
}
