import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../../runtime/base/clock.ts";
import { TimerWheel } from "../../../../runtime/base/timer-wheel.ts";
import { DEADLINE_MS, FliteDriver, findFlite, IDLE_MS } from "../../../../runtime/media/speech/flite/flite.ts";
import { FLITE_VOICES } from "../../../../runtime/media/speech/flite/voices.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { repoRoot } from "../../../helpers/repo-root.ts";
import { until } from "../../../helpers/until.ts";
import { readPcm } from "../../../helpers/wav.ts";
import { rms } from "../embedded/sounds.ts";

const wasm = findFlite();
const child = new URL("stuck-child.ts", import.meta.url);
const drivers: FliteDriver[] = [];

afterEach(() => {
  for (const driver of drivers.splice(0)) driver.close();
});

/** With a stand-in for the process that runs flite. */
function createDriver(clock: Clock = new TimerWheel()): FliteDriver {
  const driver = new FliteDriver({ clock, child, wasm: repoRoot });
  drivers.push(driver);
  return driver;
}

function utterance(text: string, voice: string | null = null, language: string | null = null) {
  return { text, voice, language };
}

async function speak(driver: FliteDriver, text: string, voice: string | null = null) {
  const spoken = await driver.speak(utterance(text, voice));
  if (!spoken.ok) throw new Error(spoken.problem.message);
  return readPcm(spoken.value);
}

describe.skipIf(wasm === null)("speech by flite", () => {
  const driver = new FliteDriver({ clock: new TimerWheel(), wasm: wasm ?? "" });
  afterAll(() => driver.close());

  it.each(FLITE_VOICES)("says a sentence with the voice %s, at one level", async (voice) => {
    const { coding, rate, seconds, channels } = await speak(driver, "Please leave a message.", voice);
    const [samples = new Int16Array(0)] = channels;
    expect([coding, channels.length]).toEqual([1, 1]);
    expect(rate).toBe(voice === "kal" ? 8_000 : 16_000);
    expect(seconds).toBeGreaterThan(0.8);
    expect(seconds).toBeLessThan(3);
    expect(rms(samples)).toBeGreaterThan(1_000);
    expect(rms(samples)).toBeLessThan(3_000);
    expect(samples.every((sample) => Math.abs(sample) < 32_000)).toBe(true);
  });

  it("says the same text in the same way each time, and a longer one longer", async () => {
    const [first, again, longer] = [
      await speak(driver, "One moment, please."),
      await speak(driver, "One moment, please."),
      await speak(driver, "One moment, please. We will be with you as soon as we can."),
    ];
    expect(again).toEqual(first);
    expect(longer.seconds).toBeGreaterThan(first.seconds + 1);
  });

  it("takes what looks like an option, a path or markup for text", async () => {
    for (const text of [
      "-voice /etc/passwd",
      "--help",
      "<speak>hello</speak>",
      "%s%n%s%n$(reboot)`id`",
      "/dev/stdin",
    ]) {
      expect((await speak(driver, text)).seconds).toBeGreaterThan(0.2);
    }
    expect(existsSync("speech.wav")).toBe(false);
  });

  it("refuses a voice it has not, a language it does not speak, and a text without anything English", () => {
    expect(driver.check(utterance("Hello", "slt", "en-GB"))).toBeNull();
    expect(driver.check(utterance("Hello", "bob"))).toEqual({
      type: "voice",
      message: 'There is no voice "bob": choose one of slt, rms, awb, kal16, kal.',
    });
    expect(driver.check(utterance("Hallo", null, "de"))).toMatchObject({
      type: "voice",
      message: expect.stringContaining("set media.speech.command"),
    });
    expect(driver.check(utterance("世界"))).toMatchObject({ type: "text" });
  });
});

describe("the process that speaks", () => {
  async function pidOf(driver: FliteDriver): Promise<number> {
    const answer = await driver.speak(utterance("pid"));
    return answer.ok ? 0 : Number(/\d+$/.exec(answer.problem.message)?.[0]);
  }

  function gone(pid: number): Promise<boolean> {
    return until(`the end of process ${pid}`, () => spawnSync("kill", ["-0", String(pid)]).status !== 0);
  }

  it("costs the text that killed it, and the next one is spoken by another", async () => {
    const driver = createDriver();
    expect(await driver.speak(utterance("die"))).toEqual({
      ok: false,
      problem: { type: "failed", message: "The speech process has died (exit code 7)." },
    });
    expect(await driver.speak(utterance("hello"))).toMatchObject({ ok: true });
  });

  it("is killed when a text takes too long", async () => {
    const clock = new VirtualClock();
    const driver = createDriver(clock);
    const pid = await pidOf(driver);
    const stuck = driver.speak(utterance("hang"));
    clock.advance(DEADLINE_MS);
    expect(await stuck).toEqual({
      ok: false,
      problem: { type: "timeout", message: "The text was not spoken within 30 seconds: make it shorter." },
    });
    expect(await gone(pid)).toBe(true);
    expect(await driver.speak(utterance("hello"))).toMatchObject({ ok: true });
  });

  it("is killed when a text takes too much memory", async () => {
    const driver = createDriver();
    expect(await driver.speak(utterance("hoard"))).toEqual({
      ok: false,
      problem: { type: "failed", message: "The text took more than 512 MB of memory: make it shorter." },
    });
  });

  it("stays for the next text and goes when there is none for a minute", async () => {
    const clock = new VirtualClock();
    const driver = createDriver(clock);
    const pid = await pidOf(driver);
    clock.advance(IDLE_MS - 1_000);
    expect(await pidOf(driver)).toBe(pid);
    clock.advance(IDLE_MS);
    expect(await gone(pid)).toBe(true);
    expect(await pidOf(driver)).not.toBe(pid);
  });

  it("ends with the switch, and what it was saying is given up", async () => {
    const clock = new VirtualClock();
    const driver = createDriver(clock);
    const pid = await pidOf(driver);
    const stuck = driver.speak(utterance("hang"));
    driver.close();
    expect(await stuck).toMatchObject({ ok: false, problem: { type: "failed" } });
    expect(await gone(pid)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
