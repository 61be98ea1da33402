import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../helpers/phones.ts";
import { connectCall, hangUp } from "../helpers/raw-call.ts";
import { expectRefusal, invite } from "../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../helpers/script-source.ts";
import { wavBytes } from "../helpers/wav.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const table = (page: Page): Locator => page.getByRole("table", { name: "Call detail records" });
const rows = (page: Page): Locator => table(page).locator("tbody tr");

describe.skipIf(!hasBrowser())("The page of call records", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start();
  });
  afterAll(() => console?.stop());

  /** Refused calls to these numbers, one after the other; the id of the last. */
  async function refusedCalls(...numbers: readonly string[]): Promise<string> {
    const { strowger } = console;
    await strowger.deploy("main", inviteScript("reject(486)"));
    const caller = await rawPhone(strowger, "caller");
    for (const number of numbers) await expectRefusal(caller, invite(caller, number), 486);
    const last = numbers.at(-1) ?? "";
    return (await strowger.cdr(({ to }) => to === `sip:${last}@example.test`)).id;
  }

  async function answeredCall(number: string): Promise<string> {
    const { strowger } = console;
    const [caller, callee] = [await rawPhone(strowger, "caller"), await rawPhone(strowger, "callee")];
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, number);
    await hangUp(call.caller, call.callee);
    return (await strowger.cdr(({ to }) => to === `sip:${number}@example.test`)).id;
  }

  it("finds calls by who was called, by how they ended, and by when, and says what they come to", async () => {
    await refusedCalls("701", "702");
    await answeredCall("703");
    const page = await console.open("/cdrs");
    await page.getByText("3 calls").waitFor();
    await page.getByText("33 % answered").waitFor();
    await page.getByLabel("Result").selectOption("answered");
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(await rows(page).first().textContent()).toContain("703");
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Called").fill("702");
    await page.keyboard.press("Enter");
    await expect.poll(() => rows(page).allTextContents()).toEqual([expect.stringContaining("failed · 486")]);
    expect(new URL(page.url()).search).toBe("?to=702");
    await page.getByLabel("When").selectOption("Yesterday");
    await page.getByRole("heading", { name: "No call fits" }).waitFor();
  });

  it("opens the page of a call, by keyboard as well", async () => {
    const id = await refusedCalls("710");
    const page = await console.open("/cdrs?to=710");
    await rows(page).first().focus();
    await page.keyboard.press("Enter");
    await page.getByText("Ended 486 Busy Here by switch").waitFor();
    expect(new URL(page.url()).pathname).toBe(`/calls/${id}`);
  });

  it("remembers which columns somebody wants", async () => {
    await refusedCalls("720");
    const page = await console.open("/cdrs?to=720");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByLabel("Ended by").check();
    await page.getByLabel("Trunk").last().uncheck();
    await page.getByRole("button", { name: "Close" }).click();
    await page.reload();
    await table(page).getByRole("columnheader", { name: "Ended by" }).waitFor();
    expect(await table(page).getByRole("columnheader", { name: "Trunk" }).count()).toBe(0);
  });

  it("gives what is found as a file of values", async () => {
    await refusedCalls("730", "731");
    const page = await console.open("/cdrs?to=731");
    await rows(page).first().waitFor();
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV" }).click();
    const lines = readFileSync(await (await coming).path(), "utf8")
      .trim()
      .split(/\r?\n/);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("sip:731@example.test");
  });

  it("loads on as one goes down", async () => {
    const { strowger } = console;
    const numbers = Array.from({ length: 210 }, (_, index) => `8${String(index).padStart(3, "0")}`);
    await refusedCalls(...numbers);
    const page = await console.open("/cdrs?range=today");
    await page.getByText("loaded, and there are more").waitFor();
    await rows(page).first().focus();
    await page.keyboard.press("End");
    const all = (await strowger.api("GET", "/v1/cdrs?limit=500")).body.items.length;
    await page.getByText(`${all} calls`).waitFor();
    expect(await page.getByText("and there are more").count()).toBe(0);
    expect(await rows(page).count()).toBeLessThan(100);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    await refusedCalls("740");
    await answeredCall("741");
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/cdrs?range=today", { scheme, size });
      await rows(page).first().waitFor();
      await picture(page, `cdrs-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});

describe.skipIf(!hasBrowser())("The record of a call whose timeline is not kept", () => {
  let console: TestConsole;
  let id: string;
  beforeAll(async () => {
    console = await TestConsole.start({ journal: "off" });
  });
  afterAll(() => console?.stop());

  it("opens beside the table with its fields explained, and with what was recorded", async () => {
    const { strowger } = console;
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("main", inviteScript("reject(486)"));
    await expectRefusal(caller, invite(caller, "750"), 486);
    id = (await strowger.cdr(({ code }) => code === 486)).id;
    const folder = join(strowger.folder, "data", "recordings", "example.test");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${id}-aaaaaa.wav`), wavBytes(2));

    const page = await console.open("/cdrs");
    await rows(page).first().click();
    const dialog = page.getByRole("dialog", { name: "Call detail record" });
    await dialog.getByText("The final status that the caller got.").waitFor();
    await dialog.getByText("The journal is off").waitFor();
    const audio = dialog.getByLabel("Recording of 0:02");
    await audio.evaluate((element: HTMLAudioElement) => element.load());
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.error)).toBe(null);
    await audio.evaluate(async (element: HTMLAudioElement) => {
      element.muted = true;
      await element.play();
    });
    expect(await audio.evaluate((element: HTMLAudioElement) => element.duration)).toBe(2);
    await picture(page, "cdr-record");
    expect(await barriersOf(page)).toEqual([]);
  });

  it("has a page of its own as well", async () => {
    const page = await console.open(`/calls/${id}`);
    await page.getByRole("heading", { name: "Call detail record" }).waitFor();
    await page.getByText("The journal is off").waitFor();
    await picture(page, "call-record-only");
  });

  it("has a page while the call is up, from which it can be ended", async () => {
    const { strowger } = console;
    const [caller, callee] = [await rawPhone(strowger, "caller"), await rawPhone(strowger, "callee")];
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, "751");
    const up = await strowger.call(({ state }) => state === "answered");
    const page = await console.open(`/calls/${up.id}`);
    await page.getByRole("heading", { name: "Who is called" }).waitFor();
    await page.getByRole("button", { name: /^Actions/ }).waitFor();
    await hangUp(call.caller, call.callee);
    await page.getByRole("heading", { name: "Call detail record" }).waitFor();
  });

  it("keeps recordings from whoever may not hear them", async () => {
    const { body } = await console.strowger.api("POST", "/v1/tokens", { name: "reader", scopes: ["cdrs:read"] });
    const page = await console.open("/cdrs", { as: { token: body.secret } });
    await rows(page).first().click();
    await page.getByText("The final status that the caller got.").waitFor();
    expect(await page.getByRole("list", { name: "Recordings" }).count()).toBe(0);
  });
});
