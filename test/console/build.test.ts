import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { distFolder, hashOfPage, hashOfSources, isStale } from "../../runtime/console/build/sources.ts";
import { repoRoot } from "../helpers/repo-root.ts";

const COMPRESSED_FROM_BYTES = 1024;
const index = () => readFileSync(join(distFolder, "index.html"), "utf8");

describe("The built page of the console", () => {
  it("is that of the sources as they are, and is not built again", () => {
    expect(hashOfPage()).toBe(hashOfSources());
    expect(isStale()).toBe(false);
    const build = join(repoRoot, "runtime/console/build/build.ts");
    expect(execFileSync(process.execPath, [build, "--if-stale"], { encoding: "utf8" })).toBe("");
  });

  it("has nothing in it that its policy forbids, and nothing of elsewhere", () => {
    expect(index()).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//i);
    expect(index()).toContain("__CSP_NONCE__");
  });

  it("has a compressed copy of each file that gains by it", () => {
    const large = globSync("assets/*.{js,css}", { cwd: distFolder }).filter(
      (name) => statSync(join(distFolder, name)).size >= COMPRESSED_FROM_BYTES,
    );
    expect(large.length).toBeGreaterThan(0);
    for (const name of large) {
      for (const ending of [".br", ".gz"]) expect(existsSync(join(distFolder, name + ending))).toBe(true);
    }
  });

  it("is for whoever runs the switch to read", () => {
    expect(statSync(distFolder).mode & 0o055).toBe(0o055);
  });
});
