import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashOfSources } from "../../../runtime/console/build/sources.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const root = join(repoRoot, "runtime/console");
const files = globSync("**/*.{ts,tsx,html,css}", { cwd: root }).filter((file) => !file.startsWith("dist"));
const linesWith = (pattern: RegExp, among = files) =>
  among.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );

describe("The sources of the console", () => {
  it("make no HTML of texts, which may come from whoever calls", () => {
    const ways =
      /dangerouslySetInnerHTML|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|\bDOMParser\b|\bsrcdoc\b|\beval\(|new Function\(/i;
    expect(linesWith(ways)).toEqual([]);
  });

  it("have nothing of Node in what a browser loads", () => {
    const loaded = files.filter((file) => !file.startsWith("build/"));
    expect(linesWith(/"node:/, loaded)).toEqual([]);
  });

  it("load nothing from elsewhere", () => {
    expect(linesWith(/(src|href|import|from|url|fetch|follow)\W{1,3}(https?:)?\/\/\w/i)).toEqual([]);
  });

  it("keep no token where a script could read it", () => {
    expect(linesWith(/document\.cookie|sessionStorage|setItem\(.*(token|password)/i)).toEqual([]);
  });

  it("move nothing that somebody does not want moved", () => {
    const moving = files.filter(
      (file) => file.endsWith(".css") && linesWith(/^\s*(animation|transition)\b/, [file]).length > 0,
    );
    const asked = moving.filter((file) => linesWith(/prefers-reduced-motion: no-preference/, [file]).length > 0);
    expect(moving).toEqual(asked);
  });

  it("have a hash that is the same as long as they are", () => {
    expect(hashOfSources()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOfSources()).toBe(hashOfSources());
  });
});
