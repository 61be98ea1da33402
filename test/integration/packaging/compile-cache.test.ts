import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { startSwitch } from "../../helpers/switch.ts";

const kept = join(repoRoot, "node_modules/.cache/strowger");

function help(env: Record<string, string> = {}): void {
  const command = [join(repoRoot, "runtime/cli/strowger.cjs"), "--help"];
  execFileSync(process.execPath, command, { env: { PATH: process.env.PATH, ...env } });
}

describe("What Node has made of the files", () => {
  it("is kept by a command for the next one, there or where NODE_COMPILE_CACHE says", () => {
    help();
    expect(readdirSync(kept)).not.toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "compiled-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    help({ NODE_COMPILE_CACHE: folder });
    expect(readdirSync(folder)).not.toEqual([]);
  });

  it("is no matter where nothing can be kept", () => {
    expect(() => help({ NODE_COMPILE_CACHE: "/dev/null/none" })).not.toThrow();
  });

  it("is kept by the switch for the next start, and out of the reach of scripts and uploads", async () => {
    const strowger = await startSwitch();
    onTestFinished(() => strowger.stop());
    const processes = descendantsOf(strowger.pid).map(({ pid, command }) => ({
      isSwitch: command.includes("switch-process"),
      knows: readFileSync(`/proc/${pid}/environ`, "utf8").includes(`NODE_COMPILE_CACHE=${kept}`),
    }));
    expect(processes.length).toBeGreaterThan(1);
    expect(processes.filter(({ isSwitch, knows }) => isSwitch !== knows)).toEqual([]);
    expect(readdirSync(kept)).not.toEqual([]);
  });
});
