import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../helpers/phones.ts";
import { expectRefusal, invite } from "../helpers/raw-dialog.ts";
import { inviteScript, script } from "../helpers/script-source.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const card = (page: Page, version: number): Locator => page.getByRole("article", { name: `Version ${version}` });

describe.skipIf(!hasBrowser())("The versions of a script", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start();
  });
  afterAll(() => console?.stop());

  async function live(name: string): Promise<unknown> {
    return (await console.strowger.api("GET", `/v1/scripts/${name}`)).body.active;
  }

  it("share the calls, are promoted, and are rolled back", async () => {
    await console.strowger.deploy("shared", inviteScript("reject(486)"));
    await console.strowger.deploy("shared", inviteScript("reject(603)"));
    const page = await console.open("/scripts/shared?tab=versions");
    await page.getByLabel("Share of version 1 in percent").fill("50");
    await page.getByRole("button", { name: "Share calls" }).click();
    await page.getByText("Live: v1 50 % · v2 50 %.").waitFor();
    await card(page, 1).getByText("50 %").waitFor();
    expect(await live("shared")).toEqual(
      expect.arrayContaining([
        { version: 1, percent: 50 },
        { version: 2, percent: 50 },
      ]),
    );
    await page.getByRole("button", { name: "Promote v1" }).click();
    await page.getByText("Live: v1.").waitFor();
    expect(await live("shared")).toEqual([{ version: 1, percent: 100 }]);
    await page.getByRole("button", { name: "Roll back …" }).click();
    await page.getByRole("button", { name: "Roll back", exact: true }).click();
    await page.getByText("It is rolled back.").waitFor();
    expect(await live("shared")).toHaveLength(2);
  });

  it("stand side by side with what they have done", async () => {
    const { strowger } = console;
    await strowger.deploy("main", inviteScript("reject(486)"));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 486);
    await strowger.deploy("main", script('  invite() { throw new Error("nothing works"); },'));
    await expectRefusal(caller, invite(caller, "701"), 500);
    await strowger.api(
      "PUT",
      "/v1/scripts/main/deployment",
      { versions: [1, 2].map((version) => ({ version, percent: 50 })) },
      { "if-match": "*" },
    );
    const page = await console.open("/scripts/main?tab=versions");
    await card(page, 1).getByText("none").waitFor();
    await card(page, 2).getByText("1: threw 1").waitFor();
    await page.getByRole("figure", { name: "Difference in main.ts" }).getByText("nothing works").waitFor();
    await page.goto(`${strowger.url}/scripts`);
    await page.getByRole("table", { name: "Scripts" }).getByText("1 fault").waitFor();
  });

  it("tell of somebody who has changed what is live in between", async () => {
    const { strowger } = console;
    for (const code of [486, 603, 404]) await strowger.deploy("raced", inviteScript(`reject(${code})`));
    const page = await console.open("/scripts/raced?tab=versions");
    await page.getByRole("button", { name: "Promote v2" }).waitFor();
    await strowger.api("POST", "/v1/scripts/raced/rollback", { to: 1 });
    await page.getByRole("button", { name: "Promote v2" }).click();
    await page.getByText("Somebody else has changed what is live meanwhile.").waitFor();
    expect(await live("raced")).toEqual([{ version: 1, percent: 100 }]);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    const { strowger } = console;
    await strowger.deploy("usable", inviteScript("reject(486)"));
    await strowger.deploy("usable", inviteScript("reject(603)"));
    await strowger.api(
      "PUT",
      "/v1/scripts/usable/deployment",
      { versions: [1, 2].map((version) => ({ version, percent: 50 })) },
      { "if-match": "*" },
    );
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/scripts/usable?tab=versions", { scheme, size });
      await page.getByRole("figure", { name: "Difference in usable.ts" }).waitFor();
      await picture(page, `scripts-versions-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
