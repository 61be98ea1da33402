import { readFileSync, writeFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const OPERATOR = { name: "olga", password: "a password of olga" };
const rows = (page: Page): Locator => page.getByRole("table", { name: "Configuration" }).locator("tbody tr");

describe.skipIf(!hasBrowser())("The page of the configuration", () => {
  let console: TestConsole;
  let first: string;
  beforeAll(async () => {
    console = await TestConsole.start();
    first = readFileSync(console.strowger.configFile, "utf8");
    await console.strowger.api("PUT", "/v1/console/users/olga", { role: "operator", password: OPERATOR.password });
  });
  afterAll(() => console?.stop());

  it("shows each value with its line in the file, finds it, and shows no secret", async () => {
    const page = await console.open("/config");
    await page.getByRole("searchbox", { name: "Search the configuration" }).fill("users alice password");
    await rows(page).getByText("a secret, not shown").waitFor();
    expect(await page.content()).not.toContain("pw-alice");
    expect(await rows(page).first().textContent()).toMatch(/users\.alice\.password.*strowger\.yaml:\d+/);
    await rows(page).first().click();
    await page.getByRole("dialog", { name: "users.alice.password" }).getByText("[masked]").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox", { name: "Search the configuration" }).fill("default");
    await rows(page).first().waitFor();
    await page.getByLabel("Source").selectOption("From the file alone");
    await page.getByRole("heading", { name: "No value fits" }).waitFor();
    expect(new URL(page.url()).search).toBe("?q=default&from=file");
  });

  it("reads the file again and says what needs a restart", async () => {
    const { configFile } = console.strowger;
    const page = await console.open("/config");
    await rows(page).first().waitFor();
    writeFileSync(configFile, JSON.stringify({ ...JSON.parse(first), journal: { hours: 2 } }, null, 2));
    await page.getByRole("button", { name: "Reload from the file" }).click();
    await page.getByRole("list", { name: "Warnings" }).getByText("journal has changed").waitFor();
    await picture(page, "config-warnings");
    writeFileSync(configFile, first);
    await page.getByRole("button", { name: "Reload from the file" }).click();
    await page.getByRole("list", { name: "Warnings" }).waitFor({ state: "detached" });
  });

  it("says where a bad file is wrong, and what is in force stays", async () => {
    const { configFile } = console.strowger;
    const page = await console.open("/config?q=domain");
    await rows(page).first().waitFor();
    writeFileSync(configFile, JSON.stringify({ ...JSON.parse(first), lisen: [] }, null, 2));
    await page.getByRole("button", { name: "Reload from the file" }).click();
    await page.getByRole("alert").getByText("lisen").first().waitFor();
    await rows(page).first().waitFor();
    writeFileSync(configFile, first);
  });

  it("is for administrators alone", async () => {
    const page = await console.open("/config", { as: OPERATOR });
    await page.getByRole("link", { name: "Routes" }).waitFor();
    expect(await page.getByRole("link", { name: "Config" }).count()).toBe(0);
    expect(await page.getByRole("table").count()).toBe(0);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/config", { scheme, size });
      await rows(page).first().waitFor();
      await picture(page, `config-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
