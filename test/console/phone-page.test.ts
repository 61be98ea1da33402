import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baresipPhone } from "../helpers/baresip-phones.ts";
import { shareOfTone } from "../helpers/likeness.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { writeTone } from "../helpers/tone.ts";
import { until } from "../helpers/until.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

const BROWSER_HERTZ = 440;
const PHONE_HERTZ = 1000;
const OTHER_HERTZ = 660;
const SLACK_HERTZ = 15;
const AUDIBLE_DB = -60;
const HEARS_WITHIN_MS = 10_000;
const CALL_WITHIN_MS = 60_000;
const PURE = 0.9;
const NAMES = ["alice", "bob", "carol", "dave"];

const SOURCE = `  invite: (call) => {
    if (call.to.user === "menu") return [answer(), gather({ digits: 4, timeoutSeconds: 10 })];
    if (call.to.user === "rest") return [answer(), gather({ digits: 4, timeoutSeconds: 60 })];
    if (call.to.user === "486") return reject(486);
    return forward(call.to.user ?? "");
  },
  gathered: (_call, event) => console.log("digits " + event.digits),
  hold: (_call, event) => console.log("hold by " + event.by),
  resume: (_call, event) => console.log("resume by " + event.by),`;

describe.skipIf(!hasBrowser() || !hasPrograms("baresip", "sox"))("The Phone page", () => {
  const folder = mkdtempSync(join(tmpdir(), "phone-page-"));
  let console: TestConsole;

  beforeAll(async () => {
    const microphone = join(folder, "microphone.wav");
    await writeTone(microphone, BROWSER_HERTZ, 10, 48_000);
    const users = Object.fromEntries(NAMES.map((name) => [name, { password: `pw-${name}` }]));
    console = await TestConsole.start({ users }, [
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${microphone}`,
      "--allow-loopback-in-peer-connection",
      "--disable-features=WebRtcHideLocalIpsWithMdns",
    ]);
    await console.strowger.deploy("main", script(SOURCE));
  }, CALL_WITHIN_MS);
  afterAll(async () => {
    await console?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page, signed on as this user. */
  async function phoneOf(user: string, options: Parameters<TestConsole["open"]>[1] = {}): Promise<Page> {
    const page = await console.open("/phone", { permissions: ["microphone"], ...options });
    await page.evaluate(takeTones);
    await signOn(page, user, `pw-${user}`);
    await page.getByText("Registered", { exact: true }).waitFor();
    return page;
  }

  async function call(page: Page, whom: string): Promise<void> {
    await page.getByLabel("Name or number").fill(whom);
    await page.getByRole("button", { name: "Call", exact: true }).click();
  }

  it(
    "calls a real phone, each hears the other, and it holds, mutes and resumes",
    async () => {
      const tail = await console.strowger.tail("main");
      const bob = await baresipPhone(console.strowger, { user: "bob", answer: "auto", tone: PHONE_HERTZ });
      const page = await phoneOf("alice");
      await call(page, "bob");
      await page.getByText("Connected", { exact: true }).waitFor();
      await hears(page, PHONE_HERTZ);
      await until("a second of the browser's tone", async () => (await purityAt(bob)) > PURE, HEARS_WITHIN_MS);
      await picture(page, "phone-up-light");
      expect(await barriersOf(page)).toEqual([]);

      await page.getByRole("button", { name: "Hold" }).click();
      await tail.line("hold by caller");
      await page.getByText("On hold").waitFor();
      await hears(page, null);
      await page.getByRole("button", { name: "Resume" }).click();
      await tail.line("resume by caller");
      await hears(page, PHONE_HERTZ);

      await page.getByRole("button", { name: "Mute" }).click();
      await page.getByText("Connected, muted").waitFor();
      await until("silence of the browser", async () => (await purityAt(bob)) < 0.1, HEARS_WITHIN_MS);
      await page.getByRole("button", { name: "Unmute" }).click();
      await until("the browser's tone again", async () => (await purityAt(bob)) > PURE, HEARS_WITHIN_MS);

      const link = page.getByRole("link", { name: /picture/ });
      const [live] = await console.strowger.calls();
      expect(await link.getAttribute("href")).toBe(`/calls/${live?.id}`);
      await page.getByRole("button", { name: "Hang up" }).click();
      await page.getByText("You hung up.").waitFor();
      await bob.event("CALL_CLOSED");
      expect(await link.getAttribute("href")).toBe(`/calls/${live?.id}`);
      tail.close();
    },
    CALL_WITHIN_MS,
  );

  it(
    "rings, is answered, hands its caller on to somebody else, and is out of the call",
    async () => {
      const carol = await baresipPhone(console.strowger, { user: "carol", answer: "manual", tone: PHONE_HERTZ });
      const dave = await baresipPhone(console.strowger, { user: "dave", answer: "auto", tone: OTHER_HERTZ });
      const page = await phoneOf("alice", { scheme: "dark", size: "phone" });
      carol.dial(`sip:alice@${console.strowger.domain}`);
      const incoming = page.getByRole("region", { name: "Call" });
      await incoming.getByText("Ringing").waitFor();
      expect(await incoming.textContent()).toContain("carol");
      await until("the bell", () => page.evaluate(() => document.documentElement.dataset.tones?.includes("880 660")));
      await picture(page, "phone-rings-dark-phone");
      expect(await barriersOf(page)).toEqual([]);
      await page.getByRole("button", { name: "Answer" }).click();
      await hears(page, PHONE_HERTZ);
      await until("a second of the browser's tone", async () => (await purityAt(carol)) > PURE, HEARS_WITHIN_MS);

      await page.getByRole("button", { name: "Transfer" }).click();
      await page.getByRole("dialog").getByLabel("Name or number").fill("nobody");
      await page.getByRole("dialog").getByRole("button", { name: "Transfer" }).click();
      await page.getByText("Not handed on to nobody").waitFor();
      await page.getByText("404 Not Found").waitFor();
      await page.getByRole("button", { name: "Transfer" }).click();
      await page.getByRole("dialog").getByLabel("Name or number").fill("dave");
      await page.getByRole("dialog").getByRole("button", { name: "Transfer" }).click();
      await page.getByText("Handed on to dave.").waitFor();
      await dave.event("CALL_ESTABLISHED");
      await until("dave's tone", async () => (await purityAt(carol, OTHER_HERTZ)) > PURE, HEARS_WITHIN_MS);
    },
    CALL_WITHIN_MS,
  );

  it("declines who calls, and says what is missed", async () => {
    const carol = await baresipPhone(console.strowger, { user: "carol", answer: "manual" });
    const page = await phoneOf("alice");
    carol.dial(`sip:alice@${console.strowger.domain}`);
    await page.getByRole("button", { name: "Decline" }).click();
    await page.getByText("You declined it.").waitFor();
    await carol.event("CALL_CLOSED");
    carol.dial(`sip:alice@${console.strowger.domain}`);
    await page.getByText("Ringing").waitFor();
    carol.hangUp();
    await page.getByText("It stopped ringing before it was answered.").waitFor();
  });

  it("is busy for a second caller, and ends its call where the tab is closed", async () => {
    const carol = await baresipPhone(console.strowger, { user: "carol", answer: "manual" });
    const page = await phoneOf("alice");
    await call(page, "rest");
    await page.getByText("Connected", { exact: true }).waitFor();
    carol.dial(`sip:alice@${console.strowger.domain}`);
    expect((await carol.event("CALL_CLOSED")).param).toContain("486");
    expect(await page.getByText("Connected", { exact: true }).count()).toBe(1);
    page.once("dialog", (dialog) => dialog.accept());
    await page.goto("about:blank");
    await until("the end of the call", async () => (await console.strowger.calls()).length === 0);
  });

  it("presses keys, which come to the script", async () => {
    const tail = await console.strowger.tail("main");
    const page = await phoneOf("alice");
    await call(page, "menu");
    await page.getByText("Connected", { exact: true }).waitFor();
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    for (const key of ["1", "5", "Star"]) await press(key);
    await page.getByText("15*", { exact: true }).waitFor();
    await press("0");
    await tail.line("digits 15*0");
    tail.close();
  });

  it("explains what the switch refuses, and asks before a call is left", async () => {
    const page = await phoneOf("alice", { size: "phone" });
    await call(page, "486");
    await page.getByText("486 Busy Here.").waitFor();
    await page.getByText("The line is busy.").waitFor();
    await page.getByRole("link", { name: /picture/ }).waitFor();
    await picture(page, "phone-refused-light-phone");
    expect(await barriersOf(page)).toEqual([]);
    await call(page, "rest");
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.getByRole("button", { name: /navigation|menu/i }).click();
    await page.getByRole("link", { name: "Live" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The call ends with this page.").waitFor();
    await dialog.getByRole("button", { name: "Hang up and leave" }).click();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    await until("the end of the call", async () => (await console.strowger.calls()).length === 0);
  });

  it("says that the password is wrong, and keeps the right one in memory alone", async () => {
    const page = await console.open("/phone", { scheme: "dark" });
    await page.getByText("Whose phone is this?").waitFor();
    await picture(page, "phone-account-dark");
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.getByLabel("Domain").inputValue()).toBe(console.strowger.domain);
    await signOn(page, "bob", "not this one");
    await page.getByText("The name or the password is wrong.").waitFor();
    await page.getByLabel("Password").fill("pw-bob");
    await page.getByRole("button", { name: "Sign on" }).click();
    await page.getByText("Registered", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Live" }).click();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    await page.getByRole("link", { name: "Phone" }).click();
    await page.getByText("Registered", { exact: true }).waitFor();
    await picture(page, "phone-idle-dark");
    await page.getByRole("button", { name: "Sign off" }).click();
    await page.getByText("Whose phone is this?").waitFor();
    await signOn(page, "bob", "pw-bob");
    await page.getByText("Registered", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("Whose phone is this?").waitFor();
  });

  it("says what to do where the microphone is refused, is missing, or the page came without TLS", async () => {
    const page = await phoneOf("alice", { permissions: [] });
    await page.evaluate(() => {
      const refuse = async () => Promise.reject(new DOMException("", "NotAllowedError"));
      Object.assign(navigator.mediaDevices, { getUserMedia: refuse });
    });
    await call(page, "bob");
    await page.getByText("was not allowed to use the microphone").waitFor();
    await page.evaluate(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
    await call(page, "bob");
    await page.getByText("only where it comes over TLS, or from localhost").waitFor();
  });
});

async function signOn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel("User").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign on" }).click();
}

/** In the page: what makes voices clearer would take a tone for noise. What the page itself sounds is written down. */
function takeTones(): void {
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    const { dataset } = document.documentElement;
    dataset.tones = `${dataset.tones ?? ""} ${this.frequency.value}`;
    start.apply(this, when);
  };
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  Object.assign(navigator.mediaDevices, { getUserMedia: () => ask({ audio }) });
}

/** Waits until this tone is the loudest thing that comes out of the page's phone; `null`: until nothing does. */
async function hears(page: Page, hertz: number | null): Promise<void> {
  let last = { hertz: 0, level: Number.NEGATIVE_INFINITY };
  const heard = async () => {
    last = await page.evaluate(loudest);
    if (hertz === null) return last.level < AUDIBLE_DB;
    return last.level > AUDIBLE_DB && Math.abs(last.hertz - hertz) < SLACK_HERTZ;
  };
  await until(`the page to hear ${hertz ?? "nothing"}`, heard, HEARS_WITHIN_MS).catch((error: Error) => {
    throw new Error(`${error.message} It hears ${JSON.stringify(last)}.`);
  });
}

/** In the page: the loudest frequency of a third of a second, in Hz, and how loud it is, in dB. */
async function loudest(): Promise<{ hertz: number; level: number }> {
  const stream = document.querySelector("audio")?.srcObject;
  const none = { hertz: 0, level: Number.NEGATIVE_INFINITY };
  // While the call is on hold, the stream has no track.
  if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return none;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 16_384, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(stream).connect(analyser);
  // By the clock of the audio itself: the analyser has been filled with what is heard now.
  const filled = new ConstantSourceNode(context, { offset: 0 });
  const ended = new Promise((resolve) => filled.addEventListener("ended", resolve));
  filled.connect(analyser);
  filled.start();
  filled.stop(context.currentTime + analyser.fftSize / context.sampleRate);
  await ended;
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const level = Math.max(...levels);
  const hertz = (levels.indexOf(level) * context.sampleRate) / analyser.fftSize;
  await context.close();
  return level > Number.NEGATIVE_INFINITY ? { hertz, level } : none;
}

/** What share of a second that a phone hears is this tone, in most of its quarters. */
async function purityAt(phone: Awaited<ReturnType<typeof baresipPhone>>, hertz = BROWSER_HERTZ): Promise<number> {
  const { rate, channels } = await phone.hears(1);
  const samples = channels[0] ?? new Float64Array();
  const length = rate / 4;
  const shares: number[] = [];
  for (let from = 0; from + length <= samples.length; from += length) {
    shares.push(shareOfTone(samples.slice(from, from + length), rate, hertz));
  }
  return shares.sort((a, b) => a - b)[shares.length >> 1] ?? 0;
}
