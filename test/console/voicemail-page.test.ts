import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messagesIn } from "../helpers/mailbox.ts";
import { script } from "../helpers/script-source.ts";
import { TalkingPhone } from "../helpers/talking-phone.ts";
import { wavBytes } from "../helpers/wav.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const VIEWER = { name: "vera", password: "a password of vera" };
const messages = (page: Page): Locator => page.getByRole("list", { name: "Messages" }).getByRole("listitem");

describe.skipIf(!hasBrowser())("The page of voicemail", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start({ limits: { script: { eventMs: 2_000, cpuMs: 2_000 } } });
    const { strowger } = console;
    await strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password: VIEWER.password });
    await strowger.deploy("main", script('  invite: (call) => voicemail(call.to.user, { greeting: "none" }),'));
    for (const mailbox of ["alice", "bob"]) await leave(mailbox);
  });
  afterAll(() => console?.stop());

  async function leave(mailbox: string): Promise<void> {
    const talker = await TalkingPhone.call(console.strowger, mailbox);
    await talker.say(800, 1500);
    await talker.hangUp();
    await messagesIn(console.strowger, mailbox);
  }

  it("lists the mailboxes with what is in them", async () => {
    const page = await console.open("/voicemail");
    const boxes = page.getByRole("region", { name: "Mailboxes" });
    await boxes.getByText("1 new, 0 heard").first().waitFor();
    expect(await boxes.getByRole("link").count()).toBe(2);
    await boxes.getByRole("link", { name: "alice" }).click();
    await page.getByRole("heading", { name: "alice" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/voicemail/alice");
  });

  it("plays a message, and shows what it sounds like", async () => {
    const page = await console.open("/voicemail/alice");
    const message = messages(page).first();
    await message.locator("svg[data-bars]").waitFor();
    const path = (await message.locator("svg path").getAttribute("d")) ?? "";
    const heights = [...path.matchAll(/ ([\d.]+)V([\d.]+)/g)].map(([, from, to]) => Number(to) - Number(from));
    expect(heights).toHaveLength(160);
    expect(Math.max(...heights)).toBeGreaterThan(1.5);
    const audio = message.locator("audio");
    const play = audio.evaluate(async (element: HTMLAudioElement) => {
      element.muted = true;
      await element.play();
      return element.error;
    });
    expect(await play).toBe(null);
    expect(await audio.evaluate((element: HTMLAudioElement) => element.duration)).toBeGreaterThan(0.5);
  });

  it("marks a message as heard, deletes it, restores it, and sends a copy", async () => {
    const page = await console.open("/voicemail/bob");
    const tab = (name: string) => page.getByRole("tab", { name }).click();
    const boxes = page.getByRole("region", { name: "Mailboxes" });
    await messages(page).getByRole("button", { name: "Mark as heard" }).click();
    await boxes.getByText("0 new, 1 heard").waitFor();
    await tab("Heard");
    await messages(page).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "No message here" }).waitFor();
    await boxes.getByText("0 new, 0 heard").waitFor();
    await tab("Deleted");
    await messages(page).getByRole("button", { name: "Restore" }).click();
    await boxes.getByText("0 new, 1 heard").waitFor();
    await tab("Heard");
    await messages(page).getByRole("button", { name: "Send a copy" }).click();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await boxes.getByText("2 new, 0 heard").waitFor();
    await messages(page).getByRole("button", { name: "Delete" }).click();
    await tab("Deleted");
    await messages(page).getByRole("button", { name: "Erase" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Erase" }).click();
    await page.getByRole("heading", { name: "No message here" }).waitFor();
    const { items } = (await console.strowger.api("GET", "/v1/voicemail/bob/messages?folder=deleted")).body;
    expect(items).toEqual([]);
  });

  it("takes a greeting as a file, plays it, and removes it", async () => {
    const file = join(console.strowger.folder, "greeting.wav");
    const broken = join(console.strowger.folder, "broken.wav");
    writeFileSync(file, wavBytes(1));
    writeFileSync(broken, "no sound at all");
    const page = await console.open("/voicemail/alice");
    await page.getByRole("tab", { name: "Greetings" }).click();
    const choose = page.getByLabel("File: Busy");
    await choose.setInputFiles(broken);
    await page.locator(".toast.bad").waitFor();
    await choose.setInputFiles(file);
    const audio = page.getByLabel("Greeting: Busy");
    await audio.waitFor();
    await audio.evaluate((element: HTMLAudioElement) => element.load());
    await page.getByRole("button", { name: "Remove the greeting Busy" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await audio.waitFor({ state: "detached" });
  });

  it("is not there for whoever may not hear messages", async () => {
    const page = await console.open("/voicemail/alice", { as: VIEWER });
    await page.getByRole("navigation").first().waitFor();
    expect(await page.getByRole("link", { name: "Voicemail" }).count()).toBe(0);
    expect(await page.locator("audio").count()).toBe(0);
  });

  it("offers nothing to change to whoever may only hear", async () => {
    const { body } = await console.strowger.api("POST", "/v1/tokens", { name: "ear", scopes: ["voicemail:read"] });
    const page = await console.open("/voicemail/alice", { as: { token: body.secret } });
    await messages(page).first().waitFor();
    expect(await messages(page).getByRole("button").count()).toBe(0);
    await page.getByRole("tab", { name: "Greetings" }).click();
    await page.getByRole("list", { name: "Greetings" }).waitFor();
    expect(await page.getByRole("button", { name: /Upload|Remove/ }).count()).toBe(0);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/voicemail/alice", { scheme, size });
      await page.locator("svg[data-bars]").first().waitFor();
      await picture(page, `voicemail-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
      await page.getByRole("tab", { name: "Greetings" }).click();
      await page.getByRole("list", { name: "Greetings" }).waitFor();
      await picture(page, `greetings-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
