import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Baresip } from "../helpers/baresip.ts";
import { baresipPhone } from "../helpers/baresip-phones.ts";
import { BrowserPhones } from "../helpers/browser-phones.ts";
import { shareOfTone } from "../helpers/likeness.ts";
import { audioOf, messagesIn, mono } from "../helpers/mailbox.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { writeTone } from "../helpers/tone.ts";
import { until } from "../helpers/until.ts";

/** What every browser says, and what the plain phone does. */
const BROWSER_HERTZ = 440;
const PHONE_HERTZ = 1000;
const START_WITHIN_MS = 60_000;
/** RFC 7675: who is not heard for 30 seconds is gone. */
const GONE_WITHIN_MS = 45_000;
const FIRST_PORT = 64_000;
const PURE = 0.9;

const users = Object.fromEntries(
  ["alice", "bob", "carol", "dave", "erin", "frank"].map((name) => [name, { password: `pw-${name}` }]),
);
const SOURCE = `  invite: (call) => {
    if (call.to.user === "menu") return [answer(), gather({ digits: 4, timeoutSeconds: 10 })];
    if (call.to.user === "rest") return [answer(), gather({ digits: 4, timeoutSeconds: 60 })];
    if (call.to.user === "box") return voicemail("alice", { greeting: "none" });
    return forward(call.to.user ?? "");
  },
  gathered: (_call, event) => console.log("digits " + event.digits),
  hold: (_call, event) => console.log("hold by " + event.by),
  resume: (_call, event) => console.log("resume by " + event.by),
  media: (_call, event) => console.log("media " + event.state + " by " + event.by),`;

/** A browser is started once: carol and dave have phones in its pages, bob has a plain one. */
describe.skipIf(!hasPrograms("chromium", "baresip", "sox"))("a phone in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  let strowger: RunningSwitch;
  let browser: BrowserPhones;

  beforeAll(async () => {
    const microphone = join(folder, "microphone.wav");
    await writeTone(microphone, BROWSER_HERTZ, 10, 48_000);
    strowger = await startSwitch({ users, media: { webrtc: { ports: `${FIRST_PORT}-65535` } } });
    await strowger.deploy("main", script(SOURCE));
    browser = await BrowserPhones.start(strowger, microphone);
    // What comes of it is looked at in the end, as it takes a while.
    const erin = await browser.phone("erin");
    await erin.call("rest");
    await until("audio", async () => (await erin.stats()).received > 0 || (await erin.stats()).sent > 50, 10_000);
    await erin.vanish();
  }, START_WITHIN_MS);

  afterAll(async () => {
    await browser?.stop();
    await strowger?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "calls a plain phone: each hears the other, on hold and after it, and after ICE has begun anew",
    shows({ JsSIP: ["register", "call", "audio", "codecs", "hold", "WebSocket"] }),
    async () => {
      const tail = await strowger.tail("main");
      const bob = await baresipPhone(strowger, { user: "bob", answer: "auto", tone: PHONE_HERTZ });
      const carol = await browser.phone("carol");
      await carol.call("bob");
      await carol.hears(PHONE_HERTZ);
      await isHeardBy(bob);
      const { codec, remotePort } = await carol.stats();
      expect(codec).toBe("audio/opus");
      expect(remotePort).toBeGreaterThanOrEqual(FIRST_PORT);

      await carol.hold(true);
      await tail.line("hold by caller");
      await carol.hearsNothing();
      await carol.hold(false);
      await tail.line("resume by caller");
      await carol.hears(PHONE_HERTZ);

      await carol.restartIce();
      await until("another port of the switch", async () => (await carol.stats()).remotePort !== remotePort);
      await carol.hears(PHONE_HERTZ);
      await isHeardBy(bob);
      await carol.hangUp();
      tail.close();
    },
  );

  it("is called by a plain phone in PCMU: each hears the other, and the phone hangs up", async () => {
    const frank = await baresipPhone(strowger, { user: "frank", answer: "manual", tone: PHONE_HERTZ });
    const dave = await browser.phone("dave");
    frank.dial(`sip:dave@${strowger.domain}`);
    await dave.answer();
    await dave.hears(PHONE_HERTZ);
    await isHeardBy(frank);
    expect((await dave.stats()).codec).toBe("audio/PCMU");
    frank.hangUp();
    await dave.ended();
  });

  it("calls another browser, and both talk without the switch between them", async () => {
    const [carol, dave] = [await browser.phone("carol"), await browser.phone("dave")];
    const calling = carol.call("dave");
    await dave.answer();
    await calling;
    await Promise.all([carol.hears(BROWSER_HERTZ), dave.hears(BROWSER_HERTZ)]);
    expect(await carol.description("remote")).toContain((await dave.description("local")).match(/ice-ufrag:.*/)?.[0]);
    expect((await carol.stats()).remotePort).toBeLessThan(FIRST_PORT);
    await dave.hangUp();
    await carol.ended();
  });

  it("presses keys in a menu, which come to the script", shows({ JsSIP: ["DTMF"] }), async () => {
    const tail = await strowger.tail("main");
    const carol = await browser.phone("carol");
    await carol.call("menu");
    await carol.press("15#0");
    await tail.line("digits 15");
    tail.close();
  });

  it("leaves a message, which sounds as it was said", shows({ JsSIP: ["voicemail"] }), async () => {
    const carol = await browser.phone("carol");
    await carol.call("box");
    await until("three seconds of speech", async () => (await carol.stats()).sent > 150, 10_000);
    await carol.hangUp();
    const [message] = await messagesIn(strowger, "alice");
    expect(message).toBeDefined();
    if (message === undefined) return;
    const wav = await audioOf(strowger, "alice", message);
    expect(purity(mono(wav), wav.rate)).toBeGreaterThan(PURE);
  });

  it(
    "that is gone without a word has its call ended by the switch, with the reason in the log",
    async () => {
      const ask = async () => (await strowger.cdrs()).find(({ user }) => user === "erin");
      const record = await until("the end of the call", ask, GONE_WITHIN_MS);
      expect(record).toMatchObject({ result: "answered", endedBy: "switch" });
      const reason = "the browser has not been heard for 30 seconds";
      await until(`the reason in the log:\n${strowger.log()}`, () => strowger.log().includes(reason));
    },
    GONE_WITHIN_MS,
  );

  /** A second of what it hears; the first ones suffer from a machine that does much else. */
  async function isHeardBy(phone: Baresip): Promise<void> {
    await until(
      "a second of the browser's tone",
      async () => {
        const { rate, channels } = await phone.hears(1);
        return purity(channels[0] ?? new Float64Array(), rate) > PURE;
      },
      10_000,
    );
  }
});

/** Of what a browser says: of most quarters of a second nearly all, while a jitter buffer may bend some. */
function purity(samples: Float64Array, rate: number): number {
  const shares: number[] = [];
  const length = rate / 4;
  for (let from = 0; from + length <= samples.length; from += length) {
    shares.push(shareOfTone(samples.slice(from, from + length), rate, BROWSER_HERTZ));
  }
  return shares.sort((a, b) => a - b)[shares.length >> 1] ?? 0;
}
