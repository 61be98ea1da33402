import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { repoRoot } from "../../helpers/repo-root.ts";
import { hasPrograms } from "../../helpers/require-program.ts";

const text = readFileSync(join(repoRoot, "runtime/packaging/strowger.service"), "utf8");
const settings = new Map(
  text
    .split("\n")
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "strowger-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("The unit of systemd", () => {
  it.runIf(hasPrograms("systemd-analyze"))("is understood by systemd, to its last line", () => {
    const file = join(temporary(), "strowger.service");
    // The program does not lie there on this machine, and the user is not made yet.
    const here = text.replaceAll("/opt/strowger", repoRoot).replace(/^(User|Group)=strowger$/gm, "$1=root");
    writeFileSync(file, here);
    const said = spawnSync("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", file], {
      encoding: "utf8",
    });
    expect([said.status, said.stdout, said.stderr]).toEqual([0, "", ""]);
  });

  it.runIf(hasPrograms("systemd-analyze"))("leaves little that an attacker could use", () => {
    const file = join(temporary(), "strowger.service");
    writeFileSync(file, text);
    const said = execFileSync("systemd-analyze", ["security", "--offline=true", "--no-pager", "--threshold=30", file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(said).toMatch(/exposure level for strowger\.service: [0-2]\.\d OK/);
  });

  it("starts the switch again but for a bad configuration, and never dies of a script host", () => {
    expect(settings.get("Restart")).toBe("always");
    expect(settings.get("RestartPreventExitStatus")).toBe("2");
    expect(settings.get("OOMPolicy")).toBe("continue");
    expect(settings.get("KillMode")).toBe("mixed");
  });

  it("keeps what Node has made of the files where it may write", () => {
    const folder = `/var/cache/${settings.get("CacheDirectory")}`;
    expect(settings.get("Environment")).toBe(`NODE_COMPILE_CACHE=${folder}`);
  });

  it("lets scripts and uploads have their walls", () => {
    expect(settings.get("RestrictNamespaces")).toBe("user net");
    expect(settings.get("SystemCallFilter")?.split(" ")).toEqual(["@system-service", "chroot"]);
    expect(settings.has("MemoryDenyWriteExecute")).toBe(false);
    expect(settings.has("NoExecPaths")).toBe(false);
  });

  it.runIf(process.getuid?.() === 0 && hasPrograms("setpriv"))(
    "takes from the process what script hosts can do without",
    () => {
      const folder = temporary();
      writeFileSync(join(folder, "strowger.yaml"), "listen: udp://127.0.0.1:0\nhttp: { listen: 127.0.0.1:0 }\n");
      execFileSync("chown", ["-R", "65534:65534", folder]);
      const bounded = ["--bounding-set=-all,+net_bind_service", "--inh-caps=-all", "--no-new-privs"];
      const who = ["--reuid=65534", "--regid=65534", "--clear-groups", ...bounded];
      const command = join(repoRoot, "runtime/cli/strowger.cjs");
      const said = execFileSync("setpriv", [...who, process.execPath, command, "doctor", "--json"], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env.PATH ?? "" },
      });
      const { findings } = JSON.parse(said) as { findings: { check: string; level: string; what: string }[] };
      expect(findings.filter(({ check }) => check === "sandbox")).toMatchObject([{ level: "ok", what: "they start" }]);
    },
  );
});
