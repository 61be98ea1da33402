import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../helpers/phones.ts";
import { expectRefusal, invite } from "../helpers/raw-dialog.ts";
import { inviteScript, script } from "../helpers/script-source.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";
import { sourceOf, writeSource } from "./source-editor.ts";

/** U+202E turns the text behind it around. */
const HOSTILE = '<img src=x onerror="document.title=1">\u202e\u0007';
const moments = (page: Page): Locator => page.getByRole("list", { name: "What has happened" });
const entries = (page: Page): Locator => page.getByRole("list", { name: "Entries" });

describe.skipIf(!hasBrowser())("What a script does", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start({ users: { alice: { password: "alice-password", extension: "100" } } });
  });
  afterAll(() => console?.stop());

  const ringing = script(`  invite(call) {
    console.log("for", call.to.user);
    return forward("alice", { ringSeconds: 20 });
  },
  failed(call) {
    throw new Error("nobody there");
  },`);

  async function simulated(page: Page, to: string): Promise<void> {
    await page.getByRole("button", { name: "Simulate", exact: true }).click();
    await page.getByLabel("Called").fill(to);
    await page.getByRole("button", { name: "Call", exact: true }).click();
  }

  /** A call that the script "main" has refused by 486; returns its name. */
  async function refusedCall(number: string): Promise<string> {
    const { strowger } = console;
    await strowger.deploy("main", inviteScript("reject(486)"));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, number), 486);
    return (await strowger.cdr(({ to }) => to === `sip:${number}@example.test`)).id;
  }

  /** Returns where it is told what would become of the call. */
  async function replayed(page: Page, call: string): Promise<Locator> {
    await page.getByLabel("Or one call, by its id").fill(call);
    await page.getByRole("button", { name: "Replay" }).click();
    return page.getByRole("article", { name: `Call ${call}` });
  }

  it("is tried out on a call that is walked through, up to the fault and its place", async () => {
    await console.strowger.deploy("simulated", ringing);
    const page = await console.open("/scripts/simulated");
    await simulated(page, "100");
    await page.getByRole("button", { name: "alice answers" }).waitFor({ timeout: 20_000 });
    await moments(page).getByText("info: for 100").waitFor();
    await picture(page, "scripts-simulator");
    await page.getByRole("button", { name: "alice is busy" }).click();
    await moments(page)
      .getByText(/^failed: .*nobody there/)
      .waitFor();
    await moments(page)
      .getByRole("button", { name: /^simulated\.ts:9:/ })
      .click();
    await page.locator(".cm-activeLineGutter", { hasText: "9" }).first().waitFor();
    await page.getByRole("button", { name: "Call again" }).click();
    await page.getByRole("button", { name: "alice answers" }).click();
    await page.getByRole("button", { name: "alice hangs up" }).click();
    await page.getByText("over", { exact: true }).waitFor();
  });

  it("is tried out as a draft, with keys and time, before anything is stored, and the editor stays as it is", async () => {
    await console.strowger.deploy("menu", inviteScript("reject(486)"));
    const page = await console.open("/scripts/menu");
    await writeSource(
      page,
      script(`  invite: () => gather({ say: "Press a key", digits: 1 }),
  gathered(call, event) { console.log("pressed", event.digits); return hangup(); },`),
    );
    await simulated(page, "500");
    await picture(page, "scripts-menu");
    await page.getByRole("button", { name: "5", exact: true }).click({ timeout: 20_000 });
    await moments(page).getByText("pressed 5").waitFor();
    await sourceOf(page).click();
    await page.keyboard.press("ControlOrMeta+z");
    await page.keyboard.press("ControlOrMeta+z");
    await page
      .getByRole("textbox", { name: /^Source of/ })
      .getByText("486")
      .waitFor();
    expect((await console.strowger.api("GET", "/v1/scripts/menu")).body.latest).toBe(1);
  });

  it("is followed live, searched and held still, and whatever it prints is text", async () => {
    const { strowger } = console;
    await strowger.deploy(
      "main",
      script(`  invite(call) { console.warn(${JSON.stringify(HOSTILE)}, call.to.user); return reject(486); },`),
    );
    const page = await console.open("/scripts/main?tab=tail");
    await page.getByRole("heading", { name: /entr/ }).waitFor();
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "701"), 486);
    await entries(page).getByText('<img src=x onerror="document.title=1">‹U+202E›␇ 701').waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await expectRefusal(caller, invite(caller, "702"), 486);
    await page.getByText(/more since/).waitFor();
    expect(await entries(page).getByText("702").count()).toBe(0);
    await page.getByRole("button", { name: "Go on" }).click();
    await entries(page).getByText("702").waitFor();
    await page.getByLabel("Search the tail").fill("702");
    await expect.poll(() => entries(page).getByText("701").count()).toBe(0);
    await picture(page, "scripts-tail");
  });

  it("is compared with what another version would have done with a recorded call", async () => {
    const call = await refusedCall("710");
    const version = await console.strowger.deploy("main", inviteScript("reject(603)"));
    const page = await console.open("/scripts/main?tab=replay");
    await page.getByRole("region", { name: "Replay" }).getByLabel("Version").selectOption(`v${version}`);
    const told = await replayed(page, call);
    await page.getByText("1 different").waitFor();
    await told.getByText("603").waitFor();
    await page.getByRole("region", { name: "Shadow" }).getByRole("button", { name: "Begin" }).click();
    await page.getByText(`v${version} on 100 % of the calls:`).waitFor();
    await picture(page, "scripts-replay");
    await page.getByRole("button", { name: "End the shadow" }).click();
    await page.getByText("The shadow has ended.").waitFor();
  });

  it("is compared as a draft, before it is stored", async () => {
    const call = await refusedCall("720");
    const { strowger } = console;
    const { items: stored } = (await strowger.api("GET", "/v1/scripts/main/versions")).body;
    const page = await console.open("/scripts/main");
    await writeSource(page, inviteScript("reject(604)"));
    await page.getByRole("tab", { name: "Replay" }).click();
    const told = await replayed(page, call);
    await page.getByText("1 call on the draft:").waitFor();
    await told.getByText("604").waitFor();
    expect((await strowger.api("GET", "/v1/scripts/main/versions")).body.items).toEqual(stored);
  });

  it("keeps secrets that nobody is shown, and keys that are written only as they were seen", async () => {
    const { strowger } = console;
    await strowger.deploy("keeper", inviteScript("reject(486)"));
    await strowger.api("PUT", "/v1/scripts/keeper/kv/odd/key%20%3Cb%3E", { a: 1 });
    const page = await console.open("/scripts/keeper?tab=data");
    await page.getByRole("button", { name: "Set a secret" }).click();
    await page.getByLabel("Name").fill("API_KEY");
    await page.getByLabel("Value").fill("hunter2-hunter2");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await page.getByRole("list", { name: "Secrets" }).getByText("API_KEY").waitFor();
    expect(await page.content()).not.toContain("hunter2");
    await page.getByRole("table", { name: "Keys" }).getByText("odd/key <b>").click();
    await page.getByLabel("Value").fill('{ "a": 2 }');
    await strowger.api("PUT", "/v1/scripts/keeper/kv/odd/key%20%3Cb%3E", { a: 3 });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The value has changed since you opened it").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("table", { name: "Keys" }).getByText("odd/key <b>").click();
    await page.getByLabel("Value").fill('{ "a": 4 }');
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("It is written.").waitFor();
    expect((await strowger.api("GET", "/v1/scripts/keeper/kv/odd/key%20%3Cb%3E")).body).toEqual({ a: 4 });
    await picture(page, "scripts-data");
    await page.getByRole("button", { name: "Actions for odd/key <b>" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("There is no key").waitFor();
  });

  const appearances = (["light", "dark"] as const).flatMap((scheme) =>
    (["desktop", "phone"] as const).map((size) => ({ scheme, size })),
  );

  it.each(appearances)("can be used by everybody, on a $size in $scheme", async ({ scheme, size }) => {
    await console.strowger.deploy("usable", ringing);
    const page = await console.open("/scripts/usable", { scheme, size });
    await simulated(page, "100");
    await page.getByRole("button", { name: "alice answers" }).waitFor({ timeout: 20_000 });
    await picture(page, `scripts-simulator-${size}-${scheme}`);
    expect(await barriersOf(page)).toEqual([]);
    for (const tab of ["Live tail", "Replay", "Data"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await picture(page, `scripts-${tab.toLowerCase().replace(" ", "-")}-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
