import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { Builder } from "../../../runtime/deploy/builder.ts";
import { findWalls } from "../../../runtime/deploy/walls.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const MOST_LINES = 60;
/** Every menu of a mailbox in one file, to be read from top to bottom: half of it would do nothing. */
const LONGER = ["voicemail-menu"];
const folder = join(repoRoot, "scripts");
const names = readdirSync(folder)
  .filter((name) => /(?<!\.test)\.ts$/.test(name))
  .map((name) => name.replace(/\.ts$/, ""))
  .sort();
const sourceOf = (name: string): string => readFileSync(join(folder, `${name}.ts`), "utf8");

let builder: Builder;

beforeAll(async () => {
  builder = new Builder(new TimerWheel(), await findWalls(silentLog));
});

describe("The scripts to begin with", () => {
  it("are at least twelve, each with one line in the index", () => {
    const index = readFileSync(join(folder, "README.md"), "utf8");
    const listed = [...index.matchAll(/^\| \[([a-z-]+)\]\(([a-z-]+)\.ts\) \| .+ \|$/gm)];
    expect(listed.map(([, name]) => name).sort()).toEqual(names);
    expect(listed.filter(([, name, file]) => name !== file)).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  describe.each(names)("%s", (name) => {
    it("has a test beside it", () => {
      expect(existsSync(join(folder, `${name}.test.ts`))).toBe(true);
    });

    it(`has less than ${MOST_LINES} lines, unless there is a reason`, () => {
      const lines = sourceOf(name).trimEnd().split("\n").length;
      expect(lines < MOST_LINES).toBe(!LONGER.includes(name));
    });

    it("says in its head how it is deployed, and imports nothing but the sdk", () => {
      const [head = ""] = sourceOf(name).split("*/");
      expect(head).toMatch(/^\/\*\*/);
      expect(head).toContain(`scripts/${name}.ts`);
      const imported = [...sourceOf(name).matchAll(/\bfrom "([^"]*)"/g)].map(([, from]) => from);
      expect(imported).toEqual(["strowger"]);
    });

    it("passes the check of an upload", async () => {
      const entry = `${name}.ts`;
      const { handlers } = await builder.check({ entry, files: { [entry]: sourceOf(name) } });
      expect(handlers.length).toBeGreaterThan(0);
    });
  });
});
