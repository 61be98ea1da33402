import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { speechFile } from "../helpers/baresip-phones.ts";
import { FINER, likenessByWindow } from "../helpers/likeness.ts";
import { Linphone } from "../helpers/linphone.ts";
import { audioOf, messagesIn, mono } from "../helpers/mailbox.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import type { Tail } from "../helpers/tail.ts";
import { testSpeech } from "../helpers/test-speech.ts";
import { until } from "../helpers/until.ts";

const REGISTERED_WITHIN_MS = 10_000;
/** Longer than the call. */
const SECONDS = 15;
const SPOKEN_SECONDS = 3;
const KEYS = "470";
const MENU = script(`
  invite: () => gather({ prompt: "vm-greeting-unavailable", digits: 3, timeoutSeconds: 8 }),
  gathered(call, event) {
    console.log(call.to.user + " gathered " + event.digits + " " + event.end);
    return voicemail(call.to.user ?? "", { greeting: "none" });
  },
  voicemail(call, event) {
    console.log(call.to.user + " voicemail " + event.end);
  },`);

/** One with the codec that everybody has, one with what it likes best. */
const PHONES = [
  { user: "bob", speaks: "PCMU", codec: "PCMU" },
  { user: "carol", speaks: "what it likes best", codec: undefined },
] as const;
const USERS = Object.fromEntries(PHONES.map(({ user }) => [user, { password: `pw-${user}` }]));

describe.skipIf(!hasPrograms("linphonec"))("linphonec", () => {
  let strowger: RunningSwitch;
  let tail: Tail;
  const phones: Linphone[] = [];

  /** Both call at once, each into a box of its own. */
  beforeAll(async () => {
    strowger = await startSwitch({ users: USERS });
    await strowger.deploy("main", MENU);
    tail = await strowger.tail("main");
    await Promise.all(PHONES.map(call));
  });

  afterAll(async () => {
    await Promise.all(phones.map((phone) => phone.stop()));
    await strowger.stop();
  });

  async function call({ user, codec }: (typeof PHONES)[number]): Promise<void> {
    const { domain, sipPort } = strowger;
    const account = { user, password: `pw-${user}`, domain, switchPort: sipPort, sound: speechFile(8000, SECONDS) };
    const phone = await Linphone.start(codec === undefined ? account : { ...account, codec });
    phones.push(phone);
    await until(`${user} to register`, () => isRegistered(user), REGISTERED_WITHIN_MS);
    await phone.call(`sip:${user}@${domain}`);
    for (const key of KEYS) phone.press(key);
    await tail.line(`${user} gathered ${KEYS} digits`);
    const { seconds } = await strowger.call(({ to }) => to.includes(user));
    await strowger.call((live) => live.to.includes(user) && live.seconds > seconds + SPOKEN_SECONDS);
    phone.press("#");
    await tail.line(`${user} voicemail kept`);
    phone.hangUp();
  }

  async function isRegistered(user: string): Promise<boolean> {
    const { items } = (await strowger.api("GET", "/v1/registrations")).body;
    return items.some((item: { user: string }) => item.user === user);
  }

  it.each(PHONES)(
    "chooses from a menu by keys of RFC 4733 and leaves a message, speaking $speaks",
    shows({ linphone: ["register", "call", "audio", "codecs", "DTMF", "voicemail"] }),
    async ({ user }) => {
      const [message] = await messagesIn(strowger, user);
      if (message === undefined) throw new Error(`There is no message for ${user}.`);
      const wav = await audioOf(strowger, user, message);
      const alike = likenessByWindow(mono(wav), wav.rate, testSpeech(wav.rate * FINER, SECONDS));
      expect(message.from).toBe(`sip:${user}@example.test`);
      expect(message.seconds).toBeGreaterThan(SPOKEN_SECONDS - 1);
      expect(alike.median).toBeGreaterThan(0.95);
      expect(alike.mean).toBeGreaterThan(0.85);
      expect(Math.abs(alike.levelDb)).toBeLessThan(1);
    },
  );

  it("is done with every call", async () => {
    await strowger.noCalls();
  });
});
