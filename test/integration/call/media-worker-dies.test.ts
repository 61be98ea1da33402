import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FINER, likenessByWindow, shareOfTone, type Windows } from "../../helpers/likeness.ts";
import { audioOf, messagesIn, mono, wavAt } from "../../helpers/mailbox.ts";
import { register } from "../../helpers/raw-account.ts";
import { answer, type ConnectedCall, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import type { Tail } from "../../helpers/tail.ts";
import { TalkingPhone } from "../../helpers/talking-phone.ts";
import { INSPECTABLE, runInThread, switchProcess } from "../../helpers/thread-of-the-switch.ts";
import { boundPorts, configured, mediaPorts } from "../../helpers/udp-ports.ts";
import { until } from "../../helpers/until.ts";
import { chirp, sine } from "../media/embedded/sounds.ts";

const NAMES = ["alice", "bob", "carol", "dave", "erin"];
const USERS = Object.fromEntries(NAMES.map((name) => [name, { password: `pw-${name}` }]));
const SCRIPT = script(`
  invite(call) {
    if (call.to.user === "recorded") return forward("bob", { record: true });
    if (call.to.user === "plain") return forward("carol");
    if (call.to.user === "music") return play("music", { early: true, loop: true });
    return voicemail(call.to.user ?? "", { greeting: "none" });
  },
  voicemail(call, event) {
    console.log("voicemail " + event.mailbox + " " + event.end);
  },
  recorded(call, event) {
    console.log("recorded " + event.recording + " " + event.end);
  },
  ended(call, event) {
    const { result, code, endedBy } = event.cdr;
    console.log("ended " + call.to.user + " " + result + " " + code + " by " + endedBy);
  },`);

const WAYS = [
  {
    what: "throws what nobody catches",
    code: 'setImmediate(() => { throw new Error("struck by lightning"); })',
    reason: /struck by lightning/,
  },
  { what: "never comes back", code: "setImmediate(() => { for (;;); })", reason: /not answered for \d+ s/ },
];

const BEEP_HERTZ = 1000;
const CALLER = sine(440, 10_000);
const CALLEE = sine(700, 10_000);
const SPEECH = chirp(10_000);
/** The same speech in the form that `likenessByWindow` wants. */
const ORIGINAL = Float64Array.from(chirp(10_000, 8000, 8000 * FINER), (sample) => sample / 32_768);
const SAMPLES_PER_MS = 8;
/** How long they have spoken when it happens; one has begun so late that no progress of his recording is known. */
const SPOKEN_MS = 2600;
const LATE_MS = 1400;
/** What may be lost with a worker: what is gathered for the next write, and what is on its way to it. */
const LOST_SECONDS = 0.8;

describe.each(WAYS)("When the thread of the media $what", ({ code, reason }) => {
  let strowger: RunningSwitch;
  let tail: Tail;
  let plain: ConnectedCall;
  /** Of each mailbox, from the beep to the end of the thread. */
  const seconds = new Map<string, number>();

  beforeAll(async () => {
    strowger = await startSwitch({ users: USERS, media: { ...configured(mediaPorts), workers: 1 } }, INSPECTABLE);
    await strowger.deploy("main", SCRIPT);
    tail = await strowger.tail("main");
    plain = await connectCall(await phone("dave"), await registered("carol"), "plain");
    const waiter = await phone("erin");
    const waiting = invite(waiter, "music", { body: sdp(6000) });
    await waiter.expect("183 INVITE");
    const bob = await registered("bob");
    const [recorded, callee] = await Promise.all([
      TalkingPhone.call(strowger, "recorded"),
      TalkingPhone.answering(bob),
    ]);
    const alice = await inVoicemail("alice");
    const aliceMs = performance.now();

    // Nobody stops speaking when it happens.
    const talk = (fromMs: number, toMs: number) => [
      recorded.speak(part(CALLER, fromMs, toMs)),
      callee.speak(part(CALLEE, fromMs, toMs)),
      alice.speak(part(SPEECH, fromMs, toMs)),
    ];
    await Promise.all(talk(0, SPOKEN_MS - LATE_MS));
    const begun = talk(SPOKEN_MS - LATE_MS, SPOKEN_MS);
    const dave = await inVoicemail("dave");
    const daveMs = performance.now();
    await Promise.all([...begun, dave.speak(part(SPEECH, 0, LATE_MS))]);
    void Promise.all([...talk(SPOKEN_MS, 10_000), dave.speak(part(SPEECH, LATE_MS, 10_000))]);
    await runInThread(strowger, "media", code);
    seconds.set("alice", (performance.now() - aliceMs) / 1000).set("dave", (performance.now() - daveMs) / 1000);
    await Promise.all([recorded, callee, alice, dave].map((who) => who.isHungUp()));
    await expectRefusal(waiter, waiting, 500);
  }, 60_000);
  afterAll(() => strowger.stop());

  function phone(name: string): Promise<RawPhone> {
    return RawPhone.udp({ name, switchPort: strowger.sipPort });
  }

  async function registered(name: string): Promise<RawPhone> {
    const raw = await phone(name);
    await register(raw, { user: name });
    return raw;
  }

  async function inVoicemail(mailbox: string): Promise<TalkingPhone> {
    const caller = await TalkingPhone.call(strowger, mailbox);
    await caller.hearsTone(BEEP_HERTZ);
    return caller;
  }

  /** The message of a mailbox: how long it is, and how like what was said. */
  async function messageIn(mailbox: string): Promise<Windows & { readonly seconds: number }> {
    const [message] = await messagesIn(strowger, mailbox);
    if (message === undefined) throw new Error(`There is no message for ${mailbox}.`);
    const wav = await audioOf(strowger, mailbox, message);
    return { ...likenessByWindow(mono(wav), wav.rate, ORIGINAL), seconds: message.seconds };
  }

  it.each(["alice", "dave"])(
    "what was spoken to %s until then is kept as a message, as it was said",
    async (mailbox) => {
      const message = await messageIn(mailbox);
      const whole = seconds.get(mailbox) ?? 0;
      expect(message.seconds).toBeGreaterThan(whole - LOST_SECONDS);
      expect(message.seconds).toBeLessThan(whole + LOST_SECONDS);
      expect(message.median).toBeGreaterThan(0.99);
      expect(message.found).toBeGreaterThan(0.9);
      expect(Math.abs(message.levelDb)).toBeLessThan(1);
      await tail.line(`voicemail ${mailbox} kept`);
    },
  );

  it("the recording of both parties is a whole file in which both are heard", async () => {
    const said = await tail.entry("a recording", ({ text }) => text?.startsWith("recorded ") === true);
    const [, id, end] = said.text?.split(" ") ?? [];
    expect(end).toBe("failed");
    const { items } = (await strowger.api("GET", `/v1/calls/${said.callId}/recordings`)).body;
    expect(items).toMatchObject([{ id }]);
    const wav = await wavAt(strowger, `/v1/calls/${said.callId}/recordings/${id}/audio`);
    const [caller, callee] = wav.channels;
    if (caller === undefined || callee === undefined) throw new Error("It has not two channels.");
    expect(secondsOf(440, caller, wav.rate)).toBeGreaterThan(SPOKEN_MS / 1000 - LOST_SECONDS);
    expect(secondsOf(700, callee, wav.rate)).toBeGreaterThan(SPOKEN_MS / 1000 - LOST_SECONDS);
  });

  it("every call that had audio ends, and its script and its record know how", async () => {
    for (const to of ["alice", "dave", "recorded"]) await tail.line(`ended ${to} answered 200 by switch`);
    await tail.line("ended music failed 500 by switch");
    const cdr = await strowger.cdr(({ to }) => to.startsWith("sip:music@"));
    expect(cdr).toMatchObject({ result: "failed", code: 500, endedBy: "switch" });
  });

  it("a call whose phones talk directly goes on: offers pass, and a phone hangs it up", async () => {
    const { caller, callee, tag } = plain;
    const asked = caller.reinvite(sdp(6002));
    answer(callee.phone, { offered: await callee.phone.expect("INVITE"), tag }, sdp(7002));
    expect((await caller.phone.expect("200 INVITE")).body).toContain("m=audio 7002");
    caller.ack(asked);
    await callee.phone.expect("ACK");
    await hangUp(callee, caller);
    await tail.line("ended plain answered 200 by callee");
  });

  it("another one takes its place, and the next caller leaves a message", async () => {
    const caller = await inVoicemail("erin");
    await caller.speak(part(SPEECH, 0, 2000));
    await caller.hangUp();
    expect((await messageIn("erin")).median).toBeGreaterThan(0.99);
    const metrics = (await strowger.api("GET", "/metrics")).body;
    expect(metrics).toContain('strowger_media_total{what="workersLost"} 1\n');
    expect(metrics).toContain('strowger_media_total{what="failedLost"} 4\n');
  });

  it("no port, no file and no unfinished message is left behind", async () => {
    await until("all ports to be given back", () => boundPorts(mediaPorts).length === 0);
    await until("all files to be closed", () => openSounds(switchProcess(strowger)).length === 0);
    const incoming = join(strowger.folder, "data", "voicemail", "incoming");
    await until("nothing to arrive any more", () => readdirSync(incoming).length === 0);
  });

  it("the log says what it died of and whom that cost, and nothing else went wrong", () => {
    const lines = strowger
      .log()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.filter(({ level }) => level >= 50)).toEqual([
      expect.objectContaining({
        msg: expect.stringMatching(/media worker died/),
        reason: expect.stringMatching(reason),
        endpoints: 5,
      }),
    ]);
    const ended = entries.filter(({ msg }) => /ended for want of audio/.test(msg));
    expect(ended).toHaveLength(4);
    for (const { problem } of ended) expect(problem).toBe("its media worker died");
  });
});

function part(pcm: Int16Array, fromMs: number, toMs: number): Int16Array {
  return pcm.subarray(fromMs * SAMPLES_PER_MS, toMs * SAMPLES_PER_MS);
}

/** How long nothing but a tone is heard. */
function secondsOf(hertz: number, samples: Float64Array, rate: number): number {
  let tenths = 0;
  for (let from = 0; from + rate / 10 <= samples.length; from += rate / 10) {
    if (shareOfTone(samples.subarray(from, from + rate / 10), rate, hertz) > 0.9) tenths++;
  }
  return tenths / 10;
}

/** Sounds that a process has open. */
function openSounds(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((entry) => {
    try {
      const file = readlinkSync(join(folder, entry));
      return file.includes(".wav") ? [file] : [];
    } catch {
      // Closed since we have asked.
      return [];
    }
  });
}
