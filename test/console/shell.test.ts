import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const PASSWORD = "a long password";

describe.skipIf(!hasBrowser())("The console", () => {
  let console: TestConsole;

  beforeAll(async () => {
    console = await TestConsole.start();
    for (const [name, role] of [
      ["vera", "viewer"],
      ["otto", "operator"],
    ]) {
      await console.strowger.api("PUT", `/v1/console/users/${name}`, { role, password: PASSWORD });
    }
  });
  afterAll(() => console?.stop());

  it("asks who somebody is, and says why it lets nobody in", async () => {
    const page = await console.open("/", { as: "nobody" });
    await page.getByLabel("Token").last().fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "not valid" }).waitFor();
    await picture(page, "sign-in");
    await page.locator("input[name=token]").fill(console.strowger.token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/live");
  });

  it("keeps nothing that a script of the page could take away", async () => {
    const page = await console.open("/live");
    await page.getByRole("heading", { name: "Live" }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["strowger.theme"]);
  });

  it("signs in a user by name and password, and out again", async () => {
    const page = await console.open("/", { as: "nobody" });
    await page.getByRole("tab", { name: "Name and password" }).click();
    await page.getByLabel("Name", { exact: true }).fill("otto");
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "otto · operator" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  });

  it("asks again once the session has ended, and goes on where somebody was", async () => {
    const page = await console.open("/live", { as: { name: "vera", password: PASSWORD } });
    await page.getByRole("searchbox").fill("alice");
    const setPassword = (password: string) =>
      console.strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password });
    await setPassword(`${PASSWORD}!`);
    await page.getByText("Your session has ended.").waitFor();
    expect(await page.getByRole("searchbox").isVisible()).toBe(false);
    await setPassword(PASSWORD);
    await page.getByRole("tab", { name: "Name and password" }).click();
    await page.getByLabel("Name", { exact: true }).fill("vera");
    await page.locator("input[name=password]").fill(PASSWORD);
    const followed = page.waitForResponse(/\/v1\/events/);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("searchbox").waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("alice");
    expect((await followed).status()).toBe(200);
  });

  it("says what it does not know, and where to go", async () => {
    const page = await console.open("/nowhere");
    await page.getByText("There is no such page").waitFor();
    await page.getByRole("link", { name: "Go to the first page" }).click();
    await page.getByRole("heading", { name: "Live" }).waitFor();
  });

  it("is used by the keyboard alone", async () => {
    const page = await console.open("/live");
    await page.getByRole("searchbox").waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Skip to the page");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("page");
    await page.keyboard.press("/");
    expect(await page.getByRole("searchbox").evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type("alice");
    await page.waitForURL(/q=alice/);
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => url.search === "");
  });

  it("is as light or dark as somebody wants it, and remembers", async () => {
    const page = await console.open("/live", { scheme: "light" });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: /^Appearance/ }).click();
    await page.getByRole("button", { name: /^Appearance/ }).click();
    expect(await ground()).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    expect(await ground()).toBe(dark);
  });

  it("folds its navigation on the screen of a phone", async () => {
    const page = await console.open("/live", { size: "phone" });
    const link = page.getByRole("navigation").getByRole("link", { name: "Live" });
    await page.getByRole("heading", { name: "Live" }).waitFor();
    expect(await link.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Navigation" }).click();
    expect(await link.isVisible()).toBe(true);
    await picture(page, "navigation-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it.each(["light", "dark"] as const)("has no barrier at its door, %s", async (scheme) => {
    const page = await console.open("/", { as: "nobody", scheme });
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await barriersOf(page)).toEqual([]);
  });

  it("tells whoever comes on which terms code of others is in it", async () => {
    const page = await console.open("/", { as: "nobody" });
    const opened = page.waitForEvent("popup");
    await page.getByRole("link", { name: "Licences" }).click();
    const terms = await opened;
    await terms.getByText("Apache License").first().waitFor();
    const { headers } = await fetch(terms.url());
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    const within = await console.open("/live");
    await within.getByRole("navigation").getByRole("link", { name: "Licences" }).waitFor();
  });

  it("leaves what is not the console's to the switch", async () => {
    const page = await console.open("/live");
    const types = await page.evaluate(async () => {
      const paths = ["/v1/none", "/healthz", "/llms.txt", "/assets/none.js"];
      const answers = await Promise.all(paths.map((path) => fetch(path)));
      return answers.map((answer) => answer.headers.get("content-type") ?? "");
    });
    for (const type of types) expect(type).not.toContain("html");
  });

  it("says when the switch is gone, and goes on once it is back", async () => {
    const page = await console.open("/live");
    await page.getByText("No call is up").waitFor();
    await console.strowger.restart();
    const lost = page.getByText("Connection lost");
    await lost.waitFor();
    await lost.waitFor({ state: "detached" });
    await page.getByText("No call is up").waitFor();
  });
});
