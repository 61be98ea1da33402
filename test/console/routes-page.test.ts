import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const VIEWER = { name: "vera", password: "a password of vera" };
const items = (page: Page): Locator => page.getByRole("list", { name: "Routes", exact: true }).getByRole("listitem");
const row = (page: Page, name: string): Locator => items(page).filter({ hasText: name });

describe.skipIf(!hasBrowser())("The page of routes", () => {
  let console: TestConsole;
  beforeAll(async () => {
    const routes = [{ name: "emergency", to: "11[02]", script: "main" }];
    console = await TestConsole.start({ routes });
    await console.strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password: VIEWER.password });
  });
  afterAll(() => console?.stop());

  const put = (name: string, body: object) => console.strowger.api("PUT", `/v1/routes/${name}`, body);
  const order = async (): Promise<string[]> => {
    const { items } = (await console.strowger.api("GET", "/v1/routes")).body;
    return items.map(({ name }: { name: string }) => name);
  };
  beforeEach(async () => {
    for (const name of (await order()).slice(1)) await console.strowger.api("DELETE", `/v1/routes/${name}`);
    await put("office", { to: "1XX", source: "198.51.100.0/24", script: "main" });
    await put("carrier-in", { trunk: "carrier", script: "main", fallback: [{ type: "reject", code: 480 }] });
    await put("rest", { script: "main", public: true });
  });

  it("lists them in their order with what each matches and does", async () => {
    const page = await console.open("/routes");
    await row(page, "rest").waitFor();
    const texts = await items(page).allTextContents();
    expect(texts[0]).toContain("strowger.yaml");
    expect(texts[1]).toContain("to 1XX and from network 198.51.100.0/24");
    expect(texts[2]).toContain("reject where it fails");
    expect(texts[3]).toContain("every call");
  });

  it("moves a route by its buttons, which keep the focus", async () => {
    const page = await console.open("/routes");
    await page.getByRole("button", { name: "Move rest up" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(order).toEqual(["emergency", "office", "rest", "carrier-in"]);
    await row(page, "rest").getByText("3").waitFor();
    const focused = page.locator(":focus");
    expect(await focused.getAttribute("aria-label")).toBe("Move rest up");
    await page.keyboard.press("Enter");
    await expect.poll(order).toEqual(["emergency", "rest", "office", "carrier-in"]);
    await expect.poll(() => focused.getAttribute("aria-label")).toBe("Move rest down");
  });

  it("moves a route by dragging it", async () => {
    const page = await console.open("/routes");
    await row(page, "rest").dragTo(row(page, "office"), { targetPosition: { x: 40, y: 10 } });
    await expect.poll(order).toEqual(["emergency", "rest", "office", "carrier-in"]);
  });

  it("does not overwrite an order that somebody else has made meanwhile", async () => {
    const page = await console.open("/routes");
    await items(page).first().waitFor();
    await put("later", { script: "main" });
    await page.getByRole("button", { name: "Move rest up" }).click();
    await page.getByText("does not hold").waitFor();
    await row(page, "later").waitFor();
    expect(await order()).toEqual(["emergency", "office", "carrier-in", "rest", "later"]);
  });

  it("adds, changes and removes a route", async () => {
    const page = await console.open("/routes");
    await page.getByRole("button", { name: "Add route" }).click();
    await page.getByLabel("Name").fill("sales");
    await page.getByRole("dialog").getByLabel("Number called").fill("2X{9");
    await page.getByLabel("Script").fill("main");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("alert").getByText("must begin a count").waitFor();
    await page.getByRole("dialog").getByLabel("Number called").fill("2XX");
    await page.getByRole("button", { name: "Save" }).click();
    await row(page, "sales").getByText("2XX").waitFor();
    await page.getByRole("button", { name: "Actions for the route sales" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByRole("dialog").getByLabel("Caller").fill("alice");
    await picture(page, "routes-dialog");
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    await row(page, "sales").getByText("alice").waitFor();
    await page.getByRole("button", { name: "Actions for the route sales" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await expect.poll(order).not.toContain("sales");
  });

  it("does not overwrite a route that somebody else has changed meanwhile", async () => {
    const page = await console.open("/routes");
    await page.getByRole("button", { name: "Actions for the route office" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByRole("dialog").waitFor();
    await put("office", { to: "3XX", script: "other" });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByText("does not hold").waitFor();
    expect((await console.strowger.api("GET", "/v1/routes/office")).body.match).toEqual({ to: "3XX" });
  });

  it("tells which route a call would take, and why the ones before it do not", async () => {
    const page = await console.open("/routes");
    await page.getByLabel("Number called").fill("100");
    await page.getByLabel("Source").fill("192.0.2.4");
    await page.getByRole("button", { name: "Try" }).click();
    const passed = page.getByRole("list", { name: "Routes before it" }).getByRole("listitem");
    await expect
      .poll(() => passed.allTextContents())
      .toEqual([
        "emergency only to 11[02], and the number called is 100",
        "office only from network 198.51.100.0/24, and it comes from 192.0.2.4",
        "carrier-in only by trunk carrier, and none is given",
      ]);
    await row(page, "rest").getByText("takes the call").waitFor();
    await page.getByLabel("Trunk").fill("carrier");
    await page.getByRole("button", { name: "Try" }).click();
    await row(page, "carrier-in").getByText("takes the call").waitFor();
  });

  it("says why no route takes a call", async () => {
    for (const name of (await order()).slice(1)) await console.strowger.api("DELETE", `/v1/routes/${name}`);
    const page = await console.open("/routes");
    await page.getByLabel("Number called").fill("100");
    await page.getByRole("button", { name: "Try" }).click();
    await page.getByText("No route takes a call to 100.").waitFor();
    await page.getByText("its to does not fit").waitFor();
  });

  it("offers nothing to change to whoever may only look", async () => {
    const page = await console.open("/routes", { as: VIEWER });
    await items(page).first().waitFor();
    expect(await page.getByRole("button", { name: /Add route|Move|Actions for/ }).count()).toBe(0);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/routes", { scheme, size });
      await page.getByLabel("Number called").fill("100");
      await page.getByRole("button", { name: "Try" }).click();
      await row(page, "rest").getByText("takes the call").waitFor();
      await picture(page, `routes-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
