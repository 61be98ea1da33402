import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { rawPhone } from "../helpers/phones.ts";
import { connectCall, ring } from "../helpers/raw-call.ts";
import { cancel, expectRefusal, invite } from "../helpers/raw-dialog.ts";
import { script } from "../helpers/script-source.ts";
import { TalkingPhone } from "../helpers/talking-phone.ts";
import { until } from "../helpers/until.ts";
import { sine } from "../integration/media/embedded/sounds.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const PASSWORD = "a long password";
/** The place of its column. */
const QUALITY = 6;

describe.skipIf(!hasBrowser())("The Live page", () => {
  let console: TestConsole;
  let calleePort: number;

  beforeAll(async () => {
    console = await TestConsole.start({ trunks: { carrier: { uri: "sip:127.0.0.1:9" } } });
    await console.strowger.api("PUT", "/v1/console/users/vera", { role: "viewer", password: PASSWORD });
    calleePort = await freePort();
    const callee = `sip:callee@127.0.0.1:${calleePort}`;
    const handlers = `  invite(call) {
    if (call.to.user === "404") return reject(404);
    return call.to.user === "music" ? play("music", { loop: true }) : forward("${callee}");
  },`;
    await console.strowger.deploy("main", script(handlers));
  });
  afterAll(() => console?.stop());

  /** A caller and a callee, whom the script connects. */
  async function phones() {
    const callee = await rawPhone(console.strowger, "callee", { port: calleePort });
    return { caller: await rawPhone(console.strowger, "caller"), callee };
  }

  it("shows a call as it begins, rings, is answered and ends", async () => {
    const { caller, callee } = await phones();
    const page = await console.open("/live");
    await page.getByText("No call is up").waitFor();
    const row = page.getByRole("row").filter({ hasText: "700" });
    const ringing = await ring(caller, callee, "700");
    await row.getByText("ringing").waitFor();
    expect(await row.textContent()).toContain("main v");
    cancel(caller, ringing.invite);
    await row.getByText("ended").waitFor();
    await expectRefusal(caller, ringing.invite, 487);
    await row.waitFor({ state: "detached" });
    await page.getByText("No call is up").waitFor();
  });

  it("shows a call that failed at once long enough to be seen", async () => {
    const page = await console.open("/live");
    await page.getByText("No call is up").waitFor();
    const caller = await rawPhone(console.strowger, "caller");
    await expectRefusal(caller, invite(caller, "404"), 404);
    await page.getByRole("row").filter({ hasText: "404" }).getByText("ended").waitFor();
  });

  it("finds calls by what is typed and chosen, and has it in its address", async () => {
    const { caller, callee } = await phones();
    for (const number of ["701", "702"]) await ring(caller, callee, number);
    const page = await console.open("/live?q=702");
    const rows = page.getByRole("row").filter({ has: page.getByRole("cell") });
    await page.getByRole("row").filter({ hasText: "702" }).waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole("searchbox").fill("nobody");
    await page.getByText("No call fits").waitFor();
    await page.getByRole("button", { name: "Show all calls" }).click();
    await page.getByRole("row").filter({ hasText: "701" }).waitFor();
    await page.getByLabel("State").selectOption("answered");
    await page.getByText("No call fits").waitFor();
    expect(new URL(page.url()).search).toBe("?state=answered");
    await endAll();
  });

  it("goes from call to call by the keys, whatever comes meanwhile", async () => {
    const { caller, callee } = await phones();
    for (const number of ["703", "704", "705"]) await ring(caller, callee, number);
    const page = await console.open("/live");
    await page.getByRole("row").filter({ hasText: "705" }).focus();
    await page.keyboard.press("ArrowDown");
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await until("the next call to have the focus", async () => (await focused()).includes("704"));
    await ring(caller, callee, "706");
    await page.getByRole("row").filter({ hasText: "706" }).waitFor();
    expect(await focused()).toContain("704");
    await page.keyboard.press("End");
    await until("the last call to have the focus", async () => (await focused()).includes("703"));
    await endAll();
  });

  it("hangs up with a reason", async () => {
    const { caller, callee } = await phones();
    await connectCall(caller, callee, "710");
    const page = await console.open("/live");
    await page.getByRole("button", { name: /Actions .*710/ }).click();
    await page.getByRole("menuitem", { name: /Hang up/ }).click();
    await page.getByLabel("Reason").fill("Night now");
    await page.getByRole("button", { name: "Hang up", exact: true }).click();
    const bye = await caller.expect("BYE");
    expect(bye.header("Reason")).toContain('text="Night now"');
    caller.answer(bye, 200, { reason: "OK" });
    callee.answer(await callee.expect("BYE"), 200, { reason: "OK" });
    await page.getByText("Hung up.").waitFor();
  });

  it("transfers a caller to somebody else", async () => {
    const { caller, callee } = await phones();
    const third = await rawPhone(console.strowger, "third");
    await connectCall(caller, callee, "711");
    const page = await console.open("/live");
    await page.getByRole("button", { name: /Actions .*711/ }).click();
    await page.getByRole("menuitem", { name: /Transfer/ }).click();
    await page.getByLabel("Target").fill(third.uri);
    await page.getByRole("button", { name: "Transfer", exact: true }).click();
    await third.expect("INVITE");
    await page.getByText("is being called").waitFor();
    await endAll();
  });

  it("sends any decision, by a form made of its schema", async () => {
    const { caller, callee } = await phones();
    const other = await rawPhone(console.strowger, "other");
    await ring(caller, callee, "712");
    const page = await console.open("/live");
    await page.getByRole("button", { name: /Actions .*712/ }).click();
    await page.getByRole("menuitem", { name: /Send a decision/ }).click();
    const dialog = page.getByRole("dialog");
    // What the switch has against it is said in the dialog, which stays.
    await dialog.getByLabel("Target 1").fill("not a target");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByRole("alert").filter({ hasText: "blank" }).waitFor();
    await dialog.getByLabel("Target 1").fill(other.uri);
    await dialog.getByText("more that may be set").click();
    await dialog.getByLabel("Caller name").fill("The desk");
    await picture(page, "decision");
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Send" }).click();
    const offered = await other.expect("INVITE");
    expect(offered.header("From")).toContain("The desk");
    await dialog.waitFor({ state: "detached" });
    callee.answer(await callee.expect("CANCEL"), 200, { reason: "OK" });
    await endAll();
  });

  it("offers nothing that somebody may not do", async () => {
    const { caller, callee } = await phones();
    await ring(caller, callee, "713");
    const page = await console.open("/live", { as: { name: "vera", password: PASSWORD } });
    await page.getByRole("row").filter({ hasText: "713" }).waitFor();
    expect(await page.getByRole("button", { name: /Actions/ }).count()).toBe(0);
    await endAll();
  });

  it("tells how the switch does", async () => {
    const { caller, callee } = await phones();
    const page = await console.open("/live");
    const figures = page.getByRole("region", { name: "Figures" });
    await figures.getByText("0 of 1").waitFor();
    await figures.getByText("down: carrier").waitFor();
    await connectCall(caller, callee, "714");
    await figures.getByRole("img", { name: /^Calls: 1;/ }).waitFor();
    await figures.getByRole("img", { name: /^New calls: 0\.\d\/s/ }).waitFor();
    await endAll();
  });

  it("tells how the audio of a call is, where it passes through the switch", async () => {
    const { caller, callee } = await phones();
    await connectCall(caller, callee, "717");
    const bad = await TalkingPhone.call(console.strowger, "music", undefined, "sip:bad@elsewhere.test");
    const good = await TalkingPhone.call(console.strowger, "music", undefined, "sip:good@elsewhere.test");
    const speech = sine(440, 2000);
    await Promise.all([bad.speak(speech, (index) => (index % 10 === 5 ? "lost" : 0)), good.speak(speech)]);
    const page = await console.open("/live");
    const quality = (text: string) => page.getByRole("row").filter({ hasText: text }).locator("td").nth(QUALITY);
    // Its phones say nothing.
    await quality("717").getByText("–", { exact: true }).waitFor();
    await quality("good").getByText("4.4", { exact: true }).and(page.locator(".good")).waitFor();
    await quality("bad").getByText("3.4", { exact: true }).and(page.locator(".bad")).waitFor();
    await quality("bad")
      .getByTitle(/^caller: 10\.0 % lost, jitter \d+\.\d ms, PCMU$/)
      .waitFor();
    await picture(page, "live-quality");
    expect(await barriersOf(page)).toEqual([]);

    // It is asked for again and again.
    await good.speak(speech, (index) => (index < 50 ? "lost" : 0));
    await quality("good")
      .and(page.locator("td", { hasNotText: "4.4" }))
      .waitFor();

    await page.getByRole("row").filter({ hasText: "bad" }).click();
    const audio = page.getByRole("region", { name: "Audio now" });
    await audio.getByText("MOS 3.4").waitFor();
    await audio.getByText(/^10\.0 % lost, jitter/).waitFor();
    await picture(page, "call-audio-now");
    expect(await barriersOf(page)).toEqual([]);
    await Promise.all([bad.hangUp(), good.hangUp()]);
    await audio.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^audio ended: caller: .*, MOS 3\.4$/ }).click();
    await page.getByText("As people would rate it").waitFor();
    await endAll();
  });

  it("stands still while somebody reads, and then has all that came", async () => {
    const { caller, callee } = await phones();
    const page = await console.open("/live");
    await page.getByRole("button", { name: "Pause" }).click();
    await ring(caller, callee, "715");
    await console.strowger.call();
    // The feed has told: another page shows it.
    const other = await console.open("/live");
    await other.getByRole("row").filter({ hasText: "715" }).waitFor();
    expect(await page.getByRole("row").filter({ hasText: "715" }).count()).toBe(0);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("row").filter({ hasText: "715" }).waitFor();
    await endAll();
  });

  it("is right again after the switch was away", async () => {
    const { caller, callee } = await phones();
    await connectCall(caller, callee, "716");
    const page = await console.open("/live");
    const row = page.getByRole("row").filter({ hasText: "716" });
    await row.waitFor();
    await console.strowger.restart();
    await page.getByText("Connection lost").waitFor();
    await page.getByText("Connection lost").waitFor({ state: "detached" });
    await until("the calls of the switch", async () => {
      const up = (await console.strowger.calls()).length;
      return (await page.getByRole("heading", { name: new RegExp(`^${up} calls?$`) }).count()) === 1;
    });
    await endAll();
  });

  it.each([
    ["light", "desktop"],
    ["dark", "desktop"],
    ["light", "phone"],
    ["dark", "phone"],
  ] as const)("has no barrier, %s on a %s", async (scheme, size) => {
    const { caller, callee } = await phones();
    for (const number of ["720", "721", "722"]) await ring(caller, callee, number);
    const page = await console.open("/live", { scheme, size });
    await page.getByRole("row").filter({ hasText: "722" }).waitFor();
    await picture(page, `live-${size}-${scheme}`);
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByRole("button", { name: /Actions .*722/ }).click();
    expect(await barriersOf(page)).toEqual([]);
    await endAll();
  });

  /** Whatever is up: phones of a test do not outlive it. */
  async function endAll() {
    for (const { id } of await console.strowger.calls()) await console.strowger.api("DELETE", `/v1/calls/${id}`);
  }
});
