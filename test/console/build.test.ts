import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { distFolder, hashOfPage, hashOfSources, isStale } from "../../runtime/console/build/sources.ts";
import { repoRoot } from "../helpers/repo-root.ts";
import { readImports } from "../helpers/source-imports.ts";

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

  it("names in its head what the first page needs, so that a browser asks for all of it at once", () => {
    const [live] = globSync("assets/live-*.js", { cwd: distFolder });
    expect(index()).toContain(`<link rel="modulepreload" href="/${live}">`);
    expect(index()).toContain('<link rel="preload" as="fetch" href="/v1/session" crossorigin="anonymous">');
    const named = new Set([...index().matchAll(/(?:href|src)="\/(assets\/[^"]+\.js)"/g)].map(([, file = ""]) => file));
    const needed = [...named].flatMap((file) => importsOf(file));
    expect(needed.filter((file) => !named.has(file))).toEqual([]);
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

  it("tells of each package in it on which terms it is there, also of what is in its worker", () => {
    const licences = readLicences();
    expect([...licences.keys()]).toEqual(expect.arrayContaining(["preact", "@codemirror/view", "jssip", "typescript"]));
    for (const name of [...importedPackages(), "@lezer/common", "sdp-transform", "style-mod"]) {
      const { version, terms = "" } = licences.get(name) ?? {};
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
      expect([name, /copyright/i.test(terms), terms.length > 500]).toEqual([name, true, true]);
    }
    const { version } = JSON.parse(readFileSync(join(repoRoot, "node_modules/typescript/package.json"), "utf8"));
    expect(licences.get("typescript")).toEqual({
      version,
      terms: expect.stringMatching(/Apache License[\s\S]+ThirdPartyNotices/),
    });
  });

  it("is for whoever runs the switch to read", () => {
    expect(statSync(distFolder).mode & 0o055).toBe(0o055);
  });
});

/** The files that a script of the page imports at once, not when a page is opened. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(distFolder, file), "utf8");
  return [...text.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)].map(([, name]) => `assets/${name}`);
}

/** By name: the version, and on which terms it is there. */
function readLicences(): Map<string, { version: string; terms: string }> {
  const [, ...parts] = readFileSync(join(distFolder, "licenses.txt"), "utf8").split(/^={80}\n/m);
  const licences = new Map<string, { version: string; terms: string }>();
  for (let index = 0; index < parts.length; index += 2) {
    const [name = "", version = ""] = (parts[index] ?? "").split(" ");
    licences.set(name, { version, terms: parts[index + 1] ?? "" });
  }
  return licences;
}

/** What the sources of the page import, and not for its types alone. */
function importedPackages(): Set<string> {
  const imports = [...readImports(repoRoot, ["runtime/console/**/*.{ts,tsx}"])]
    .filter(([file]) => !file.startsWith("runtime/console/build/"))
    .flatMap(([, all]) => all)
    .filter(({ to, types }) => !types && !/^(runtime|sdk)\//.test(to));
  return new Set(imports.flatMap(({ to }) => /^(@[^/]+\/)?[^/]+/.exec(to)?.[0] ?? []));
}
