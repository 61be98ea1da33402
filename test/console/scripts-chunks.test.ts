import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distFolder } from "../../runtime/console/build/sources.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { hasBrowser, TestConsole } from "./console.ts";

/** Of what every visitor loads, packed. */
const ENTRY_BYTES = 40_000;
/** Of the page of scripts without its editor, packed. */
const PAGE_BYTES = 40_000;

function packed(pattern: string): number {
  const [file, ...more] = globSync(pattern, { cwd: join(distFolder, "assets") });
  if (file === undefined || more.length > 0) throw new Error(`Not one file ${pattern}`);
  return gzipSync(readFileSync(join(distFolder, "assets", file))).length;
}

describe("The files of the editor", () => {
  it("are no part of what every visitor loads, nor of the list of scripts", () => {
    const entry = /src="\/assets\/([^"]+\.js)"/.exec(readFileSync(join(distFolder, "index.html"), "utf8"))?.[1] ?? "";
    expect(packed(entry)).toBeLessThan(ENTRY_BYTES);
    expect(packed("scripts-*.js")).toBeLessThan(PAGE_BYTES);
  });
});

describe.skipIf(!hasBrowser())("The editor of scripts and TypeScript", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start();
    await console.strowger.deploy("main", inviteScript("reject(486)"));
  });
  afterAll(() => console?.stop());

  /** The files that a page asks for after this. */
  function asked(page: Page): { readonly names: () => string; readonly origins: Set<string> } {
    const names: string[] = [];
    const origins = new Set<string>();
    page.context().on("request", (request) => {
      const url = new URL(request.url());
      names.push(url.pathname);
      origins.add(url.origin);
    });
    return { names: () => names.join("\n"), origins };
  }

  it("are loaded with the editor, from the switch, and not before", async () => {
    const page = await console.open("/");
    const { names, origins } = asked(page);
    await page.goto(`${console.strowger.url}/scripts`);
    await page.getByRole("table", { name: "Scripts" }).getByText("main").waitFor();
    await page.goto(`${console.strowger.url}/scripts/main?tab=versions`);
    await page.getByRole("heading", { name: "Difference" }).waitFor();
    expect(names()).not.toMatch(/code-editor|worker/);
    await page.getByRole("tab", { name: "Code" }).click();
    await page.getByRole("textbox", { name: "Source of main.ts" }).waitFor();
    await expect.poll(names).toMatch(/\/assets\/worker-/);
    expect(names()).toMatch(/\/assets\/code-editor-/);
    expect([...origins]).toEqual([console.strowger.url]);
  });
});
