import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const VIEWER = { name: "vera", password: "a password of vera" };
const row = (page: Page, source: string): Locator =>
  page.getByRole("table", { name: "Bans" }).locator("tbody tr").filter({ hasText: source });

describe.skipIf(!hasBrowser())("The page of bans", () => {
  let console: TestConsole;
  beforeAll(async () => {
    const guard = { exempt: ["127.0.0.0/8"], allow: ["198.51.100.7"], deny: ["203.0.113.0/24"] };
    console = await TestConsole.start({ guard });
    await console.strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password: VIEWER.password });
  });
  afterAll(() => console?.stop());

  const ban = (source: string) =>
    console.strowger.api("POST", "/v1/guard/bans", { source, seconds: 7100, reason: "it guesses passwords" });

  it("shows who is banned, why, and for how long yet", async () => {
    await ban("192.0.2.1");
    const page = await console.open("/bans");
    await row(page, "192.0.2.1").getByText("it guesses passwords").waitFor();
    await row(page, "192.0.2.1").getByText("1 h 58 min").waitFor();
    await page.getByRole("region", { name: "Never heard" }).getByText("203.0.113.0/24").waitFor();
    await page.getByRole("region", { name: "Without limits" }).getByText("127.0.0.0/8").waitFor();
  });

  it("bans a source and lifts the ban", async () => {
    const page = await console.open("/bans");
    await page.getByRole("button", { name: "Ban …", exact: true }).click();
    await page.getByRole("textbox", { name: "Source" }).fill("not an address");
    await page.getByRole("dialog").getByLabel("Reason").fill("a scanner");
    await page.getByRole("button", { name: "Ban", exact: true }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await page.getByRole("textbox", { name: "Source" }).fill("192.0.2.128/25");
    await page.getByLabel("For how long").selectOption("Until it is lifted");
    await page.getByRole("button", { name: "Ban", exact: true }).click();
    await row(page, "192.0.2.128/25").getByText("until it is lifted").waitFor();
    await row(page, "192.0.2.128/25").getByText("a scanner").waitFor();
    await page.getByRole("button", { name: "Lift 192.0.2.128/25" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Lift" }).click();
    await row(page, "192.0.2.128/25").waitFor({ state: "detached" });
  });

  it("makes sure that a source is never banned, and takes that back", async () => {
    const page = await console.open("/bans");
    const list = page.getByRole("region", { name: "Never banned" });
    await list.getByText("198.51.100.7").waitFor();
    await page.getByRole("button", { name: "Never ban …" }).click();
    await page.getByRole("textbox", { name: "Source" }).fill("198.51.100.9");
    await page.getByRole("button", { name: "Allow" }).click();
    await list.getByRole("button", { name: "Remove 198.51.100.9" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await list.locator("code", { hasText: "198.51.100.9" }).waitFor({ state: "detached" });
  });

  it("offers nothing to change to whoever may only look", async () => {
    await ban("192.0.2.2");
    const page = await console.open("/bans", { as: VIEWER });
    await row(page, "192.0.2.2").waitFor();
    expect(await page.getByRole("button", { name: /Ban|Lift|Never|Remove/ }).count()).toBe(0);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    await ban("192.0.2.3");
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/bans", { scheme, size });
      await row(page, "192.0.2.3").waitFor();
      await picture(page, `bans-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
