import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Download, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../helpers/phones.ts";
import { answer, type ConnectedCall, connectCall, hangUp, ring } from "../helpers/raw-call.ts";
import { invite, RawDialog } from "../helpers/raw-dialog.ts";
import { freshText } from "../helpers/raw-phone.ts";
import { findProgram } from "../helpers/require-program.ts";
import { forwardTo, script } from "../helpers/script-source.ts";
import { sdp } from "../helpers/sdp.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

/** U+202E turns the text behind it around: its octets, as they go over the wire. */
const HOSTILE = '"<img src=x onerror=document.title=1>\xe2\x80\xae\x07"';

const ladder = (page: Page): Locator => page.getByRole("listbox", { name: "Messages, and what" });
const row = (page: Page, name: RegExp): Locator => ladder(page).getByRole("option", { name });

describe.skipIf(!hasBrowser())("The page of a call", () => {
  let console: TestConsole;
  beforeAll(async () => {
    console = await TestConsole.start();
  });
  afterAll(() => console?.stop());

  afterEach(async () => {
    for (const { id } of await console.strowger.calls()) await console.strowger.api("DELETE", `/v1/calls/${id}`);
  });

  async function phones() {
    await console.strowger.noCalls();
    const [caller, callee] = [await rawPhone(console.strowger, "caller"), await rawPhone(console.strowger, "callee")];
    return { caller, callee };
  }

  /** A call that is up, which a script has forwarded and told of. */
  async function upCall(): Promise<ConnectedCall & { readonly id: string }> {
    const { caller, callee } = await phones();
    await console.strowger.deploy(
      "main",
      script(`  async invite(call) {
    const counts = await voicemail.counts("alice");
    console.warn("new messages:", counts.new);
    return ${forwardTo([callee])};
  },
  bye(call, event) { console.log("hung up by", event.by); },`),
    );
    const call = await connectCall(caller, callee, "700", { fields: [["User-Agent", "Testphone 1"]] });
    const { id } = await console.strowger.call(({ state }) => state === "answered");
    return { ...call, id };
  }

  it("grows while it is looked at, keeps its end in sight, and says how the call has ended", async () => {
    const { strowger } = console;
    const { caller, callee } = await phones();
    await strowger.deploy("main", script(`  invite() { return ${forwardTo([callee])}; },\n  bye() {},\n  ended() {},`));
    const call = await ring(caller, callee, "700");
    const { id } = await strowger.call(({ state }) => state === "ringing");
    const page = await console.open(`/calls/${id}`);
    await row(page, /^180 Ringing 1 INVITE, from Leg 1 callee to the switch/).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("+49301234");

    answer(callee, call);
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    await callee.expect("ACK");
    await row(page, /^ACK 1, from the switch to Leg 1 callee/).waitFor();
    await hangUp(dialog, RawDialog.ofCallee(callee, call.offered, call.tag));
    await page.getByText("Ended 200 OK by caller").waitFor();
    await row(page, /^event ended/).waitFor();
    const below = await page
      .locator(".ladder")
      .first()
      .evaluate((frame) => frame.scrollHeight - frame.scrollTop - frame.clientHeight);
    expect(below).toBeLessThan(40);
  });

  it("says that the audio of a call that is up goes directly between the phones", async () => {
    const { id } = await upCall();
    const page = await console.open(`/calls/${id}`);
    const audio = page.getByRole("region", { name: "Audio now" });
    await audio.getByText("It goes directly between the phones.").waitFor();
    await console.strowger.api("DELETE", `/v1/calls/${id}`);
    await audio.waitFor({ state: "detached" });
  });

  it("shows all sides of a forked call, what was sent again, and the script with its fault", async () => {
    const { strowger } = console;
    const { caller, callee } = await phones();
    const busy = await rawPhone(strowger, "busy");
    await strowger.deploy(
      "main",
      script(`  invite(call) {
    console.log("from", call.from.uri);
    return ${forwardTo([busy, callee])};
  },
  answered() {
    throw new Error("broken on purpose");
  },`),
    );
    const sent = invite(caller, "700", { body: sdp(6000) });
    const [atBusy, offered] = [await busy.expect("INVITE"), await callee.expect("INVITE")];
    busy.answer(atBusy, 486, { reason: "Busy Here", toTag: freshText("b") });
    await busy.expect("ACK");
    const tag = freshText("t");
    callee.answer(offered, 180, { reason: "Ringing", toTag: tag, fields: [["Contact", callee.contact]] });
    const ringing = await caller.expect("180 INVITE");
    caller.send(sent.text);
    await caller.expectAgain(ringing);
    answer(callee, { offered, tag });
    const dialog = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE"));
    dialog.ack(sent);
    await callee.expect("ACK");
    const { id } = await strowger.call(({ state }) => state === "answered");
    await hangUp(dialog, RawDialog.ofCallee(callee, offered, tag));
    await strowger.noCalls();

    const page = await console.open(`/calls/${id}`);
    await row(page, /^INVITE 1 · SDP · ×2, from Caller \+49301234 to the switch/).waitFor();
    await row(page, /^486 Busy Here 1 INVITE, from Leg 1 busy to the switch/).waitFor();
    await row(page, /^console info from sip:\+49301234/).waitFor();
    expect(await row(page, /again, 2 of 2/).count()).toBe(2);
    await picture(page, "call-forked");
    await page.getByLabel("Hide retransmissions").check();
    await expect.poll(() => row(page, /again, 2 of 2/).count()).toBe(0);
    await page.getByLabel("Kind").selectOption("Problems");
    await row(page, /^fault in answered threw: Error: broken on purpose \(main.ts:9:/).click();
    await page.getByText("at Object.answered (main.ts:9:").waitFor();
    await page.getByLabel("Kind").selectOption("Everything");
    await page.getByLabel("Party").selectOption({ label: "Leg 1: busy" });
    await expect.poll(() => row(page, /Leg 2/).count()).toBe(0);
    expect(new URL(page.url()).searchParams.get("kind")).toBe(null);
  });

  it("is walked by keyboard, and explains each message that is open", async () => {
    const { caller, callee, id } = await upCall();
    const page = await console.open(`/calls/${id}`);
    await row(page, /^INVITE 1 · SDP, from Caller/).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "INVITE", exact: true }).waitFor();
    await page.getByText("Names the call on this leg").waitFor();
    await page.getByText("This side sends and hears.").waitFor();
    await page.getByRole("tab", { name: "As it was sent" }).click();
    await page.getByLabel("The message as it was sent").getByText("User-Agent: Testphone 1").waitFor();
    await row(page, /^INVITE 1 · SDP, from Caller/).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("heading", { name: "event invite" }).waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("heading", { name: "event invite" }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("n")).toBe("2");

    const same = await console.open(new URL(page.url()).pathname + new URL(page.url()).search);
    await same.getByRole("heading", { name: "event invite" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "How to read it" }).waitFor();
    await hangUp(caller, callee);
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    const { caller, callee, id } = await upCall();
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open(`/calls/${id}`, { scheme, size });
      await row(page, /^ACK 1, from the switch/).waitFor();
      await picture(page, `call-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
      await row(page, /^200 OK 1 INVITE · SDP, from the switch/).click();
      await page.getByRole("heading", { name: "200 OK" }).waitFor();
      await picture(page, `call-open-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
    await hangUp(caller, callee);
  });

  it("takes what comes from the wire for text, on the page and in the drawing", async () => {
    const { strowger } = console;
    const { caller } = await phones();
    await strowger.deploy(
      "main",
      script("  invite() { console.log('</text><script>1</script>'); return reject(486); },"),
    );
    const from = `sip:%3Cimg%20src=x%3E@elsewhere.invalid`;
    const sent = invite(caller, "700", {
      from,
      fields: [
        ["Subject", HOSTILE],
        ["User-Agent", HOSTILE],
      ],
    });
    await caller.expect("486 INVITE");
    const { id } = await strowger.cdr(({ code }) => code === 486);
    expect(sent.header("Subject")).toBe(HOSTILE);
    const page = await console.open(`/calls/${id}`);
    await row(page, /^INVITE/).click();
    await page.getByText('"<img src=x onerror=document.title=1>‹U+202E›␇"').first().waitFor();
    expect(await page.locator("img").count()).toBe(0);

    const drawing = readFileSync(await saved(page, "SVG"), "utf8");
    const alone = await page.context().newPage();
    await alone.goto(`data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}`);
    await picture(alone, "call-drawing");
    const parsed = await alone.evaluate(() => {
      const { documentElement } = document;
      const names = new Set([...documentElement.querySelectorAll("*")].map(({ localName }) => localName));
      return { root: documentElement.localName, names: [...names].sort(), text: documentElement.textContent };
    });
    expect(parsed).toMatchObject({ root: "svg", names: ["g", "path", "rect", "style", "text", "title", "tspan"] });
    expect(parsed.text).toContain("</text><script>1</script>");
    expect(parsed.text).toContain("<img src=x>");
    expect(parsed.text).toContain("486 Busy Here");
  });

  it.skipIf(findProgram("tshark") === undefined)("gives its messages as a capture that others read", async () => {
    const { caller, callee, id } = await upCall();
    const page = await console.open(`/calls/${id}`);
    const file = await saved(page, "PCAP");
    const said = execFileSync("tshark", ["-r", file, "-Y", "sip", "-T", "fields", "-e", "sip.CSeq.method"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const methods = said.trim().split("\n");
    expect(methods.filter((method) => method === "ACK")).toHaveLength(2);
    expect(methods.length).toBeGreaterThanOrEqual(8);
    await hangUp(caller, callee);
  });

  it("hangs a call up, for whoever may", async () => {
    const { callee, caller, id } = await upCall();
    const { body } = await console.strowger.api("POST", "/v1/tokens", { name: "watcher", scopes: ["calls:read"] });
    const watching = await console.open(`/calls/${id}`, { as: { token: body.secret } });
    await row(watching, /^INVITE 1/)
      .first()
      .waitFor();
    expect(await watching.getByRole("button", { name: /^Actions/ }).count()).toBe(0);

    const page = await console.open(`/calls/${id}`);
    await page.getByRole("button", { name: /^Actions/ }).click();
    await page.getByRole("menuitem", { name: "Hang up" }).click();
    await page.getByRole("button", { name: "Hang up" }).click();
    for (const side of [caller, callee]) side.phone.answer(await side.phone.expect("BYE"), 200, { reason: "OK" });
    await page.getByText("Ended 200 OK by api").waitFor();
    await row(watching, /^BYE/).first().waitFor();
  });

  it("draws only what is in sight of a long call, and says what was not kept", async () => {
    const { callee, caller, id } = await upCall();
    for (let turn = 0; turn < 130; turn++) {
      caller.request("INFO");
      callee.phone.answer(await callee.phone.expect("INFO"), 200, { reason: "OK" });
      await caller.phone.expect("200 INFO");
    }
    const page = await console.open(`/calls/${id}`);
    await page.getByText("earlier entries were too many to be kept").waitFor();
    await row(page, /^200 OK 131 INFO/)
      .first()
      .waitFor();
    expect(await ladder(page).getByRole("option").count()).toBeLessThan(80);
    const first = ladder(page).getByRole("option").first();
    expect(Number(await first.getAttribute("aria-setsize"))).toBe(500);
    await row(page, /^200 OK 131 INFO/)
      .first()
      .focus();
    await page.keyboard.press("Home");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-posinset"))).toBe("1");
    await hangUp(caller, callee);
  });

  it("says so where there is no such call", async () => {
    const page = await console.open("/calls/0.none");
    await page.getByRole("heading", { name: "There is no such call" }).waitFor();
  });
});

async function saved(page: Page, name: string): Promise<string> {
  const coming: Promise<Download> = page.waitForEvent("download");
  await page.getByText(name, { exact: true }).click();
  return (await coming).path();
}
