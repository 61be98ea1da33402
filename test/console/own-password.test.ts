import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashPassword } from "../../runtime/base/password-hash.ts";
import { signIn } from "./browser.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const PASSWORD = "a long password";
const BETTER = "a better one, I hope";
const LONG = "somebody.whose-name-is-as-long-as-a-name-of-the-console-may-be-c";
const MOST_STOPS = 60;

const menuOf = (page: Page, name: string): Locator => page.getByRole("button", { name: new RegExp(`^${name}\\b`) });
const field = (page: Page, name: string): Locator => page.getByRole("dialog").getByLabel(name, { exact: true });

describe.skipIf(!hasBrowser())("A password of one's own", () => {
  let console: TestConsole;

  beforeAll(async () => {
    const carl = { role: "viewer", passwordHash: await hashPassword(PASSWORD) };
    console = await TestConsole.start({ console: { users: { carl } } });
    for (const name of ["vera", "olga", LONG]) {
      await console.strowger.api("PUT", `/v1/console/users/${name}`, { role: "viewer", password: PASSWORD });
    }
  });
  afterAll(() => console?.stop());

  it("is changed by the keyboard alone, and is what its owner signs in with from then on", async () => {
    const elsewhere = await console.open("/live", { as: { name: "vera", password: PASSWORD } });
    const page = await console.open("/live", { as: { name: "vera", password: PASSWORD } });
    await tabTo(page, menuOf(page, "vera"));
    await page.keyboard.press("Enter");
    await hasFocus(page.getByRole("menuitem", { name: "Change password" }));
    await page.keyboard.press("Enter");
    await hasFocus(field(page, "Current password"));
    for (const text of [PASSWORD, BETTER, BETTER]) {
      await page.keyboard.type(text);
      await page.keyboard.press("Tab");
    }
    await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Change password" }));
    await page.keyboard.press("Enter");
    await page.getByText("Your password is changed. Your other sessions have ended.").waitFor();
    await elsewhere.getByText("Your session has ended.").waitFor();

    await hasFocus(menuOf(page, "vera"));
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await hasFocus(page.getByRole("menuitem", { name: "Sign out" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("tab", { name: "Token" }));
    await page.keyboard.press("ArrowRight");
    await tabTo(page, page.getByLabel("Name", { exact: true }));
    await page.keyboard.type("vera");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("The name or the password is not right.").waitFor();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(BETTER);
    await page.keyboard.press("Enter");
    await menuOf(page, "vera").waitFor();
  });

  it("is told of its rules before, and of what is wrong at the field where it is", async () => {
    const page = await console.open("/live", {
      as: { name: "olga", password: PASSWORD },
      scheme: "dark",
      size: "phone",
    });
    await openDialog(page, "olga");
    await page.getByText("12 to 256 characters.").waitFor();
    await change(page, [PASSWORD, "short", "shorter"]);
    await isWrong(field(page, "New password"), "This is too short: at least 12 characters.");
    await isWrong(field(page, "New password, again"), "This is not the same as the new password.");
    await hasFocus(field(page, "New password"));
    await picture(page, "own-password-dark-phone");
    expect(await barriersOf(page)).toEqual([]);
    await change(page, ["not this one", BETTER, BETTER]);
    await isWrong(field(page, "Current password"), "This is not your current password.");
    await hasFocus(field(page, "Current password"));
    expect(await field(page, "New password").getAttribute("aria-invalid")).toBe(null);
    expect(await page.getByRole("alert").count()).toBe(0);
    await signIn(page.context(), console.strowger.url, { name: "olga", password: PASSWORD });
  });

  it.each([
    ["a token", "installation", {}],
    ["a user of the configuration", "carl", { as: { name: "carl", password: PASSWORD } }],
  ])("is nothing that %s could change here", async (_who, name, options) => {
    const page = await console.open("/live", options);
    await menuOf(page, name).click();
    await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(["Sign out"]);
  });

  it.each([
    ["light", "desktop"],
    ["dark", "phone"],
  ] as const)("is reached without a barrier, %s, on a %s, however long a name is", async (scheme, size) => {
    const page = await console.open("/live", { as: { name: LONG, password: PASSWORD }, scheme, size });
    await menuOf(page, LONG).click();
    await page.getByRole("menuitem", { name: "Change password" }).waitFor();
    await picture(page, `person-menu-${scheme}-${size}`);
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const { x = 0, width = 0 } = (await menuOf(page, LONG).boundingBox()) ?? {};
    expect(x + width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    await page.getByRole("menuitem", { name: "Change password" }).click();
    await field(page, "Current password").waitFor();
    await picture(page, `own-password-${scheme}-${size}`);
    expect(await barriersOf(page)).toEqual([]);
  });
});

/** Goes there as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The Tab key does not lead to ${target}`);
}

const hasFocus = (target: Locator): Promise<void> => target.and(target.page().locator(":focus")).waitFor();

async function openDialog(page: Page, name: string): Promise<void> {
  await menuOf(page, name).click();
  await page.getByRole("menuitem", { name: "Change password" }).click();
}

async function change(page: Page, [current, password, again]: readonly [string, string, string]): Promise<void> {
  await field(page, "Current password").fill(current);
  await field(page, "New password").fill(password);
  await field(page, "New password, again").fill(again);
  await page.getByRole("dialog").getByRole("button", { name: "Change password" }).click();
}

/** What is wrong is read together with the field. */
async function isWrong(wrong: Locator, text: string): Promise<void> {
  await wrong.and(wrong.page().locator("[aria-invalid=true]")).waitFor();
  const ids = (await wrong.getAttribute("aria-describedby")) ?? "";
  const texts = await Promise.all(ids.split(" ").map((id) => wrong.page().locator(`[id="${id}"]`).textContent()));
  expect(texts).toContain(text);
}
