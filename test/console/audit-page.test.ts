import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const VIEWER = { name: "vera", password: "a password of vera" };
const rows = (page: Page): Locator => page.getByRole("table", { name: "Audit records" }).locator("tbody tr:not(.gap)");

describe.skipIf(!hasBrowser())("The page of the audit log", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start();
    const { strowger } = console;
    await strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password: VIEWER.password });
    await strowger.api("PUT", "/v1/routes/front", { to: "100", script: "main" });
    await strowger.api("PUT", "/v1/routes/front", { to: "1{", script: "main" });
    await strowger.api("DELETE", "/v1/routes/front");
  });
  afterAll(() => console?.stop());

  it("says who did what when, and whether it was done", async () => {
    const page = await console.open("/audit?target=/v1/routes");
    await rows(page).first().waitFor();
    const texts = await rows(page).allTextContents();
    expect(texts).toHaveLength(3);
    expect(texts[0]).toMatch(/installation.*DELETE.*\/v1\/routes\/front.*done/);
    expect(texts[1]).toMatch(/PUT.*refused · 4\d\d invalid-request/);
    await rows(page).first().click();
    const dialog = page.getByRole("dialog", { name: "Audit record" });
    await dialog.getByText("DELETE /v1/routes/{name}").waitFor();
    await dialog.getByText("127.0.0.1").waitFor();
  });

  it("is narrowed by who, what, outcome and time, which stand in the address", async () => {
    const page = await console.open("/audit");
    await rows(page).first().waitFor();
    await page.getByLabel("What").fill("/v1/routes");
    await page.keyboard.press("Enter");
    await page.getByText("3 records").waitFor();
    await page.getByLabel("Outcome").selectOption("refused");
    await page.getByText("1 record", { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("target")).toBe("/v1/routes");
    await page.getByLabel("From").fill("2100-01-01T00:00");
    await page.getByRole("heading", { name: "No record fits" }).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Who").fill("nobody of that name");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "No record fits" }).waitFor();
  });

  it("loads on as one goes down", async () => {
    const { strowger } = console;
    for (let number = 0; number < 210; number++) await strowger.api("DELETE", "/v1/users/nobody");
    const page = await console.open("/audit?target=/v1/users/nobody");
    await page.getByText("loaded, and there are more").waitFor();
    await rows(page).first().focus();
    await page.keyboard.press("End");
    await page.getByText("210 records").waitFor();
    expect(await page.getByText("and there are more").count()).toBe(0);
  });

  it("is not there for whoever may not read it", async () => {
    const page = await console.open("/audit", { as: VIEWER });
    await page.getByRole("link", { name: "Routes" }).waitFor();
    expect(await page.getByRole("link", { name: "Audit" }).count()).toBe(0);
    expect(await page.getByRole("table").count()).toBe(0);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/audit?target=/v1/routes", { scheme, size });
      await rows(page).first().waitFor();
      await picture(page, `audit-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
