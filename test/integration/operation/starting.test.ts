import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Child } from "../../helpers/child.ts";
import { freePort } from "../../helpers/free-port.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { configText } from "../../helpers/switch-config.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a switch that will not come up, and gives how it ended and what it said. */
async function failToStart(config: string): Promise<{ code: number | null; output: string }> {
  const file = join(folder, "strowger.yaml");
  writeFileSync(file, config);
  const child = new Child(process.execPath, [join(repoRoot, "runtime", "main.ts"), "--config", file]);
  const { code } = await child.exited;
  return { code, output: child.output };
}

describe("Starting the switch", () => {
  it("prints the SIP address, the accounts, the address of the API and what to do next", async () => {
    const strowger = await startSwitch();
    try {
      const log = strowger.log();
      expect(log).toContain(`127.0.0.1:${strowger.sipPort}`);
      expect(log).toContain(strowger.url.replace("http://", ""));
      expect(log).toContain("alice");
      expect(statSync(join(strowger.folder, "data", "token")).mode & 0o777).toBe(0o600);
    } finally {
      await strowger.stop();
    }
  });

  it("ends with exit code 2 and every problem, with its place, where the file is wrong", async () => {
    const { code, output } = await failToStart("domian: example.test\nlisten: [udp://127.0.0.1:99999]\n");
    expect(code).toBe(2);
    expect(output).toMatch(/1:\d+[\s\S]*domian[\s\S]*domain/);
    expect(output).toMatch(/2:\d+/);
  });

  it("ends with exit code 2 where there is no such file", async () => {
    const child = new Child(process.execPath, [
      join(repoRoot, "runtime", "main.ts"),
      "--config",
      join(folder, "none.yaml"),
    ]);
    expect((await child.exited).code).toBe(2);
    expect(child.output).toContain("none.yaml");
  });

  it("ends with exit code 1 and names the port where one is in use", async () => {
    const strowger = await startSwitch();
    try {
      const { code, output } = await failToStart(configText({}, { sip: strowger.sipPort, http: await freePort() }));
      expect(code).toBe(1);
      expect(output).toContain(String(strowger.sipPort));
    } finally {
      await strowger.stop();
    }
  });
});
