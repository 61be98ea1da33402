import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Baresip } from "../helpers/baresip.ts";
import { baresipPhone, speechFile } from "../helpers/baresip-phones.ts";
import { FINER, likenessByWindow, shareOfTone, type Windows } from "../helpers/likeness.ts";
import { audioOf, type KeptMessage, messagesIn, mono } from "../helpers/mailbox.ts";
import { PhoneRelay } from "../helpers/phone-relay.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { RtpStranger } from "../helpers/rtp-stranger.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { testSpeech } from "../helpers/test-speech.ts";
import { configured, mediaPorts } from "../helpers/udp-ports.ts";
import type { Wav } from "../helpers/wav.ts";

/** baresip hangs up when its file ends: so long is a message, but for the beep. */
const SECONDS = 5;
const BEEP_SECONDS = 1;
const STRANGE_HERTZ = 1500;
/**
 * How the recording is kept, and how like what was said it must be: half of it nearly the same, all of it on the whole (a
 * machine that stalls has a phone's packets come late, and something is concealed).
 */
const CODECS = [
  { codec: "PCMU", phoneRate: 8000, rate: 8000, half: 0.99, whole: 0.9 },
  { codec: "PCMA", phoneRate: 8000, rate: 8000, half: 0.99, whole: 0.9 },
  { codec: "G722", phoneRate: 16_000, rate: 16_000, half: 0.98, whole: 0.87 },
  { codec: "opus", phoneRate: 48_000, rate: 16_000, half: 0.97, whole: 0.85 },
] as const;
/** What a bad network may take from it. */
const LOSS = 0.1;

type Row = (typeof CODECS)[number];
type Network = "good" | "bad";

describe.skipIf(!hasPrograms("baresip", "sox"))("baresip leaves a message", () => {
  let strowger: RunningSwitch;
  const phones: Baresip[] = [];
  const relays = new Map<string, PhoneRelay>();

  /** All callers call at once, each for a box of its own. */
  beforeAll(async () => {
    const calls = CODECS.flatMap((row) => (["good", "bad"] as const).map((network) => ({ row, network })));
    const names = [...calls.map(({ row, network }) => boxOf(row, network)), "carol"];
    const users = Object.fromEntries(names.map((name) => [name, { password: `pw-${name}` }]));
    strowger = await startSwitch({ users, media: configured(mediaPorts) });
    await strowger.deploy("main", script('  invite: (call) => voicemail(call.to.user ?? "", { greeting: "none" }),'));
    await Promise.all(calls.map(({ row, network }) => call(row, network)));
  });

  afterAll(async () => {
    await Promise.all(phones.map((phone) => phone.stop()));
    for (const relay of relays.values()) relay.close();
    await strowger.stop();
  });

  async function call(row: Row, network: Network): Promise<void> {
    const user = boxOf(row, network);
    const { domain, sipPort } = strowger;
    const account = { user, password: `pw-${user}`, domain, answer: "manual", codec: row.codec } as const;
    let switchPort = sipPort;
    if (network === "bad") {
      const relay = await PhoneRelay.open({ switchPort: sipPort, seed: 7, loss: 0.02, jitterMs: 30 });
      relays.set(user, relay);
      switchPort = relay.port;
    }
    const phone = await Baresip.start({ ...account, switchPort, sound: speechFile(row.phoneRate, SECONDS) });
    phones.push(phone);
    await phone.registered();
    phone.dial(`sip:${user}@${domain}`);
    await phone.event("CALL_CLOSED");
  }

  async function messageFor(user: string): Promise<{ message: KeptMessage; wav: Wav; alike: Windows }> {
    const [message] = await messagesIn(strowger, user);
    if (message === undefined) throw new Error(`There is no message for ${user}.`);
    const wav = await audioOf(strowger, user, message);
    const alike = likenessByWindow(mono(wav), wav.rate, testSpeech(wav.rate * FINER, SECONDS));
    return { message, wav, alike };
  }

  it.each(CODECS)(
    "in $codec, and what is kept is what was said, as loud",
    shows({ baresip: ["audio", "codecs", "voicemail"] }),
    async (row) => {
      const user = boxOf(row, "good");
      const { message, wav, alike } = await messageFor(user);
      expect(message.from).toBe(`sip:${user}@example.test`);
      expect(wav.rate).toBe(row.rate);
      expect(alike.median).toBeGreaterThan(row.half);
      expect(alike.mean).toBeGreaterThan(row.whole);
      expect(alike.found).toBeGreaterThan(0.9);
      expect(Math.abs(alike.levelDb)).toBeLessThan(1);
      // From the beep to the end.
      const seconds = mono(wav).length / wav.rate;
      expect(alike.at).toBeLessThan(BEEP_SECONDS);
      expect(alike.at + seconds).toBeGreaterThan(SECONDS - 0.3);
      expect(message.seconds).toBeCloseTo(seconds, 2);
    },
  );

  it.each(CODECS)(
    "in $codec over a network that loses 2 % and delays by up to 30 ms, and is understood",
    shows({ baresip: ["audio", "codecs", "voicemail"] }),
    async (row) => {
      const user = boxOf(row, "bad");
      const { wav, alike } = await messageFor(user);
      expect(wav.rate).toBe(row.rate);
      expect(relays.get(user)?.audio.lost).toBeGreaterThan(1);
      expect(alike.median).toBeGreaterThan(row.half - LOSS);
      expect(alike.mean).toBeGreaterThan(row.whole - LOSS);
      expect(alike.found).toBeGreaterThan(0.8);
      expect(Math.abs(alike.levelDb)).toBeLessThan(1);
    },
  );

  it("and what a stranger sends to the ports of the switch meanwhile is not in it", async () => {
    const carol = await baresipPhone(strowger, { user: "carol", answer: "manual", sound: speechFile(8000, SECONDS) });
    const stranger = await RtpStranger.open({ ports: mediaPorts, hertz: STRANGE_HERTZ });
    onTestFinished(() => stranger.close());

    carol.dial(`sip:carol@${strowger.domain}`);
    await carol.event("CALL_ESTABLISHED");
    stranger.start();
    await carol.event("CALL_CLOSED");

    const { wav, alike } = await messageFor("carol");
    expect(stranger.sent).toBeGreaterThan(1000);
    expect(alike.median).toBeGreaterThan(0.99);
    expect(alike.mean).toBeGreaterThan(0.9);
    expect(Math.abs(alike.levelDb)).toBeLessThan(1);
    expect(shareOfTone(mono(wav), wav.rate, STRANGE_HERTZ)).toBeLessThan(0.01);
  });
});

function boxOf({ codec }: Row, network: Network): string {
  return `${codec.toLowerCase()}-${network}`;
}
