import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Child } from "../../helpers/child.ts";
import { freePort } from "../../helpers/free-port.ts";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { configText } from "../../helpers/switch-config.ts";
import { until } from "../../helpers/until.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-parent-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAIN = join(repoRoot, "runtime", "main.ts");
const START_MS = 20_000;

async function configuration(): Promise<{ file: string; url: string }> {
  const http = await freePort();
  const file = join(folder, `${http}.yaml`);
  writeFileSync(file, configText({}, { sip: await freePort(), http }));
  return { file, url: `http://127.0.0.1:${http}` };
}

function ready(url: string): Promise<true> {
  const isReady = async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
  return until("the switch to be ready", isReady, START_MS);
}

/** The process number of the switch below its parent, other than `not`. */
function switchOf(parent: number, not?: number): Promise<number> {
  const find = () =>
    descendantsOf(parent).find(({ pid, command }) => pid !== not && command.includes("switch-process"));
  return until("the process of the switch", () => find()?.pid, START_MS);
}

describe("The parent of the switch", () => {
  it("starts a switch again that dies while it is being started again", async () => {
    const { file, url } = await configuration();
    const parent = new Child(process.execPath, [MAIN, "--config", file]);
    await ready(url);
    const first = await switchOf(parent.pid);
    process.kill(first, "SIGKILL");
    const second = await switchOf(parent.pid, first);
    process.kill(second, "SIGKILL");
    await ready(url);
    expect((await parent.stop()).code).toBe(0);
  });

  it("keeps a SIGHUP that comes too early until the switch is ready", async () => {
    const { file, url } = await configuration();
    const parent = new Child(process.execPath, [MAIN, "--config", file]);
    await switchOf(parent.pid);
    parent.signal("SIGHUP");
    await parent.wrote(/read again/, START_MS);
    await ready(url);
    expect((await parent.stop()).code).toBe(0);
  });

  it("goes on, and starts the switch again, when nobody reads what it prints any more", async () => {
    const { file, url } = await configuration();
    const parent = spawn(process.execPath, [MAIN, "--config", file], { stdio: ["ignore", "pipe", "pipe"] });
    const exit = once(parent, "exit");
    try {
      await ready(url);
      parent.stdout.destroy();
      parent.stderr.destroy();
      const first = await switchOf(parent.pid ?? 0);
      process.kill(first, "SIGKILL");
      await switchOf(parent.pid ?? 0, first);
      await ready(url);
    } finally {
      parent.kill("SIGTERM");
    }
    expect(await exit).toEqual([0, null]);
  });

  it.each([["--bogus"], ["stray"], ["--config"]])(
    "ends with exit code 2 and names its option for %s",
    async (argument) => {
      const parent = new Child(process.execPath, [MAIN, argument]);
      expect((await parent.exited).code).toBe(2);
      expect(parent.output).toContain("--config FILE");
      expect(parent.output).not.toContain("at ");
    },
  );
});
