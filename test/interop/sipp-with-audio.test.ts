import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FINER, likenessByWindow } from "../helpers/likeness.ts";
import { audioOf, messagesIn, mono } from "../helpers/mailbox.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import {
  type Act,
  callWithSipp,
  hangUp,
  hasSippAudio,
  hungUpOn,
  pause,
  play,
  press,
  SPEECH_CAPTURE,
} from "../helpers/sipp-caller.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import type { Tail } from "../helpers/tail.ts";
import { boundPorts, configured, mediaPorts } from "../helpers/udp-ports.ts";
import { until } from "../helpers/until.ts";

const BOXES = ["pair", "cut", "silent", "many", "greeted"];
const USERS = Object.fromEntries(BOXES.map((name) => [name, { password: `pw-${name}` }]));
const SCRIPT = script(`
  invite(call) {
    const user = call.to.user ?? "";
    if (user === "menu") return gather({ digits: 4, timeoutSeconds: 2 });
    return voicemail(user, { greeting: user === "greeted" ? "unavailable" : "none" });
  },
  gathered(call, event) {
    console.log("gathered " + event.digits + " " + event.end);
    return hangup();
  },
  voicemail(call, event) {
    console.log("voicemail " + event.mailbox + " " + event.end);
  },
  ended(call, event) {
    console.log("ended " + call.to.user + " " + event.cdr.result);
  },`);

const MENUS = [
  { keys: "1234", line: "gathered 1234 digits" },
  { keys: "79#", line: "gathered 79 finish" },
  { keys: "*", line: "gathered * timeout" },
];

describe.skipIf(!hasSippAudio())("SIPp with audio", () => {
  let strowger: RunningSwitch;
  let tail: Tail;

  /** All that is looked at below happens at once. */
  beforeAll(async () => {
    strowger = await startSwitch({ users: USERS, media: configured(mediaPorts) });
    await strowger.deploy("main", SCRIPT);
    tail = await strowger.tail("main");
    await Promise.all([
      ...MENUS.map(({ keys }) => call("menu", [...[...keys].flatMap(press).slice(0, -1), hungUpOn])),
      call("pair", [play(SPEECH_CAPTURE), pause(4000), hangUp], 2),
      call("cut", [play(SPEECH_CAPTURE), pause(2500), hangUp]),
      call("greeted", [pause(500), hangUp]),
      call("silent", [pause(2500), hangUp]),
      call("many", [play(SPEECH_CAPTURE), pause(3000), hangUp], 20),
    ]);
  });
  afterAll(() => strowger.stop());

  function call(to: string, acts: readonly Act[], calls = 1): Promise<void> {
    return callWithSipp(strowger, { to, acts, calls });
  }

  async function expectNoMessages(mailbox: string): Promise<void> {
    expect((await strowger.api("GET", `/v1/voicemail/${mailbox}/messages`)).body.items).toEqual([]);
  }

  it.each(MENUS)("presses $keys by RFC 4733, and the script hears it", shows({ SIPp: ["DTMF"] }), async ({ line }) => {
    await tail.line(line);
  });

  it(
    "leaves two messages in one box at the same time, and both are whole",
    shows({ SIPp: ["audio", "voicemail"] }),
    async () => {
      for (const message of await messagesIn(strowger, "pair", 2)) {
        const wav = await audioOf(strowger, "pair", message);
        const alike = likenessByWindow(mono(wav), wav.rate, spoken());
        expect(message.seconds).toBeGreaterThan(3);
        expect(alike.median).toBeGreaterThan(0.99);
        expect(alike.mean).toBeGreaterThan(0.9);
        expect(Math.abs(alike.levelDb)).toBeLessThan(1);
      }
    },
  );

  it("hangs up in the middle of a word, and what was said until then is kept", async () => {
    await tail.line("voicemail cut kept");
    const [message] = await messagesIn(strowger, "cut");
    expect(message?.seconds).toBeGreaterThan(1.5);
    expect(message?.seconds).toBeLessThan(3);
  });

  it("hangs up in the middle of the greeting, and no message is left", async () => {
    await tail.line("ended greeted answered");
    await expectNoMessages("greeted");
  });

  it("sends no audio at all, and no message is left", async () => {
    await tail.line("voicemail silent empty");
    await expectNoMessages("silent");
  });

  it("calls twenty times at once, and twenty messages are kept", shows({ SIPp: ["audio", "voicemail"] }), async () => {
    const messages = await messagesIn(strowger, "many", 20);
    expect(messages).toHaveLength(20);
    for (const { seconds } of messages) expect(seconds).toBeGreaterThan(2);
  });

  it("has all its calls ended and all ports given back", async () => {
    await strowger.noCalls();
    await until("all ports to be given back", () => boundPorts(mediaPorts).length === 0);
  });
});

/** What the capture says, in the form that `likenessByWindow` wants. */
function spoken(): Float64Array {
  const bytes = readFileSync(SPEECH_CAPTURE);
  const samples: number[] = [];
  // 24 octets of the file, then each packet: 16 of its own, Ethernet, IPv4, UDP and RTP.
  const head = 14 + 20 + 8 + 12;
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    for (const octet of bytes.subarray(at + 16 + head, at + 16 + length)) samples.push(aLaw(octet));
    at += 16 + length;
  }
  return Float64Array.from({ length: samples.length * FINER }, (_, i) => samples[Math.floor(i / FINER)] ?? 0);
}

/** ITU-T G.711. */
function aLaw(octet: number): number {
  const code = octet ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return ((code & 0x80) === 0 ? -magnitude : magnitude) / 32_768;
}
