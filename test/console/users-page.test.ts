import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { qrOutline } from "../../runtime/console/pages/users/qr.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { script } from "../helpers/script-source.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const PASSWORD = "a long password";

describe.skipIf(!hasBrowser())("The Users page", () => {
  let console: TestConsole;

  beforeAll(async () => {
    console = await TestConsole.start();
    await console.strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password: PASSWORD });
    await console.strowger.deploy("main", script("  invite: () => reject(404),"));
  });
  afterAll(() => console?.stop());

  /** A user of the API with this name, and their page. */
  async function userOf(name: string, options: Parameters<TestConsole["open"]>[1] = {}): Promise<Page> {
    const body = { password: PASSWORD, extension: null, displayName: `<b>${name}</b>` };
    await console.strowger.api("PUT", `/v1/users/${name}`, body);
    return console.open(`/users/${name}`, options);
  }

  it("lists users with their phones, and finds them", async () => {
    await registeredPhone(console.strowger, "alice");
    const page = await console.open("/users");
    const row = page.getByRole("row").filter({ hasText: "alice" });
    await row.getByText("1 phone").waitFor();
    expect(await page.getByRole("row").filter({ hasText: "bob" }).textContent()).toContain("none");
    expect(await barriersOf(page)).toEqual([]);
    await picture(page, "users-light");
    await page.getByLabel("Phones").selectOption("without");
    await row.waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("?phones=without");
    await page.getByRole("searchbox").fill("nobody at all");
    await page.getByText("No user fits").waitFor();
  });

  it("adds a user, who can register at once, and takes what the switch says for the dialog", async () => {
    const page = await console.open("/users", { scheme: "dark", size: "phone" });
    await page.getByRole("button", { name: "Add user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("alice");
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByText('There is a user "alice" already.').waitFor();
    await picture(page, "user-exists-dark-phone");
    await dialog.getByLabel("Name", { exact: true }).fill("erin");
    await dialog.getByLabel("Extension").fill("105");
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("row").filter({ hasText: "erin" }).getByText("105").waitFor();
    await registeredPhone(console.strowger, "erin", { register: { password: PASSWORD } });
    await picture(page, "users-dark-phone");
    expect(await barriersOf(page)).toEqual([]);
  });

  it("changes a user, sets the password, and removes the user", async () => {
    const page = await userOf("fred");
    await page.getByText("<b>fred</b>").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    // That a phone registers meanwhile is no change of the user.
    await registeredPhone(console.strowger, "fred", { register: { password: PASSWORD } });
    await dialog.getByLabel("Extension").fill("106");
    await dialog.getByLabel("Display name").fill("");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("106").waitFor();
    const { body } = await console.strowger.api("GET", "/v1/users/fred");
    expect(body).toMatchObject({ extension: "106", displayName: null });

    await page.getByRole("button", { name: "More actions for fred" }).click();
    await page.getByRole("menuitem", { name: "Set the password" }).click();
    await dialog.getByLabel("New password").fill("another password");
    await dialog.getByRole("button", { name: "Set password" }).click();
    await page.getByText("The password is set.").waitFor();
    await registeredPhone(console.strowger, "fred", { register: { password: "another password" } });

    await page.getByRole("button", { name: "More actions for fred" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { name: "Users", exact: true }).waitFor();
    expect((await console.strowger.api("GET", "/v1/users/fred")).status).toBe(404);
  });

  it("refuses to write over what somebody else has changed meanwhile", async () => {
    const page = await userOf("gina");
    await page.getByRole("button", { name: "Edit" }).click();
    await console.strowger.api("PUT", "/v1/users/gina", { extension: "110" });
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Extension").fill("111");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Somebody else has changed this user meanwhile.").waitFor();
    expect((await console.strowger.api("GET", "/v1/users/gina")).body).toMatchObject({ extension: "110" });
  });

  it("shows the phones of a user, and removes their registrations", async () => {
    const page = await userOf("hugo");
    await page.getByText("No phone is registered").waitFor();
    const phone = await registeredPhone(console.strowger, "hugo", { register: { password: PASSWORD } });
    const phones = page.getByRole("region", { name: "Phones" });
    await phones.getByText("UDP").waitFor();
    expect(await phones.textContent()).toContain(phone.uri.replace(/^sip:[^@]*@/, ""));
    await picture(page, "user-light");
    expect(await barriersOf(page)).toEqual([]);
    await phones.getByRole("button", { name: "Remove registrations" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No phone is registered").waitFor();
  });

  it("sets up a phone by a QR code, whose link works once", async () => {
    const page = await userOf("iris", { scheme: "dark" });
    await page.getByRole("button", { name: "Set up a phone" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Other phones of iris need the new password").waitFor();
    await dialog.getByRole("button", { name: "Make the link" }).click();
    await dialog.getByText("Works once, until").waitFor();
    const link = await dialog.getByText("/v1/provisioning/").textContent();
    const drawn = await dialog.getByRole("img").locator("path").getAttribute("d");
    expect(drawn).toBe(qrOutline(link ?? "").path);
    await picture(page, "user-link-dark");
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Show, this once" }).click();
    const password = await dialog.locator("dd code").textContent();
    const first = await fetch(link ?? "");
    expect(await first.text()).toContain(password);
    expect((await fetch(link ?? "")).status).toBe(410);
    await registeredPhone(console.strowger, "iris", { register: { password: password ?? "" } });
  });

  it("sets up the voicemail of a user", async () => {
    const page = await userOf("jane");
    const box = page.getByRole("region", { name: "Voicemail" });
    await box.getByText("0 new, 0 saved").waitFor();
    await box.getByRole("button", { name: "Settings" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("New PIN").fill("4711");
    await dialog.getByLabel("Mail messages to").fill("jane@example.test");
    await dialog.getByLabel("Messages at most").fill("7");
    await picture(page, "user-voicemail-light");
    await dialog.getByRole("button", { name: "Save" }).click();
    await box.getByText("7 messages of").waitFor();
    const { body } = await console.strowger.api("GET", "/v1/voicemail/jane");
    expect(body).toMatchObject({ hasPin: true, email: "jane@example.test", maxMessages: 7 });
    await box.getByRole("button", { name: "Settings" }).click();
    await dialog.getByLabel("Remove the PIN").check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await box.getByText("only the user's own phone gets in").waitFor();
  });

  it("says of a user of the configuration where it is changed", async () => {
    const page = await console.open("/users/bob");
    await page.getByText("Declared in strowger.yaml").first().waitFor();
    expect(await page.getByRole("button", { name: "Edit" }).count()).toBe(0);
  });

  it("says who is not there", async () => {
    const page = await console.open("/users/nobody");
    await page.getByText('There is no user "nobody".').waitFor();
  });

  it("offers nothing that somebody may not do", async () => {
    const as = { name: "vera", password: PASSWORD };
    await userOf("kate");
    const page = await console.open("/users", { as, size: "phone" });
    const row = page.getByRole("row").filter({ hasText: "kate" });
    await row.waitFor();
    expect(await page.getByRole("button", { name: "Add user" }).count()).toBe(0);
    await row.click();
    await page.getByText("sip:kate@").waitFor();
    await picture(page, "user-viewer-light-phone");
    expect(await page.getByRole("button", { name: /Edit|Set up|actions|Settings/ }).count()).toBe(0);
  });
});
