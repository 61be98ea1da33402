import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../helpers/phones.ts";
import { expectRefusal, invite } from "../helpers/raw-dialog.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { type Credentials, signIn } from "./browser.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";
import { sourceOf, writeSource } from "./source-editor.ts";

const problems = (page: Page): Locator => page.getByRole("list", { name: "Problems" });

describe.skipIf(!hasBrowser())("The editor of scripts", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start();
  });
  afterAll(() => console?.stop());

  it("takes a script from its first line to a call that runs on it", async () => {
    const { strowger } = console;
    const page = await console.open("/scripts");
    await page.getByRole("button", { name: "New script" }).click();
    await page.getByLabel("Name").fill("main");
    await page.getByRole("button", { name: "Write it" }).click();
    await sourceOf(page).waitFor();
    await writeSource(page, inviteScript("reject(486)"));
    await page.getByText("Nothing is wrong.").waitFor();
    await page.getByRole("link", { name: "Scripts", exact: true }).click();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByText("Begun in this browser:").getByRole("link", { name: "main" }).click();
    await page.getByRole("button", { name: "Deploy" }).click();
    await page.getByLabel("What has changed").fill("Busy");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.getByText("Version 1 is live.").waitFor();
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 486);
    expect((await strowger.cdr(({ code }) => code === 486)).version).toBe(1);
  });

  it("says in the words of the sdk what is wrong with a type, and leads there", async () => {
    await console.strowger.deploy("typed", inviteScript("reject(486)"));
    const page = await console.open("/scripts/typed");
    await sourceOf(page).waitFor();
    await writeSource(page, inviteScript('forward("alice", { ringSeconds: "20" })'));
    await problems(page).getByText("Type 'string' is not assignable to type 'number'.").waitFor();
    await page.locator(".cm-lint-marker-error").waitFor();
    await page.locator(".cm-lintRange-error").hover();
    await page.locator(".cm-tooltip", { hasText: "is not assignable" }).waitFor();
    await picture(page, "scripts-type-error");
    await writeSource(page, inviteScript("reject(486, 1, 2)"));
    await problems(page).getByText("Expected 1-2 arguments, but got 3.").waitFor();
  });

  it("completes a name of the sdk and brings its import along", async () => {
    await console.strowger.deploy("completed", inviteScript("reject(486)"));
    const page = await console.open("/scripts/completed");
    await sourceOf(page).waitFor();
    await writeSource(page, 'import { forward, type Script } from "strowger";\n\nexport const one = forward;\n');
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.type("const two = redir", { delay: 20 });
    const option = page.getByRole("option", { name: /^redirect/ });
    await option.waitFor();
    await page.getByText('from "strowger"').first().waitFor();
    await picture(page, "scripts-completion");
    await page.keyboard.press("Enter");
    await page.getByText("import { forward, redirect, type Script }").waitFor();
  });

  it("shows what a name is", async () => {
    await console.strowger.deploy("hovered", inviteScript("reject(486)"));
    const page = await console.open("/scripts/hovered");
    await sourceOf(page).getByText("reject", { exact: true }).last().hover();
    await page.locator(".scripts-description", { hasText: "Refuses the call with" }).waitFor();
  });

  it("checks with the switch at Ctrl-S, and shows at its place what the switch refuses", async () => {
    await console.strowger.deploy("checked", inviteScript("reject(486)"));
    const page = await console.open("/scripts/checked");
    await sourceOf(page).waitFor();
    await writeSource(
      page,
      'import { reject } from "strowger";\nexport default {\n  invite: () => reject(486),\n  inwite() {},\n};\n',
    );
    await page.keyboard.press("ControlOrMeta+s");
    await problems(page).getByText("checked.ts:").first().waitFor();
    await problems(page)
      .getByText(/inwite/)
      .waitFor();
    expect((await console.strowger.api("GET", "/v1/scripts/checked")).body.latest).toBe(1);
  });

  it("keeps a draft until it is discarded, and asks before it is left", async () => {
    await console.strowger.deploy("drafted", inviteScript("reject(486)"));
    const page = await console.open("/scripts/drafted");
    page.on("dialog", (dialog) => void dialog.accept());
    await sourceOf(page).waitFor();
    await writeSource(page, inviteScript("reject(603)"));
    await page.getByText("draft", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Live", exact: true }).click();
    await page.getByRole("heading", { name: "Leave the draft?" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.reload();
    await sourceOf(page).getByText("603").waitFor();
    await page.getByRole("button", { name: "Discard draft" }).click();
    await page.getByRole("button", { name: "Discard", exact: true }).click();
    await sourceOf(page).getByText("486").waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("draft")))).toEqual([]);
  });

  it("keeps a draft for who has written it, and shows it to nobody else at the same browser", async () => {
    await console.strowger.deploy("shared", inviteScript("reject(486)"));
    const dora = { name: "dora", password: "a long password" };
    await console.strowger.api("PUT", "/v1/console/users/dora", { role: "deployer", password: dora.password });
    const page = await console.open("/scripts/shared", { as: dora });
    const next = async (credentials: Credentials) => {
      await page.getByRole("button", { name: /^(dora|installation)\b/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await signIn(page.context(), console.strowger.url, credentials);
      await page.reload();
    };
    await writeSource(page, inviteScript("reject(603)"));
    await page.getByText("draft", { exact: true }).waitFor();
    await next({ token: console.strowger.token });
    await sourceOf(page).getByText("486").waitFor();
    await next(dora);
    await sourceOf(page).getByText("603").waitFor();
  });

  it("asks before another version takes the place of a draft", async () => {
    await console.strowger.deploy("replaced", inviteScript("reject(404)"));
    await console.strowger.deploy("replaced", inviteScript("reject(486)"));
    const page = await console.open("/scripts/replaced");
    await sourceOf(page).waitFor();
    await writeSource(page, inviteScript("reject(603)"));
    const version = page.getByLabel("Version in the editor");
    await version.selectOption("v1");
    await page.getByRole("heading", { name: "Discard the draft?" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => version.inputValue()).toBe("2");
    await sourceOf(page).getByText("603").waitFor();
    await version.selectOption("v1");
    await page.getByRole("button", { name: "Discard", exact: true }).click();
    await sourceOf(page).getByText("404").waitFor();
  });

  it("gives a new version a share of the calls, or none", async () => {
    const { strowger } = console;
    await strowger.deploy("portioned", inviteScript("reject(486)"));
    const page = await console.open("/scripts/portioned");
    await sourceOf(page).waitFor();
    const deploy = async (text: string, percent: string, action: string) => {
      await writeSource(page, text);
      await page.getByRole("button", { name: "Deploy …" }).click();
      await page.getByLabel("Share of the calls in percent").fill(percent);
      await page.getByRole("button", { name: action, exact: true }).click();
    };
    await deploy(inviteScript("reject(603)"), "20", "Deploy");
    await page.getByText("live v1 80 % · v2 20 %").waitFor();
    await deploy(inviteScript("reject(404)"), "0", "Store");
    await page.getByText("Version 3 is stored; no call gets it.").waitFor();
    expect((await strowger.api("GET", "/v1/scripts/portioned")).body).toMatchObject({ latest: 3, active: [{}, {}] });
  });

  it("tells of somebody who has deployed in between, and goes over it only when told again", async () => {
    const { strowger } = console;
    await strowger.deploy("shared", inviteScript("reject(486)"));
    const page = await console.open("/scripts/shared");
    await sourceOf(page).waitFor();
    await writeSource(page, inviteScript("reject(603)"));
    await strowger.deploy("shared", inviteScript("reject(404)"));
    await page.getByRole("button", { name: "Deploy" }).click();
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.getByText(/has made version 2 since you began with version 1/).waitFor();
    expect((await strowger.api("GET", "/v1/scripts/shared")).body.latest).toBe(2);
    await picture(page, "scripts-conflict");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.getByText("Version 3 is live.").waitFor();
  });

  it("has a script of several files, and finds what is wrong between them", async () => {
    const files = {
      "main.ts":
        'import { reject, type Script } from "strowger";\nimport { code } from "./code.ts";\nexport default { invite: () => reject(code) } satisfies Script;\n',
      "code.ts": "export const code = 486;\n",
    };
    await console.strowger.api("PUT", "/v1/scripts/several", { entry: "main.ts", files });
    const page = await console.open("/scripts/several");
    await page.getByRole("button", { name: "code.ts" }).click();
    await sourceOf(page).getByText("486").waitFor();
    await writeSource(page, 'export const code = "486";\n');
    await problems(page).getByText("main.ts:3:").click();
    await sourceOf(page).getByText("satisfies").waitFor();
  });

  it("offers a viewer nothing that changes a script", async () => {
    await console.strowger.deploy("seen", inviteScript("reject(486)"));
    const { body } = await console.strowger.api("POST", "/v1/tokens", {
      name: "viewer",
      scopes: ["scripts:read", "calls:read", "logs:read"],
    });
    const page = await console.open("/scripts/seen", { as: { token: body.secret } });
    await sourceOf(page).waitFor();
    expect(await page.getByRole("button", { name: /Deploy|Store|Check|Add file/ }).count()).toBe(0);
    expect(await page.getByRole("tab", { name: "Data" }).count()).toBe(0);
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByRole("heading", { name: "Difference" }).waitFor();
    expect(await page.getByRole("button", { name: /Promote|Share calls|Roll back/ }).count()).toBe(0);
    await page.goto(`${console.strowger.url}/scripts`);
    await page.getByRole("table", { name: "Scripts" }).waitFor();
    expect(await page.getByRole("button", { name: "New script" }).count()).toBe(0);
  });

  const appearances = (["light", "dark"] as const).flatMap((scheme) =>
    (["desktop", "phone"] as const).map((size) => ({ scheme, size })),
  );

  it.each(appearances)("can be used by everybody, on a $size in $scheme", async ({ scheme, size }) => {
    await console.strowger.deploy("usable", inviteScript('forward("alice", { ringSeconds: "20" })'));
    const page = await console.open("/scripts/usable", { scheme, size });
    await problems(page).waitFor();
    await picture(page, `scripts-code-${size}-${scheme}`);
    expect(await barriersOf(page)).toEqual([]);
    await page.goto(`${console.strowger.url}/scripts`);
    await page.getByRole("table", { name: "Scripts" }).getByText("usable").waitFor();
    await picture(page, `scripts-list-${size}-${scheme}`);
    expect(await barriersOf(page)).toEqual([]);
  });
});
